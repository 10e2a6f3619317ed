package geo_test

import (
	"maps"
	"testing"
)

const whole = 1_000_000_000_000

// Where a project lies, by the method extent, on the fixture's whole coordinates.
func TestTiesDivideGeometryOnce(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	for _, c := range []struct {
		name  string
		sites []string
		want  map[string]int64
	}{
		{"point inside", []string{"POINT(5 5)"}, map[string]int64{"A": whole}},
		{"point on a border goes to the lower code", []string{"POINT(10 5)"}, map[string]int64{"A": whole}},
		{"code 9 is lower than code 10", []string{"POINT(30 5)"}, map[string]int64{"D": whole}},
		{"point on a corner", []string{"POINT(20 10)"}, map[string]int64{"B": whole}},
		{"point on the municipality's border is its own, not the lower code beyond", []string{"POINT(40 5)"}, map[string]int64{"D": whole}},
		{"point beyond", []string{"POINT(50 5)"}, map[string]int64{"outside": whole}},
		{"point nowhere near", []string{"POINT(9000 9000)"}, map[string]int64{"outside": whole}},
		{"two points are two places", []string{"POINT(5 5)", "POINT(15 5)"}, map[string]int64{"A": whole / 2, "B": whole / 2}},
		{"the same point twice is one", []string{"POINT(5 5)", "POINT(5 5)", "POINT(15 5)"}, map[string]int64{"A": whole / 2, "B": whole / 2}},
		{"three points: the part left over to the lower code", []string{"MULTIPOINT((5 5),(15 5),(25 5))"}, map[string]int64{"A": whole/3 + 1, "B": whole / 3, "C": whole / 3}},
		{"line over a border", []string{"LINESTRING(5 5,15 5)"}, map[string]int64{"A": whole / 2, "B": whole / 2}},
		{"line along a border", []string{"LINESTRING(10 0,10 10)"}, map[string]int64{"A": whole}},
		{"line along a border and on", []string{"LINESTRING(20 0,20 5,25 5)"}, map[string]int64{"B": whole / 2, "C": whole / 2}},
		{"line along the municipality's border", []string{"LINESTRING(40 0,40 10)"}, map[string]int64{"D": whole}},
		{"line that touches the next settlement", []string{"LINESTRING(5 5,10 5)"}, map[string]int64{"A": whole}},
		{"line there and back is once", []string{"LINESTRING(5 5,15 5,5 5)"}, map[string]int64{"A": whole / 2, "B": whole / 2}},
		{"line drawn twice is once", []string{"LINESTRING(5 5,15 5)", "LINESTRING(10 5,15 5)"}, map[string]int64{"A": whole / 2, "B": whole / 2}},
		{"line partly beyond, partly in nobody's land", []string{"LINESTRING(30 5,40 5,40 25)"}, map[string]int64{"D": whole / 2, "outside": whole / 2}},
		{"area over three", []string{"POLYGON((5 0,25 0,25 10,5 10,5 0))"}, map[string]int64{"A": whole / 4, "B": whole / 2, "C": whole / 4}},
		{"overlapping areas are once", []string{"POLYGON((0 0,10 0,10 10,0 10,0 0))", "POLYGON((5 0,20 0,20 10,5 10,5 0))"}, map[string]int64{"A": whole / 2, "B": whole / 2}},
		{"dimensions weigh equally", []string{"POINT(25 5)", "LINESTRING(1 5,9 5)"}, map[string]int64{"A": whole / 2, "C": whole / 2}},
		{"a collection is its parts", []string{"GEOMETRYCOLLECTION(POINT(25 5),LINESTRING(1 5,9 5))"}, map[string]int64{"A": whole / 2, "C": whole / 2}},
		{"no place", nil, map[string]int64{"unplaced": whole}},
	} {
		id := l.project(c.name, 100, c.sites...)
		if got := l.parts(id, "extent"); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	l.verify()
}

// An overlap of two settlements belongs to the lower code, whatever lies around it.
func TestOverlappingSettlements(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	// E covers 5–25: half of A, all of B, half of C. Its code comes before B and C and after A.
	l.exec(`INSERT INTO settlements (id, code, name, municipality_id, geom) VALUES (6, '1.5', 'E', 1, ST_Multi(ST_MakeEnvelope(5, 0, 25, 10, kraj.srid())))`)
	line := l.project("line", 1000, "LINESTRING(0 5,40 5)")
	if got, want := l.parts(line, "extent"), (map[string]int64{"A": whole / 4, "E": 3 * whole / 8, "C": whole / 8, "D": whole / 4}); !maps.Equal(got, want) {
		t.Errorf("line: %v, want %v", got, want)
	}
	// An overlap and as much outside: lengths by settlement add up to the whole, yet are wrong.
	beyond := l.project("beyond", 1000, "LINESTRING(5 5,10 5,10 -5)")
	if got, want := l.parts(beyond, "extent"), (map[string]int64{"A": 2 * whole / 3, "outside": whole / 3}); !near(got, want) {
		t.Errorf("line beyond: %v, want %v", got, want)
	}
	area := l.project("area", 1000, "POLYGON((0 0,40 0,40 10,0 10,0 0))")
	if got, want := l.parts(area, "extent"), (map[string]int64{"A": whole / 4, "E": 3 * whole / 8, "C": whole / 8, "D": whole / 4}); !maps.Equal(got, want) {
		t.Errorf("area: %v, want %v", got, want)
	}
	l.verify()
}

// near allows the rounding of shares, 10⁻¹².
func near(got, want map[string]int64) bool {
	if len(got) != len(want) {
		return false
	}
	for k, v := range want {
		if d := got[k] - v; d < -3 || d > 3 {
			return false
		}
	}
	return true
}

// The methods beside each other, as docs/method.md tells them.
func TestMethods(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	// 10 m in A (60 people), 10 m in B (30), 10 m in D (unknown), 10 m outside.
	id := l.project("route", 1000, "LINESTRING(0 5,20 5)", "LINESTRING(30 5,50 5)")
	quarter := int64(whole / 4)
	for method, want := range map[string]map[string]int64{
		"extent":     {"A": quarter, "B": quarter, "D": quarter, "outside": quarter},
		"population": {"A": whole / 2, "B": quarter, "outside": quarter}, // three quarters, 60 to 30; D's people are unknown
		"equal":      {"A": quarter, "B": quarter, "D": quarter, "outside": quarter},
		"served":     {"A": quarter, "B": quarter, "D": quarter, "outside": quarter},
	} {
		if got := l.parts(id, method); !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", method, got, want)
		}
	}
	// It serves B, C and one settlement of the neighbour: 30 : 10 : 50.
	l.exec(`INSERT INTO project_places (project_id, layer, place_id, relation) VALUES ($1, 'settlements', 2, 'serves'), ($1, 'settlements', 3, 'serves'), ($1, 'settlements', 5, 'serves')`, id)
	if got, want := l.parts(id, "served"), (map[string]int64{"B": whole / 3, "C": whole / 9, "outside": whole * 5 / 9}); !near(got, want) {
		t.Errorf("served: %v, want %v", got, want)
	}
	if got := l.parts(id, "extent"); got["A"] != quarter {
		t.Errorf("serves ties changed the extent: %v", got)
	}
	// Explicit weights win over all.
	l.exec(`INSERT INTO project_weights (project_id, settlement_id, special, weight, author, reason) VALUES ($1, 3, NULL, 3, 'ana', 'sklep'), ($1, NULL, 'municipality_wide', 1, 'ana', 'sklep')`, id)
	for _, method := range []string{"extent", "population", "equal", "served"} {
		if got, want := l.parts(id, method), (map[string]int64{"C": 3 * quarter, "municipality_wide": quarter}); !maps.Equal(got, want) {
			t.Errorf("explicit, %s: %v, want %v", method, got, want)
		}
	}
	l.verify()
}

