package tiles_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb/encoding/mvt"

	"kraj/geo"
	"kraj/tiles"
)

func ptr[T any](v T) *T { return &v }

func TestEqualFiltersHaveEqualQueries(t *testing.T) {
	t.Parallel()
	a := tiles.Filter{Municipality: " Kranj ", Scheme: "degurba", Projects: geo.ProjectFilter{
		Themes: []string{"TP2", "TP1", "TP2"}, Text: "  Šola  Golnik", Strategic: ptr(true), MinCents: ptr(int64(1234550)), Places: []string{"business_zones:PC-1"},
	}}
	b := tiles.Filter{Municipality: "kranj", Scheme: "degurba", Projects: geo.ProjectFilter{
		Themes: []string{"TP1", "TP2"}, Text: "šola golnik", Strategic: ptr(true), MinCents: ptr(int64(1234550)), Places: []string{"business_zones:PC-1"},
	}}
	const want = "min_amount=12345.5&municipality=kranj&place=business_zones%3APC-1&q=%C5%A1ola+golnik&scheme=degurba&strategic=true&theme=TP1%2CTP2"
	if a.Query() != want || b.Query() != want {
		t.Errorf("got\n%s\n%s\nwant\n%s", a.Query(), b.Query(), want)
	}
	if !a.Anything() || (tiles.Filter{Municipality: "kranj", Projects: geo.ProjectFilter{Themes: []string{"TP1"}}}).Anything() {
		t.Error("a place far away matters to a filter by place, and to no other")
	}
	if (tiles.Filter{}).Query() != "" {
		t.Error("no filter is not nothing")
	}
	if got := a.Projects.Themes; got[0] != "TP2" {
		t.Error("asking changed the filter")
	}
}

// A filtered tile has exactly the features of the whole one that fit, at every zoom.
func TestFilteredProjects(t *testing.T) {
	t.Parallel()
	p := world(t)
	for _, zxy := range [][3]int{middle, whole} {
		everything := codesOf(decode(t, render(t, p.Planner, zxy, "projects"))["projects"], "")
		if len(everything) < 3 {
			t.Fatalf("the test world has too few projects: %v", everything)
		}
		for key, filter := range map[string]func(string) tiles.Filter{
			"status":  func(v string) tiles.Filter { return tiles.Filter{Projects: geo.ProjectFilter{Statuses: []string{v}}} },
			"theme":   func(v string) tiles.Filter { return tiles.Filter{Projects: geo.ProjectFilter{Themes: []string{v}}} },
			"horizon": func(v string) tiles.Filter { return tiles.Filter{Projects: geo.ProjectFilter{Horizons: []string{v}}} },
		} {
			values := map[string]bool{}
			for _, f := range decode(t, render(t, p.Planner, zxy, "projects"))["projects"].Features {
				if v, ok := f.Properties[key].(string); ok {
					values[v] = true
				}
			}
			for v := range values {
				want := codesOf(decode(t, render(t, p.Planner, zxy, "projects"))["projects"], key+"="+v)
				got := codesOf(decode(t, renderFiltered(t, p.Planner, zxy, filter(v), "projects"))["projects"], "")
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%v %s=%s: %s", zxy, key, v, diff)
				}
			}
		}
	}
	// What narrows projects leaves the other layers as they are.
	f := tiles.Filter{Projects: geo.ProjectFilter{Statuses: []string{"dropped"}}}
	if a, b := render(t, p.Planner, middle, "settlements"), renderFiltered(t, p.Planner, middle, f, "settlements"); string(a) != string(b) {
		t.Error("settlements were filtered as projects")
	}
}

// codesOf lists the features that fit "key=value" (all for an empty one) as id and code, sorted.
func codesOf(l *mvt.Layer, fit string) []string {
	if l == nil {
		return nil
	}
	key, value, _ := strings.Cut(fit, "=")
	var list []string
	for _, f := range l.Features {
		if fit == "" || f.Properties[key] == value {
			list = append(list, fmt.Sprintf("%v %v", f.ID, f.Properties["code"]))
		}
	}
	slices.Sort(list)
	return list
}

