package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"kraj/geo"
)

func (p *program) tieCommand() *cobra.Command {
	var f geo.TieFilter
	var verify, asJSON bool
	cmd := &cobra.Command{
		Use:   "tie",
		Short: "Which project is at which place, and why",
		Long: `Lists the ties between projects and places, each with the sentence that says why.
Ties follow the geometry by themselves, whoever changes it. --verify computes all
of them, and the sums of the balance, from nothing and compares.`,
		Example: `  kraj tie --municipality kranj --project 2.3.1
  kraj tie --layer agglomerations --json
  kraj tie propose --municipality kranj
  kraj tie confirm --project 2.3.1 --place 10102626 --relation serves
  kraj tie --verify`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				if verify {
					return p.verifyTies(cmd.Context(), s, asJSON)
				}
				list, err := geo.ListTies(cmd.Context(), s.Owner, f)
				if err != nil {
					return err
				}
				if asJSON {
					return p.printJSON(list)
				}
				p.printTies(list)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&f.Project, "project", "", "code of the project")
	cmd.Flags().StringVar(&f.Layer, "layer", "", "only places of this layer")
	cmd.Flags().StringVar(&f.Relation, "relation", "", "within, crosses, near, named, serves or manual")
	cmd.Flags().IntVar(&f.Limit, "limit", 1000, "at most so many")
	cmd.Flags().BoolVar(&verify, "verify", false, "compute everything from nothing and compare")
	municipalityFlag(cmd, &f.Municipality)
	jsonFlag(cmd, &asJSON)
	cmd.AddCommand(p.tieProposeCommand(), p.tieDecideCommand(false), p.tieDecideCommand(true), p.tieChooseCommand())
	return cmd
}

func (p *program) printTies(list []geo.ProjectTie) {
	if len(list) == 0 {
		p.printf("no ties\n")
		return
	}
	rows := [][]string{{"project", "layer", "place", "relation", "why"}}
	for _, t := range list {
		why := t.Reason.EN
		if p.lang() == "sl" {
			why = t.Reason.SL
		}
		rows = append(rows, []string{t.Municipality + " " + t.Project, t.Layer, t.Name, t.Relation, why})
	}
	p.printTable(rows, nil)
}

// verifyTies fails when what is stored differs from a computation from nothing.
func (p *program) verifyTies(ctx context.Context, s *session, asJSON bool) error {
	bar, end := p.progress()
	defer end()
	progress := func(what string) func(done, all int) {
		return func(done, all int) {
			if bar != nil {
				bar(what, int64(done), int64(all))
			} else if done < all { // a small database is done before anybody wonders
				p.log.Info("verifying "+what, "done", done, "of", all)
			}
		}
	}
	ties, err := geo.VerifyTies(ctx, s.Owner, progress("ties"))
	if err != nil {
		return err
	}
	sums, err := geo.VerifySums(ctx, s.Owner, progress("sums"))
	if err != nil {
		return err
	}
	end()
	found := slices.Concat(ties, sums)
	if asJSON {
		err = p.printJSON(found)
	} else {
		for _, d := range found {
			if p.lang() == "sl" {
				p.printf("%s\n", d.Sentence.SL)
			} else {
				p.printf("%s\n", d.Sentence.EN)
			}
		}
	}
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("%d differences between what is stored and what it should be: please report this", len(found))
	}
	if err == nil && !asJSON {
		p.printf("all ties and sums are right\n")
	}
	return err
}
