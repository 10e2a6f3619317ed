package main

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"kraj/importers/demo"
)

// reportDemo prints the counts of the demonstration that is loaded.
func (p *program) reportDemo(ctx context.Context, s *session, o demo.Options, asJSON bool) error {
	report, err := demo.Report(ctx, s.Owner, o)
	if err != nil {
		return err
	}
	if asJSON {
		return p.printJSON(report)
	}
	for _, municipality := range report {
		if len(municipality.Measures) == 0 {
			p.printf("%s: not loaded\n", municipality.Municipality)
			continue
		}
		p.printf("%s\n", municipality.Municipality)
		p.printCounts(municipality)
		p.printf("\n")
	}
	return nil
}

func (p *program) printCounts(c demo.Counted) {
	rows := [][]string{{"theme", "measure", "nodes", "numbered", "activities", "leaves", "strategic", "amount", "status", "plan", "placed", "named", "everywhere", "unplaced", "notes", "name"}}
	for _, m := range append(c.Measures, c.Total()) {
		row := []string{m.Theme, m.Measure}
		for _, n := range []int{
			m.Nodes, m.Numbered, m.Activities, m.Leaves, m.Strategic, m.WithAmount, m.WithStatus, m.WithPlanState,
			m.Placed, m.Named, m.MunicipalityWide, m.Unplaced, m.Notes,
		} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, append(row, m.Name))
	}
	p.printTable(rows, func(column int) bool { return column > 1 && column < len(rows[0])-1 })
	t := c.Total()
	p.printf("open: %d of %d leaves have no place yet, %d nodes no amount, %d no status; %d notes on the source\n",
		t.Unplaced, t.Leaves, t.Nodes-t.WithAmount, t.Nodes-t.WithStatus, t.Notes)
	p.printf("ties, by who or what decided:")
	for _, by := range slices.Sorted(maps.Keys(c.Ties)) {
		p.printf(" %s %d", by, c.Ties[by])
	}
	p.printf("\n")
}
