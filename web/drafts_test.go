package web_test

import (
	"strings"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"
)

// draftPaths are all the ways to the fixture's drafts that there are.
var draftPaths = []string{
	"/api/v1/municipalities", "/api/v1/projects", "/api/v1/projects?municipality=kranj&limit=1000", "/api/v1/projects?q=skrivnost", "/api/v1/projects?settlement=010",
	"/api/v1/projects?class=urban", "/api/v1/projects/kranj/1.9%2F666", "/api/v1/projects/kranj/1.9%2F667", "/api/v1/projects/kranj/1.9%2F667%2F1",
	"/api/v1/places/settlements/kranj/010", "/api/v1/places/business_zones/kranj/PC-1", "/api/v1/places/municipalities/kranj/052",
	"/api/v1/at?lon=14.4585&lat=46.2635&radius=5000", "/api/v1/search?q=skrivnost", "/api/v1/search?q=osnutek", "/api/v1/search?q=1.9/666",
	"/api/v1/balance?municipality=kranj", "/api/v1/balance/projects?municipality=kranj",
	"/api/v1/balance?municipality=kranj&by=settlement", "/api/v1/balance?municipality=kranj&by=measure",
	"/collections", "/collections/projects", "/collections/projects/items?limit=1000", "/collections/projects/items/2664", "/collections/projects/items/2672",
	"/collections/projects/items?status=idea", "/tiles/projects.json", "/styles/kraj.json",
	"/projekt/kranj/1.9/666", "/projekt/kranj/1.9%2F667%2F1", "/api/v1/history", "/api/v1/history?municipality=kranj&items=500&limit=100",
}

// draftWords occur in nothing but drafts.
var draftWords = []string{"skrivnost", "Osnutek", "1.9/666", "1.9/667", "66600000", "666000", "6680000"}

func TestDraftsAreFoundOnNoPath(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	seen := 0
	planner := s.planner()
	for _, path := range draftPaths {
		r := s.get(path)
		for _, word := range draftWords {
			if strings.Contains(strings.ReplaceAll(r.body, `project \"`, ""), word) && r.status == 200 {
				t.Errorf("%s shows %q to the public: %s", path, word, r.body)
			}
		}
		if p := s.get(path, planner); strings.Contains(p.body, "skrivnost") {
			seen++
			if tag := r.header.Get("ETag"); tag != "" && tag == p.header.Get("ETag") {
				t.Errorf("%s: the public's answer and the planner's share a tag", path)
			}
		}
	}
	if seen < 12 {
		t.Errorf("planners find the drafts on %d paths only: the test looks in the wrong places", seen)
	}
	for _, path := range []string{"/api/v1/projects/kranj/1.9%2F666", "/api/v1/projects/kranj/1.9%2F667%2F1", "/collections/projects/items/2664"} {
		if r := s.get(path); r.status != 404 {
			t.Errorf("%s: %d, want 404 as of what is not there", path, r.status)
		}
	}
}

func TestDraftsAreInNoTile(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	planner := s.planner()
	for _, tile := range []string{"8/138/90", "12/2212/1451", "14/8850/5806", "10/553/362"} {
		ids := func(headers ...string) map[float64]bool {
			r := s.get("/tiles/projects/"+tile+".mvt", headers...)
			if r.status == 204 {
				return nil
			}
			layers, err := mvt.Unmarshal([]byte(r.body))
			if err != nil {
				t.Fatalf("%s: %d %v", tile, r.status, err)
			}
			found := map[float64]bool{}
			for _, f := range layers[0].Features {
				found[f.ID.(float64)] = true
			}
			return found
		}
		public, all := ids(), ids(planner)
		if public[2664] || public[2672] {
			t.Errorf("tile %s shows a draft: %v", tile, public)
		}
		if tile == "8/138/90" && (!all[2664] || !public[408]) {
			t.Errorf("tile %s: the public sees %v, planners %v", tile, public, all)
		}
	}
}
