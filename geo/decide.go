package geo

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Decision is what a planner says about a project and a place: that it serves it, is
// there by hand, or that a name in its words means it; or that this is not so.
type Decision struct {
	Municipality string // code or folded name
	Project      string // code
	Layer        string // of the place
	Place        string // code; one of the same municipality comes first
	Relation     string // serves, manual, named
	Reject       bool   // the statement stays, so that it is not proposed again
	Author       string
	Reason       string // may be empty
}

// Decide records a Decision; the ties and the balance follow before it returns. An
// unknown project, layer or place is an error of kind NotFound.
func Decide(ctx context.Context, db Beginner, d Decision) error {
	if err := oneOf("relation", []string{d.Relation}, []string{"serves", "manual", "named"}); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		town, err := FindMunicipality(ctx, tx, d.Municipality)
		if err != nil {
			return err
		}
		var project, place int64
		err = tx.QueryRow(ctx, `SELECT id FROM projects WHERE municipality_id = $1 AND code = $2`, town.ID, d.Project).Scan(&project)
		if errors.Is(err, pgx.ErrNoRows) {
			return Errorf(NotFound, "Unknown project", "%s has no project %q", town.Name, d.Project)
		}
		if err != nil {
			return fmt.Errorf("finding the project: %w", err)
		}
		if place, err = findPlace(ctx, tx, town, d.Layer, d.Place); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT set_config('kraj.actor', $1, true), set_config('kraj.source', 'tie', true)`, d.Author); err != nil {
			return fmt.Errorf("naming the author: %w", err)
		}
		state := "confirmed"
		if d.Reject {
			state = "rejected"
		}
		if _, err := tx.Exec(ctx, statement("decide"), project, d.Layer, place, d.Relation, state, d.Author, d.Reason); err != nil {
			return fmt.Errorf("recording the decision: %w", err)
		}
		return nil
	})
}

// findPlace looks a place up by its code. The layer's name reaches the statement only
// as kraj.layers knows it, quoted.
func findPlace(ctx context.Context, q Querier, town MunicipalityRef, layer, code string) (int64, error) {
	var known bool
	if err := q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM layers WHERE id = $1 AND tied AND NOT derived)`, layer).Scan(&known); err != nil {
		return 0, fmt.Errorf("looking for the layer: %w", err)
	}
	if !known {
		return 0, Errorf(NotFound, "Unknown layer", "%q is no layer that projects are tied to", layer)
	}
	var id int64
	err := q.QueryRow(ctx, `SELECT id FROM `+pgx.Identifier{layer}.Sanitize()+` WHERE code = $2 ORDER BY municipality_id = $1 DESC NULLS LAST, id LIMIT 1`, town.ID, code).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, Errorf(NotFound, "Unknown place", "%s has no place with the code %q", layer, code)
	}
	if err != nil {
		return 0, fmt.Errorf("finding the place: %w", err)
	}
	return id, nil
}
