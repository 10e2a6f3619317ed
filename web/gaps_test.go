package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// post sends a body and returns status and answer.
func (s *site) post(path, kind, body string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

func TestGapsOverHTTP(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	var list struct {
		Items []struct {
			Name  string
			Gaps  *int
			Title struct{ SL, EN string }
		}
		Total int
	}
	if err := json.Unmarshal([]byte(s.get("/api/v1/gaps?municipality=kranj").body), &list); err != nil || list.Total < 11 {
		t.Fatalf("%v: %+v", err, list)
	}
	for _, g := range list.Items {
		if g.Gaps == nil || g.Title.SL == "" || g.Title.EN == "" {
			t.Errorf("%+v", g)
		}
		if r := s.get("/api/v1/gaps/" + g.Name + "?municipality=kranj"); r.status != 200 || strings.Contains(strings.ToLower(r.body), "skrivnost") {
			t.Errorf("%s: %d %s", g.Name, r.status, r.body)
		}
	}
	for path, want := range map[string]string{
		"/api/v1/gaps":                                                                  "parameter municipality: koper, kranj",
		"/api/v1/gaps/rural_without_project":                                            "parameter municipality: koper, kranj",
		"/api/v1/gaps?municipality=ptuj":                                                "ptuj",
		"/api/v1/gaps/rural_without_project?municipality=kranj&pe=1":                    "accepted: municipality, f, limit, cursor, scheme, classes, statuses",
		"/api/v1/gaps/agglomerations_not_equipped?municipality=kranj&pe=NaN":            "must be a number from 0",
		"/api/v1/gaps/agglomerations_not_equipped?municipality=kranj&share=2":           "from 0 to 1",
		"/api/v1/gaps/settlements_without_route?municipality=kranj&states=odd":          "accepted: existing, in_construction, planned, unknown",
		"/api/v1/gaps/routes_short_of_next?municipality=kranj&met=perhaps":              "must be true or false",
		"/api/v1/near?layer=castles&code=1&municipality=kranj":                          "",
		"/api/v1/near?layer=business_zones&code=PC-1&municipality=kranj&layers=castles": "there is no layer",
		"/api/v1/near?layer=business_zones&code=PC-1&municipality=kranj&distance=99999": "from 0 to 10000",

		"/api/v1/near?code=1": "layer and code are needed",
		"/api/v1/overlaps?a=settlements&b=castles&municipality=kranj": "there is no layer",
		"/api/v1/overlaps?a=settlements&b=projects":                   "parameter municipality: koper, kranj",
		"/api/v1/chain?lon=14":                                        "lon and lat are needed",
	} {
		r := s.get(path)
		if (r.status != 400 && want != "") || (want == "" && r.status != 404) || !strings.Contains(r.body, want) {
			t.Errorf("%s: %d %s, want %q", path, r.status, r.body, want)
		}
	}
	if r := s.get("/api/v1/near?layer=business_zones&code=HR%206/1&municipality=kranj"); r.status != 422 || !strings.Contains(r.body, "by name only") {
		t.Errorf("a place without geometry: %d %s", r.status, r.body)
	}
	page := s.get("/api/v1/overlaps?a=settlements&b=cycling_routes&municipality=kranj&limit=1")
	if page.status != 200 || !strings.Contains(page.body, `"measure":`) {
		t.Errorf("%d %s", page.status, page.body)
	}
}

// The zone and a draft lie in the drawn square: the public hears of the zone.
func TestNearADrawnShape(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	ring := func(w, so, e, n float64) string {
		return fmt.Sprintf(`[[%v,%v],[%v,%v],[%v,%v],[%v,%v],[%v,%v]]`, w, so, e, so, e, n, w, n, w, so)
	}
	square := `{"type":"Polygon","coordinates":[` + ring(14.40, 46.24, 14.50, 46.29) + `]}`
	for _, body := range []string{square, `{"type":"Feature","properties":null,"geometry":` + square + `}`} {
		status, answer := s.post("/api/v1/near?distance=10&limit=5", "application/geo+json", body)
		if status != 200 || !strings.Contains(answer, "PC-1") || !strings.Contains(answer, "1.10/2") || strings.Contains(strings.ToLower(answer), "skrivnost") {
			t.Errorf("%d %s", status, answer)
		}
	}
	many := strings.Repeat("[14.4,46.2],[14.5,46.2],", 1100) + "[14.4,46.2]"
	for _, c := range []struct {
		name, kind, body, want string
		status                 int
	}{
		{"not JSON", "application/json", `{`, "no GeoJSON", 400},
		{"a number", "application/json", `7`, "no GeoJSON", 400},
		{"no type", "application/json", `{}`, "accepted: Point, LineString, Polygon, MultiPolygon", 422},
		{"a collection", "application/json", `{"type":"GeometryCollection","geometries":[]}`, "GeometryCollection", 422},
		{"empty", "application/json", `{"type":"Polygon","coordinates":[]}`, "empty", 422},
		{"no geometry", "application/json", `{"type":"Feature","geometry":null}`, "no geometry", 422},
		{"a bow tie", "application/geo+json", `{"type":"Polygon","coordinates":[[[14,46],[14.1,46.1],[14.1,46],[14,46.1],[14,46]]]}`, "not valid", 422},
		{"open ring", "application/geo+json", `{"type":"Polygon","coordinates":[[[14,46],[14.1,46.1],[14.1,46]]]}`, "not valid", 422},
		{"metres", "application/geo+json", `{"type":"Point","coordinates":[450000,120000]}`, "degrees", 422},
		{"far away", "application/geo+json", `{"type":"Point","coordinates":[105,0]}`, "makes no sense", 422},
		{"a country", "application/geo+json", `{"type":"Polygon","coordinates":[` + ring(13.5, 45.5, 16.5, 46.8) + `]}`, "km²", 413},
		{"too many", "application/geo+json", `{"type":"LineString","coordinates":[` + many + `]}`, "2000", 413},
		{"too long", "application/geo+json", `{"type":"Point","coordinates":[14,46],"pad":"` + strings.Repeat("x", 70_000) + `"}`, "bytes", 413},
		{"another type", "text/plain", square, "application/geo+json", 415},
	} {
		status, answer := s.post("/api/v1/near", c.kind, c.body)
		if status != c.status || !strings.Contains(answer, c.want) || !strings.Contains(answer, `"title"`) {
			t.Errorf("%s: %d %s, want %d %q", c.name, status, answer, c.status, c.want)
		}
	}
	if status, answer := s.post("/api/v1/near?code=1", "application/geo+json", square); status != 400 || !strings.Contains(answer, "accepted: distance, layers, limit") {
		t.Errorf("%d %s", status, answer)
	}
}

// FuzzDrawnShapes: whatever is drawn, the answer is never kraj's own fault.
func FuzzDrawnShapes(f *testing.F) {
	s := newSite(f).filled()
	for _, seed := range []string{
		`{"type":"Point","coordinates":[14.4,46.2]}`, `{"type":"Point","coordinates":[]}`, `{"type":"Point","coordinates":[1e308,-1e308]}`, `{"type":"Point","coordinates":[14,46,9,9]}`,
		`{"type":"LineString","coordinates":[[14,46],[14,46]]}`, `{"type":"LineString","coordinates":[[14,46]]}`, `{"type":"LineString","coordinates":[[14.4,46.2],[14.5,46.3]]}`,
		`{"type":"Polygon","coordinates":[[[14,46],[14.1,46],[14.1,46.1],[14,46]]]}`, `{"type":"Polygon","coordinates":[[],[[14,46]]]}`, `{"type":"Polygon","coordinates":[[[14,46],[14,46],[14,46],[14,46]]]}`,
		`{"type":"MultiPolygon","coordinates":[[[[14,46],[14.1,46],[14.1,46.1],[14,46]]],[[[14,46],[14.1,46],[14.1,46.1],[14,46]]]]}`, `{"type":"MultiPolygon","coordinates":null}`,
		`{"type":"Feature","geometry":{"type":"Point","coordinates":[14.4,46.2]},"properties":{}}`, `{"type":"Feature","geometry":7}`, `{"type":"Feature","geometry":{"type":"Feature"}}`,
		`[]`, `null`, ``, `"Point"`, `{"type":7}`, `{"type":"Polygon","coordinates":[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]}`, `{"type":"Point","coordinates":[14.4,46.2],"crs":{}}`,
		`{"type":"LineString","coordinates":[[179.9,89.9],[-179.9,-89.9]]}`, `{"type":"LineString","coordinates":[[14.4,46.2],[14.40000000001,46.2]]}`,
	} {
		f.Add([]byte(seed), "500")
		f.Add([]byte(seed), "0")
	}
	f.Fuzz(func(t *testing.T, body []byte, distance string) {
		address := s.URL + "/api/v1/near?limit=3&distance=" + url.QueryEscape(distance)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, bytes.NewReader(body))
		if err != nil {
			t.Skip()
		}
		req.Header.Set("Content-Type", "application/geo+json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Skip()
		}
		defer func() { _ = resp.Body.Close() }()
		answer, _ := io.ReadAll(resp.Body)
		if resp.StatusCode >= 500 {
			t.Errorf("%s %s: %d %s", distance, body, resp.StatusCode, answer)
		}
	})
}
