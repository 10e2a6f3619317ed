package geo

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// DefaultScore is from where on a proposal counts as likely; kraj.default_score() in the database.
const DefaultScore = 0.7

// Proposal is a place that the words of a project name, as the database reads them. It
// is no tie before a planner confirms it.
type Proposal struct {
	ID           int64   `json:"id"` // of kraj.project_places, for kraj.confirm_name and its like
	Municipality string  `json:"municipality"`
	Project      string  `json:"project"` // its code
	Title        string  `json:"title"`
	Layer        string  `json:"layer"`
	Code         string  `json:"code"` // the place's
	Name         string  `json:"name"`
	Score        float32 `json:"score"` // 0 to 1
	Words        string  `json:"words"` // that made the proposal, as they are written
	Choice       string  `json:"choice,omitempty"`
}

// ProposalFilter narrows a list of proposals; empty fields mean any.
type ProposalFilter struct {
	Municipality string  // code or folded name
	Project      string  // code
	MinScore     float64 // open choices are listed whatever their score
	OpenOnly     bool    // only open choices
	Limit        int     // 0 means all
}

// ListProposals lists proposals by project; candidates of an open choice stand together.
func ListProposals(ctx context.Context, q Querier, f ProposalFilter) ([]Proposal, error) {
	var municipality *int64
	if f.Municipality != "" {
		m, err := FindMunicipality(ctx, q, f.Municipality)
		if err != nil {
			return nil, err
		}
		municipality = &m.ID
	}
	var limit *int
	if f.Limit > 0 {
		limit = &f.Limit
	}
	rows, err := q.Query(ctx, statement("proposals"), municipality, f.Project, f.MinScore, f.OpenOnly, limit)
	if err != nil {
		return nil, fmt.Errorf("listing proposals: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Proposal])
	if err != nil {
		return nil, fmt.Errorf("listing proposals: %w", err)
	}
	return list, nil
}

// confirmStep is how many proposals are confirmed by one statement.
const confirmStep = 500

// ConfirmProposals confirms every proposal of the filter that is no open choice, in one
// revision of the author. progress may be nil.
func ConfirmProposals(ctx context.Context, db Beginner, f ProposalFilter, author, reason string, progress func(done, all int)) (confirmed []Proposal, err error) {
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		list, err := ListProposals(ctx, tx, f)
		if err != nil {
			return err
		}
		var ids []int64
		for _, p := range list {
			if p.Choice == "" {
				confirmed, ids = append(confirmed, p), append(ids, p.ID)
			}
		}
		if err := nameAuthor(ctx, tx, author); err != nil {
			return err
		}
		for from := 0; from < len(ids); from += confirmStep {
			to := min(from+confirmStep, len(ids))
			if _, err := tx.Exec(ctx, `SELECT kraj.decide_name(id, 'confirmed', nullif($2, '')) FROM unnest($1::bigint[]) id`, ids[from:to], reason); err != nil {
				return fmt.Errorf("confirming proposals: %w", err)
			}
			if progress != nil {
				progress(to, len(ids))
			}
		}
		return nil
	})
	return confirmed, err
}

// Choose settles an open choice: the place is confirmed, the other candidates are
// rejected. A place that is not proposed for the project is an error of kind NotFound.
func Choose(ctx context.Context, db Beginner, d Decision) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		town, err := FindMunicipality(ctx, tx, d.Municipality)
		if err != nil {
			return err
		}
		var id int64
		err = tx.QueryRow(ctx, `SELECT d.id FROM project_places d JOIN projects p ON p.id = d.project_id JOIN places x ON x.layer = d.layer AND x.id = d.place_id
			WHERE p.municipality_id = $1 AND p.code = $2 AND d.layer = $3 AND x.code = $4 AND d.relation = 'named' AND d.state = 'proposed'`,
			town.ID, d.Project, d.Layer, d.Place).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return Errorf(NotFound, "Nothing to choose", "the place %q of %s is not proposed for project %q", d.Place, d.Layer, d.Project)
		}
		if err != nil {
			return fmt.Errorf("finding the proposal: %w", err)
		}
		if err := nameAuthor(ctx, tx, d.Author); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT kraj.choose_name($1, nullif($2, ''))`, id, d.Reason); err != nil {
			return fmt.Errorf("recording the choice: %w", err)
		}
		return nil
	})
}

// nameAuthor says for this transaction who decides.
func nameAuthor(ctx context.Context, tx pgx.Tx, author string) error {
	if _, err := tx.Exec(ctx, `SELECT set_config('kraj.actor', $1, true), set_config('kraj.source', 'tie', true)`, author); err != nil {
		return fmt.Errorf("naming the author: %w", err)
	}
	return nil
}
