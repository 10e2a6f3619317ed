package demo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/importers/demo"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// number asks the owner for one number.
func number(t *testing.T, p *pg.Pools, query string, args ...any) (n int) {
	t.Helper()
	if err := p.Owner.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// exec changes something as the owner.
func exec(t *testing.T, p *pg.Pools, query string, args ...any) {
	t.Helper()
	if _, err := p.Owner.Exec(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func load(t *testing.T, p *pg.Pools) []demo.Loaded {
	t.Helper()
	loaded, err := demo.Load(t.Context(), p.Owner, demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func TestLoadTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	first := load(t, p)
	for _, l := range first {
		t.Logf("%s: %d rows in %v", l.Municipality, l.Total, l.Took)
		if l.Total == 0 {
			t.Errorf("%s: nothing was loaded", l.Municipality)
		}
	}
	changes := number(t, p, `SELECT count(*) FROM changes`)
	if n := number(t, p, `SELECT count(*) FROM revisions`); n != len(first) {
		t.Errorf("%d revisions, want one a municipality", n)
	}
	for _, l := range load(t, p) {
		if l.Total != 0 {
			t.Errorf("%s: the second load added %d rows: %v", l.Municipality, l.Total, l.Rows)
		}
	}
	if n := number(t, p, `SELECT count(*) FROM changes`); n != changes {
		t.Errorf("the second load logged %d changes", n-changes)
	}
	if n := number(t, p, `SELECT count(*) FROM revisions`); n != len(first) {
		t.Errorf("the second load made a revision: %d", n)
	}
}

func TestRemoveTakesExactlyIt(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	exec(t, p, `INSERT INTO municipalities (code, name) VALUES ('1', 'Lastna')`)
	before := rowCounts(t, p)
	load(t, p)
	removed, err := demo.Remove(t.Context(), p.Owner, demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range removed {
		if len(r.Kept) > 0 {
			t.Errorf("%s: rows stayed: %v", r.Municipality, r.Kept)
		}
	}
	if diff := cmp.Diff(before, rowCounts(t, p)); diff != "" {
		t.Errorf("after load and removal (-before +after):\n%s", diff)
	}
}

// rowCounts counts the rows of every base table that has any.
func rowCounts(t *testing.T, p *pg.Pools) map[string]int {
	t.Helper()
	rows, err := p.Owner.Query(t.Context(), `SELECT b FROM kraj.base_tables() b`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, name := range append(names, "demo_rows", "ties", "weights", "atoms") {
		counts[name] = number(t, p, `SELECT count(*) FROM kraj.`+name)
	}
	return counts
}

func TestOwnRowsAreNeverTouched(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	// One's own Kranj, with a settlement, a theme, a measure and a project of the demonstration's codes.
	exec(t, p, `INSERT INTO municipalities (code, name, source) VALUES ('11027784', 'Moj Kranj', 'own')`)
	exec(t, p, `INSERT INTO settlements (code, name, municipality_id, source) SELECT '10102774', 'Moje naselje', id, 'own' FROM municipalities`)
	exec(t, p, `INSERT INTO themes (municipality_id, code, name, source) SELECT id, 'TP1', 'Moja tema', 'own' FROM municipalities`)
	exec(t, p, `INSERT INTO measures (municipality_id, theme_id, code, name, source) SELECT municipality_id, id, '1.1', 'Moj ukrep', 'own' FROM themes`)
	exec(t, p, `INSERT INTO projects (measure_id, code, title, source) SELECT id, '1.1/2/1', 'Moj projekt', 'own' FROM measures`)
	// One's own Koper under a code of one's own: the demonstration's settlements go there.
	exec(t, p, `INSERT INTO municipalities (code, name, surs_code) VALUES ('K50', 'Moj Koper', '050')`)
	load(t, p)
	if n := number(t, p, `SELECT count(*) FROM municipalities`); n != 2 {
		t.Errorf("%d municipalities, want one's own two", n)
	}
	check := func(when string) {
		t.Helper()
		for _, table := range []string{"municipalities", "settlements", "themes", "measures", "projects"} {
			if n := number(t, p, `SELECT count(*) FROM kraj.`+table+` WHERE source = 'own'`); n != 1 {
				t.Errorf("%s: %d rows of one's own in %s, want 1", when, n, table)
			}
			if n := number(t, p, `SELECT count(*) FROM changes WHERE relation = $1 AND op <> 'I' AND before->>'source' = 'own'`, table); n != 0 {
				t.Errorf("%s: %d changes to one's own rows in %s", when, n, table)
			}
		}
	}
	check("after loading")
	if n := number(t, p, `SELECT count(*) FROM sites s JOIN projects j ON j.id = s.project_id WHERE j.source = 'own'`); n != 0 {
		t.Errorf("one's own project got %d sites", n)
	}
	if n := number(t, p, `SELECT count(*) FROM goals g JOIN themes h ON h.id = g.theme_id WHERE h.source = 'own'`); n != 0 {
		t.Errorf("one's own theme got %d goals", n)
	}

	// A project of one's own under the demonstration's measure keeps that measure and its theme.
	exec(t, p, `INSERT INTO projects (measure_id, code, title, source) SELECT id, 'X1', 'Še moj', 'mine' FROM measures WHERE code = '2.3'`)
	removed, err := demo.Remove(t.Context(), p.Owner, demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check("after removing")
	want := map[string]int{"measures": 1, "themes": 1}
	for _, r := range removed {
		if r.Municipality == "kranj" {
			if diff := cmp.Diff(want, r.Kept); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
		}
	}
}
