package web_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// described loads the document that the server itself serves.
func (s *site) described() (*openapi3.T, routers.Router) {
	s.t.Helper()
	r := s.get("/api")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(r.body))
	if err != nil {
		s.t.Fatalf("the API document: %v", err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		s.t.Fatalf("the API document: %v", err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		s.t.Fatal(err)
	}
	return doc, router
}

func TestAnswersAreAsDescribed(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	_, router := s.described()
	for _, name := range []string{"application/geo+json", "application/schema+json", "application/vnd.oai.openapi+json", "application/problem+json"} {
		openapi3filter.RegisterBodyDecoder(name, openapi3filter.JSONBodyDecoder)
	}
	openapi3filter.RegisterBodyDecoder("application/vnd.mapbox-vector-tile", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/geopackage+sqlite3", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("image/png", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	for _, path := range []string{
		"/", "/api", "/conformance", "/collections", "/collections/settlements", "/collections/projects", "/collections/settlements/queryables",
		"/collections/settlements/items", "/collections/projects/items?status=idea", "/collections/settlements/items/11", "/collections/castles",
		"/collections/settlements/tiles", "/collections/settlements/tiles/WebMercatorQuad", "/tiles", "/tiles/WebMercatorQuad",
		"/collections/settlements/tiles/WebMercatorQuad/8/90/138", "/tiles/settlements,projects/8/138/90.mvt", "/tiles/settlements.json", "/styles/kraj.json",
		"/styles/sprite/light.json", "/styles/sprite/dark@2x.png", "/styles/sprite/kranj/light.png", "/styles/sprite/atlantis/light.json",
		"/api/v1/municipalities", "/api/v1/projects", "/api/v1/projects?municipality=kranj&limit=1", "/api/v1/projects?status=done",
		"/api/v1/projects?municipality=kranj&sort=-amount&groups=none&limit=1&around=kranj:1.9/1", "/api/v1/facets?municipality=kranj&theme=TP1", "/api/v1/facets",
		"/api/v1/projects.csv?municipality=kranj", "/api/v1/projects.xlsx?status=idea&lang=sl", "/api/v1/projects.geojson", "/api/v1/projects.gpkg?sort=-amount", "/api/v1/projects.csv?columns=colour",
		"/api/v1/projects/kranj/1.9%2F1", "/api/v1/projects/kranj/1.9%2F2%2F1", "/api/v1/projects/kranj/none",
		"/api/v1/places/settlements/kranj/010", "/api/v1/places/business_zones/kranj/PC-1", "/api/v1/places/cycling_routes/kranj/KP9",
		"/api/v1/at?lon=14.458&lat=46.26&radius=3000", "/api/v1/at?lon=0&lat=0", "/api/v1/search?q=kranj", "/api/v1/search?q=golnik",
		"/api/v1/balance?municipality=kranj", "/api/v1/balance?municipality=kranj&by=settlement", "/api/v1/balance/projects?municipality=kranj", "/gradivo?municipality=kranj", "/gradivo?municipality=kranj&as_of=1", "/gradivo?municipality=kranj&colour=red", "/api/v1/session", "/login", "/dostopnost?lang=en",
		"/api/v1/gaps?municipality=kranj", "/api/v1/gaps", "/api/v1/gaps/rural_without_project?municipality=kranj&limit=1", "/api/v1/gaps/rural_without_project?municipality=kranj&f=geojson",
		"/api/v1/gaps/routes_short_of_next?municipality=kranj", "/api/v1/gaps/none", "/api/v1/near?layer=business_zones&code=PC-1&municipality=kranj&distance=500",
		"/api/v1/near?layer=business_zones&code=none&municipality=kranj", "/api/v1/overlaps?a=settlements&b=cycling_routes&municipality=kranj&limit=1",
		"/api/v1/catchment/cycling_routes/kranj/KP9?distance=100", "/api/v1/catchment/castles/kranj/KP9", "/api/v1/chain?lon=14.458&lat=46.26",
		"/api/v1/history", "/api/v1/history?municipality=kranj&layer=projects&code=1.9/1", "/api/v1/history?layer=settlements&code=010&municipality=kranj", "/api/v1/history?layer=settlements", "/projekt/kranj/1.9%2F1", "/projekt/kranj/none?lang=en", "/kraj/settlements/kranj/010", "/healthz", "/readyz",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		route, vars, err := router.FindRoute(req)
		if err != nil {
			t.Errorf("%s is not described: %v", path, err)
			continue
		}
		r := s.get(path)
		in := &openapi3filter.RequestValidationInput{Request: req, PathParams: vars, Route: route}
		out := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: in, Status: r.status, Header: r.header, Body: io.NopCloser(bytes.NewReader([]byte(r.body))),
			Options: &openapi3filter.Options{IncludeResponseStatus: true},
		}
		if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
			t.Errorf("%s answers %d, not as described: %v", path, r.status, err)
		}
		if r.status >= 500 {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

// TestParametersAreDescribed asks every address with a parameter that it cannot
// know: what it then says it accepts is what the document lists.
func TestParametersAreDescribed(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	doc, _ := s.described()
	values := strings.NewReplacer("{layer}", "settlements", "{layers}", "settlements", "{municipality}", "kranj", "{code}", "010", "{id}", "11", "{name}", "amounts_without_place", "{format}", "csv",
		"{tileMatrix}", "8", "{tileRow}", "90", "{tileCol}", "138", "{z}", "8", "{x}", "138", "{y}", "90", "{sheet}", "light@2x.json")
	for _, path := range doc.Paths.InMatchingOrder() {
		item := doc.Paths.Find(path).Get
		if item == nil || path == "/metrics" || path == "/healthz" || path == "/readyz" {
			continue
		}
		r := s.get(values.Replace(path) + "?unheard_of=1")
		if r.status != http.StatusBadRequest {
			t.Errorf("%s takes an unknown parameter: %d %s", path, r.status, r.body)
			continue
		}
		_, accepted, _ := strings.Cut(r.body, "accepted: ")
		accepted, _, _ = strings.Cut(accepted, `"`)
		for _, p := range item.Parameters {
			if p.Value.In == "query" && p.Value.Name != "queryables" && p.Value.Name != "parameters" && !strings.Contains(", "+accepted+",", ", "+p.Value.Name+",") {
				t.Errorf("%s is described with %s, but accepts %s", path, p.Value.Name, accepted)
			}
		}
		if strings.HasSuffix(path, "/items") {
			continue
		}
		for _, name := range strings.Split(accepted, ", ") {
			if name != "none" && item.Parameters.GetByInAndName("query", name) == nil {
				t.Errorf("%s accepts %s, which is not described", path, name)
			}
		}
	}
}

// FuzzAddresses: whatever is asked, the answer is never kraj's own fault.
func FuzzAddresses(f *testing.F) {
	s := newSite(f).filled()
	paths := []string{
		"/api/v1/projects", "/api/v1/facets", "/api/v1/projects.csv", "/api/v1/at", "/api/v1/search", "/api/v1/municipalities", "/api/v1/balance", "/api/v1/balance/projects",
		"/api/v1/gaps", "/api/v1/gaps/X", "/api/v1/gaps/agglomerations_not_equipped", "/api/v1/near", "/api/v1/overlaps", "/api/v1/catchment/X/X/X", "/api/v1/chain",
		"/collections/settlements/items", "/collections/projects/items", "/collections/X/items", "/api/v1/projects/X/X", "/api/v1/places/X/X/X",
		"/tiles/X/X/X/X.mvt", "/tiles/X.json", "/styles/kraj.json", "/", "/login", "/collections/settlements/items/X",
	}
	for i, seed := range []string{
		"lon=14&lat=46&radius=1e3", "q=%25", "q='; --", "bbox=1e308,-1e308,1e308,1e308", "bbox=14,46,15,47&crs=x", "limit=999999999999999999999", "offset=99999999",
		"cursor=eyJxIjoieCIsImsiOlsxXX0", "municipality=kranj&class=urban&settlement=%00", "lon=1e400&lat=-0", "municipality=kranj&sort=-amount,title&groups=above&offset=3", "municipality=kranj&sort=-&around=:", "municipality=kranj&by=theme&holder=a%5C%2Cb&class=rural", "lon=179.9&lat=-89.99&radius=10000", "status=idea,,idea&horizon=2030+2035",
		"q=\\", "q=_%25_", "population=99999999999999999999", "amount=1e400", "group=none&class=rural&by=year", "name=%F0%9F%98%80", "datetime=../..", "municipality=%5Cx00", "f=html", "f=",
		"bbox=180,-90,-180,90", "bbox=13,45,13,45", "bbox=170,-10,171,10&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3794",
	} {
		f.Add(seed, uint8(i), "settlements")
		f.Add(seed, uint8(i+7), "%c4%8d/..;")
	}
	f.Fuzz(func(t *testing.T, query string, which uint8, part string) {
		path := strings.ReplaceAll(paths[int(which)%len(paths)], "X", url.PathEscape(part))
		address := s.URL + path + "?" + query
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Skip()
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Skip()
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented {
			t.Errorf("%s: %d %s", address, resp.StatusCode, body)
		}
	})
}
