package tiles_test

import (
	"fmt"
	osexec "os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/tiles"
)

// checkCoverage asserts that at each band the features neither overlap nor gape by more than half a pixel (of a
// 512-pixel tile at the band's last zoom), are valid, and all there.
func checkCoverage(t *testing.T, p *pg.Pools, layer string) {
	t.Helper()
	for _, band := range []int{8, 10, 12} {
		invalid := one[int](t, p, `SELECT count(*) FROM kraj.tile_features WHERE layer = $1 AND band = $2 AND NOT ST_IsValid(geom)`, layer, band)
		if invalid > 0 {
			t.Errorf("%s band %d: %d are not valid", layer, band, invalid)
		}
		// What is covered twice, as a share of half a pixel squared.
		if twice := one[float64](t, p, `SELECT (sum(ST_Area(geom)) - ST_Area(ST_Union(geom))) / (SELECT tolerance ^ 2 FROM kraj.tile_bands() WHERE band = $2)
			FROM kraj.tile_features WHERE layer = $1 AND band = $2`, layer, band); twice > 0.01 || twice < -0.01 {
			t.Errorf("%s band %d: overlaps of %g half pixels squared", layer, band, twice)
		}
		// The widest hole that the originals do not have; of a hole that they have, how far its outline moved into them.
		for _, hole := range []struct {
			what, where string
			most        float64
		}{{"a gap", ">", 1}, {"the outline of a hole off by", "<=", 2}} {
			gap := one[float64](t, p, `WITH made AS (SELECT ST_Union(geom) AS g FROM kraj.tile_features WHERE layer = $1 AND band = $2),
				real AS (SELECT ST_Union(geom) AS g FROM kraj.tile_features WHERE layer = $1 AND band = 15),
				holes AS (SELECT ST_MakePolygon(ST_ExteriorRing(r.geom)) AS geom FROM made, ST_Dump(g) d, ST_DumpRings(d.geom) r WHERE r.path[1] > 0),
				inside AS (SELECT ST_Intersection(h.geom, real.g) AS geom FROM holes h, real WHERE ST_Area(ST_Intersection(h.geom, real.g)) `+hole.where+` ST_Area(h.geom) / 2)
				SELECT coalesce(max((ST_MaximumInscribedCircle(x.geom)).radius), 0) * 2 / (SELECT tolerance FROM kraj.tile_bands() WHERE band = $2)
				FROM inside i, ST_Dump(i.geom) x WHERE ST_Dimension(x.geom) = 2 AND ST_Area(x.geom) > 1`, layer, band)
			if gap > hole.most {
				t.Errorf("%s band %d: %s %g half pixels wide", layer, band, hole.what, gap)
			}
		}
		lost := query[string](t, p, `SELECT f.props ->> 'name' FROM kraj.tile_features f WHERE layer = $1 AND band = 15
			AND ST_Area(geom) > 16 * (SELECT tolerance ^ 2 FROM kraj.tile_bands() WHERE band = $2)
			AND NOT EXISTS (SELECT FROM kraj.tile_features g WHERE g.layer = f.layer AND g.band = $2 AND g.id = f.id)`, layer, band)
		if len(lost) > 0 {
			t.Errorf("%s band %d: lost %v", layer, band, lost)
		}
	}
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	p := world(t)
	checkCoverage(t, p, "settlements")
	if n := one[int](t, p, `SELECT ST_NumInteriorRings(ST_GeometryN(geom, 1)) FROM kraj.tile_features WHERE layer = 'settlements' AND band = 10 AND id = 11`); n != 1 {
		t.Errorf("the settlement around the enclave has %d holes, want 1", n)
	}
	if lake := one[bool](t, p, `SELECT bool_or(ST_Covers(f.geom, ST_PointOnSurface(ST_Transform(m.geom, 3857))))
		FROM kraj.tile_features f, (SELECT ST_Difference((SELECT geom FROM kraj.municipalities WHERE id = 1), ST_Union(ST_Buffer(geom, 1))) AS geom FROM kraj.settlements) m
		WHERE f.layer = 'settlements' AND f.band = 8`); lake {
		t.Error("the lake became land")
	}
	vertices := func(band int) int {
		return one[int](t, p, `SELECT sum(ST_NPoints(geom)) FROM kraj.tile_features WHERE layer = 'settlements' AND band = $1`, band)
	}
	if a, b, c := vertices(8), vertices(12), vertices(15); a*3 > c || a >= b || b > c {
		t.Errorf("vertices by band: %d, %d of %d", a, b, c)
	}
}

// After each edit the copies are those that the whole coverage gives, neighbours included.
func TestCoverageEdits(t *testing.T) {
	t.Parallel()
	p := world(t)
	for _, sql := range []string{
		// The border between 10 and 11 moves.
		`WITH piece AS (SELECT ST_Intersection(b.geom, ST_Buffer(ST_PointOnSurface(ST_Intersection(a.geom, b.geom)), 300)) AS g
			FROM kraj.settlements a, kraj.settlements b WHERE a.id = 10 AND b.id = 14)
		 UPDATE kraj.settlements s SET geom = ST_Multi(CASE s.id WHEN 10 THEN ST_Union(s.geom, piece.g) ELSE ST_Difference(s.geom, piece.g) END)
			FROM piece WHERE s.id IN (10, 14)`,
		`DELETE FROM kraj.settlements WHERE id = 7`,
		`DELETE FROM kraj.settlements WHERE id = 100`, // the enclave becomes a hole
		`INSERT INTO kraj.settlements (id, code, name, geom) VALUES (200, 'nov', 'Novi otok', ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(461500, 121000), 3794), 700)))`,
		`UPDATE kraj.settlements SET geom = ST_Multi(ST_Translate(geom, 200, 100)) WHERE id = 101`,
		`UPDATE kraj.settlements SET geom = null WHERE id = 16`,
	} {
		run(t, p, sql)
		checkCoverage(t, p, "settlements")
		before := state(t, p)
		run(t, p, `SELECT kraj.rebuild_tiles('settlements')`)
		if got := changed(before, state(t, p)); len(got) != 0 {
			t.Errorf("after %.60s…: made anew, these differ: %v", sql, got)
		}
	}
}

