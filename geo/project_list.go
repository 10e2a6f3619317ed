package geo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// SortColumns are the columns by which projects can be put in order; "-" before one turns it.
var SortColumns = []string{
	"code", "title", "theme", "measure", "status", "horizon", "strategic", "holder", "responsible", "department", "scope", "settlement", "source", "amount", "starts", "ends", "municipality",
}

// ListGroups say which groups a list has: those that fit the filter, none, or those above what fits.
var ListGroups = []string{"any", "none", "above"}

// ProjectOrder asks which projects there are, in which order.
type ProjectOrder struct {
	Municipality string // code or folded name; "" for all
	ProjectFilter
	Sort   []string // of SortColumns; equal ones by municipality and natural code
	Groups string   // of ListGroups; "" is any
}

// CheckSort says what is wrong with columns to sort by; nil when nothing is.
func CheckSort(columns []string) error {
	const most = 3
	if len(columns) > most {
		return Errorf(Invalid, "Bad parameter", "sort has %d columns; at most %d are accepted", len(columns), most)
	}
	for _, column := range columns {
		if !slices.Contains(SortColumns, strings.TrimPrefix(column, "-")) {
			return Errorf(Invalid, "Bad parameter", "sort=%q is not known; accepted, each also with - before it: %s", column, strings.Join(SortColumns, ", "))
		}
	}
	return nil
}

// ProjectIDs lists the ids of projects in order.
func ProjectIDs(ctx context.Context, q Querier, o ProjectOrder) ([]int64, error) {
	if o.Groups == "" {
		o.Groups = ListGroups[0]
	}
	if o.Sort == nil {
		o.Sort = []string{}
	}
	var known bool
	var ids []int64
	if err := q.QueryRow(ctx, statement("project_order"), o.Municipality, o.JSON(), o.Sort, o.Groups).Scan(&known, &ids); err != nil {
		return nil, fmt.Errorf("putting projects in order: %w", err)
	}
	if !known {
		_, err := FindMunicipality(ctx, q, o.Municipality)
		return nil, err
	}
	return ids, nil
}

// ProjectsByID lists projects in the order of their ids; what has gone meanwhile is left out.
func ProjectsByID(ctx context.Context, q Querier, ids []int64) ([]Project, error) {
	rows, err := q.Query(ctx, statement("project_items"), ids)
	if err != nil {
		return nil, fmt.Errorf("reading projects: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[*Project])
	if err != nil {
		return nil, fmt.Errorf("reading projects: %w", err)
	}
	list := make([]Project, 0, len(found))
	for _, p := range found {
		if p != nil {
			list = append(list, *p)
		}
	}
	return list, nil
}

// ProjectID is the id of the project with the code; 0 when there is none.
func ProjectID(ctx context.Context, q Querier, municipality, code string) (int64, error) {
	var id int64
	err := q.QueryRow(ctx, statement("project_id"), municipality, code).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("looking up the project %q: %w", code, err)
	}
	return id, nil
}
