package main

import (
	"strings"

	"github.com/spf13/cobra"

	"kraj/geo"
)

func (p *program) weightCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "weight",
		Short: "Explicit weights: a planner says how a project divides",
		Long: `A planner's weights win over every method. They have an author and a reason, which
stand beside every figure they make, and are part of the history.`,
		Example: `  kraj weight set 2.3.1 Golnik=2 Kokrica=1 --municipality kranj --reason "odvaja vode obeh naselij"`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.weightSetCommand(), p.weightListCommand(), p.weightClearCommand())
	return cmd
}

func (p *program) weightSetCommand() *cobra.Command {
	var municipality, reason string
	cmd := &cobra.Command{
		Use:   "set PROJECT PLACE=WEIGHT…",
		Short: "Set how a project divides",
		Long: `Sets the weights of a project; earlier ones are replaced. PLACE is a settlement's
code or name, or outside, municipality_wide or unplaced. Weights are relative: 2 and
1 mean two thirds and one third.`,
		Example: `  kraj weight set 2.3.1 Golnik=2 Kokrica=1 --municipality kranj --reason "odvaja vode obeh naselij"
  kraj weight set 4.5 municipality_wide=0.5 052010=0.5 --reason "polovica za vso občino"`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			var weights []geo.ExplicitWeight
			for _, arg := range args[1:] {
				place, weight, ok := strings.Cut(arg, "=")
				weight = strings.Replace(weight, ",", ".", 1)
				if !ok || !decimal(weight) {
					return usagef("%q: write PLACE=WEIGHT with a weight above 0, e.g. Golnik=2", arg)
				}
				weights = append(weights, geo.ExplicitWeight{Place: strings.TrimSpace(place), Weight: weight})
			}
			return p.with(cmd.Context(), func(s *session) error {
				if err := geo.SetWeights(cmd.Context(), s.Owner, municipality, args[0], weights, p.systemUser(), reason); err != nil {
					return err
				}
				p.printf("project %s divides by %d weights\n", args[0], len(weights))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why; needed, and shown with every figure")
	municipalityFlag(cmd, &municipality)
	return cmd
}

// decimal reports whether text is a plain decimal number above 0.
func decimal(text string) bool {
	digits, above := 0, false
	dots := 0
	for _, r := range text {
		switch {
		case r == '.':
			dots++
		case r >= '0' && r <= '9':
			digits++
			above = above || r != '0'
		default:
			return false
		}
	}
	return above && digits <= 18 && dots <= 1
}

func (p *program) weightListCommand() *cobra.Command {
	var municipality, project string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the weights that planners set",
		Example: `  kraj weight list --municipality kranj --project 2.3.1`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				list, err := geo.ExplicitWeights(cmd.Context(), s.Owner, municipality, project)
				if err != nil {
					return err
				}
				if asJSON {
					return p.printJSON(append([]geo.ExplicitWeight{}, list...))
				}
				if len(list) == 0 {
					p.printf("no weights are set by hand\n")
					return nil
				}
				rows := [][]string{{"project", "place", "name", "weight", "author", "reason"}}
				for _, w := range list {
					rows = append(rows, []string{w.Project, w.Place, w.Name, w.Weight, w.Author, w.Reason})
				}
				p.printTable(rows, func(column int) bool { return column == 3 })
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&project, "project", "", "only this project's")
	municipalityFlag(cmd, &municipality)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (p *program) weightClearCommand() *cobra.Command {
	var municipality, reason string
	cmd := &cobra.Command{
		Use:     "clear PROJECT",
		Short:   "Let the rules divide a project again",
		Example: `  kraj weight clear 2.3.1 --municipality kranj`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				if err := geo.SetWeights(cmd.Context(), s.Owner, municipality, args[0], nil, p.systemUser(), reason); err != nil {
					return err
				}
				p.printf("the rules divide project %s again\n", args[0])
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the history")
	municipalityFlag(cmd, &municipality)
	return cmd
}
