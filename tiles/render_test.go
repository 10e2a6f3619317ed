package tiles_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kraj/geo"
	"kraj/geo/pgtest"
	"kraj/tiles"
)

// attributes that each layer's features may carry; those in required are on every one.
var required = []string{"approximate", "code", "municipality", "name"}

func TestRenderEachLayer(t *testing.T) {
	t.Parallel()
	p := world(t)
	c := catalog(t, p.Planner)
	want := map[string]int{
		"municipalities": 1, "settlements": 17, "settlements_labels": 17, "local_communities": 1, "business_zones": 2,
		"degraded_areas": 2, "cycling_routes": 2, "agglomerations": 2, "projects": 4, "projects_named": 1,
	}
	if _, err := p.Owner.Exec(t.Context(), `INSERT INTO projects (id, municipality_id, code, title) SELECT 9001, municipality_id, 'named', 'Pot v ' || name FROM settlements WHERE geom IS NOT NULL ORDER BY id LIMIT 1;
		INSERT INTO project_places (project_id, layer, place_id, relation) SELECT p.id, 'settlements', s.id, 'named' FROM projects p,
			(SELECT id FROM settlements WHERE geom IS NOT NULL ORDER BY id LIMIT 1) s WHERE p.code = 'named'`); err != nil {
		t.Fatal(err)
	}
	for _, name := range c.Names() {
		layers := decode(t, render(t, p.Planner, whole, name))
		l := layers[name]
		if l == nil || len(layers) != 1 {
			t.Errorf("%s: layers %v", name, layers)
			continue
		}
		// Points in the same cell of zoom 10 stand for each other.
		if len(l.Features) > want[name] || len(l.Features) == 0 {
			t.Errorf("%s: %d features, want 1 to %d", name, len(l.Features), want[name])
		}
		if l.Version != 2 || l.Extent != tiles.Extent {
			t.Errorf("%s: version %d, extent %d", name, l.Version, l.Extent)
		}
		layer, _ := c.Layer(name)
		known := make(map[string]string)
		for _, f := range tiles.Fields(layer) {
			known[f.Name] = f.Type
		}
		last := uint64(0)
		for _, f := range l.Features {
			checkFeature(t, name, known, f.Properties)
			id := uint64(f.ID.(float64))
			if id <= last {
				t.Errorf("%s: feature %d comes after %d", name, id, last)
			}
			last = id
			if b := f.Geometry.Bound(); b.Min[0] < -tiles.Buffer || b.Min[1] < -tiles.Buffer || b.Max[0] > tiles.Extent+tiles.Buffer || b.Max[1] > tiles.Extent+tiles.Buffer {
				t.Errorf("%s %d: %v reaches beyond the buffer", name, id, b)
			}
		}
	}
}

func checkFeature(t *testing.T, layer string, known map[string]string, props map[string]any) {
	t.Helper()
	for _, name := range required {
		if _, ok := props[name]; !ok {
			t.Errorf("%s: %v lacks %q", layer, props, name)
		}
	}
	for name, v := range props {
		var got string
		switch v.(type) {
		case string:
			got = "String"
		case bool:
			got = "Boolean"
		case float64:
			got = "Number"
		}
		if known[name] != got {
			t.Errorf("%s: attribute %q is a %T, want %q", layer, name, v, known[name])
		}
	}
}

