package export_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/importers"
	"kraj/importers/export"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const stored = `
INSERT INTO kraj.municipalities (code, name, name_alt, surs_code, geom) VALUES ('11027784', 'Kranj', NULL, '052',
    ST_Multi(ST_Buffer(ST_SetSRID(ST_Point(450000, 120000), 3794), 9000)));
INSERT INTO kraj.settlements (code, name, registered_area_m2, centroid_e, approximate, attributes, source_date, geom)
    SELECT '0' || n, CASE n WHEN 3 THEN '=Žiče, "pri"; mostu' ELSE 'Čadovlje ' || n END, n * 1234567.1, 450000.5 + n, n % 2 = 0,
           CASE n WHEN 1 THEN '{"a": {"b": [1, null]}, "x:y": "č"}' ELSE '{}' END::jsonb, CASE n WHEN 2 THEN date '2021-03-15' END,
           CASE n WHEN 4 THEN NULL ELSE ST_Multi(ST_Difference(ST_Buffer(ST_SetSRID(ST_Point(450000 + n * 1000.123456789, 120000), 3794), 400),
               ST_Buffer(ST_SetSRID(ST_Point(450000 + n * 1000, 120000), 3794), 100))) END
    FROM generate_series(1, 5) n;
INSERT INTO kraj.business_zones (code, name, stated_area_ha, spatial_units, plan_state, plan_date, jobs_expected, geom)
    VALUES ('PC 1', 'PC Hrastje', 14.6, '{HR 6/1,SD 4}', 'adopted', '2019-01-02', 670, ST_SetSRID(ST_Point(451000, 121000), 3794));
INSERT INTO kraj.themes (municipality_id, code, name) SELECT id, 'TP2', 'Zeleno mesto' FROM kraj.municipalities;
INSERT INTO kraj.measures (municipality_id, theme_id, code, name) SELECT municipality_id, id, '2.3', 'Poti' FROM kraj.themes;
INSERT INTO kraj.projects (municipality_id, measure_id, code, title, status, horizon, participants, keeper, visibility, scope)
    SELECT m.municipality_id, m.id, c, 'Projekt ' || c, 'preparation', '2030', '{Občina,DRSI}', 'Ana', v, s FROM kraj.measures m,
        (VALUES ('1.9', 'public', 'sites'), ('1.10', 'internal', 'unplaced')) x (c, v, s);
UPDATE kraj.projects SET cost_cents = 123456789, cost_text = '1.234.567,89 €' WHERE code = '1.9';
INSERT INTO kraj.project_funding (project_id, source, amount_cents, year, text) SELECT id, 'eu', 100000001, 2027, 'ESRR' FROM kraj.projects WHERE code = '1.9';
INSERT INTO kraj.sites (project_id, geom) SELECT id, g FROM kraj.projects, (VALUES (ST_SetSRID(ST_Point(450100.123, 120000), 3794)),
    (ST_SetSRID(ST_MakeLine(ST_Point(450000, 120000), ST_Point(450500, 120700)), 3794)), (ST_SetSRID(ST_Point(450300, 120000), 3794))) s (g) WHERE code = '1.9';
INSERT INTO kraj.mechanisms (code, name_sl, name_en) VALUES ('CTN', 'CTN', 'CTN'), ('LAS', 'LAS', 'LAS');
INSERT INTO kraj.mechanism_lists (mechanism, municipality_id, code, rule, source) SELECT 'CTN', id, 'CTN', 'whole_municipality', 'Uradni list' FROM kraj.municipalities;
INSERT INTO kraj.mechanism_lists (mechanism, municipality_id, code, fund, period_from, period_to, rule, source) SELECT 'LAS', id, x, x, 2021, 2027, 'listed', 'SLR' FROM kraj.municipalities, unnest('{EKSRP,ESRR}'::text[]) x;
INSERT INTO kraj.mechanism_territory (list_id, settlement_id) SELECT l.id, s.id FROM kraj.mechanism_lists l, kraj.settlements s WHERE l.code = 'EKSRP' AND s.code = '01'`

