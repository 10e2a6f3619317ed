package demo_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kraj/geo/pgtest"
	"kraj/importers/demo"
)

// tie is a line of ties.csv: project, layer, place, relation, words, decided_by, note.
type tie struct{ project, layer, place, relation, words, by, note string }

func readTies(t *testing.T, folder string) (out []tie) {
	t.Helper()
	f, err := os.Open(filepath.Join(folder, "ties.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		out = append(out, tie{r[0], r[1], r[2], r[3], r[4], r[5], r[6]})
	}
	return out
}

// TestTiesAreSaid holds every tie to who or what decided it: its words stand where it says, and its place exists.
func TestTiesAreSaid(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	for _, folder := range demo.Municipalities() {
		nodes := map[string]map[string]string{}
		for _, r := range records(t, filepath.Join(folder, "projects.csv")) {
			nodes[r["code"]] = r
		}
		ties := readTies(t, folder)
		for _, s := range ties {
			node := nodes[s.project]
			if node == nil {
				t.Errorf("%s: there is no project %q", folder, s.project)
				continue
			}
			if !exists(t, p, folder, s.layer, s.place) {
				t.Errorf("%s %s: there is no place %s:%s", folder, s.project, s.layer, s.place)
			}
			if wrong := s.unsaid(node, nodes); wrong != "" {
				t.Errorf("%s %s, %q by %q: %s", folder, s.project, s.words, s.by, wrong)
			}
		}
		if n := number(t, p, `SELECT count(*) FROM ties i JOIN project_places s ON s.id = i.statement_id AND s.author = 'demonstration'
			JOIN municipalities m ON m.id = i.municipality_id WHERE m.slug = $1`, folder); n != len(ties) {
			t.Errorf("%s: %d ties, want the %d of the file", folder, n, len(ties))
		}
	}
}

// unsaid tells what is wrong with a tie, or nothing.
func (s tie) unsaid(node map[string]string, nodes map[string]map[string]string) string {
	wanted := "named"
	if s.by == "knowledge" {
		wanted = "manual" // the words do not say it
	}
	if s.relation != wanted && s.relation != "serves" {
		return "the relation is " + s.relation
	}
	var text string
	switch s.by {
	case "title":
		text = node["title"]
	case "description":
		text = node["description"]
	case "group":
		for up := nodes[node["parent"]]; up != nil; up = nodes[up["parent"]] {
			text += up["title"] + "\n"
		}
	case "source", "knowledge":
		if s.note == "" {
			return "a note has to say where, or why"
		}
		text = s.words
	default:
		return "nobody decides so"
	}
	if s.words == "" || !strings.Contains(text, s.words) {
		return "the words are not there"
	}
	return ""
}

// TestOpenNames keeps names that stand for several settlements open: nothing ties them, or puts them, to one.
func TestOpenNames(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	for name, like := range map[string]string{"Besnica": "% Besnica", "Bitnje": "% Bitnje"} {
		for what, query := range map[string]string{
			"stated": `SELECT count(*) FROM project_places s JOIN settlements x ON s.layer = 'settlements' AND x.id = s.place_id
				WHERE s.state = 'confirmed' AND x.name LIKE $1`,
			"drawn": `SELECT count(*) FROM sites s WHERE s.name = ltrim($1, '% ')`,
		} {
			if n := number(t, p, query, like); n != 0 {
				t.Errorf("%s is %s %d times at one settlement", name, what, n)
			}
		}
	}
	if n := number(t, p, `SELECT count(*) FROM weights w JOIN projects j ON j.id = w.project_id WHERE j.code = '3.3/2/F1/5' AND w.special = 'unplaced'`); n != 1 {
		t.Error("the school of Besnica is in one of the two settlements")
	}
}

// TestTiesFollow stands in for a correction of ties.csv, as TestCorrectionsFollow does for places and projects.
func TestTiesFollow(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	about := func(project string) string {
		return ` FROM projects j WHERE j.id = s.project_id AND j.code = '` + project + `'`
	}
	earlier := func(query string) {
		t.Helper()
		exec(t, p, `DO $$ BEGIN PERFORM set_config('kraj.source', 'demo', true); `+query+`; END $$`)
	}
	earlier(`UPDATE project_places s SET words = 'Narobe'` + about("2.4/2/5"))                                      // two of them
	earlier(`DELETE FROM project_places s USING projects j WHERE j.id = s.project_id AND j.code = '2.4/2/6'`)       // two of them
	earlier(`UPDATE project_places s SET relation = 'serves'` + about("3.1/5/1"))                                   // goes; the right one comes
	exec(t, p, `UPDATE project_places s SET state = 'rejected', author = 'nekdo'`+about("3.3/2/F1/4"))              // a planner says no
	exec(t, p, `DELETE FROM project_places s USING projects j WHERE j.id = s.project_id AND j.code = '3.3/2/F1/6'`) // and so here
	exec(t, p, `UPDATE project_places s SET words = 'Moje', author = 'nekdo'`+about("4.1/3/6"))                     // a planner's words
	earlier(`DELETE FROM project_places s USING projects j WHERE j.id = s.project_id AND j.code = '5.1/2/1'`)       // is only proposed so far
	exec(t, p, `INSERT INTO project_places (project_id, layer, place_id, relation, state)
		SELECT j.id, 'settlements', x.id, 'manual', 'proposed' FROM projects j, settlements x WHERE j.code = '5.1/2/1' AND x.code = '10102774'`)

	for _, l := range load(t, p) {
		want, rows := map[string]int(nil), 0
		if l.Municipality == "kranj" {
			want, rows = map[string]int{"project_places": 3}, 4
		}
		if got := l.Changed; len(got)+len(want) > 0 && !cmp.Equal(want, got) {
			t.Errorf("%s: corrected %v, want %v", l.Municipality, got, want)
		}
		if l.Rows["project_places"] != rows {
			t.Errorf("%s: %d new ties, want %d", l.Municipality, l.Rows["project_places"], rows)
		}
	}
	for what, c := range map[string]struct {
		query string
		want  int
	}{
		"wrong words":                {`SELECT count(*) FROM project_places WHERE words = 'Narobe'`, 0},
		"what was gone":              {`SELECT count(*) FROM project_places s JOIN projects j ON j.id = s.project_id WHERE j.code = '2.4/2/6'`, 2},
		"a relation not in the file": {`SELECT count(*) FROM project_places WHERE relation = 'serves'`, 0},
		"rejected":                   {`SELECT count(*) FROM project_places WHERE state = 'rejected' AND author = 'nekdo'`, 1},
		"taken back":                 {`SELECT count(*) FROM project_places s JOIN projects j ON j.id = s.project_id WHERE j.code = '3.3/2/F1/6' AND s.state <> 'proposed'`, 0},
		"a planner's words":          {`SELECT count(*) FROM project_places WHERE words = 'Moje' AND author = 'nekdo'`, 1},
		"proposed, now decided":      {`SELECT count(*) FROM project_places s JOIN projects j ON j.id = s.project_id WHERE j.code = '5.1/2/1' AND s.state = 'confirmed' AND s.author = 'demonstration'`, 1},
	} {
		if n := number(t, p, c.query); n != c.want {
			t.Errorf("%s: %d, want %d", what, n, c.want)
		}
	}
	revisions := number(t, p, `SELECT count(*) FROM revisions`)
	for _, l := range load(t, p) {
		if l.Total != 0 {
			t.Errorf("%s: loading once more changed %d rows: %v %v", l.Municipality, l.Total, l.Rows, l.Changed)
		}
	}
	if n := number(t, p, `SELECT count(*) FROM revisions`); n != revisions {
		t.Errorf("loading once more made %d revisions", n-revisions)
	}
}

// TestTiesAreCounted compares the report's ties with the files, and leaves with what places them.
func TestTiesAreCounted(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	report, err := demo.Report(t.Context(), p.Owner, demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report {
		want := map[string]int{}
		for _, s := range readTies(t, c.Municipality) {
			want[s.by]++
		}
		if diff := cmp.Diff(want, c.Ties); diff != "" {
			t.Errorf("%s: ties by who decided (-file +report):\n%s", c.Municipality, diff)
		}
		if sum := c.Total(); sum.Placed+sum.Named+sum.MunicipalityWide+sum.Unplaced != sum.Leaves {
			t.Errorf("%s: %d + %d + %d + %d leaves, want %d", c.Municipality, sum.Placed, sum.Named, sum.MunicipalityWide, sum.Unplaced, sum.Leaves)
		}
	}
	if !slices.ContainsFunc(report, func(c demo.Counted) bool { return c.Total().Named > 0 }) {
		t.Error("no project is placed by a tie alone")
	}
}

// TestKnownNames: every line of known_names.csv is loaded, and means the place it says.
func TestKnownNames(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	for _, folder := range demo.Municipalities() {
		for _, r := range records(t, filepath.Join(folder, "known_names.csv")) {
			if r["source"] == "" {
				t.Errorf("%s: nobody says %q", folder, r["name"])
			}
			if n := number(t, p, `SELECT count(*) FROM known_names k JOIN municipalities m ON m.id = k.municipality_id
				LEFT JOIN places x ON x.layer = k.layer AND x.id = k.place_id
				WHERE m.slug = $1 AND k.name = $2 AND k.kind = $3 AND coalesce(k.layer, '') = $4 AND coalesce(x.code, '') = $5`,
				folder, r["name"], r["kind"], r["layer"], r["place"]); n != 1 {
				t.Errorf("%s: %q is there %d times", folder, r["name"], n)
			}
		}
	}
}