// An overlap is no reason to refuse a writer, nor to redraw what they drew.
func TestCoverageThatIsNone(t *testing.T) {
	t.Parallel()
	p := world(t)
	run(t, p, `UPDATE kraj.settlements SET geom = ST_Multi(ST_Buffer(geom, 700)) WHERE id = 10`)
	run(t, p, `INSERT INTO kraj.settlements (id, code, name, geom) SELECT 300, 'dvojnik', 'Dvojnik', geom FROM kraj.settlements WHERE id = 1`)
	for _, id := range []int{1, 10, 300} {
		for _, band := range []int{8, 10, 12} {
			if share := one[float64](t, p, `SELECT ST_Area(ST_SymDifference(g.geom, o.geom)) / ST_Area(o.geom) FROM kraj.tile_features g JOIN kraj.tile_features o USING (layer, id)
				WHERE layer = 'settlements' AND g.band = $1 AND o.band = 15 AND id = $2`, band, id); share > 0.1 {
				t.Errorf("settlement %d band %d differs from the original by %.0f %%", id, band, share*100)
			}
		}
	}
	// A world of slivers: every settlement shrunk by a metre, no border is shared any more.
	run(t, p, `UPDATE kraj.settlements SET geom = ST_Multi(ST_Buffer(geom, -1)) WHERE id NOT IN (1, 10, 300)`)
	if n := one[int](t, p, `SELECT count(*) FROM kraj.tile_features WHERE layer = 'settlements' AND band = 10`); n != 18 {
		t.Errorf("%d settlements, want 18", n)
	}
}

// All settlements of Slovenia, approximate but a complete coverage.
func TestCoverageOfSlovenia(t *testing.T) {
	t.Parallel()
	file := pgtest.Shared(t, "naselja", "si_settlements_approx.gpkg")
	if _, err := osexec.LookPath("ogr2ogr"); err != nil {
		t.Skip("ogr2ogr is not installed")
	}
	p := pgtest.New(t)
	out, err := osexec.CommandContext(t.Context(), "ogr2ogr", "-f", "PostgreSQL", gdalURL(t, p), file, "-nln", "public.loaded",
		"-lco", "GEOMETRY_NAME=geom", "--config", "PG_USE_COPY", "YES").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	start := time.Now()
	run(t, p, `INSERT INTO kraj.settlements (code, name, geom) SELECT na_mid, na_uime, ST_Multi(geom) FROM public.loaded`)
	t.Logf("6 035 settlements stored and copied in %s", time.Since(start).Round(time.Millisecond))
	checkCoverage(t, p, "settlements")
	for _, at := range [][3]int{{7, 69, 45}, {8, 138, 90}, {9, 277, 181}, {10, 553, 363}} {
		tile := render(t, p.Public, at, "settlements", "settlements_labels")
		t.Logf("%v: %d bytes", at, len(tile))
		if len(tile) > 500_000 {
			t.Errorf("%v has %d bytes, more than 500 kB", at, len(tile))
		}
	}
	checkOutline(t, p, "Kranj", 2)
	checkPlan(t, p)
	// One border moves: only the settlement and its neighbours are rewritten.
	before := state(t, p)
	start = time.Now()
	run(t, p, `UPDATE kraj.settlements SET geom = ST_Multi(ST_Buffer(geom, -20)) WHERE name = 'Britof'`)
	t.Logf("one settlement edited in %s", time.Since(start).Round(time.Millisecond))
	after := state(t, p)
	if n := len(changed(before, after)); n < 2 || n > 20 {
		t.Errorf("%d features changed, want a settlement and its neighbours", n)
	}
}

// gdalURL names the test's database in the words of GDAL's driver.
func gdalURL(t *testing.T, p *pg.Pools) string {
	t.Helper()
	c, err := pgx.ParseConfig(pgtest.URL(t, p))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("PG:host='%s' port=%d user='%s' password='%s' dbname='%s'", c.Host, c.Port, c.User, c.Password, c.Database)
}

// checkPlan asserts that the public's tile query finds its rows by the R-tree of one partition.
func checkPlan(t *testing.T, p *pg.Pools) {
	t.Helper()
	run(t, p, `ANALYZE kraj.tile_features`)
	a := tiles.Address{Layers: []string{"settlements", "settlements_labels"}, Z: 12, X: 2211, Y: 1453}
	sql := catalog(t, p.Public).RenderSQL(tiles.Request{Address: a})
	rows, err := p.Public.Query(t.Context(), "EXPLAIN "+sql, a.Z, a.X, a.Y)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	plan := strings.Join(lines, "\n")
	if strings.Contains(plan, "Seq Scan") || strings.Count(plan, "_geom_idx") < 2 || strings.Contains(plan, "z15_") {
		t.Errorf("the plan is not by index, or looks at other bands:\n%s", plan)
	}
}