// What is exported in any format and imported again is the same.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	if _, err := pools.Owner.Exec(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, ending := range []string{"geojson", "gpkg", "fgb", "csv", "xlsx", "semicolons.csv"} {
		for layer, want := range map[string]string{"settlements": "5 same", "business_zones": "1 same", "projects": "2 same", "municipalities": "1 same"} {
			file := filepath.Join(dir, layer+"."+ending)
			if _, err := export.Run(t.Context(), pools, export.Options{Layer: layer, File: file, DecimalComma: ending == "semicolons.csv"}); err != nil {
				t.Errorf("%s to %s: %v", layer, ending, err)
				continue
			}
			if ending == "fgb" && layer == "settlements" {
				want = "4 same" // one has no geometry
			}
			if ending == "fgb" && layer == "projects" {
				continue
			}
			again(t, pools, layer, file, want)
		}
	}
}

func again(t *testing.T, pools *pg.Pools, layer, file, want string) {
	t.Helper()
	r, err := importers.Run(t.Context(), pools, importers.Options{Layer: layer, File: file, DryRun: true, RejectsFile: "-"})
	if err != nil {
		t.Errorf("%s: %v", filepath.Base(file), err)
		return
	}
	if got := r.Summary(); got != layer+": 0 new, 0 changed, 0 gone, "+want+", 0 rejected" {
		t.Errorf("%s: %s; %+v %+v %+v", filepath.Base(file), got, r.Changes, r.Rejects, r.Mapping)
	}
}

func TestPublicExportHasNoDrafts(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	if _, err := pools.Owner.Exec(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "p.geojson")
	r, err := export.Run(t.Context(), pools, export.Options{Layer: "projects", File: file, Public: true, Municipality: "kranj"})
	if err != nil || r.Rows != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(content); !json.Valid(content) || strings.Contains(text, "1.10") || strings.Contains(text, "keeper") || strings.Contains(text, "Ana") {
		t.Errorf("public export: %s", text)
	}
}

// Who can pay is a column for readers, alike for planners and the public.
func TestProjectsSayWhoCanPay(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	if _, err := pools.Owner.Exec(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	if _, err := pools.Owner.Exec(t.Context(), `UPDATE kraj.settlements SET geom = ST_Multi(ST_MakeEnvelope(441000 + n * 3000, 111000, 444000 + n * 3000, 129000, 3794))
		FROM generate_series(1, 5) n WHERE code = '0' || n`); err != nil {
		t.Fatal(err)
	}
	for public, want := range map[bool][]string{
		true:  {"CTN: eligible; LAS EKSRP 2021–2027: not_eligible; LAS ESRR 2021–2027: unknown"},
		false: {"CTN: eligible; LAS EKSRP 2021–2027: not_eligible; LAS ESRR 2021–2027: unknown", "CTN: unknown; LAS EKSRP 2021–2027: unknown; LAS ESRR 2021–2027: unknown"},
	} {
		file := filepath.Join(t.TempDir(), "p.geojson")
		if _, err := export.Run(t.Context(), pools, export.Options{Layer: "projects", File: file, Public: public, Municipality: "kranj"}); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var collection struct {
			Features []struct {
				Properties struct{ Eligibility string }
			}
		}
		if err := json.Unmarshal(content, &collection); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range collection.Features {
			got = append(got, f.Properties.Eligibility)
		}
		if !slices.Equal(got, want) {
			t.Errorf("public %t: %q, want %q", public, got, want)
		}
	}
}

func TestFailedExportLeavesTheOldFile(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "settlements.gpkg")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := export.Run(t.Context(), pools, export.Options{Layer: "settlements", File: file}); err == nil {
		t.Error("an empty layer was exported to GeoPackage")
	}
	entries, err := os.ReadDir(dir)
	content, _ := os.ReadFile(file)
	if err != nil || len(entries) != 1 || string(content) != "old" {
		t.Errorf("left: %v %q %v", entries, content, err)
	}
	for _, bad := range []string{"x.shp", "x"} {
		if _, err := export.Run(t.Context(), pools, export.Options{Layer: "settlements", File: filepath.Join(dir, bad)}); err == nil {
			t.Errorf("%s was written", bad)
		}
	}
}
