package export_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kraj/geo"
	"kraj/geo/pgtest"
	"kraj/importers/export"
)

// Tables for people in either language are imported again without a change, whole or in some columns.
func TestTablesForPeopleRoundTrip(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	if _, err := pools.Owner.Exec(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, lang := range []string{"sl", "en"} {
		for name, columns := range map[string][]string{
			"all": nil, "some": {"title", "status", "horizon", "strategic", "scope", "measure", "amount_total", "money_by_source", "in_settlements", "first_day", "last_day", "participants"},
			"wkt": {"title", "wkt"}, "readers": append([]string{"cost", "funding", "eligibility", "plan_state"}, export.Extra...),
		} {
			for _, ending := range []string{".csv", ".xlsx"} {
				file := filepath.Join(dir, lang+name+ending)
				if _, err := export.Run(t.Context(), pools, export.Options{Layer: "projects", File: file, Lang: lang, Columns: columns, Groups: "any"}); err != nil {
					t.Errorf("%s: %v", filepath.Base(file), err)
					continue
				}
				if lang == "sl" && name == "readers" && ending == ".csv" {
					content, _ := os.ReadFile(file)
					t.Logf("%s", content)
				}
				if name != "readers" { // no title: nothing to import
					again(t, pools, "projects", file, "2 same")
				}
			}
		}
	}
}

func TestChosenRowsColumnsAndWords(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	if _, err := pools.Owner.Exec(t.Context(), stored+`; UPDATE kraj.projects SET title = '=Žiče, "pri"; mostu', strategic = true WHERE code = '1.10'`); err != nil {
		t.Fatal(err)
	}
	write := func(o export.Options) string {
		t.Helper()
		var b bytes.Buffer
		o.Layer = "projects"
		if _, err := export.Write(t.Context(), pools, &b, o); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	got := write(export.Options{File: "x.csv", Lang: "sl", Sort: []string{"-code"}, Columns: []string{"title", "status", "strategic", "amount_total", "money_by_source"}})
	want := "\ufeffŠifra projekta;Občina (šifra);Naziv projekta;Status projekta;Strateški projekt;Znesek skupaj (EUR);Čigav denar\r\n" +
		"1.10;11027784;\"'=Žiče, \"\"pri\"\"; mostu\";v pripravi;da;;vir ni naveden\r\n" +
		"1.9;11027784;Projekt 1.9;v pripravi;ne;1234567,89;EU 1000000,01; vir ni naveden 234567,88\r\n"
	want = strings.Replace(want, "EU 1000000,01; vir ni naveden 234567,88", `"EU 1000000,01; vir ni naveden 234567,88"`, 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	strategic := true
	got = write(export.Options{File: "x.csv", Filter: &geo.ProjectFilter{Strategic: &strategic}, Columns: []string{"title"}, Municipality: "kranj"})
	rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "1.10" {
		t.Errorf("%v %v", rows, err)
	}
	if got = write(export.Options{File: "x.csv", Public: true, Filter: &geo.ProjectFilter{Strategic: &strategic}, Columns: []string{"title"}}); strings.Count(got, "\n") != 1 {
		t.Errorf("the public gets the draft: %s", got)
	}
	for _, o := range []export.Options{
		{Layer: "projects", File: "x.csv", Columns: []string{"colour"}},
		{Layer: "projects", File: "x.csv", Columns: []string{"keeper"}, Public: true},
		{Layer: "projects", File: "x.gpkg", Filter: &geo.ProjectFilter{Text: "nothing has this"}},
	} {
		if _, err := export.Write(t.Context(), pools, &bytes.Buffer{}, o); geo.KindOf(err) != geo.Invalid {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
