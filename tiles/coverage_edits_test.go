package tiles_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// checkRebuilt asserts that the copies are those that the whole coverage gives, made anew.
func checkRebuilt(t *testing.T, p *pg.Pools, after string) {
	t.Helper()
	before := state(t, p)
	run(t, p, `SELECT kraj.rebuild_tiles('settlements')`)
	if got := changed(before, state(t, p)); len(got) != 0 {
		t.Errorf("after %s: made anew, these differ: %v", after, got)
	}
}

// cells is a coverage of irregular cells: Voronoi's around random points, some missing (holes), one around
// another (an enclave), one apart (an island). Every border is broken into uneven steps, the same for both neighbours.
func cells(t *testing.T, seed uint64) *pg.Pools {
	t.Helper()
	p := pgtest.New(t)
	r := rand.New(rand.NewPCG(seed, 7))
	points := ""
	for range 40 {
		points += fmt.Sprintf(",(%d,%d)", 440000+r.IntN(16000), 110000+r.IntN(16000))
	}
	run(t, p, `WITH pts AS (SELECT ST_Collect(ST_SetSRID(ST_MakePoint(x, y), 3794)) AS g FROM (VALUES `+points[1:]+`) v (x, y)),
		lines AS (SELECT DISTINCT ST_Normalize(ST_MakeLine(a.geom, b.geom)) AS line FROM pts, ST_Dump(ST_VoronoiPolygons(g, 0, ST_Buffer(ST_Envelope(g), 2000))) d,
			LATERAL (SELECT geom, path[2] AS n FROM ST_DumpPoints(d.geom)) a JOIN LATERAL (SELECT geom, path[2] AS n FROM ST_DumpPoints(d.geom)) b ON b.n = a.n + 1),
		steps AS (SELECT ST_MakeLine(ARRAY[ST_StartPoint(line)] || ARRAY(SELECT ST_Translate(ST_LineInterpolatePoint(line, i / 12.0),
			120 * sin(i * 2.1 + ST_X(ST_StartPoint(line)) / 97) * sin(pi() * i / 12), 120 * cos(i * 1.7) * sin(pi() * i / 12)) FROM generate_series(1, 11) i) || ARRAY[ST_EndPoint(line)]) AS line
			FROM lines WHERE ST_Length(line) > 1),
		faces AS (SELECT row_number() OVER (ORDER BY ST_XMin(d.geom), ST_YMin(d.geom)) AS n, d.geom FROM (SELECT ST_Polygonize(geom) AS g
			FROM (SELECT (ST_Dump(ST_Node(ST_Collect(line)))).geom FROM steps) noded) f, ST_Dump(f.g) d WHERE ST_Area(d.geom) > 40000)
		INSERT INTO kraj.settlements (id, code, name, geom)
		SELECT n, 'c' || n, 'Celica ' || n, ST_Multi(CASE WHEN n = 20 THEN ST_Difference(geom, ST_Buffer(ST_PointOnSurface(geom), 180)) ELSE geom END) FROM faces WHERE n % 9 <> 4`)
	run(t, p, `INSERT INTO kraj.settlements (id, code, name, geom) SELECT 501, 'enklava', 'Enklava', ST_Multi(ST_MakePolygon(r.geom))
		FROM kraj.settlements s, ST_Dump(s.geom) d, LATERAL (SELECT ST_InteriorRingN(d.geom, 1) AS geom) r WHERE s.id = 20 AND r.geom IS NOT NULL`)
	run(t, p, `INSERT INTO kraj.settlements (id, code, name, geom) VALUES (502, 'otok', 'Otok', ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(470000, 118000), 3794), 800)))`)
	return p
}

// edits of a coverage, each by plain SQL. %d: a number by which a settlement is chosen.
var edits = []struct{ name, sql string }{
	{"a junction moved", `WITH j AS (SELECT v.geom AS p FROM kraj.settlements s, ST_DumpPoints(s.geom) v GROUP BY v.geom HAVING count(DISTINCT s.id) >= 3 ORDER BY ST_X(v.geom) OFFSET %d %% 9 LIMIT 1),
		w AS (SELECT p, trim(both 'POINT()' from ST_AsText(p, 17)) AS old, trim(both 'POINT()' from ST_AsText(ST_Translate(p, 4, -3), 17)) AS new FROM j)
		UPDATE kraj.settlements s SET geom = ST_GeomFromText(replace(ST_AsText(s.geom, 17), w.old, w.new), 3794) FROM w WHERE ST_Intersects(s.geom, w.p)`},
	{"a settlement split", `WITH s AS (SELECT id, geom, ST_SetSRID(ST_MakeEnvelope(ST_XMin(geom) - 1, ST_Y(ST_PointOnSurface(geom)), ST_XMax(geom) + 1, ST_YMax(geom) + 1), 3794) AS upper
			FROM kraj.settlements WHERE id < 500 ORDER BY id OFFSET %d %% 20 LIMIT 1),
		new AS (INSERT INTO kraj.settlements (id, code, name, geom) SELECT 1000 + max.n, 'novo' || max.n, 'Novo', ST_Multi(ST_Intersection(geom, upper))
			FROM s, (SELECT max(id) AS n FROM kraj.settlements) max RETURNING 1)
		UPDATE kraj.settlements k SET geom = ST_Multi(ST_Difference(k.geom, s.upper)) FROM s WHERE k.id = s.id`},
	{"two settlements merged", `WITH a AS (SELECT s.id, s.geom, (SELECT n.id FROM kraj.settlements n WHERE n.id <> s.id AND ST_Dimension(ST_Intersection(n.geom, s.geom)) = 1 ORDER BY n.id LIMIT 1) AS other
			FROM kraj.settlements s WHERE s.id < 500 ORDER BY s.id OFFSET %d %% 15 LIMIT 1),
		gone AS (DELETE FROM kraj.settlements n USING a WHERE n.id = a.other RETURNING n.geom)
		UPDATE kraj.settlements s SET geom = ST_Multi(ST_Union(s.geom, gone.geom)) FROM a, gone WHERE s.id = a.id`},
	{"a settlement deleted", `DELETE FROM kraj.settlements WHERE id = (SELECT id FROM kraj.settlements ORDER BY id OFFSET %d %% 12 LIMIT 1)`},
}

