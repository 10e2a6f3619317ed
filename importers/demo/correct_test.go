package demo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kraj/geo/pgtest"
	"kraj/importers/demo"
)

// TestCorrectionsFollow stands in for a correction of the files: rows are made to differ from them in the
// demonstration's own name, as if an earlier version had loaded them so, then by somebody else.
func TestCorrectionsFollow(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	earlier := func(query string) {
		t.Helper()
		exec(t, p, `DO $$ BEGIN PERFORM set_config('kraj.source', 'demo', true); `+query+`; END $$`)
	}
	earlier(`UPDATE settlements SET name = 'Narobe' WHERE code = '10102774'`)
	earlier(`UPDATE projects SET title = 'Narobe', parent_id = NULL WHERE code IN ('1.1/2/1', '1.1/2/2')`)
	earlier(`UPDATE sites SET name = 'Narobe', geom = ST_Translate(geom, 500, 0) FROM projects j WHERE j.id = project_id AND j.code = 'P.5.2F'`)
	earlier(`DELETE FROM project_funding f USING projects j WHERE j.id = f.project_id AND j.code = 'P.4.2F'`)
	earlier(`UPDATE sites SET name = 'Narobe' FROM projects j WHERE j.id = project_id AND j.code = '1.1/2/3'`)
	exec(t, p, `UPDATE projects SET description = 'Moj opis' WHERE code = '1.1/2/2'`)
	exec(t, p, `UPDATE sites SET approximate = false FROM projects j WHERE j.id = project_id AND j.code = '1.1/2/3'`)
	revisions := number(t, p, `SELECT count(*) FROM revisions`)

	want := map[string]map[string]int{"kranj": {"settlements": 1, "projects": 1}, "koper": {"projects": 2}}
	for _, l := range load(t, p) {
		if diff := cmp.Diff(want[l.Municipality], l.Changed); diff != "" {
			t.Errorf("%s: corrected (-want +got):\n%s", l.Municipality, diff)
		}
	}
	if n := number(t, p, `SELECT count(*) FROM revisions`) - revisions; n != 2 {
		t.Errorf("%d revisions, want one a municipality", n)
	}
	for what, c := range map[string]struct {
		query string
		want  int
	}{
		"settlements, projects and sites still wrong, beside those that somebody changed": {`SELECT count(*) FROM (SELECT name FROM settlements
			UNION ALL SELECT title FROM projects WHERE code <> '1.1/2/2'
			UNION ALL SELECT s.name FROM sites s JOIN projects j ON j.id = s.project_id WHERE j.code <> '1.1/2/3') x WHERE x.name = 'Narobe'`, 0},
		"a project that somebody changed keeps its title": {`SELECT count(*) FROM projects WHERE code = '1.1/2/2' AND title = 'Narobe'`, 1},
		"a site that somebody changed keeps its name":     {`SELECT count(*) FROM sites WHERE name = 'Narobe' AND NOT approximate`, 1},
		"the corrected project is in its group again":     {`SELECT count(*) FROM projects WHERE code = '1.1/2/1' AND parent_id IS NOT NULL`, 1},
		"the amount is there again":                       {`SELECT sum(f.effective_cents) FROM project_funding f JOIN projects j ON j.id = f.project_id WHERE j.code = 'P.4.2F'`, 600000},
	} {
		if n := number(t, p, c.query); n != c.want {
			t.Errorf("%s: %d, want %d", what, n, c.want)
		}
	}
	for _, l := range load(t, p) {
		if l.Total != 0 {
			t.Errorf("%s: loading once more changed %d rows: %v %v", l.Municipality, l.Total, l.Rows, l.Changed)
		}
	}
	removed, err := demo.Remove(t.Context(), p.Owner, demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range removed {
		if len(r.Kept) > 0 {
			t.Errorf("%s: rows stayed: %v", r.Municipality, r.Kept)
		}
	}
}