func TestRenderAttributes(t *testing.T) {
	t.Parallel()
	p := world(t)
	layers := decode(t, render(t, p.Planner, middle))
	find := func(layer, code string) map[string]any {
		t.Helper()
		if l := layers[layer]; l != nil {
			for _, f := range l.Features {
				if f.Properties["code"] == code {
					return f.Properties
				}
			}
		}
		t.Fatalf("%s %s is not in the tile", layer, code)
		return nil
	}
	for _, c := range []struct {
		layer, code string
		want        map[string]any
	}{
		{"projects", "1.1.1", map[string]any{
			"name": "Nova šola", "theme": "TP1", "color": "#276be6", "measure": "1.1", "status": "implementation", "horizon": "2030",
			"strategic": true, "amount": 1234567.89,
		}},
		{"projects", "2.1.1", map[string]any{"theme": "TP2", "color": "#5f6368", "amount": 4500.0, "strategic": false}},
		{"business_zones", "pc1", map[string]any{"area_ha": 14.6, "plan_state": "adopted", "municipality": "kranj"}},
		{"agglomerations", "a1", map[string]any{"load_pe": 45284.0, "equipped": true}},
		{"cycling_routes", "kp9", map[string]any{"route_level": "local", "state": "planned", "name": "KP9 Planina–šole"}},
	} {
		got := find(c.layer, c.code)
		for name, v := range c.want {
			if diff := cmp.Diff(v, got[name]); diff != "" {
				t.Errorf("%s %s %s: %s", c.layer, c.code, name, diff)
			}
		}
	}
	if a := find("agglomerations", "a1"); a["equipped"] != true {
		t.Errorf("%v", a)
	}
	all := decode(t, render(t, p.Planner, whole))
	for _, f := range all["settlements"].Features {
		switch f.Properties["code"] {
		case "n1":
			if f.Properties["class"] != "urban" || f.Properties["population"] != 37000.0 {
				t.Errorf("n1: %v", f.Properties)
			}
		case "n3":
			if f.Properties["class"] != "unclassified" || f.Properties["population"] != 0.0 {
				t.Errorf("n3 has no people, which is a figure: %v", f.Properties)
			}
		case "n4":
			if _, has := f.Properties["population"]; has {
				t.Errorf("n4's people are not known, but the tile says %v", f.Properties["population"])
			}
		}
	}
}

func TestRenderTogetherIsEachInTurn(t *testing.T) {
	t.Parallel()
	p := world(t)
	names := []string{"projects", "settlements", "business_zones"}
	var parts []byte
	for _, name := range names {
		parts = append(parts, render(t, p.Planner, middle, name)...)
	}
	if together := render(t, p.Planner, middle, names...); !bytes.Equal(together, parts) {
		t.Errorf("%d bytes together, %d one by one", len(together), len(parts))
	}
}

func TestRenderEmpty(t *testing.T) {
	t.Parallel()
	p := world(t)
	if tile := render(t, p.Planner, [3]int{10, 0, 0}); tile != nil {
		t.Errorf("an empty place has %d bytes", len(tile))
	}
	if tile := render(t, p.Planner, [3]int{3, 4, 2}); tile != nil {
		t.Errorf("below every layer's zooms there are %d bytes", len(tile))
	}
	if tile := render(t, p.Planner, [3]int{7, 69, 45}, "municipalities", "business_zones"); decode(t, tile)["business_zones"] != nil {
		t.Error("zones at zoom 7, which is below theirs")
	}
}

func TestRenderRefuses(t *testing.T) {
	t.Parallel()
	c := catalog(t, pgtest.New(t).Owner)
	for _, a := range []tiles.Address{
		{Layers: []string{"nothing"}, Z: 1},
		{Layers: []string{"projects", "settings"}, Z: 1},
		{Layers: []string{"projects"}, Z: 16},
		{Layers: []string{"projects"}, Z: 1, X: 2},
		{Layers: []string{"projects"}, Z: 1, Y: -1},
	} {
		// Without a querier: the answer must not need one.
		if _, err := c.Render(t.Context(), nil, tiles.Request{Address: a}); geo.KindOf(err) != geo.NotFound {
			t.Errorf("%s: %v, want not found", a, err)
		}
	}
}

func TestRenderFilter(t *testing.T) {
	t.Parallel()
	p := world(t)
	own := renderFiltered(t, p.Planner, middle, tiles.Filter{Municipality: "kranj"})
	if !bytes.Equal(own, render(t, p.Planner, middle)) {
		t.Error("everything is Kranj's, but its tile differs")
	}
	if tile := renderFiltered(t, p.Planner, middle, tiles.Filter{Municipality: "050"}); tile != nil {
		t.Error("another municipality's tile has features")
	}
}