// Whatever happens to a coverage, neighbours share their boundaries at each zoom, and the copies are those of the whole.
func TestCoverageKeptOnEdits(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 2} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			p := cells(t, seed)
			if n := one[int](t, p, `SELECT count(*) FROM kraj.settlements`); n < 25 {
				t.Fatalf("only %d cells", n)
			}
			checkCoverage(t, p, "settlements")
			r := rand.New(rand.NewPCG(seed, 11))
			for range 2 {
				for _, e := range edits {
					before := state(t, p)
					run(t, p, fmt.Sprintf(e.sql, r.IntN(1000)))
					if len(changed(before, state(t, p))) == 0 {
						t.Errorf("%s: nothing has changed", e.name)
					}
					checkCoverage(t, p, "settlements")
					checkRebuilt(t, p, e.name)
				}
			}
		})
	}
}

// Where two overlap, only they and their neighbours are as they were drawn; the rest of the coverage stays one.
func TestOverlapDoesNotSpread(t *testing.T) {
	t.Parallel()
	p := cells(t, 3)
	run(t, p, `UPDATE kraj.settlements SET geom = ST_Multi(ST_Buffer(geom, 400)) WHERE id = 3`)
	run(t, p, `UPDATE kraj.settlements SET geom = ST_Multi(ST_Buffer(geom, -0.4)) WHERE id = 25`) // a sliver of gap all around
	for _, band := range []int{8, 10, 12} {
		twice := one[float64](t, p, `WITH far AS (SELECT f.geom FROM kraj.tile_features f WHERE layer = 'settlements' AND band = $1
				AND NOT ST_DWithin(f.geom, (SELECT geom FROM kraj.tile_features WHERE layer = 'settlements' AND band = 15 AND id = 3), 2000))
			SELECT (sum(ST_Area(geom)) - ST_Area(ST_Union(geom))) / (SELECT tolerance ^ 2 FROM kraj.tile_bands() WHERE band = $1) FROM far`, band)
		if twice > 0.01 || twice < -0.01 {
			t.Errorf("band %d: far from the overlap, overlaps of %g half pixels squared", band, twice)
		}
		if lost := query[string](t, p, `SELECT o.id || ' of ' || ST_Area(o.geom)::int || ' m²' FROM kraj.tile_features o WHERE o.layer = 'settlements' AND o.band = 15
				AND ST_Area(o.geom) > 16 * (SELECT tolerance ^ 2 FROM kraj.tile_bands() WHERE band = $1)
				AND NOT EXISTS (SELECT FROM kraj.tile_features f WHERE f.layer = 'settlements' AND f.band = $1 AND f.id = o.id)`, band); len(lost) > 0 {
			t.Errorf("band %d: lost %v", band, lost)
		}
	}
	checkRebuilt(t, p, "overlaps")
}

// outlined measures how true a feature's outline is at a band: the Hausdorff distance in pixels of a 512-pixel tile at the band's
// last zoom, and the ratio of areas.
func outlined(t *testing.T, p *pg.Pools, name string, band int) (pixels, ratio float64) {
	t.Helper()
	pixels = one[float64](t, p, `SELECT ST_HausdorffDistance(ST_Boundary(g.geom), ST_Boundary(o.geom)) / (2 * (SELECT tolerance FROM kraj.tile_bands() WHERE band = $2))
		FROM kraj.tile_features g JOIN kraj.tile_features o USING (layer, id) WHERE layer = 'settlements' AND g.band = $2 AND o.band = 15 AND o.props ->> 'name' = $1`, name, band)
	ratio = one[float64](t, p, `SELECT ST_Area(g.geom) / ST_Area(o.geom)
		FROM kraj.tile_features g JOIN kraj.tile_features o USING (layer, id) WHERE layer = 'settlements' AND g.band = $2 AND o.band = 15 AND o.props ->> 'name' = $1`, name, band)
	return pixels, ratio
}

// checkOutline asserts that a shape can still be recognised at each band.
func checkOutline(t *testing.T, p *pg.Pools, name string, most float64) {
	t.Helper()
	for _, band := range []int{8, 10, 12} {
		pixels, ratio := outlined(t, p, name, band)
		t.Logf("%s at zoom %d: outline off by %.2f pixels at most, area × %.3f", name, band, pixels, ratio)
		if pixels > most || ratio < 0.9 || ratio > 1.1 {
			t.Errorf("%s at zoom %d: outline off by %.2f pixels, area × %.3f", name, band, pixels, ratio)
		}
	}
}
