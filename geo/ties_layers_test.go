package geo_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	sf "github.com/peterstace/simplefeatures/geom"
)

// layerPlace is a place of a layer that is no division of land.
type layerPlace struct {
	layer string
	id    int64
	shape sf.Geometry
}

// layerTie is a tie as this test understands docs/method.md.
type layerTie struct {
	relation, unit string
	measure, share float64 // share −1: none
	distance       float64
}

// Projects of points, lines, areas, several of each, tied to places of points, lines and areas in every layer, a planner's
// own among them: relation, measure, share and distance are those of another geometry engine.
func TestRandomTiesToEveryLayer(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.exec(`SELECT kraj.create_layer('parks', 'Parki', 'Parks', 'mixed')`)
	kinds := map[string][]string{ // what the layers take
		"local_communities": {"MULTIPOLYGON", "POINT"}, "business_zones": {"MULTIPOLYGON", "POINT"}, "degraded_areas": {"MULTIPOLYGON", "MULTIPOINT"},
		"cycling_routes": {"MULTILINESTRING", "POINT"}, "agglomerations": {"MULTIPOLYGON", "POINT"}, "parks": {"MULTIPOLYGON", "MULTILINESTRING", "POINT"},
	}
	layers := slices.Sorted(maps.Keys(kinds)) // the same order at every run
	for seed := range uint64(rounds(6, 80)) {
		r := rand.New(rand.NewPCG(7, seed))
		l.exec(`DELETE FROM projects; DELETE FROM local_communities; DELETE FROM business_zones; DELETE FROM degraded_areas; DELETE FROM cycling_routes; DELETE FROM agglomerations; DELETE FROM parks`)
		near := map[string]*float64{}
		for _, layer := range layers {
			if near[layer] = nil; r.IntN(3) > 0 {
				m := []float64{0, 1, 3, 7.5}[r.IntN(4)]
				near[layer] = &m
			}
			l.exec(`UPDATE layers SET near_m = $2 WHERE id = $1`, layer, near[layer])
		}
		var places []layerPlace
		for _, layer := range layers {
			types := kinds[layer]
			for i := range int64(3) {
				wkt := placeShape(r, types[r.IntN(len(types))])
				l.exec(fmt.Sprintf(`INSERT INTO %s (id, code, name, municipality_id, geom) VALUES (%d, '%d', 'x', 1, ST_GeomFromText('%s', kraj.srid()))`, layer, i+1, i+1, wkt))
				places = append(places, layerPlace{layer, i + 1, must(sf.UnmarshalWKT(wkt))})
			}
		}
		for n := range 6 {
			sites := make([]string, 1+r.IntN(4))
			for i := range sites {
				sites[i] = randomSite(r)
			}
			id := l.project(fmt.Sprint("p", n), nil, sites...)
			compareTies(t, fmt.Sprintf("seed %d, %v", seed, sites), storedTies(t, l, id), expectedTies(sites, places, near), places)
		}
		l.verify()
	}
}

// Lines of many stretches (kraj.outlines has a dozen segments in each), projects' and routes', which cross each other and themselves,
// meet in vertices, at their ends and where stretches are joined, and run along each other for a while: the same spots and lengths as
// another geometry engine finds between the whole lines. On a grid with diagonals all crossings are exact numbers.
func TestRandomLongLines(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	reach := 2.0
	l.exec(`UPDATE layers SET near_m = $1 WHERE id = 'cycling_routes'`, reach)
	for seed := range uint64(rounds(5, 80)) {
		r := rand.New(rand.NewPCG(8, seed))
		l.exec(`DELETE FROM projects; DELETE FROM cycling_routes`)
		var places []layerPlace
		for i := range int64(4) {
			wkt := fmt.Sprintf("MULTILINESTRING(%s,%s)", walk(r, 20+r.IntN(20)), walk(r, 1+r.IntN(15)))
			l.exec(fmt.Sprintf(`INSERT INTO cycling_routes (id, code, name, municipality_id, geom) VALUES (%d, '%d', 'x', 1, ST_GeomFromText('%s', kraj.srid()))`, i+1, i+1, wkt))
			places = append(places, layerPlace{"cycling_routes", i + 1, must(sf.UnmarshalWKT(wkt))})
		}
		for n := range 4 {
			site := "LINESTRING" + walk(r, 10+r.IntN(30))
			id := l.project(fmt.Sprint("p", n), nil, site)
			compareTies(t, fmt.Sprintf("seed %d, %s", seed, site), storedTies(t, l, id), expectedTies([]string{site}, places, map[string]*float64{"cycling_routes": &reach}), places)
		}
		l.verify()
	}
}

