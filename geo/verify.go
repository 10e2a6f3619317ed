package geo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Difference is a place where what is stored departs from a computation from nothing.
type Difference struct {
	ProjectID int64  `json:"project_id"` // 0: of a place, named in What
	Kind      string `json:"kind"`       // extent, outline, tie, proposal, weight, atom, sum, class, people
	What      string `json:"what"`       // which one
	Stored    string `json:"stored"`     // empty: missing
	Computed  string `json:"computed"`
	Sentence  Text   `json:"sentence" db:"-"`
}

// sentence says what differs, in words.
func (d Difference) sentence() Text {
	kind, ok := map[string]Text{
		"extent":   {"lik", "the shape"},
		"tie":      {"vez", "the tie"},
		"proposal": {"predlog iz besed", "the proposal from words"},
		"words":    {"besede", "the words"},
		"weight":   {"delež", "the weight"},
		"atom":     {"del denarja", "the part of the money"},
		"sum":      {"vsota", "the sum"},
		"class":    {"vsota po razredu", "the sum by class"},
	}[d.Kind]
	if !ok {
		kind = Text{d.Kind, d.Kind}
	}
	d.Stored, d.Computed = apart(d.Stored, d.Computed)
	if d.Kind == "outline" {
		return Text{
			fmt.Sprintf("Obris %s: shranjeni odseki (%s) niso izračunani (%s).", d.What, d.Stored, d.Computed),
			fmt.Sprintf("The outline of %s: the stored stretches (%s) are not the computed ones (%s).", d.What, d.Stored, d.Computed),
		}
	}
	if d.Kind == "people" {
		return Text{
			fmt.Sprintf("Prebivalci po razredu (%s): shranjeno je %q, izračun pa da %q.", d.What, d.Stored, d.Computed),
			fmt.Sprintf("The people by class (%s): stored as %q, but computed as %q.", d.What, d.Stored, d.Computed),
		}
	}
	sl, en := fmt.Sprintf("Projekt %d, %s (%s): ", d.ProjectID, kind.SL, d.What), fmt.Sprintf("Project %d, %s (%s): ", d.ProjectID, kind.EN, d.What)
	switch {
	case d.Stored == "":
		return Text{sl + "ni shranjeno, izračun pa da " + d.Computed + ".", en + "not stored, but computed as " + d.Computed + "."}
	case d.Computed == "":
		return Text{sl + "shranjeno je " + d.Stored + ", po izračunu pa tega ni.", en + "stored as " + d.Stored + ", but not there when computed."}
	}
	return Text{sl + "shranjeno je " + d.Stored + ", izračun pa da " + d.Computed + ".", en + "stored as " + d.Stored + ", but computed as " + d.Computed + "."}
}

// verifyStep is how many projects are compared at once.
const verifyStep = 5000

// VerifyTies computes the outlines of places, then the extents and ties of all projects
// from nothing and lists where the stored ones differ. progress, if not nil, is called
// with the number of projects done and of all.
func VerifyTies(ctx context.Context, q Querier, progress func(done, all int)) ([]Difference, error) {
	outlines, err := differences(ctx, q, "verify_outlines")
	if err != nil {
		return nil, err
	}
	ties, err := verify(ctx, q, "verify_ties", progress)
	return append(outlines, ties...), err
}

// VerifySums does the same for the people by class, then for weights, atoms and sums, which it computes from the stored ties.
func VerifySums(ctx context.Context, q Querier, progress func(done, all int)) ([]Difference, error) {
	people, err := differences(ctx, q, "verify_people")
	if err != nil {
		return nil, err
	}
	sums, err := verify(ctx, q, "verify_sums", progress)
	return append(people, sums...), err
}

func verify(ctx context.Context, q Querier, name string, progress func(done, all int)) ([]Difference, error) {
	rows, err := q.Query(ctx, statement("verify_projects"))
	if err != nil {
		return nil, fmt.Errorf("listing the projects to verify: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("listing the projects to verify: %w", err)
	}
	all := []Difference{}
	for from := 0; from < len(ids); from += verifyStep {
		to := min(from+verifyStep, len(ids))
		found, err := differences(ctx, q, name, ids[from:to])
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
		if progress != nil {
			progress(to, len(ids))
		}
	}
	return all, nil
}

// differences asks one verifier and says in words what it found.
func differences(ctx context.Context, q Querier, name string, args ...any) ([]Difference, error) {
	rows, err := q.Query(ctx, statement(name), args...)
	if err != nil {
		return nil, fmt.Errorf("verifying: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Difference])
	if err != nil {
		return nil, fmt.Errorf("verifying: %w", err)
	}
	for i := range found {
		found[i].Sentence = found[i].sentence()
	}
	return found, nil
}

// apart leaves of two rows told as JSON only what differs between them.
func apart(stored, computed string) (onlyStored, onlyComputed string) {
	var a, b map[string]any
	if json.Unmarshal([]byte(stored), &a) != nil || json.Unmarshal([]byte(computed), &b) != nil {
		return stored, computed
	}
	var x, y []string
	for _, key := range slices.Sorted(maps.Keys(a)) {
		if other, ok := b[key]; ok && !reflect.DeepEqual(a[key], other) {
			x, y = append(x, fmt.Sprint(key, " ", a[key])), append(y, fmt.Sprint(key, " ", other))
		}
	}
	return strings.Join(x, ", "), strings.Join(y, ", ")
}
