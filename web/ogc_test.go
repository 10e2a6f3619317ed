package web_test

import (
	"encoding/json"
	"net/url"
	"os/exec"
	"strings"
	"testing"
)

type featureCollection struct {
	Type           string `json:"type"`
	NumberMatched  int    `json:"numberMatched"`
	NumberReturned int    `json:"numberReturned"`
	Links          []struct {
		Href, Rel string
	} `json:"links"`
	Features []struct {
		ID         int64           `json:"id"`
		Geometry   json.RawMessage `json:"geometry"`
		Properties map[string]any  `json:"properties"`
	} `json:"features"`
}

func (c featureCollection) codes() string {
	var codes []string
	for _, f := range c.Features {
		codes = append(codes, f.Properties["code"].(string))
	}
	return strings.Join(codes, " ")
}

func (c featureCollection) link(rel string) string {
	for _, l := range c.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

func TestOGCDocuments(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(`SELECT kraj.create_layer('land_use', 'Namenska raba', 'Land use', 'polygon')`)
	for path, want := range map[string]string{
		"/?f=json":                                       `"rel":"service-desc"`,
		"/conformance":                                   `ogcapi-features-1/1.0/conf/core`,
		"/collections":                                   `"id":"land_use"`,
		"/collections/settlements":                       `"storageCrs":"http://www.opengis.net/def/crs/EPSG/0/3794"`,
		"/collections/land_use":                          `"title":"Namenska raba"`,
		"/collections/settlements/queryables":            `"population":{"title":"population","type":"integer"}`,
		"/collections/projects/queryables":               `"status"`,
		"/collections/projects/tiles":                    `{tileMatrix}/{tileRow}/{tileCol}`,
		"/tiles":                                         `"tilesets"`,
		"/tiles/WebMercatorQuad":                         `"settlements_labels"`,
		"/collections/settlements/tiles/WebMercatorQuad": `"minTileMatrix"`,
	} {
		r := s.get(path)
		if r.status != 200 || !strings.Contains(r.body, want) || !json.Valid([]byte(r.body)) {
			t.Errorf("GET %s: %d does not hold %s: %s", path, r.status, want, r.body)
		}
	}
	for path, status := range map[string]int{
		"/collections/castles": 404, "/collections/settlements_labels": 404, "/collections/castles/items": 404,
		"/collections?f=xml": 400, "/conformance?x=1": 400, "/collections/settlements/items/abc": 404, "/collections/settlements/items/999": 404,
		"/collections/settlements/tiles/WebMercatorQuad/8/90/138": 200, "/collections/settlements/tiles/WebMercatorQuad/99/0/0": 404,
		"/collections/castles/tiles": 404,
	} {
		if r := s.get(path); r.status != status {
			t.Errorf("GET %s: %d %s, want %d", path, r.status, r.body, status)
		}
	}
}

func TestItems(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	near := "14.34,46.2,14.39,46.3" // around Britof and Čadovlje
	for query, want := range map[string]string{
		"":                                "001 002 003 010 001",
		"municipality=kranj":              "001 002 003 010",
		"name=%C4%8Cadovlje":              "002",
		"class=rural":                     "002 003",
		"population=2000":                 "001",
		"approximate=false":               "",
		"bbox=" + near:                    "001 002",
		"bbox=14.34,46.2,0,14.39,46.3,99": "001 002",
		"bbox=-180,-90,180,90":            "001 002 003 010 001",
		"bbox=170,-10,-170,10":            "",
		"bbox=46.2,14.34,46.3,14.39&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326":       "001 002",
		"bbox=450100,125000,451000,126000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3794": "001",
		"datetime=2024-01-01/..": "001 002 003 010 001",
		"limit=2&offset=3":       "010 001",
		"limit=100000000":        "001 002 003 010 001",
	} {
		var got featureCollection
		s.json("/collections/settlements/items?"+query, &got)
		if got.codes() != want || got.NumberReturned != len(got.Features) {
			t.Errorf("?%s: %q, want %q (%d returned)", query, got.codes(), want, got.NumberReturned)
		}
	}
	for _, query := range []string{
		"bbox=1,2,3", "bbox=1,2,3,x", "bbox=14,47,15,46", "bbox=0,0,999,1", "crs=EPSG:3794", "bbox-crs=nothing&bbox=1,2,3,4", "datetime=yesterday",
		"limit=0", "limit=-1", "limit=x", "offset=-1", "population=many", "approximate=perhaps", "colour=red", "name=a&name=b",
		"bbox=NaN,1,2,3", "bbox=450100,125000,451000", "municipality=atlantida",
	} {
		if r := s.get("/collections/settlements/items?" + query); r.status != 400 {
			t.Errorf("?%s: %d %s", query, r.status, r.body)
		}
	}
}

func TestItemsPageAndCRS(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	var ids []int64
	for next := s.URL + "/collections/settlements/items?limit=2"; next != ""; {
		var page featureCollection
		s.json(strings.TrimPrefix(next, s.URL), &page)
		if page.NumberMatched != 5 {
			t.Fatalf("matched %d", page.NumberMatched)
		}
		for _, f := range page.Features {
			ids = append(ids, f.ID)
		}
		next = page.link("next")
	}
	if len(ids) != 5 || ids[0] != 11 || ids[4] != 21 {
		t.Errorf("ids %v", ids)
	}
	for crs, want := range map[string]string{
		"http://www.opengis.net/def/crs/EPSG/0/3794":   "[[450000,120000],",
		"http://www.opengis.net/def/crs/OGC/1.3/CRS84": "[[14.3",
		"http://www.opengis.net/def/crs/EPSG/0/4326":   "[[46.2",
	} {
		r := s.get("/collections/settlements/items/11?crs=" + url.QueryEscape(crs))
		if compact := strings.ReplaceAll(r.body, " ", ""); r.status != 200 || !strings.Contains(compact, want) || r.header.Get("Content-Crs") != "<"+crs+">" {
			t.Errorf("crs %s: %d %s %s", crs, r.status, r.header.Get("Content-Crs"), r.body)
		}
	}
	var projects featureCollection
	s.json("/collections/projects/items?municipality=kranj&bbox=14.3,46.1,14.6,46.4", &projects)
	if projects.codes() != "1.9/1 1.10/2" || projects.Features[0].ID != 101*4+1 || projects.Features[0].Properties["amount"] != 1e6 {
		t.Errorf("projects: %+v", projects.Features)
	}
	if r := s.get("/collections/projects/items/405"); r.status != 200 || !strings.Contains(r.body, `"rel":"collection"`) {
		t.Errorf("one project: %d %s", r.status, r.body)
	}
}

// TestGDAL reads the collections as a GIS does.
func TestGDAL(t *testing.T) {
	t.Parallel()
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("gdal-bin is not installed")
	}
	s := newSite(t).filled()
	run := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), ogrinfo, append([]string{"-ro"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("ogrinfo %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	list := run("OAPIF:" + s.URL)
	for _, want := range []string{"settlements", "projects", "cycling_routes"} {
		if !strings.Contains(list, want) {
			t.Errorf("layers: %s", list)
		}
	}
	out := run("OAPIF:"+s.URL, "settlements", "-spat", "14.34", "46.2", "14.39", "46.3", "-where", "class='rural'")
	if !strings.Contains(out, "Čadovlje") || strings.Contains(out, "Golnik") || strings.Contains(out, "ERROR") {
		t.Errorf("features: %s", out)
	}
	if out := run("-oo", "PAGE_SIZE=2", "-so", "OAPIF:"+s.URL, "settlements"); !strings.Contains(out, "Feature Count: 5") {
		t.Errorf("pages: %s", out)
	}
}
