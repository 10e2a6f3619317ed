package importers

import (
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// strategy stores a municipality with a theme and two measures.
func strategy(t *testing.T) *pg.Pools {
	t.Helper()
	pools := pgtest.New(t)
	_, err := pools.Owner.Exec(t.Context(), `
		INSERT INTO kraj.municipalities (code, name, surs_code) VALUES ('11027784', 'Kranj', '052');
		INSERT INTO kraj.themes (municipality_id, code, name) SELECT id, 'TP2', 'Zeleno mesto' FROM kraj.municipalities;
		INSERT INTO kraj.measures (municipality_id, theme_id, code, name) SELECT t.municipality_id, t.id, '2.3', 'Kolesarske povezave' FROM kraj.themes t;
		INSERT INTO kraj.measures (municipality_id, theme_id, code, name) SELECT t.municipality_id, t.id, '2.10', 'Mirujoči promet' FROM kraj.themes t`)
	if err != nil {
		t.Fatal(err)
	}
	return pools
}

// A list as offices keep it: titles above, a header of two lines, blank lines, a
// total, cp1250, semicolons.
const officeList = "Seznam projektov TUS 2030;;;;;;;;;\r\n" +
	";;;;;;;;;\r\n" +
	"Šifra;Naziv projekta;Ukrep;Status;Vrednost;Viri;;Strateški;Sklop;Opomba\r\n" +
	";;;;;EU;Proračun občine;;;\r\n" +
	"2.3;Kolesarsko omrežje;2.3;v pripravi;;;;ne;;\r\n" +
	"2.3.1;Kolesarska pot Kranj–Golnik;2.3 Kolesarske povezave;v izvedbi;1.234.567,89 €;1.000.000,00;\"234.567,89\";da;2.3;prva\r\n" +
	";;;;;;;;;\r\n" +
	"2.3.2;Most Škarnice;Kolesarske povezave;realiziran;okvirno 20.000;;;;2.3;\r\n" +
	"2.10.1;Parkirna hiša;2.10;;2.000 EUR letno;;;;;\r\n" +
	"Skupaj;;;;1.254.567,89 €;1.000.000,00;234.567,89;;;\r\n"

func officeFile(t *testing.T, list string) string {
	t.Helper()
	raw, err := charmap.Windows1250.NewEncoder().String(list)
	if err != nil {
		t.Fatal(err)
	}
	return file(t, "projekti.csv", raw)
}

func TestProjectList(t *testing.T) {
	t.Parallel()
	pools := strategy(t)
	o := Options{Layer: "projects", File: officeFile(t, officeList)}
	report := expect(t, pools, o, "4 new, 0 changed, 0 gone, 0 same, 0 rejected")
	t.Log(report.Mapping, report.Unmapped)
	got := scalar[string](t, pools, `SELECT string_agg(concat_ws('|', p.code, p.title, m.code, t.code, p.status, p.cost_cents, p.cost_text, p.cost_qualifier, p.strategic, q.code, p.attributes), E'\n' ORDER BY p.code COLLATE kraj.natural)
		FROM kraj.projects p LEFT JOIN kraj.measures m ON m.id = p.measure_id LEFT JOIN kraj.themes t ON t.id = p.theme_id LEFT JOIN kraj.projects q ON q.id = p.parent_id`)
	want := `2.3|Kolesarsko omrežje|2.3|TP2|preparation|exact|f|{}
2.3.1|Kolesarska pot Kranj–Golnik|2.3|TP2|implementation|123456789|1.234.567,89 €|exact|t|2.3|{"Opomba": "prva"}
2.3.2|Most Škarnice|2.3|TP2|realised|2000000|okvirno 20.000|about|f|2.3|{}
2.10.1|Parkirna hiša|2.10|TP2|unknown|2.000 EUR letno|exact|f|{}`
	if got != want {
		t.Errorf("stored\n%s\nwant\n%s", got, want)
	}
	if got := scalar[string](t, pools, `SELECT string_agg(source || ' ' || amount_cents, ', ' ORDER BY source) FROM kraj.project_funding`); got != "eu 100000000, own 23456789" {
		t.Errorf("funding: %s", got)
	}
	expect(t, pools, o, "0 new, 0 changed, 0 gone, 4 same, 0 rejected")

	edited := strings.NewReplacer("v izvedbi", "realizirano", "\"234.567,89\"", "\"234.567,90\"").Replace(officeList)
	o.File = officeFile(t, edited)
	report = expect(t, pools, o, "0 new, 1 changed, 0 gone, 3 same, 0 rejected")
	if got := strings.Join(report.Changes[0].Fields, " "); got != "status funding" {
		t.Errorf("changed fields %q", got)
	}
}

func TestProjectListRejects(t *testing.T) {
	t.Parallel()
	pools := strategy(t)
	list := "koda;naziv;ukrep;status;vrednost;sklop\n" +
		"1;Prvi;9.9;v pripravi;10;\n" +
		"2;Drugi;2.3;OPPN sprejet;10;\n" +
		"3;Tretji;2.3;;10.0000 EUR;\n" +
		"4;Četrti;2.3;;;7.7\n" +
		"5;;2.3;;;\n" +
		"6;Šesti; 2.3;;1.000 EUR;;presežek\n" +
		"7;Sedmi;2.3;ideja;vsaj 10.000;\n"
	path := file(t, "p.csv", list)
	o := Options{Layer: "projects", File: path, RejectsFile: path + ".rejects.csv", AllowRejects: true}
	report, err := Run(t.Context(), pools, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Summary(); got != "projects: 1 new, 0 changed, 0 gone, 0 same, 6 rejected" {
		t.Error(got)
	}
	table, err := os.ReadFile(o.RejectsFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2;measure;9.9;", "known are: 2.10, 2.3", "3;status;OPPN sprejet;", "realised (realiziran)", "4;vrednost;10.0000 EUR;", "5;parent;7.7;", "6;title;", "7;;;", "presežek"} {
		if !strings.Contains(string(table), want) {
			t.Errorf("the rejects lack %q:\n%s", want, table)
		}
	}
}

func TestProjectsWithGeometry(t *testing.T) {
	t.Parallel()
	pools := strategy(t)
	csv := "code,title,lat,lon\nA,Točka,\"46,2389\",\"14,3556\"\nB,Brez lege,,\n"
	o := Options{Layer: "projects", File: file(t, "tocke.csv", csv)}
	expect(t, pools, o, "2 new, 0 changed, 0 gone, 0 same, 0 rejected")
	expect(t, pools, o, "0 new, 0 changed, 0 gone, 2 same, 0 rejected")
	if got := scalar[string](t, pools, `SELECT string_agg(p.code || ' ' || p.scope || ' ' || coalesce(round(ST_X(s.geom)) || ' ' || round(ST_Y(s.geom)), '-'), ', ' ORDER BY p.code)
		FROM kraj.projects p LEFT JOIN kraj.sites s ON s.project_id = p.id`); got != "A sites 450303 122330, B unplaced -" {
		t.Errorf("sites: %s", got)
	}
	wkt := "šifra;naziv;wkt\nA;Točka;SRID=3794;\nC;Proga;\"LINESTRING(450000 120000, 450100 120100)\"\nD;Staro;\"MULTIPOINT((449000 121000),(449100 121000))\"\n"
	expect(t, pools, Options{Layer: "projects", File: file(t, "wkt.csv", strings.Replace(wkt, "SRID=3794;", "", 1))}, "2 new, 0 changed, 1 gone, 1 same, 0 rejected")
	if got := scalar[string](t, pools, `SELECT string_agg(GeometryType(s.geom), ', ' ORDER BY p.code) FROM kraj.projects p JOIN kraj.sites s ON s.project_id = p.id`); got != "POINT, MULTILINESTRING, MULTIPOINT" {
		t.Errorf("sites: %s", got)
	}
	gk := "oznaka;ime projekta;Y;X\nE;D48 s cono;5450000;5121000\n"
	expect(t, pools, Options{Layer: "projects", File: file(t, "gk.csv", gk)}, "1 new, 0 changed, 4 gone, 0 same, 0 rejected")
	if got := scalar[string](t, pools, `SELECT round(ST_X(s.geom)) || ' ' || round(ST_Y(s.geom)) FROM kraj.projects p JOIN kraj.sites s ON s.project_id = p.id WHERE p.code = 'E'`); got != "449630 121487" && !strings.HasPrefix(got, "4496") {
		t.Errorf("D48 with the zone digit: %s", got)
	}
}

func TestProjectsFromExcel(t *testing.T) {
	t.Parallel()
	pools := strategy(t)
	x := excelize.NewFile()
	style, err := x.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]any{
		"A1": "Projekti Mestne občine Kranj", "A3": "Šifra", "B3": "Naziv projekta", "C3": "Sredstva", "E3": "Rok",
		"C4": "EU", "D4": "Lastna sredstva",
		"A5": "1.10", "B5": "Kolesarnica", "C5": 1234567.89, "D5": "1.234,50 €", "E5": 44270,
		"A6": "1.9", "B6": "Brv", "C6": 1.234, "D6": nil, "E6": "15. 3. 2021",
		"A8": "SKUPAJ", "C8": 1234569.12,
	}
	for axis, v := range cells {
		if err := x.SetCellValue("Sheet1", axis, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.SetCellStyle("Sheet1", "E5", "E5", style); err != nil {
		t.Fatal(err)
	}
	if err := x.MergeCell("Sheet1", "C3", "D3"); err != nil {
		t.Fatal(err)
	}
	path := file(t, "p.xlsx", "x")
	if err := x.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	o := Options{Layer: "projects", File: path, Map: map[string]string{"source_ref": "Rok"}}
	report := expect(t, pools, o, "2 new, 0 changed, 0 gone, 0 same, 0 rejected")
	t.Log(report.Mapping)
	got := scalar[string](t, pools, `SELECT string_agg(concat_ws(' ', p.code, p.title, p.source_ref, f.source, f.amount_cents), ', ' ORDER BY p.code COLLATE kraj.natural, f.id)
		FROM kraj.projects p LEFT JOIN kraj.project_funding f ON f.project_id = p.id`)
	if want := "1.9 Brv 15. 3. 2021 eu 123, 1.10 Kolesarnica 2021-03-15 own 123450, 1.10 Kolesarnica 2021-03-15 eu 123456789"; got != want {
		t.Errorf("stored %s; want %s", got, want)
	}
	expect(t, pools, o, "0 new, 0 changed, 0 gone, 2 same, 0 rejected")
}