func TestSchemeOfTheQuestion(t *testing.T) {
	t.Parallel()
	p := world(t)
	run(t, p, `INSERT INTO schemes (id, municipality_id, code, version, name_sl, name_en, classes, current, source) SELECT 77, NULL, 'degurba', 1, 'DEGURBA', 'DEGURBA', '{urban,suburban,rural}', true, 'Eurostat'`)
	run(t, p, `INSERT INTO scheme_classes (scheme_id, settlement_id, class) SELECT 77, id, 'suburban' FROM settlements`)
	classes := func(f tiles.Filter) map[string]int {
		n := map[string]int{}
		for _, feature := range decode(t, renderFiltered(t, p.Public, middle, f, "settlements"))["settlements"].Features {
			n[fmt.Sprint(feature.Properties["class"])]++
		}
		return n
	}
	if n := classes(tiles.Filter{Scheme: "degurba"}); n["suburban"] == 0 || len(n) != 1 {
		t.Errorf("by degurba: %v", n)
	}
	if n := classes(tiles.Filter{}); n["suburban"] != 0 {
		t.Errorf("by the map's own: %v", n)
	}
	run(t, p, `INSERT INTO schemes (id, municipality_id, code, name_sl, name_en, classes) SELECT 78, 2, 'elsewhere', 'Drugje', 'Elsewhere', '{urban,rural}'`)
	for _, c := range []struct {
		municipality, scheme string
		accepted             string // "": the scheme itself is
	}{
		{"", "elsewhere", ""},
		{"050", "elsewhere", ""},
		{"050", "degurba@1", ""},
		{"050", "municipal", ""},
		{"", "nobody's", "accepted: degurba, elsewhere"},
		{"052", "elsewhere", "accepted: degurba"},
	} {
		request := tiles.Request{Address: tiles.Address{Layers: []string{"settlements"}, Z: 9}, Filter: tiles.Filter{Municipality: c.municipality, Scheme: c.scheme}}
		_, err := catalog(t, p.Public).Render(t.Context(), p.Public, request)
		if c.accepted == "" && err != nil || c.accepted != "" && (geo.KindOf(err) != geo.Invalid || !strings.Contains(err.Error(), c.accepted)) {
			t.Errorf("%s in %s: %v", c.scheme, c.municipality, err)
		}
	}
}

// A crowd under a filter is thinned at low zooms and says what it stands for; nothing is lost where there is room.
func TestAFilteredCrowd(t *testing.T) {
	t.Parallel()
	p := world(t)
	run(t, p, `INSERT INTO themes (id, municipality_id, code, name) VALUES (900, 1, 'X', 'Množica')`)
	run(t, p, `INSERT INTO projects (id, municipality_id, theme_id, code, title, scope, visibility, status) SELECT 5000 + i, 1, 900, 'x' || i, 'Projekt ' || i, 'sites', 'public', 'idea' FROM generate_series(1, 6000) i`)
	run(t, p, `INSERT INTO sites (id, project_id, geom) SELECT 5000 + i, 5000 + i, ST_Translate(c.geom, (i * 7919 % 6000) - 3000, (i * 104729 % 6000) - 3000)
		FROM generate_series(1, 6000) i, (SELECT ST_Centroid(geom) AS geom FROM municipalities WHERE id = 1 OFFSET 0) c`)
	f := tiles.Filter{Projects: geo.ProjectFilter{Themes: []string{"X"}}}
	tile := renderFiltered(t, p.Public, whole, f, "projects")
	l := decode(t, tile)["projects"]
	var stands float64
	for _, feature := range l.Features {
		if n, ok := feature.Properties["points"].(float64); ok {
			stands += n
		} else {
			stands++
		}
	}
	if len(l.Features) > 48*48*2 || len(tile) > 500_000 {
		t.Errorf("%d features, %d bytes", len(l.Features), len(tile))
	}
	if stands < 5900 {
		t.Errorf("they stand for %v of 6000", stands)
	}
}