// A sliver below 1 m and 0.1 % is measured, but does not count as a settlement touched.
func TestSliverIsNotTouched(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	id := l.project("sliver", 1000, "LINESTRING(0 5,10.5 5)")
	if got := l.parts(id, "equal"); !maps.Equal(got, map[string]int64{"A": whole}) {
		t.Errorf("equal: %v", got)
	}
	if got := l.parts(id, "extent"); got["B"] == 0 || got["A"]+got["B"] != whole {
		t.Errorf("extent: %v", got)
	}
}

// Everybody's writes, by plain SQL: ties and sums are right when each commits.
func TestPlainSQLKeepsTiesAndSums(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	id := l.project("1", 900, "LINESTRING(5 5,15 5)")
	l.project("2", 100, "POINT(25 5)")
	l.exec(`INSERT INTO business_zones (code, name, geom) VALUES ('Z', 'cona', ST_Multi(ST_MakeEnvelope(12, 0, 18, 10, kraj.srid())))`)
	for _, step := range []struct {
		sql  string
		want map[string]int64 // of project 1, by extent, in cents
	}{
		{`UPDATE settlements SET geom = ST_Multi(ST_MakeEnvelope(0, 0, 6, 10, kraj.srid())) WHERE id = 1`, map[string]int64{"A": 90, "outside": 360, "B": 450}},
		{`UPDATE settlements SET geom = ST_Multi(ST_MakeEnvelope(6, 0, 20, 10, kraj.srid())) WHERE id = 2`, map[string]int64{"A": 90, "B": 810}},
		{`UPDATE settlements SET name = 'A' WHERE id = 1`, map[string]int64{"A": 90, "B": 810}},
		{`UPDATE projects SET cost_cents = 1000 WHERE code = '1'`, map[string]int64{"A": 100, "B": 900}},
		{
			`INSERT INTO sites (project_id, geom) SELECT id, ST_GeomFromText('LINESTRING(20 5,30 5)', kraj.srid()) FROM projects WHERE code = '1'`,
			map[string]int64{"A": 50, "B": 450, "C": 500},
		},
		{`UPDATE projects SET scope = 'municipality' WHERE code = '1'`, map[string]int64{"municipality_wide": 1000}},
		{`UPDATE projects SET scope = 'sites' WHERE code = '1'`, map[string]int64{"A": 50, "B": 450, "C": 500}},
		{`DELETE FROM settlements WHERE id = 3`, map[string]int64{"A": 50, "B": 450, "outside": 500}},
		{`UPDATE settlements SET municipality_id = 2, code = '7' WHERE id = 2`, map[string]int64{"A": 50, "outside": 950}},
		{`UPDATE settlements SET municipality_id = 1 WHERE id = 2`, map[string]int64{"A": 50, "B": 450, "outside": 500}},
		{`INSERT INTO project_funding (project_id, source, amount_cents) SELECT id, 'eu', 400 FROM projects WHERE code = '1'`, map[string]int64{"A": 50, "B": 450, "outside": 500}},
		{`DELETE FROM sites`, map[string]int64{"unplaced": 1000}},
		{
			`INSERT INTO project_places (project_id, layer, place_id, relation, state, author) SELECT id, 'settlements', 1, 'named', 'proposed', 'ana' FROM projects WHERE code = '1'`,
			map[string]int64{"unplaced": 1000},
		},
		{`UPDATE project_places SET state = 'confirmed'`, map[string]int64{"A": 1000}},
		{`UPDATE population_settlements SET people = 1; DELETE FROM population_sets; TRUNCATE sites`, map[string]int64{"A": 1000}},
		{`INSERT INTO projects (municipality_id, code, title, parent_id) SELECT 1, '1.1', 'del', id FROM projects WHERE code = '1'`, map[string]int64{}},
		{`DELETE FROM projects WHERE code = '1.1'`, map[string]int64{"A": 1000}},
		{`DELETE FROM projects WHERE code = '1'`, map[string]int64{}},
	} {
		l.exec(step.sql)
		if got := l.cents(id, "extent"); !maps.Equal(got, step.want) {
			t.Errorf("after %s: %v, want %v", step.sql, got, step.want)
		}
		l.verify()
	}
}