// walk goes so many steps along the lines and diagonals of a grid, never straight back.
func walk(r *rand.Rand, steps int) string {
	ways := [8][2]int{{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}}
	x, y, way := 5+r.IntN(30), 3+r.IntN(10), r.IntN(8)
	text := fmt.Sprintf("(%d %d", x, y)
	for steps > 0 {
		turn := (way + 5 + r.IntN(7)) % 8 // not 4: back
		far := 1 + r.IntN(3)
		if nx, ny := x+far*ways[turn][0], y+far*ways[turn][1]; nx >= 0 && nx <= 40 && ny >= 0 && ny <= 16 {
			x, y, way = nx, ny, turn
			text += fmt.Sprintf(",%d %d", x, y)
			steps--
		} else {
			way = r.IntN(8)
		}
	}
	return text + ")"
}

func placeShape(r *rand.Rand, kind string) string {
	x, y, dx, dy := r.IntN(45)-3, r.IntN(18)-3, 1+r.IntN(15), 1+r.IntN(10)
	switch kind {
	case "MULTIPOLYGON":
		return fmt.Sprintf("MULTIPOLYGON(((%d %d,%d %d,%d %d,%d %d,%d %d)))", x, y, x+dx, y, x+dx, y+dy, x, y+dy, x, y)
	case "MULTILINESTRING":
		return fmt.Sprintf("MULTILINESTRING((%d %d,%d %d,%d %d))", x, y, x+dx, y, x+dx, y+dy)
	case "MULTIPOINT":
		return fmt.Sprintf("MULTIPOINT((%d %d),(%d %d))", x, y, x+dx, y+dy)
	}
	return fmt.Sprintf("POINT(%d %d)", x, y)
}

// expectedTies says each project's ties from its sites: "layer id dimension" → tie; near ties have the dimension −1.
func expectedTies(sites []string, places []layerPlace, near map[string]*float64) map[string]layerTie {
	out := map[string]layerTie{}
	for _, p := range places {
		key := func(d int) string { return fmt.Sprintf("%s %d %d", p.layer, p.id, d) }
		distance, met := math.Inf(1), false
		for d := range 3 {
			var shapes []sf.Geometry
			for _, site := range sites {
				if g := must(sf.UnmarshalWKT(site)); g.Dimension() == d {
					shapes = append(shapes, g)
				}
			}
			if len(shapes) == 0 {
				continue
			}
			shape := must(sf.UnionMany(shapes))
			if apart, _ := sf.Distance(shape, p.shape); apart < distance {
				distance = apart
			}
			if tie, ok := commonTie(shape, p.shape, d); ok {
				out[key(d)] = tie
				met = true
			}
		}
		if limit := near[p.layer]; !met && limit != nil && distance <= *limit { // without a threshold nothing is near
			out[key(-1)] = layerTie{relation: "near", share: -1, distance: distance}
		}
	}
	return out
}

// commonTie is what a shape of dimension d has in common with a place, if that is of the full dimension; two lines may also cross.
func commonTie(shape, place sf.Geometry, d int) (layerTie, bool) {
	units := []string{"count", "m", "m2"}
	whole := float64(size(shape, d)) / 1e12
	if must(sf.CoveredBy(shape, place)) {
		return layerTie{relation: "within", unit: units[d], measure: whole, share: 1}, true
	}
	common := must(sf.Intersection(shape, place))
	if common.IsEmpty() {
		return layerTie{}, false
	}
	has, wanted := common.Dimension(), min(d, place.Dimension())
	if has < wanted && (d != 1 || place.Dimension() != 1) {
		return layerTie{}, false
	}
	tie := layerTie{relation: "crosses", unit: units[has], measure: float64(size(common, has)) / 1e12, share: -1}
	if has == d {
		tie.share = tie.measure / whole
	}
	return tie, true
}

