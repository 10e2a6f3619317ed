package geo

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// TieFilter narrows a list of ties; empty fields mean any.
type TieFilter struct {
	Municipality string // code or folded name
	Project      string // code
	Layer        string
	Relation     string
	Limit        int // 0 means 1000
}

// ProjectTie is a tie together with its project.
type ProjectTie struct {
	Municipality string `json:"municipality"`
	Project      string `json:"project"` // its code
	Title        string `json:"title"`
	Tie
}

// ListTies lists ties by project, the nearest relation first. A project without
// any tie is not in the list.
func ListTies(ctx context.Context, q Querier, f TieFilter) ([]ProjectTie, error) {
	var municipality *int64
	if f.Municipality != "" {
		m, err := FindMunicipality(ctx, q, f.Municipality)
		if err != nil {
			return nil, err
		}
		municipality = &m.ID
	}
	if f.Limit == 0 {
		f.Limit = 1000
	}
	rows, err := q.Query(ctx, statement("ties"), municipality, f.Project, f.Layer, f.Relation, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("listing ties: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t ProjectTie, err error) {
		err = row.Scan(&t.Municipality, &t.Project, &t.Title, &t.Layer, &t.LayerTitle, &t.Code, &t.Name,
			&t.Relation, &t.Dimension, &t.Measure, &t.Unit, &t.Share, &t.DistanceM, &t.Origin)
		t.Reason = t.reason()
		return t, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing ties: %w", err)
	}
	return list, nil
}
