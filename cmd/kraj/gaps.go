package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kraj/geo"
)

func (p *program) gapsCommand() *cobra.Command {
	var municipality, format string
	var set []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "gaps [NAME]",
		Short: "What is missing, and what contradicts itself",
		Long: `Without a name: all gaps with the number of their rows, and of how many it is
unknown because a list, a state or a geometry is missing.
With a name: the rows of that gap, each with its figure and the sentence that says
why. --set changes its parameters; a name that it does not know is an error that
lists them.`,
		Example: `  kraj gaps --municipality kranj
  kraj gaps agglomerations_not_equipped --municipality kranj --set pe=1000
  kraj gaps routes_short_of_next --municipality kranj --format geojson > gaps.geojson`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if asJSON {
				format = "json"
			}
			parameters, err := assignments(set)
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), func(s *session) error {
				m, err := geo.FindMunicipality(cmd.Context(), s.Owner, municipality)
				if err != nil {
					return err
				}
				if len(args) == 0 {
					return p.listGaps(cmd.Context(), s, m, format, parameters)
				}
				gap, rows, err := allRows(cmd.Context(), s.Owner, geo.GapQuery{Name: args[0], Municipality: m, Set: parameters})
				if err != nil {
					return err
				}
				return p.showGap(gap, rows, format)
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table, json, csv or geojson")
	cmd.Flags().StringArrayVar(&set, "set", nil, "NAME=VALUE of a parameter; lists with commas")
	municipalityFlag(cmd, &municipality)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func assignments(set []string) (map[string]string, error) {
	parameters := map[string]string{}
	for _, one := range set {
		name, value, found := strings.Cut(one, "=")
		if !found || name == "" {
			return nil, usagef("--set %q: write NAME=VALUE, e.g. --set pe=1000", one)
		}
		parameters[name] = value
	}
	return parameters, nil
}

// allRows reads every page.
func allRows(ctx context.Context, q geo.Querier, query geo.GapQuery) (geo.Gap, []geo.GapRow, error) {
	query.Limit = 10_000
	rows := []geo.GapRow{}
	for {
		gap, page, err := geo.OpenGap(ctx, q, query)
		if err != nil {
			return gap, nil, err
		}
		rows = append(rows, page.Items...)
		if page.Next == "" {
			return gap, rows, nil
		}
		query.Offset = len(rows)
	}
}

func (p *program) listGaps(ctx context.Context, s *session, m geo.MunicipalityRef, format string, set map[string]string) error {
	if len(set) > 0 {
		return usagef("--set belongs to one gap: kraj gaps NAME --set …")
	}
	list, err := geo.Gaps(ctx, s.Owner, &m)
	if err != nil {
		return err
	}
	rows := [][]string{{"name", "title", "gaps", "unknown"}}
	for _, g := range list {
		rows = append(rows, []string{g.Name, p.say(g.Title), strconv.Itoa(*g.Gaps), strconv.Itoa(*g.Unknown)})
	}
	switch format {
	case "json":
		return p.printJSON(list)
	case "csv":
		return p.writeCSV(rows)
	case "table":
		p.printTable(rows, func(column int) bool { return column > 1 })
		return nil
	}
	return usagef("--format %q: table, json or csv; geojson for one gap", format)
}

func (p *program) showGap(gap geo.Gap, list []geo.GapRow, format string) error {
	switch format {
	case "json":
		return p.printJSON(struct {
			geo.Gap
			Items []geo.GapRow `json:"items"`
		}{gap, list})
	case "geojson":
		return p.printJSON(map[string]any{"type": "FeatureCollection", "features": geo.GapFeatures(list)})
	case "csv":
		rows := [][]string{{"layer", "code", "name", "municipality", "state", "figure", "unit", "people", "reason_sl", "reason_en", "projects"}}
		for _, r := range list {
			rows = append(rows, []string{
				r.Layer, r.Code, r.Name, r.Municipality, r.State, number(r.Figure), orEmpty(r.Unit), integer(r.People),
				r.Reason.SL, r.Reason.EN, strings.Join(projectCodes(r), " "),
			})
		}
		return p.writeCSV(rows)
	case "table":
		rows := [][]string{{"code", "name", "state", "figure", "unit", "people", "why", "projects"}}
		for _, r := range list {
			figure := "–"
			if r.Figure != nil {
				figure = strconv.FormatFloat(*r.Figure, 'f', 1, 64)
			}
			rows = append(rows, []string{r.Code, r.Name, r.State, figure, orEmpty(r.Unit), integer(r.People), p.say(r.Reason), strings.Join(projectCodes(r), " ")})
		}
		p.printf("%s\n\n", p.say(gap.Title))
		p.printTable(rows, func(column int) bool { return column == 3 || column == 5 })
		p.printf("\n%d, and %d unknown\n", *gap.Gaps, *gap.Unknown)
		return nil
	}
	return usagef("--format %q: table, json, csv or geojson", format)
}

func projectCodes(r geo.GapRow) []string {
	var projects []struct{ Code string }
	if err := json.Unmarshal(r.Projects, &projects); err != nil {
		return nil
	}
	codes := make([]string, len(projects))
	for i, p := range projects {
		codes[i] = p.Code
	}
	return codes
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (p *program) writeCSV(rows [][]string) error {
	w := csv.NewWriter(p.out)
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("writing CSV: %w", err)
	}
	return nil
}
