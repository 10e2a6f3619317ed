package geo

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// ExplicitWeight is a planner's part of a project for one settlement or special row; it wins over every method.
type ExplicitWeight struct {
	Project string `json:"project"` // code
	// Place is a settlement's code, or outside, municipality_wide or unplaced; when set, a settlement's name will do.
	Place  string `json:"place"`
	Name   string `json:"name"`   // of the settlement
	Weight string `json:"weight"` // relative to the project's others; a decimal number above 0
	Author string `json:"author"`
	Reason string `json:"reason"`
}

// ExplicitWeights lists the weights that planners set in a municipality, or those of one project.
func ExplicitWeights(ctx context.Context, q Querier, municipality, project string) ([]ExplicitWeight, error) {
	town, err := FindMunicipality(ctx, q, municipality)
	if err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, statement("weights"), town.ID, project)
	if err != nil {
		return nil, fmt.Errorf("listing weights: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ExplicitWeight])
	if err != nil {
		return nil, fmt.Errorf("listing weights: %w", err)
	}
	return list, nil
}

// SetWeights replaces the explicit weights of a project by the given ones; none of them takes the project back to the
// rules. Author and reason belong to all of them. Ties, sums and history follow before it returns.
func SetWeights(ctx context.Context, db Beginner, municipality, project string, weights []ExplicitWeight, author, reason string) error {
	if len(weights) > 0 && strings.TrimSpace(reason) == "" {
		return Errorf(Invalid, "A reason is missing", "who sets weights by hand says why: the sentence is shown with every figure")
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		town, err := FindMunicipality(ctx, tx, municipality)
		if err != nil {
			return err
		}
		var id int64
		var leaf bool
		if err := tx.QueryRow(ctx, `SELECT coalesce(min(id), 0), coalesce(bool_and(is_leaf), true) FROM projects WHERE municipality_id = $1 AND code = $2`, town.ID, project).Scan(&id, &leaf); err != nil {
			return fmt.Errorf("finding the project: %w", err)
		}
		switch {
		case id == 0:
			return Errorf(NotFound, "Unknown project", "%s has no project %q", town.Name, project)
		case !leaf:
			return Errorf(Invalid, "A group has no weights", "%q is a group: its parts are counted, so the weights belong to them", project)
		}
		if err := actAs(ctx, tx, author, "weight", reason); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM project_weights WHERE project_id = $1`, id); err != nil {
			return fmt.Errorf("clearing weights: %w", err)
		}
		for _, w := range weights {
			settlement, special, err := weightRow(ctx, tx, town, w.Place)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, statement("weight_set"), id, settlement, special, w.Weight, author, reason); err != nil {
				return fmt.Errorf("setting the weight of %s: %w", w.Place, err)
			}
		}
		return nil
	})
}

// weightRow is the settlement's id or the special row that a word means.
func weightRow(ctx context.Context, q Querier, town MunicipalityRef, place string) (*int64, *string, error) {
	switch place {
	case "outside", "municipality_wide", "unplaced":
		return nil, &place, nil
	}
	id, err := findSettlement(ctx, q, town, place)
	return &id, nil, err
}

// findSettlement finds a settlement of the municipality by code, register number or name.
func findSettlement(ctx context.Context, q Querier, town MunicipalityRef, word string) (int64, error) {
	rows, err := q.Query(ctx, statement("settlement_named"), town.ID, word)
	if err != nil {
		return 0, fmt.Errorf("finding the settlement: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return 0, fmt.Errorf("finding the settlement: %w", err)
	}
	switch len(found) {
	case 0:
		return 0, Errorf(NotFound, "Unknown settlement", "%s has no settlement with the code or name %q", town.Name, word)
	case 1:
		return found[0], nil
	}
	return 0, Errorf(Invalid, "Several settlements", "%q means %d settlements of %s; give the code", word, len(found), town.Name)
}

// actAs names author, source and message of the revision that the transaction becomes.
func actAs(ctx context.Context, q Querier, author, source, message string) error {
	if _, err := q.Exec(ctx, `SELECT set_config('kraj.actor', $1, true), set_config('kraj.source', $2, true), set_config('kraj.message', $3, true)`, author, source, message); err != nil {
		return fmt.Errorf("naming the author: %w", err)
	}
	return nil
}
