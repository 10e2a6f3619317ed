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
	Placed           int    `json:"placed"` // leaves with geometry
	Named            int    `json:"named"`  // leaves without geometry that a confirmed tie places
	MunicipalityWide int    `json:"municipality_wide"`
	Unplaced         int    `json:"unplaced"`
	Notes            int    `json:"notes"` // places where the source can be read two ways, or contradicts itself
}

// Counted is what is loaded of one municipality.
type Counted struct {
	Municipality string         `json:"municipality"`
	Measures     []Count        `json:"measures"`
	Rows         map[string]int `json:"rows"` // loaded rows by table
	Ties         map[string]int `json:"ties"` // loaded ties by who or what decided: title, description, group, source, knowledge
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
		sum.Named += m.Named
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
		one := Counted{Municipality: name}
		rows, err := q.Query(ctx, string(query), name)
		if err != nil {
			return nil, fmt.Errorf("counting the projects of %s: %w", name, err)
		}
		if one.Measures, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Count]); err != nil {
			return nil, fmt.Errorf("counting the projects of %s: %w", name, err)
		}
		if one.Rows, err = tally(ctx, q, "rows", name); err != nil {
			return nil, err
		}
		if one.Ties, err = tally(ctx, q, "ties", name); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// tally asks sql/report_<what>.sql for numbers by name.
func tally(ctx context.Context, q geo.Querier, what, municipality string) (map[string]int, error) {
	query, err := statements.ReadFile("sql/report_" + what + ".sql")
	if err != nil {
		return nil, fmt.Errorf("reading the statements: %w", err)
	}
	rows, err := q.Query(ctx, string(query), municipality)
	if err != nil {
		return nil, fmt.Errorf("counting the %s of %s: %w", what, municipality, err)
	}
	out := map[string]int{}
	var name string
	var n int
	if _, err = pgx.ForEachRow(rows, []any{&name, &n}, func() error { out[name] = n; return nil }); err != nil {
		return nil, fmt.Errorf("counting the %s of %s: %w", what, municipality, err)
	}
	return out, nil
}
