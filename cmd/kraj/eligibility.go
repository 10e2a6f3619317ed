package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"kraj/geo"
)

func (p *program) eligibilityCommand() *cobra.Command {
	var q geo.EligibilityQuery
	var year int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "eligibility",
		Short: "Who can pay for a project, by where it lies",
		Long: `Says for each project which funding mechanisms its places allow, by their territory
lists (kraj mechanism), with the list's fund, period and legal source and the
sentence that says why: eligible, conditional (a written justification is needed),
partly, not_eligible, or unknown where no list is loaded or the project has no
place. Warns of money that is entered and does not fit.`,
		Example: `  kraj eligibility --municipality kranj --project 2.3/1/1
  kraj eligibility --municipality kranj --mechanism CTN --state conditional
  kraj eligibility --municipality kranj --year 2025 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("year") {
				q.Year = &year
			}
			return p.with(cmd.Context(), func(s *session) error {
				list, err := geo.ListEligibility(cmd.Context(), s.Owner, q)
				if err != nil {
					return err
				}
				if asJSON {
					return p.printJSON(list)
				}
				p.printEligibility(list)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&q.Project, "project", "", "code of the project")
	cmd.Flags().StringVar(&q.Mechanism, "mechanism", "", "code of the mechanism, such as CTN")
	cmd.Flags().StringVar(&q.State, "state", "", "eligible, conditional, partly, not_eligible or unknown")
	cmd.Flags().IntVar(&year, "year", 0, "only lists that are valid in this year")
	municipalityFlag(cmd, &q.Municipality)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (p *program) printEligibility(list []geo.ProjectEligibility) {
	if len(list) == 0 {
		p.printf("no projects, or no mechanisms\n")
		return
	}
	rows := [][]string{{"project", "mechanism", "fund", "period", "state", "inside", "why"}}
	warned := map[string]bool{}
	var warnings []string
	for _, e := range list {
		rows = append(rows, []string{
			e.Project, e.Mechanism, word(e.Fund), period(e.PeriodFrom, e.PeriodTo), e.State, p.share(e.InsideShare), p.say(e.Reason),
		})
		if key := e.Project + " " + e.Mechanism; e.Warning != nil && !warned[key] {
			warned[key] = true
			warnings = append(warnings, e.Project+": "+p.say(*e.Warning))
		}
	}
	p.printTable(rows, func(column int) bool { return column == 5 })
	for _, w := range warnings {
		p.printf("! %s\n", w)
	}
}

func (p *program) say(t geo.Text) string {
	if p.lang() == "sl" {
		return t.SL
	}
	return t.EN
}

func (p *program) share(v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", *v*100)
}

func word(v *string) string {
	if v == nil {
		return "–"
	}
	return *v
}

// period writes years as 2021–2027, 2021– or –2027.
func period(from, to *int) string {
	if from == nil && to == nil {
		return "–"
	}
	text := ""
	if from != nil {
		text = strconv.Itoa(*from)
	}
	text += "–"
	if to != nil {
		text += strconv.Itoa(*to)
	}
	return text
}
