package demo_test

import (
	"crypto/md5"
	"fmt"
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

// TestSampleOfTitles holds the labelled samples to the rules they were drawn by, and their labels to places that exist.
func TestSampleOfTitles(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	load(t, p)
	drawn := append(readSample(t, "names_sample.tsv"), readSample(t, "names_final.tsv")...)
	made := readSample(t, "names_made.tsv")
	rows, err := p.Owner.Query(t.Context(), `SELECT m.slug, p.code, p.title FROM projects p JOIN municipalities m ON m.id = p.municipality_id
		ORDER BY md5(m.slug || '/' || p.code || '/' || 'kraj-2026')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	read := 0
	for i := 0; rows.Next(); i++ {
		want := labelled{0: []string{"dev", "held"}[i%2]}
		if i >= 400 {
			want[0] = "final"
		}
		if err := rows.Scan(&want[1], &want[2], &want[3]); err != nil {
			t.Fatal(err)
		}
		if read++; i < len(drawn) && !slices.Equal(drawn[i][:4], want[:4]) {
			t.Errorf("line %d of the samples is %q, drawn is %q", i+1, drawn[i][:4], want[:4])
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if read != len(drawn) {
		t.Errorf("%d projects, %d labelled titles", read, len(drawn))
	}
	for i, s := range made {
		if half := []string{"made1", "made2"}[i%2]; s[0] != half || i > 0 && sum(made[i-1]) > sum(s) {
			t.Errorf("line %d of the made-up titles is not in its order: %q", i+1, s)
		}
	}
	for _, s := range append(drawn, made...) {
		for _, place := range strings.Fields(strings.ReplaceAll(strings.Join(s[4:7], " "), "|", " ")) {
			layer, code, _ := strings.Cut(place, ":")
			if !exists(t, p, s[1], layer, code) {
				t.Errorf("%s %s: there is no place %s", s[1], s[2], place)
			}
		}
	}
}

// sum is what made-up titles are sorted by.
func sum(s labelled) string { return fmt.Sprintf("%x", md5.Sum([]byte(s[3]))) }

// sampleFile is where a half of the labelled titles stands.
func sampleFile(half string) string {
	switch half {
	case "final":
		return "names_final.tsv"
	case "made1", "made2":
		return "names_made.tsv"
	default:
		return "names_sample.tsv"
	}
}

// readSample reads the lines of a file of labelled titles in their order.
func readSample(t testing.TB, file string) (out []labelled) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "geo", "testdata", file))
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
	if len(out) < 150 {
		t.Fatalf("%d titles in %s, want 150 or more", len(out), file)
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
