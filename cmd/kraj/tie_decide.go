package main

import (
	"github.com/spf13/cobra"

	"kraj/geo"
)

// tieDecideCommand is kraj tie confirm and kraj tie reject.
func (p *program) tieDecideCommand(reject bool) *cobra.Command {
	d := geo.Decision{Reject: reject}
	var least float64
	word, short, done := "confirm", "State that a project is at a place, or serves it", "confirmed"
	if reject {
		word, short, done = "reject", "State that a project is not at a place", "rejected"
	}
	cmd := &cobra.Command{
		Use:   word,
		Short: short,
		Long: short + `. A statement has an author and a reason and is part of the history; a later
one replaces it. Ties and balance follow at once. What geometry says stays beside it.`,
		Example: `  kraj tie ` + word + ` --municipality kranj --project 2.3.1 --layer settlements --place 10102626 --relation serves --reason "odvaja vode"`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if least > 0 && d.Place == "" {
				return p.confirmLikely(cmd, geo.ProposalFilter{Municipality: d.Municipality, Project: d.Project, MinScore: least}, d.Author, d.Reason)
			}
			if d.Project == "" || d.Place == "" {
				return usagef("--project and --place are needed")
			}
			return p.with(cmd.Context(), func(s *session) error {
				d.Author = p.author(d.Author)
				if err := geo.Decide(cmd.Context(), s.Owner, d); err != nil {
					return err
				}
				p.printf("%s: project %s, %s %s, %s\n", done, d.Project, d.Layer, d.Place, d.Relation)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&d.Project, "project", "", "code of the project")
	cmd.Flags().StringVar(&d.Layer, "layer", "settlements", "layer of the place")
	cmd.Flags().StringVar(&d.Place, "place", "", "code of the place")
	cmd.Flags().StringVar(&d.Relation, "relation", "named", "named, manual or serves")
	cmd.Flags().StringVar(&d.Reason, "reason", "", "why")
	cmd.Flags().StringVar(&d.Author, "author", "", "who decides (default: the user of this system)")
	if !reject {
		cmd.Flags().Float64Var(&least, "min-score", 0, "confirm all proposals from words with this score or more (kraj tie propose lists them)")
	}
	municipalityFlag(cmd, &d.Municipality)
	return cmd
}