// Ties to other layers: measured by themselves, near by the layer's threshold.
func TestLayerTies(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.exec(`
		UPDATE layers SET near_m = 3 WHERE id = 'business_zones';
		INSERT INTO business_zones (id, code, name, municipality_id, geom) VALUES
			(1, 'Z1', 'prva', 1, ST_Multi(ST_MakeEnvelope(0, 0, 10, 10, kraj.srid()))),
			(2, 'Z2', 'prekriva prvo', 1, ST_Multi(ST_MakeEnvelope(5, 0, 15, 10, kraj.srid()))),
			(3, 'Z3', 'ob robu', 1, ST_Multi(ST_MakeEnvelope(20, 0, 22, 10, kraj.srid()))),
			(4, 'Z4', 'blizu', 1, ST_Multi(ST_MakeEnvelope(22, 0, 30, 10, kraj.srid()))),
			(5, 'Z5', 'daleč', 1, ST_Multi(ST_MakeEnvelope(24, 0, 30, 10, kraj.srid())));
		INSERT INTO cycling_routes (id, code, name, municipality_id, geom) VALUES
			(1, 'K1', 'prečka', 1, ST_GeomFromText('MULTILINESTRING((8 0,8 10))', kraj.srid())),
			(2, 'K2', 'skupaj', 1, ST_GeomFromText('MULTILINESTRING((18 5,30 5))', kraj.srid()))`)
	id := l.project("p", nil, "LINESTRING(0 5,20 5)")
	want := map[string]int64{"Z1 crosses m": 10, "Z2 crosses m": 10, "Z3 near": 0, "Z4 near": 2, "K1 crosses count": 1, "K2 crosses m": 2}
	read := func() map[string]int64 {
		return l.column(`SELECT concat_ws(' ', p.code, t.relation, t.unit), coalesce(t.measure, t.distance_m)::bigint FROM ties t
			JOIN (SELECT 'business_zones' AS layer, id, code FROM business_zones UNION ALL SELECT 'cycling_routes', id, code FROM cycling_routes) p
			ON p.layer = t.layer AND p.id = t.place_id WHERE t.project_id = $1`, id)
	}
	if got := read(); !maps.Equal(got, want) {
		t.Errorf("ties: %v, want %v", got, want)
	}
	l.exec(`UPDATE layers SET near_m = 4.5 WHERE id = 'business_zones'`)
	want["Z5 near"] = 4
	if got := read(); !maps.Equal(got, want) {
		t.Errorf("with a larger threshold: %v, want %v", got, want)
	}
	l.exec(`UPDATE layers SET tied = false WHERE id = 'business_zones'; DELETE FROM cycling_routes WHERE id = 2`)
	if got := read(); !maps.Equal(got, map[string]int64{"K1 crosses count": 1}) {
		t.Errorf("untied layer, deleted route: %v", got)
	}
	l.verify()
}