// A draft is in no public tile, at no zoom, and displaces nothing there.
func TestDraftsAreNotPublic(t *testing.T) {
	t.Parallel()
	p := world(t)
	draft := true
	codes := func(z int, public bool) []string {
		pool := p.Planner
		if public {
			pool = p.Public
		}
		shift := 14 - z
		tile := render(t, pool, [3]int{z, middle[1] >> shift, middle[2] >> shift}, "projects")
		if public && draft && bytes.Contains(tile, []byte("Osnutek")) {
			t.Errorf("zoom %d: the draft's name is in a public tile", z)
		}
		var list []string
		if l := decode(t, tile)["projects"]; l != nil {
			for _, f := range l.Features {
				list = append(list, f.Properties["code"].(string))
				if n, ok := f.Properties["points"]; ok && public && draft {
					t.Errorf("zoom %d: the public sees that %v stands for %v", z, f.Properties["code"], n)
				}
			}
		}
		return list
	}
	for z := 8; z <= 14; z++ {
		if got := codes(z, true); !slices.Contains(got, "1.1.1") {
			t.Errorf("zoom %d: the public sees %v", z, got)
		}
		if got := codes(z, false); !slices.Contains(got, "1.9") {
			t.Errorf("zoom %d: planners see %v, without the draft", z, got)
		}
	}
	run(t, p, `UPDATE kraj.projects SET visibility = 'internal' WHERE id = 1`)
	if got := codes(14, true); slices.Contains(got, "1.1.1") {
		t.Errorf("now internal, and still public: %v", got)
	}
	run(t, p, `UPDATE kraj.projects SET visibility = 'public' WHERE id IN (1, 3)`)
	draft = false
	if got := codes(14, true); !slices.Contains(got, "1.9") {
		t.Errorf("published, but the public sees %v", got)
	}
}

// Every ring is closed, turns as the specification wants and has an area.
func TestRenderRings(t *testing.T) {
	t.Parallel()
	p := world(t)
	for _, at := range [][3]int{whole, middle, {8, 138, 90}, {12, 2211, 1453}} {
		for name, l := range decode(t, render(t, p.Planner, at)) {
			for _, f := range l.Features {
				polygons := orb.MultiPolygon{}
				switch g := f.Geometry.(type) {
				case orb.Polygon:
					polygons = orb.MultiPolygon{g}
				case orb.MultiPolygon:
					polygons = g
				}
				for _, polygon := range polygons {
					for i, ring := range polygon {
						// y points down: an exterior ring that is clockwise on the screen counts as counter-clockwise in orb.
						want := orb.CCW
						if i > 0 {
							want = orb.CW
						}
						if len(ring) < 4 || !ring.Closed() || ring.Orientation() != want {
							t.Errorf("%v %s %v: ring %d of %d points turns %d", at, name, f.ID, i, len(ring), ring.Orientation())
						}
					}
				}
			}
		}
	}
}

// A layer made while the server runs is found once the catalog is looked up again.
func TestRegistry(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	r := tiles.Registry{Fresh: time.Hour}
	if _, err := r.Catalog(t.Context(), p.Public, "settlements", "orchards"); geo.KindOf(err) != geo.NotFound {
		t.Errorf("before: %v", err)
	}
	run(t, p, `SELECT kraj.create_layer('orchards', 'Sadovnjaki', 'Orchards', 'polygon')`)
	if _, err := r.Catalog(t.Context(), nil, "orchards"); geo.KindOf(err) != geo.NotFound {
		t.Errorf("within the hour: %v; it must not ask the database", err)
	}
	r.Fresh = time.Nanosecond
	c, err := r.Catalog(t.Context(), p.Public, "orchards")
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := c.Layer("orchards"); !ok || l.Title.SL != "Sadovnjaki" || l.Builtin {
		t.Errorf("%+v", l)
	}
}
