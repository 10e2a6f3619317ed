package demo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/importers/demo"
)

// found is how proposals compare with the labels of one half of the sample.
type found struct {
	right, wrong, missed int // ties over the default score, and open choices
	asked                int // whether "Kranj" is the town or the municipality: a question, neither right nor wrong
	faults               []string
}

func (f found) precision() float64 { return float64(f.right) / float64(f.right+f.wrong) }
func (f found) recall() float64    { return float64(f.right) / float64(f.right+f.missed) }

// samples are the labelled halves: what each is for, and the floors of precision and recall.
var samples = []struct {
	half              string
	shown             bool // misses and wrong ones are logged: work on the rules reads them. Of the others only figures
	precision, recall float64
}{
	{"dev", true, 0.95, 0.85},
	{"held", false, 0.95, 0.85},
	{"final", false, 0.95, 0.85},
	{"made1", true, 0.95, 0.85},
	{"made2", false, 0.95, 0.85},
}

// TestNamesInTitles holds the reading of names to the labelled samples. The floors are the aim; what is reached is logged.
func TestNamesInTitles(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	for _, s := range samples {
		f := evaluate(t, p, s.half)
		t.Logf("%s: precision %.3f, recall %.3f (%d right, %d wrong, %d missed, %d asked)", s.half, f.precision(), f.recall(), f.right, f.wrong, f.missed, f.asked)
		if s.shown {
			for _, fault := range f.faults {
				t.Log(fault)
			}
		}
		if f.precision() < s.precision || f.recall() < s.recall {
			t.Errorf("%s: precision %.3f, recall %.3f; want %.2f and %.2f", s.half, f.precision(), f.recall(), s.precision, s.recall)
		}
	}
}

// BenchmarkNamesInTitles reads all texts of the demonstration and reports precision and recall on the labelled samples.
func BenchmarkNamesInTitles(b *testing.B) {
	p := pgtest.New(b)
	if _, err := demo.Load(b.Context(), p.Owner, demo.Options{}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Owner.Exec(b.Context(), `SELECT count(*) FROM kraj.propose_names(ARRAY(SELECT id FROM kraj.projects))`); err != nil {
			b.Fatal(err)
		}
	}
	for _, s := range samples {
		f := evaluate(b, p, s.half)
		b.ReportMetric(f.precision(), s.half+"-precision")
		b.ReportMetric(f.recall(), s.half+"-recall")
	}
}

// evaluate compares the proposals for the titles of one half with their labels. Descriptions are left out: only titles are labelled.
// Titles that were made up are written as projects first.
func evaluate(t testing.TB, p *pg.Pools, half string) (f found) {
	t.Helper()
	if _, err := p.Owner.Exec(t.Context(), `DELETE FROM kraj.project_places WHERE relation = 'named'; UPDATE kraj.projects SET description = NULL`); err != nil {
		t.Fatal(err)
	}
	for _, s := range readSample(t, sampleFile(half)) {
		if s[0] != half {
			continue
		}
		if strings.HasPrefix(s[2], "made/") {
			const write = `INSERT INTO kraj.projects (municipality_id, code, title) SELECT id, $2, $3 FROM kraj.municipalities WHERE slug = $1 ON CONFLICT DO NOTHING`
			if _, err := p.Owner.Exec(t.Context(), write, s[1], s[2], s[3]); err != nil {
				t.Fatal(err)
			}
		}
		plain, choices := proposals(t, p, s[1], s[2])
		want, allowed := strings.Fields(s[4]), strings.Fields(s[6])
		for _, place := range plain {
			switch {
			case slices.Contains(want, place):
				f.right++
			case !slices.Contains(allowed, place):
				f.wrong++
				f.faults = append(f.faults, fmt.Sprintf("wrong: %s %q: %s", s[2], s[3], place))
			}
		}
		for _, place := range want {
			if !slices.Contains(plain, place) {
				f.missed++
				f.faults = append(f.faults, fmt.Sprintf("missed: %s %q: %s", s[2], s[3], place))
			}
		}
		f.compareChoices(s, choices)
	}
	return f
}

// sorted lists the open choices of a label with their candidates in order.
func sorted(label string) (out []string) {
	for _, c := range strings.Fields(label) {
		list := strings.Split(c, "|")
		slices.Sort(list)
		out = append(out, strings.Join(list, "|"))
	}
	return out
}

// compareChoices: an open choice is right with all of its candidates and no other.
func (f *found) compareChoices(s labelled, choices []string) {
	want, allowed := sorted(s[5]), sorted(s[6])
	for _, c := range choices {
		switch {
		case strings.Contains(c, "municipalities:"):
			f.asked++
		case slices.Contains(want, c):
			f.right++
		case !slices.Contains(allowed, c):
			f.wrong++
			f.faults = append(f.faults, fmt.Sprintf("wrong choice: %s %q: %s", s[2], s[3], c))
		}
	}
	for _, c := range want {
		if !slices.Contains(choices, c) {
			f.missed++
			f.faults = append(f.faults, fmt.Sprintf("missed choice: %s %q: %s", s[2], s[3], c))
		}
	}
}

// proposals lists the places proposed over the default score, and the open choices as sorted candidates joined by |.
func proposals(t testing.TB, p *pg.Pools, municipality, code string) (plain, choices []string) {
	t.Helper()
	const query = `
		WITH proposed AS (
			SELECT d.choice, d.score, d.layer || ':' || x.code AS place
			FROM kraj.project_places d JOIN kraj.projects p ON p.id = d.project_id JOIN kraj.municipalities m ON m.id = p.municipality_id
			JOIN kraj.places x ON x.layer = d.layer AND x.id = d.place_id
			WHERE m.slug = $1 AND p.code = $2 AND d.relation = 'named' AND d.state = 'proposed')
		SELECT coalesce((SELECT array_agg(place ORDER BY place) FROM proposed WHERE choice IS NULL AND score >= kraj.default_score()), '{}'),
			coalesce((SELECT array_agg(c.places) FROM (SELECT string_agg(place, '|' ORDER BY place COLLATE "C") AS places FROM proposed WHERE choice IS NOT NULL GROUP BY choice) c), '{}')`
	if err := p.Owner.QueryRow(t.Context(), query, municipality, code).Scan(&plain, &choices); err != nil {
		t.Fatal(err)
	}
	return plain, choices
}
