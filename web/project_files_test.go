package web_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kraj/importers"
)

// codesOfFile reads the codes of a file's rows, in order.
func codesOfFile(t *testing.T, ending, body string) string {
	t.Helper()
	var codes []string
	switch ending {
	case "csv":
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
		if strings.HasPrefix(body, "\ufeffŠ") {
			r.Comma = ';'
		}
		rows, err := r.ReadAll()
		if err != nil || len(rows) == 0 {
			t.Fatalf("%v in %s", err, body)
		}
		for _, row := range rows[1:] {
			codes = append(codes, row[0])
		}
	case "xlsx":
		f, err := excelize.OpenReader(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		rows, err := f.GetRows("projects")
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			codes = append(codes, row[0])
		}
	case "geojson":
		var c struct {
			Features []struct{ Properties struct{ Code string } }
		}
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		for _, f := range c.Features {
			codes = append(codes, f.Properties.Code)
		}
	}
	return strings.Join(codes, " ")
}

// A file has exactly the rows of the list with the same parameters, in its order; the public's has no draft.
func TestFilesHaveTheRowsOfTheList(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	ana := s.planner()
	for _, query := range []string{"sort=title", "sort=-amount&groups=none", "status=idea&groups=none", "class=rural&scheme=municipal", "q=nothing+has+this", "settlement=002&sort=-code"} {
		for _, who := range [][]string{nil, {ana}} {
			var list orderedPage
			s.json("/api/v1/projects?municipality=kranj&offset=0&"+query, &list, who...)
			for _, ending := range []string{"csv", "xlsx", "geojson"} {
				for _, more := range []string{"", "&lang=sl&columns=title,amount_total", "&lang=en"} {
					r := s.get("/api/v1/projects."+ending+"?municipality=kranj&"+query+more, who...)
					if r.status != 200 {
						t.Fatalf("%s?%s: %d %s", ending, query, r.status, r.body)
					}
					if got := codesOfFile(t, ending, r.body); got != codesIn(list.Items) {
						t.Errorf("%s?%s: %s, the list has %s", ending, query, got, codesIn(list.Items))
					}
					if who == nil && strings.Contains(r.body, "krivnost") {
						t.Errorf("%s?%s shows a draft", ending, query)
					}
				}
			}
		}
	}
}

func TestFilesAreNamedAndSaid(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	r := s.get("/api/v1/projects.csv?municipality=052&lang=sl&columns=title,amount_total,status&status=implementation")
	if got := r.header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="kranj-projekti-20`) || !strings.HasSuffix(got, `.csv"`) {
		t.Errorf("Content-Disposition: %s", got)
	}
	if want := "\ufeffŠifra projekta;Občina (šifra);Naziv projekta;Znesek skupaj (EUR);Status projekta\r\n1.9/1;052;Kolesarska pot Britof–Golnik;1000000,00;v izvajanju\r\n"; r.body != want {
		t.Errorf("%q, want %q", r.body, want)
	}
	zipped := s.get("/api/v1/projects.geojson?municipality=kranj", "Accept-Encoding: gzip")
	z, err := gzip.NewReader(strings.NewReader(zipped.body))
	if err != nil || zipped.header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v %v", err, zipped.header)
	}
	if text, err := io.ReadAll(z); err != nil || !json.Valid(text) {
		t.Errorf("%v in %s", err, text)
	}
	gpkg := s.get("/api/v1/projects.gpkg?municipality=kranj&groups=none")
	if !strings.HasPrefix(gpkg.body, "SQLite format 3") || gpkg.header.Get("Content-Type") != "application/geopackage+sqlite3" {
		t.Errorf("%d %v %.40q", gpkg.status, gpkg.header, gpkg.body)
	}
	xlsx := s.get("/api/v1/projects.xlsx?municipality=kranj")
	if _, err := zip.NewReader(bytes.NewReader([]byte(xlsx.body)), int64(len(xlsx.body))); err != nil {
		t.Error(err)
	}
	if head := s.do("HEAD", "/api/v1/projects.xlsx?municipality=kranj", ""); head.status != 200 || head.header.Get("Content-Disposition") == "" {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
	for path, want := range map[string]string{
		"csv?columns=colour":              "accepted: code,",
		"csv?columns=keeper":              "accepted: code,", // the public has no such column
		"csv?lang=de":                     "accepted: sl, en",
		"csv?sort=colour":                 "accepted, each also",
		"gpkg?q=nothing+has+this":         "not one row",
		"csv?municipality=atlantis":       "no municipality",
		"xlsx?municipality=kranj&limit=1": "unknown parameter",
	} {
		if r := s.get("/api/v1/projects." + path); r.status != 400 || !strings.Contains(r.body, want) || !strings.HasPrefix(r.header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d %s %s", path, r.status, r.header.Get("Content-Type"), r.body)
		}
	}
	if r := s.get("/api/v1/projects.pdf"); r.status != 404 {
		t.Errorf("pdf: %d", r.status)
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "kraj-*.csv")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// What a planner downloads and imports again changes nothing.
func TestFilesRoundTrip(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	s.sql(more)
	ana := s.planner()
	dir := t.TempDir()
	for name, query := range map[string]string{
		"whole.csv": "", "slovene.csv": "&lang=sl", "shown.csv": "&lang=sl&columns=title,theme,measure,status,horizon,amount_total,money_by_source", "english.xlsx": "&lang=en", "whole.gpkg": "", "whole.geojson": "",
	} {
		r := s.get("/api/v1/projects"+filepath.Ext(name)+"?municipality=kranj&sort=-title"+query, ana)
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(r.body), 0o600); err != nil || r.status != 200 {
			t.Fatalf("%s: %d %v", name, r.status, err)
		}
		report, err := importers.Run(t.Context(), s.pools, importers.Options{Layer: "projects", File: file, DryRun: true, RejectsFile: "-", Municipality: "kranj"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := report.Summary(); got != "projects: 0 new, 0 changed, 0 gone, 7 same, 0 rejected" {
			t.Errorf("%s: %s %+v %+v", name, got, report.Changes, report.Rejects)
		}
	}
}
