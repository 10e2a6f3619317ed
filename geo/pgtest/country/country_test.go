package country_test

import (
	"fmt"
	"testing"

	"kraj/geo"
	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/geo/pgtest/country"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func one[T any](t *testing.T, pools *pg.Pools, sql string) (v T) {
	t.Helper()
	if err := pools.Owner.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// A hundredth of a country has everything that a country has, and kraj's rules hold in it.
func TestSmallCountry(t *testing.T) {
	t.Parallel()
	pools := country.Clone(t, country.Options{Scale: 0.01})
	for sql, want := range map[string]int64{
		`SELECT count(*) FROM municipalities`:                                     2,
		`SELECT count(*) FROM business_zones`:                                     50,
		`SELECT count(*) FROM cycling_routes`:                                     200,
		`SELECT count(*) FROM sites WHERE GeometryType(geom) = 'POINT'`:           1000,
		`SELECT count(*) FROM sites WHERE GeometryType(geom) = 'MULTILINESTRING'`: 200,
		`SELECT count(*) FROM sites WHERE GeometryType(geom) = 'MULTIPOLYGON'`:    50,
		`SELECT count(*) FROM pending`:                                            0,
		`SELECT count(*) FROM projects WHERE is_leaf AND id IN (SELECT project_id FROM sites) AND id NOT IN (SELECT project_id FROM weights)`: 0,
	} {
		if got := one[int64](t, pools, sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	if n := one[int64](t, pools, `SELECT count(*) FROM settlements`); n < 50 || n > 70 {
		t.Errorf("%d settlements, want about 60", n)
	}
	coverage(t, pools)
	for name, verify := range map[string]func() ([]geo.Difference, error){
		"ties": func() ([]geo.Difference, error) { return geo.VerifyTies(t.Context(), pools.Owner, nil) },
		"sums": func() ([]geo.Difference, error) { return geo.VerifySums(t.Context(), pools.Owner, nil) },
	} {
		if found, err := verify(); err != nil || len(found) > 0 {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
}

// coverage: settlements neither overlap nor gape, and their union is the municipality.
func coverage(t *testing.T, pools *pg.Pools) {
	t.Helper()
	if n := one[int64](t, pools, `SELECT count(*) FROM settlements a JOIN settlements b ON a.id < b.id AND a.geom && b.geom AND ST_Relate(a.geom, b.geom, '2********')`); n > 0 {
		t.Errorf("%d pairs of settlements overlap", n)
	}
	if off := one[float64](t, pools, `SELECT max(abs(ST_Area(m.geom) - s.area)) FROM municipalities m JOIN (SELECT municipality_id, sum(ST_Area(geom)) AS area FROM settlements GROUP BY 1) s ON s.municipality_id = m.id`); off > 1 {
		t.Errorf("a municipality differs from its settlements by %v m²", off)
	}
	if n := one[int64](t, pools, `SELECT max(ST_NPoints(geom)) FROM settlements`); n < 100 || n > 400 {
		t.Errorf("the longest outline has %d vertices", n)
	}
}

// The same options give the same country, another seed another one; in one
// municipality everything else stays where it is.
func TestSameOptionsSameCountry(t *testing.T) {
	t.Parallel()
	const all = `SELECT md5(string_agg(x::text, '' ORDER BY x::text)) FROM (SELECT id, ST_AsBinary(geom) FROM sites UNION ALL SELECT id, ST_AsBinary(geom) FROM settlements) x`
	prints := map[string]string{}
	for name, o := range map[string]country.Options{
		"first": {Scale: 0.003}, "again": {Scale: 0.003}, "together": {Scale: 0.003, OneMunicipality: true}, "other": {Scale: 0.003, Seed: 7},
	} {
		pools := pgtest.New(t)
		if err := country.Load(t.Context(), pools.Owner, o); err != nil {
			t.Fatal(err)
		}
		prints[name] = one[string](t, pools, all)
		if n := one[int64](t, pools, `SELECT count(*) FROM municipalities`); o.OneMunicipality && n != 1 {
			t.Errorf("%d municipalities, want one", n)
		}
	}
	if prints["first"] != prints["again"] || prints["first"] != prints["together"] || prints["first"] == prints["other"] {
		t.Error(fmt.Sprint("fingerprints: ", prints))
	}
}
