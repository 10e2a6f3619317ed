package demo_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/importers/demo"
)

// TestCounts compares what is loaded with numbers written down from the sources, in counts.csv of each folder.
func TestCounts(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	report, err := demo.Report(t.Context(), p.Owner, demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, municipality := range report {
		for _, c := range readCounts(t, municipality.Municipality) {
			if got := count(t, p, municipality, c.what, c.key); got != c.count {
				t.Errorf("%s: %s %s: %d, want %d (%s)", municipality.Municipality, c.what, c.key, got, c.count, c.source)
			}
		}
	}
}

type counted struct {
	what, key, source string
	count             int
}

func readCounts(t *testing.T, folder string) (out []counted) {
	t.Helper()
	f, err := os.Open(filepath.Join(folder, "counts.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		n, err := strconv.Atoi(row[2])
		if err != nil {
			t.Fatalf("%s/counts.csv: %v", folder, err)
		}
		out = append(out, counted{row[0], row[1], row[3], n})
	}
	return out
}

// count is what is loaded of one line of counts.csv.
func count(t *testing.T, p *pg.Pools, c demo.Counted, what, key string) int {
	t.Helper()
	measure := func(field func(demo.Count) int) (n int) {
		for _, m := range c.Measures {
			if key == "" || m.Measure == key {
				n += field(m)
			}
		}
		return n
	}
	inside := `FROM projects p JOIN municipalities m ON m.id = p.municipality_id WHERE m.slug = $1 AND `
	switch what {
	case "numbered":
		return measure(func(m demo.Count) int { return m.Numbered })
	case "activities":
		return measure(func(m demo.Count) int { return m.Activities })
	case "projects":
		return measure(func(m demo.Count) int { return m.Nodes })
	case "leaves":
		sum := c.Total()
		return map[string]int{"placed": sum.Placed, "named": sum.Named, "municipality": sum.MunicipalityWide, "unplaced": sum.Unplaced}[key]
	case "ties":
		return c.Rows["project_places"]
	case "table":
		return c.Rows[key]
	case "renovations":
		return number(t, p, `SELECT count(*) `+inside+`p.code LIKE '3.3/2/' || $2 || '/%'`, c.Municipality, key)
	case "pilots":
		return number(t, p, `SELECT count(*) `+inside+`p.attributes->>'kind' = 'pilot'`, c.Municipality)
	case "strategic_entries":
		return strategicEntries(t, c.Municipality)
	case "people":
		return number(t, p, `SELECT coalesce((SELECT sum(s.people) FROM population_settlements s WHERE s.set_id = x.id),
			(SELECT sum(s.people) FROM population_classes s WHERE s.set_id = x.id))
			FROM population_sets x JOIN municipalities m ON m.id = x.municipality_id WHERE m.slug = $1 AND x.code = $2`, c.Municipality, key)
	}
	t.Fatalf("counts.csv counts %q, which this test does not know", what)
	return 0
}

// strategicEntries counts the strategic projects of the overview, with one for each horizon.
func strategicEntries(t *testing.T, folder string) int {
	t.Helper()
	f, err := os.Open(filepath.Join(folder, "strategic.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return len(rows) - 1
}

// TestStates compares marks printed in brackets with what they became.
func TestStates(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	for _, c := range []struct{ code, column, want string }{
		{"1.1/2/1", "plan_state", "adopted"},        // (OPPN sprejet)
		{"1.1/2/2", "plan_state", "in_preparation"}, // (DUO): izdelava OPPN
		{"1.1/2/3", "plan_state", "unknown"},        // (DUO, ekološka sanacija): nothing said
		{"1.1/2/9", "plan_state", "considered"},     // (DUO): preveritve
		{"2.3/2/1", "status", "implementation"},     // (v izvedbi)
		{"2.5/1/1", "responsible", "state"},         // (RS)
		{"2.5/1/5", "responsible", "joint"},         // (RS/MOK)
		{"2.4/6/2", "responsible", "private"},       // (zasebna n.)
		{"1.1/2/1", "horizon", "2030"},
		{"6.3/2/1", "horizon", "2030+2035"},
		{"4.1/1/2", "horizon", "2030+2035"},
		{"1.2/2/5/1", "title", "Digitalna knjižnica"},
		{"3.3/2/F2/1", "status", "realised"},
		{"H3/S2030", "scope", "municipality"},
	} {
		var got string
		query := `SELECT ` + c.column + `::text FROM projects WHERE code = $1`
		if err := p.Owner.QueryRow(t.Context(), query, c.code).Scan(&got); err != nil {
			t.Fatalf("%s: %v", c.code, err)
		}
		if got != c.want {
			t.Errorf("%s: %s is %q, want %q", c.code, c.column, got, c.want)
		}
	}
	// Koper's P.5.3A is printed twice; a yearly amount enters no sum without years.
	if n := number(t, p, `SELECT count(*) FROM projects WHERE source_code = 'P.5.3A'`); n != 2 {
		t.Errorf("%d projects with the printed code P.5.3A, want 2", n)
	}
	if n := number(t, p, `SELECT coalesce(sum(f.effective_cents), 0) FROM project_funding f JOIN projects p ON p.id = f.project_id WHERE p.code = 'P.2.1C'`); n != 0 {
		t.Errorf("2.000 EUR a year without years makes %d cents", n)
	}
	if n := number(t, p, `SELECT sum(f.effective_cents) FROM project_funding f JOIN projects p ON p.id = f.project_id WHERE p.code = 'P.4.2F'`); n != 600000 {
		t.Errorf("3.000 EUR a year, 2018 to 2019, makes %d cents, want 600000", n)
	}
}