// Of hundreds of projects at once only those ties are written that changed: an upgrade of a country computes all of them and finds them
// as they are. What stands wrong is put right all the same.
func TestTiesThatStayAreNotWrittenAgain(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	l.exec(`
		UPDATE layers SET near_m = 3 WHERE id IN ('business_zones', 'cycling_routes');
		INSERT INTO business_zones (id, code, name, municipality_id, geom) VALUES (1, 'Z1', 'cona', 1, ST_Multi(ST_MakeEnvelope(5, 0, 15, 10, kraj.srid())));
		INSERT INTO cycling_routes (id, code, name, municipality_id, geom) VALUES (1, 'K1', 'pot', 1, ST_GeomFromText('MULTILINESTRING((0 2,40 8))', kraj.srid()));
		INSERT INTO projects (id, municipality_id, code, title, scope) SELECT 5000 + n, 1, 'm' || n, 'Mnogi ' || n, 'sites' FROM generate_series(1, 300) n;
		INSERT INTO sites (project_id, code, geom) SELECT 5000 + n, 'm' || n, ST_SetSRID(CASE n % 3
				WHEN 0 THEN ST_MakePoint(n % 40, n % 10)
				WHEN 1 THEN ST_MakeLine(ST_MakePoint(n % 30, 1), ST_MakePoint(n % 30 + 11, 9))
				ELSE ST_MakeEnvelope(n % 30, 1, n % 30 + 7, 6) END, kraj.srid())
			FROM generate_series(1, 300) n;
		INSERT INTO project_places (project_id, layer, place_id, relation) SELECT 5000 + n, 'business_zones', 1, 'serves' FROM generate_series(1, 300, 7) n`)
	l.verify()
	// Where a row stands and which transaction wrote it.
	stored := func(condition string) (rows int, as string) {
		if err := l.pools.Owner.QueryRow(t.Context(), `SELECT count(*), coalesce(md5(string_agg(format('%s %s %s', ctid, xmin, t), chr(10) ORDER BY ctid)), '') FROM ties t WHERE project_id > 5000 AND `+condition).Scan(&rows, &as); err != nil {
			t.Fatal(err)
		}
		return rows, as
	}
	for _, step := range []struct{ name, sql, same string }{
		{"all are computed again", `SELECT kraj.rebuild_derived()`, "true"},
		{"most sites move", `UPDATE sites SET geom = ST_Translate(geom, 1, 0) WHERE project_id > 5040`, "project_id <= 5040"},
		{"something may be near from farther away", `UPDATE layers SET near_m = 5 WHERE id = 'business_zones'`, "layer <> 'business_zones'"},
		{"nothing may be near any more", `UPDATE layers SET near_m = NULL WHERE id = 'cycling_routes'`, "layer <> 'cycling_routes'"},
		{"stored ties are wrong", `UPDATE ties SET measure = measure + 1, share = NULL WHERE project_id % 5 = 0; UPDATE ties SET distance_m = NULL WHERE relation = 'near';
			DELETE FROM ties WHERE project_id % 11 = 0; INSERT INTO ties SELECT (jsonb_populate_record(t, '{"place_id": 3}')).* FROM ties t WHERE relation = 'within' AND layer = 'settlements' AND place_id = 1 AND project_id % 5 = 1;
			SELECT kraj.rebuild_derived()`, "false"},
	} {
		rows, before := stored(step.same)
		l.exec(step.sql)
		l.verify()
		if again, after := stored(step.same); after != before {
			t.Errorf("%s: of %d ties that stay some were written again (%d now)", step.name, rows, again)
		}
		if rows == 0 && step.same != "false" {
			t.Errorf("%s: nothing to compare", step.name)
		}
	}
}

// The route of docs/method.md, 7.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	l := newLand(t)
	// A 0–10, B 10–20, then 5 m of D (people unknown), 5 m outside: the document's C is the fixture's D.
	id := l.project("route", 10001, "LINESTRING(0 5,20 5)", "LINESTRING(35 5,45 5)")
	for _, c := range []struct {
		method       string
		parts, cents map[string]int64
	}{
		{
			"extent",
			map[string]int64{"A": 333333333333, "B": 333333333333, "D": 166666666667, "outside": 166666666667},
			map[string]int64{"A": 3334, "B": 3333, "D": 1667, "outside": 1667},
		},
		{
			"population",
			map[string]int64{"A": 555555555555, "B": 277777777778, "outside": 166666666667},
			map[string]int64{"A": 5556, "B": 2778, "outside": 1667},
		},
	} {
		if got := l.parts(id, c.method); !maps.Equal(got, c.parts) {
			t.Errorf("%s: parts %v, want %v", c.method, got, c.parts)
		}
		if got := l.cents(id, c.method); !maps.Equal(got, c.cents) {
			t.Errorf("%s: cents %v, want %v", c.method, got, c.cents)
		}
	}
}
