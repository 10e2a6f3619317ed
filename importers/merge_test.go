package importers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// square is a ring around a point, in degrees or metres.
func square(x, y, half float64) string {
	return fmt.Sprintf("[[%[1]v,%[3]v],[%[2]v,%[3]v],[%[2]v,%[4]v],[%[1]v,%[4]v],[%[1]v,%[3]v]]", x-half, x+half, y-half, y+half)
}

func collection(crs string, features ...string) string {
	if crs != "" {
		crs = fmt.Sprintf(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::%s"}},`, crs)
	}
	return `{"type":"FeatureCollection",` + crs + `"features":[` + strings.Join(features, ",\n") + `]}`
}

func polygon(properties string, rings ...string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{%s},"geometry":{"type":"Polygon","coordinates":[%s]}}`, properties, strings.Join(rings, ","))
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func scalar[T any](t *testing.T, pools *pg.Pools, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := pools.Owner.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// expect imports and compares the summary without the layer.
func expect(t *testing.T, pools *pg.Pools, o Options, want string) *Report {
	t.Helper()
	report := load(t, pools, o)
	if got := strings.TrimPrefix(report.Summary(), o.Layer+": "); got != want {
		t.Errorf("%s: %s; want %s", filepath.Base(o.File), got, want)
	}
	return report
}

func TestEditsBetweenImports(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	a := polygon(`"sifra":"1","naziv":"Laze","povrsina ha":"2,5","opomba":"stara"`, square(450000, 120000, 100))
	b := polygon(`"sifra":"2","naziv":"Planika","povrsina ha":"1.250,5","opomba":null`, square(451000, 120000, 50))
	o := Options{Layer: "degraded_areas", Actor: "Ana", File: file(t, "duo.geojson", collection("3794", a, b))}
	expect(t, pools, o, "2 new, 0 changed, 0 gone, 0 same, 0 rejected")
	if got := scalar[string](t, pools, `SELECT stated_area_ha || ' ' || source || ' ' || attributes FROM kraj.degraded_areas WHERE code = '2'`); got != `1250.5 duo.geojson {}` {
		t.Errorf("stored %s", got)
	}
	// A planner's own additions are not the file's business, and stay.
	if _, err := pools.Owner.Exec(t.Context(), `UPDATE kraj.degraded_areas SET plan_state = 'adopted', attributes = attributes || '{"mine": 1}' WHERE code = '1'`); err != nil {
		t.Fatal(err)
	}
	expect(t, pools, o, "0 new, 0 changed, 0 gone, 2 same, 0 rejected")

	a = polygon(`"sifra":"1","naziv":"Laze vzhod","povrsina ha":"2,5","opomba":null`, square(450000, 120000, 100))
	c := polygon(`"sifra":"3","naziv":"Jelen","povrsina ha":"","opomba":"nova"`, square(452000, 120000, 50))
	o.File = file(t, "duo.geojson", collection("3794", a, c))
	dry := o
	dry.DryRun = true
	report := expect(t, pools, dry, "1 new, 1 changed, 1 gone, 0 same, 0 rejected")
	if len(report.Changes) != 3 || report.Merged {
		t.Errorf("dry run: %+v", report.Changes)
	}
	before := scalar[int64](t, pools, `SELECT max(id) FROM kraj.revisions`)
	expect(t, pools, o, "1 new, 1 changed, 1 gone, 0 same, 0 rejected")
	if got := scalar[string](t, pools, `SELECT name || ' ' || plan_state || ' ' || attributes FROM kraj.degraded_areas WHERE code = '1'`); got != `Laze vzhod adopted {"mine": 1}` {
		t.Errorf("changed row: %s", got)
	}
	if n := scalar[int64](t, pools, `SELECT count(*) FROM kraj.degraded_areas`); n != 3 {
		t.Errorf("%d areas; the gone one must stay", n)
	}
	if got := scalar[string](t, pools, `SELECT count(*) || ' ' || min(actor) || ' ' || min(source) || ' ' || bool_and(import_id IN (SELECT id FROM kraj.imports)) FROM kraj.revisions WHERE id > $1`, before); got != "1 Ana import true" {
		t.Errorf("revisions of the import: %s", got)
	}
	o.DeleteGone = true
	expect(t, pools, o, "0 new, 0 changed, 1 gone, 2 same, 0 rejected")
	if n := scalar[int64](t, pools, `SELECT count(*) FROM kraj.degraded_areas`); n != 2 {
		t.Errorf("%d areas after --delete-gone", n)
	}
}

func TestRejectsStopTheMerge(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	path := file(t, "cone.geojson", collection("3794",
		polygon(`"code":"1","name":"PC Hrastje","plan_state":"OPPN sprejet"`, square(450000, 120000, 100)),
		polygon(`"code":"2","name":"PC Laze","plan_state":"skoraj"`, square(450000, 121000, 100)),
		polygon(`"code":"3","name":"  "`, square(450000, 122000, 100)),
		polygon(`"code":"4","name":"Črta"`, `[[450000,120000],[450000,120010],[450000,120000],[450000,120000]]`),
		polygon(`"code":"5","name":"Kriva"`, `[[450000,120000],[450000,"x"]]`),
		polygon(`"code":"6","name":"Minus","jobs_existing":-5`, square(450000, 123000, 100)),
		polygon(`"code":"1","name":"Dvojnica"`, square(450000, 124000, 100)),
		`{"type":"Feature","properties":{"code":"8","name":"Ring"},"geometry":{"type":"LineString","coordinates":`+square(450000, 125000, 9)+`}}`,
		polygon(`"code":"9","name":"Odprta"`, `[[450000,120000],[450100,120000],[450100,120100],[450000,120100]]`)))
	o := Options{Layer: "business_zones", File: path, RejectsFile: path + ".rejects.csv"}
	report, err := Run(t.Context(), pools, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Summary(); got != "business_zones: 2 new, 0 changed, 0 gone, 0 same, 7 rejected" || report.Merged {
		t.Errorf("%s, merged %v", got, report.Merged)
	}
	if n := scalar[int64](t, pools, `SELECT count(*) FROM kraj.business_zones`); n != 0 {
		t.Errorf("%d zones stored in spite of rejects", n)
	}
	table, err := os.ReadFile(o.RejectsFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2;plan_state;skoraj;", "3;name;;", "4;geometry;", "5;;;", "6;business_zones_jobs_existing_check;", "7;code;1;", "8;geometry;LINESTRING;",
		"adopted (sprejet)", "že v vrstici 1", "Lines to polygons",
	} {
		if !strings.Contains(string(table), want) {
			t.Errorf("the rejects lack %q:\n%s", want, table)
		}
	}
	o.AllowRejects = true
	if report, err = Run(t.Context(), pools, o); err != nil || !report.Merged {
		t.Fatalf("with --allow-rejects: %v %+v", err, report)
	}
	if got := scalar[string](t, pools, `SELECT string_agg(code || ' ' || plan_state, ', ' ORDER BY code) FROM kraj.business_zones`); got != "1 adopted, 9 unknown" {
		t.Errorf("stored %s", got)
	}
}

func TestInterruptedImportLeavesNothing(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	ctx, cancel := withCancel(t)
	o := Options{Layer: "degraded_areas", File: file(t, "x.geojson", collection("3794", polygon(`"code":"1","name":"Laze"`, square(450000, 120000, 100))))}
	o.Progress = func(stage string, _, _ int64) {
		if stage == "settle" {
			cancel()
		}
	}
	if _, err := Run(ctx, pools, o); err == nil {
		t.Fatal("an import that was interrupted before its commit succeeded")
	}
	if n := scalar[int64](t, pools, `SELECT (SELECT count(*) FROM kraj.degraded_areas) + (SELECT count(*) FROM kraj.revisions) + (SELECT count(*) FROM kraj.imports)
		+ (SELECT count(*) FROM pg_class WHERE relname LIKE 'import\_%' AND relpersistence = 't')`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	o.Progress = nil
	expect(t, pools, o, "1 new, 0 changed, 0 gone, 0 same, 0 rejected")
}

func TestWrongDatum(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	expect(t, pools, Options{Layer: "municipalities", File: pgtest.Shared(t, "obcine", "gorenjska", "11027784.geojson")}, "1 new, 0 changed, 0 gone, 0 same, 0 rejected")
	d48AsD96 := scalar[string](t, pools, `SELECT ST_AsGeoJSON(ST_Transform(geom, 3912), 3) FROM kraj.municipalities`)
	feature := `{"type":"Feature","properties":{"OB_MID":11027784,"OB_UIME":"Kranj"},"geometry":` + d48AsD96 + `}`
	o := Options{Layer: "municipalities", File: file(t, "d48.geojson", collection("3794", feature))}
	_, err := attempt(t, pools, o)
	if err == nil || !strings.Contains(err.Error(), "--srid 3912") {
		t.Errorf("D48 tagged as D96: %v", err)
	}
	o.SRID = 3912
	expect(t, pools, o, "0 new, 0 changed, 0 gone, 1 same, 0 rejected")

	zoned := scalar[string](t, pools, `SELECT ST_AsGeoJSON(ST_Translate(ST_Transform(geom, 3912), 5e6, 5e6), 3) FROM kraj.municipalities`)
	feature = `{"type":"Feature","properties":{"OB_MID":11027784,"OB_UIME":"Kranj"},"geometry":` + zoned + `}`
	expect(t, pools, Options{Layer: "municipalities", File: file(t, "zone.geojson", collection("", feature))}, "0 new, 0 changed, 0 gone, 1 same, 0 rejected")
}

func TestMunicipalityFilter(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	expect(t, pools, Options{Layer: "municipalities", File: pgtest.Shared(t, "obcine", "gorenjska", "11027784.geojson")}, "1 new, 0 changed, 0 gone, 0 same, 0 rejected")
	o := Options{Layer: "settlements", File: pgtest.Shared(t, "naselja", "si_settlements_approx.gpkg"), Municipality: "kranj"}
	expect(t, pools, o, "49 new, 0 changed, 0 gone, 0 same, 0 rejected")
	expect(t, pools, o, "0 new, 0 changed, 0 gone, 49 same, 0 rejected")
	if got := scalar[string](t, pools, `SELECT surs_code || ' ' || registered_area_m2 || ' ' || approximate FROM kraj.settlements WHERE name = 'Babni Vrt'`); got != "052001 1750000 true" {
		t.Errorf("Babni Vrt: %s", got)
	}
	o = Options{Layer: "degraded_areas", File: pgtest.Shared(t, "degradirana", "fro_gorenjska_osrednjeslovenska.geojson"), Municipality: "kranj"}
	expect(t, pools, o, "5 new, 0 changed, 0 gone, 0 same, 0 rejected")
}
