package demo

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
)

// Count is what is loaded of one measure, or of a theme's projects without one.
type Count struct {
	Municipality     string `json:"municipality"`
	Theme            string `json:"theme"`
	Measure          string `json:"measure"` // "" for a theme's projects without a measure
	Name             string `json:"name"`
	Nodes            int    `json:"nodes"`      // of the tree, groups included
	Activities       int    `json:"activities"` // numbered items directly under the measure
	Numbered         int    `json:"numbered"`   // numbered items on the slide
	Leaves           int    `json:"leaves"`
	Strategic        int    `json:"strategic"`
	WithAmount       int    `json:"with_amount"`
	WithStatus       int    `json:"with_status"`
	WithPlanState    int    `json:"with_plan_state"`
	Placed           int    `json:"placed"` // leaves with sites
	MunicipalityWide int    `json:"municipality_wide"`
	Unplaced         int    `json:"unplaced"`
	Notes            int    `json:"notes"` // places where the source can be read two ways, or contradicts itself
}

// Counted is what is loaded of one municipality.
type Counted struct {
	Municipality string         `json:"municipality"`
	Measures     []Count        `json:"measures"`
	Rows         map[string]int `json:"rows"` // loaded rows by table
}

// Total adds up the measures.
func (c Counted) Total() Count {
	sum := Count{Municipality: c.Municipality, Name: "Σ"}
	for _, m := range c.Measures {
		sum.Nodes += m.Nodes
		sum.Activities += m.Activities
		sum.Numbered += m.Numbered
		sum.Leaves += m.Leaves
		sum.Strategic += m.Strategic
		sum.WithAmount += m.WithAmount
		sum.WithStatus += m.WithStatus
		sum.WithPlanState += m.WithPlanState
		sum.Placed += m.Placed
		sum.MunicipalityWide += m.MunicipalityWide
		sum.Unplaced += m.Unplaced
		sum.Notes += m.Notes
	}
	return sum
}

// Report counts what is loaded, as the owner or a planner sees it. A municipality
// that is not loaded has no measures and no rows.
func Report(ctx context.Context, q geo.Querier, o Options) ([]Counted, error) {
	query, err := statements.ReadFile("sql/report.sql")
	if err != nil {
		return nil, fmt.Errorf("reading the statements: %w", err)
	}
	var out []Counted
	for _, name := range o.municipalities() {
		one := Counted{Municipality: name, Rows: map[string]int{}}
		rows, err := q.Query(ctx, string(query), name)
		if err != nil {
			return nil, fmt.Errorf("counting the projects of %s: %w", name, err)
		}
		if one.Measures, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Count]); err != nil {
			return nil, fmt.Errorf("counting the projects of %s: %w", name, err)
		}
		rows, err = q.Query(ctx, `SELECT relation, count(*) FROM demo_rows WHERE municipality = $1 GROUP BY relation`, name)
		if err != nil {
			return nil, fmt.Errorf("counting the rows of %s: %w", name, err)
		}
		var relation string
		var n int
		if _, err = pgx.ForEachRow(rows, []any{&relation, &n}, func() error { one.Rows[relation] = n; return nil }); err != nil {
			return nil, fmt.Errorf("counting the rows of %s: %w", name, err)
		}
		out = append(out, one)
	}
	return out, nil
}
