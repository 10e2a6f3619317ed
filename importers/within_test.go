package importers

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"kraj/geo/pg"
	"kraj/importers/sources"
)

// within merges a GeoJSON file in a transaction that is the test's.
func within(t *testing.T, tx pgx.Tx, layer, content string, changeable []int64) (*Report, Stored) {
	t.Helper()
	source, err := sources.Open(t.Context(), file(t, layer+".geojson", content), sources.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = source.Close() })
	report, stored, err := Merge(t.Context(), tx, source, Options{Layer: layer, File: layer, Changeable: changeable})
	if err != nil {
		t.Fatal(err)
	}
	return report, stored
}

func transaction(t *testing.T, pools *pg.Pools, fn func(pgx.Tx)) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), pools.Owner, func(tx pgx.Tx) error { fn(tx); return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// Several layers in a caller's transaction are one revision; stored rows change only where that is allowed.
func TestMergeWithin(t *testing.T) {
	t.Parallel()
	pools := strategy(t)
	zone := func(code, name string) string {
		return polygon(`"code":"`+code+`","name":"`+name+`","municipality":"Kranj"`, square(451000, 122000, 50))
	}
	sited := `{"type":"Feature","properties":{"code":"2.3.1","title":"Pot","municipality":"Kranj",
		"site_details":[{"name":"Golnik","approximate":true,"attributes":{"a":1}},{"name":"Kranj"}]},
		"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[450000,128000]},
		{"type":"LineString","coordinates":[[450000,122000],[450500,122500]]}]}}`
	var first Stored
	transaction(t, pools, func(tx pgx.Tx) {
		var report *Report
		if report, first = within(t, tx, "business_zones", collection("3794", zone("A", "Ena"), zone("B", "Dve")), nil); report.New != 2 || len(first.New) != 2 {
			t.Errorf("%s, stored %v", report.Summary(), first)
		}
		if report, _ := within(t, tx, "projects", collection("3794", sited), nil); report.New != 1 || !report.Merged {
			t.Errorf("%s: %v", report.Summary(), report.Rejects)
		}
	})
	if n := scalar[int](t, pools, `SELECT count(DISTINCT revision) FROM kraj.changes WHERE relation IN ('business_zones', 'projects', 'sites')`); n != 1 {
		t.Errorf("%d revisions, want one", n)
	}
	if n := scalar[int](t, pools, `SELECT count(*) FROM kraj.imports`); n != 0 {
		t.Errorf("%d entries in the list of imports, want none", n)
	}
	want := `Golnik true {"a": 1} POINT, Kranj false {} LINESTRING`
	if got := scalar[string](t, pools, `SELECT string_agg(concat_ws(' ', name, approximate::text, attributes, GeometryType(geom)), ', ' ORDER BY id) FROM kraj.sites`); got != want {
		t.Errorf("sites %s, want %s", got, want)
	}

	transaction(t, pools, func(tx pgx.Tx) {
		report, stored := within(t, tx, "business_zones", collection("3794", zone("A", "Enka"), zone("B", "Dvojka"), zone("C", "Tri")), first.New[:1])
		if len(stored.New) != 1 || len(stored.Changed) != 1 || stored.Changed[0] != first.New[0] {
			t.Errorf("%s, stored %v", report.Summary(), stored)
		}
		if report, _ := within(t, tx, "projects", collection("3794", sited), nil); report.Same != 1 {
			t.Error(report.Summary())
		}
	})
	if got := scalar[string](t, pools, `SELECT string_agg(name, ' ' ORDER BY code) FROM kraj.business_zones`); got != "Enka Dve Tri" {
		t.Errorf("zones %s", got)
	}
}

// What was refused stores nothing, and the caller's transaction goes on.
func TestMergeWithinRejects(t *testing.T) {
	t.Parallel()
	pools := strategy(t)
	transaction(t, pools, func(tx pgx.Tx) {
		report, stored := within(t, tx, "projects", collection("3794", `{"type":"Feature","properties":{"code":"1","title":"Dve lokaciji",
			"municipality":"Kranj","site_details":[{"name":"ena"},{"name":"dve"}]},"geometry":{"type":"Point","coordinates":[450000,122000]}}`), nil)
		if report.Merged || len(stored.New) > 0 || len(report.Rejects) != 1 || report.Rejects[0].Field != "site_details" {
			t.Errorf("%s, stored %v: %v", report.Summary(), stored, report.Rejects)
		}
		if _, err := tx.Exec(t.Context(), `UPDATE kraj.municipalities SET short_name = 'MOK'`); err != nil {
			t.Error(err)
		}
	})
	if n := scalar[int](t, pools, `SELECT count(*) FROM kraj.projects`); n != 0 {
		t.Errorf("%d projects stored", n)
	}
}
