package demo_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// labelled is a line of the sample of titles: half, municipality, code, title, places, choice, allowed, note.
type labelled [8]string

// TestSampleOfTitles holds the labelled sample to the rule it was drawn by, and its labels to places that exist.
func TestSampleOfTitles(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	sample := readSample(t)
	rows, err := p.Owner.Query(t.Context(), `SELECT m.slug, p.code, p.title FROM projects p JOIN municipalities m ON m.id = p.municipality_id
		ORDER BY md5(m.slug || '/' || p.code || '/' || 'kraj-2026') LIMIT $1`, len(sample))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for i := 0; rows.Next(); i++ {
		want := labelled{0: []string{"dev", "held"}[i%2]}
		if err := rows.Scan(&want[1], &want[2], &want[3]); err != nil {
			t.Fatal(err)
		}
		if got := sample[i]; !slices.Equal(got[:4], want[:4]) {
			t.Errorf("line %d of the sample is %q, drawn is %q", i+1, got[:4], want[:4])
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, s := range sample {
		for _, place := range strings.Fields(strings.ReplaceAll(strings.Join(s[4:7], " "), "|", " ")) {
			layer, code, _ := strings.Cut(place, ":")
			if !exists(t, p, s[1], layer, code) {
				t.Errorf("%s %s: there is no place %s", s[1], s[2], place)
			}
		}
	}
}

// readSample reads the lines of the sample in the order in which they were drawn.
func readSample(t testing.TB) (out []labelled) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "geo", "testdata", "names_sample.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n") {
		if fields := strings.Split(line, "\t"); !strings.HasPrefix(line, "#") && fields[0] != "half" {
			if len(fields) != len(labelled{}) {
				t.Fatalf("%d fields, want %d: %q", len(fields), len(labelled{}), line)
			}
			out = append(out, labelled(fields))
		}
	}
	if len(out) < 200 {
		t.Fatalf("%d titles, want 200 or more", len(out))
	}
	return out
}

// exists says whether a municipality has a place of this code.
func exists(t *testing.T, p *pg.Pools, municipality, layer, code string) bool {
	t.Helper()
	if !slices.Contains([]string{"settlements", "local_communities", "business_zones", "degraded_areas", "cycling_routes", "agglomerations"}, layer) {
		return false
	}
	return number(t, p, `SELECT count(*) FROM `+layer+` x JOIN municipalities m ON m.id = x.municipality_id
		WHERE m.slug = $1 AND x.code = $2`, municipality, code) == 1
}