func storedTies(t *testing.T, l *land, project int64) map[string]layerTie {
	t.Helper()
	rows, err := l.pools.Owner.Query(t.Context(), `SELECT concat_ws(' ', layer, place_id, coalesce(dimension, -1)), relation, coalesce(unit, ''), coalesce(measure, 0),
		coalesce(share, -1), coalesce(distance_m, 0) FROM ties WHERE project_id = $1 AND layer <> 'settlements'`, project)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]layerTie{}
	var key string
	var tie layerTie
	if _, err := pgx.ForEachRow(rows, []any{&key, &tie.relation, &tie.unit, &tie.measure, &tie.share, &tie.distance}, func() error { out[key] = tie; return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func compareTies(t *testing.T, where string, got, want map[string]layerTie, places []layerPlace) {
	t.Helper()
	alike := func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Max(1, math.Abs(b)) }
	for key, w := range want {
		g, ok := got[key]
		if !ok || g.relation != w.relation || g.unit != w.unit || !alike(g.measure, w.measure) || !alike(g.share, w.share) || !alike(g.distance, w.distance) {
			t.Errorf("%s: %s is %+v, independently %+v", where, key, got[key], w)
		}
	}
	for key, g := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("%s: %s is %+v, independently nothing", where, key, g)
		}
	}
	if t.Failed() {
		for _, p := range places {
			t.Logf("%s %d %s", p.layer, p.id, p.shape.AsText())
		}
		t.FailNow()
	}
}

// What planners state is a tie in any layer, with its relation and origin, beside or without geometry; a proposal and a
// rejection are none, and a place that goes takes its tie along.
func TestStatedTiesToEveryLayer(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.exec(`SELECT kraj.create_layer('parks', 'Parki', 'Parks', 'mixed');
		INSERT INTO parks (id, code, name, municipality_id) VALUES (1, 'P1', 'le po imenu', 1);
		INSERT INTO agglomerations (id, code, name, municipality_id) VALUES (1, 'A1', 'le po imenu', 1);
		INSERT INTO business_zones (id, code, name, municipality_id, geom) VALUES (1, 'Z1', 'cona', 1, ST_Multi(ST_MakeEnvelope(0, 0, 10, 10, kraj.srid())))`)
	id := l.project("p", 100, "POINT(5 5)")
	nowhere := l.project("q", 100)
	l.exec(fmt.Sprintf(`INSERT INTO project_places (project_id, layer, place_id, relation, state) VALUES
		(%[1]d, 'agglomerations', 1, 'serves', 'confirmed'), (%[1]d, 'business_zones', 1, 'manual', 'confirmed'), (%[1]d, 'parks', 1, 'named', 'confirmed'),
		(%[1]d, 'settlements', 2, 'named', 'proposed'), (%[1]d, 'settlements', 3, 'manual', 'rejected'), (%[1]d, 'settlements', 4, 'serves', 'confirmed'),
		(%[2]d, 'settlements', 2, 'named', 'confirmed')`, id, nowhere))
	read := func(project int64) string {
		var text string
		if err := l.pools.Owner.QueryRow(t.Context(), `SELECT coalesce(string_agg(concat_ws(' ', layer, place_id, relation, origin), ', ' ORDER BY layer, place_id, relation), '') FROM ties WHERE project_id = $1`, project).Scan(&text); err != nil {
			t.Fatal(err)
		}
		return text
	}
	if got, want := read(id), "agglomerations 1 serves planner, business_zones 1 manual planner, business_zones 1 within geometry, parks 1 named words, settlements 1 within geometry, settlements 4 serves planner"; got != want {
		t.Errorf("ties %s, want %s", got, want)
	}
	if got := read(nowhere); got != "settlements 2 named words" {
		t.Errorf("without geometry: %s", got)
	}
	if got := l.parts(nowhere, "extent"); got["B"] != whole {
		t.Errorf("without geometry it is where a planner confirmed: %v", got)
	}
	l.exec(`DELETE FROM parks; DELETE FROM agglomerations; UPDATE project_places SET state = 'rejected' WHERE layer = 'business_zones'`)
	if got, want := read(id), "business_zones 1 within geometry, settlements 1 within geometry, settlements 4 serves planner"; got != want {
		t.Errorf("ties %s, want %s", got, want)
	}
	l.verify()
}
