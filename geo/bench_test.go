package geo_test

import (
	"testing"

	"kraj/geo"
)

// region adds a municipality "Regija" of 100 settlements of 4 km² and 5000 projects of one point each, all by plain SQL, so
// that the triggers keep ties, sums and tile copies.
func region(b *testing.B) *land {
	b.Helper()
	l := newLand(b)
	l.exec(`
		INSERT INTO municipalities (id, code, name, geom) VALUES (9, '9', 'Regija', ST_Multi(ST_MakeEnvelope(450000, 100000, 470000, 120000, kraj.srid())));
		INSERT INTO settlements (id, code, name, municipality_id, geom)
			SELECT 1000 + i, i::text, 'Naselje ' || i, 9, ST_Multi(ST_MakeEnvelope(450000 + x * 2000, 100000 + y * 2000, 452000 + x * 2000, 102000 + y * 2000, kraj.srid()))
			FROM generate_series(0, 99) i, LATERAL (SELECT i % 10 AS x, i / 10 AS y) g;
		INSERT INTO projects (id, municipality_id, code, title, cost_cents, scope)
			SELECT 10000 + i, 9, 'b' || i, 'Projekt ' || i, 100000 + i, 'sites' FROM generate_series(1, 5000) i;
		INSERT INTO sites (id, project_id, geom)
			SELECT 10000 + i, 10000 + i, ST_SetSRID(ST_MakePoint(450000 + (i::bigint * 7919) % 20000, 100000 + (i::bigint * 104729) % 20000), kraj.srid())
			FROM generate_series(1, 5000) i;
		ANALYZE`)
	return l
}

// BenchmarkMovedSite is one edit by a GIS user: UPDATE, ties, sums and tile copies, COMMIT.
func BenchmarkMovedSite(b *testing.B) {
	l := region(b)
	for i := 0; b.Loop(); i++ {
		l.exec(`UPDATE sites SET geom = ST_SetSRID(ST_MakePoint($1, 110005), kraj.srid()) WHERE id = 10001`, 450000+float64(i*137%20000))
	}
}

// BenchmarkThousandSites is an import's worth of new sites in one statement.
func BenchmarkThousandSites(b *testing.B) {
	l := region(b)
	for b.Loop() {
		l.exec(`INSERT INTO sites (id, project_id, geom) SELECT 20000 + i, 10000 + i, ST_SetSRID(ST_MakePoint(450000 + (i::bigint * 104729) % 20000, 110005), kraj.srid()) FROM generate_series(1, 1000) i`)
		b.StopTimer()
		l.exec(`DELETE FROM sites WHERE id > 20000`)
		b.StartTimer()
	}
}

func BenchmarkBalance(b *testing.B) {
	l := region(b)
	for _, by := range []string{"theme", "settlement", "holder"} {
		b.Run(by, func(b *testing.B) {
			for b.Loop() {
				if _, err := geo.ComputeBalance(b.Context(), l.pools.Planner, geo.BalanceQuery{Municipality: "regija", By: by}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
