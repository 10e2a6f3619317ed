package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"kraj/geo"
)

// tieProposeCommand lists what the words of projects name.
func (p *program) tieProposeCommand() *cobra.Command {
	f := geo.ProposalFilter{MinScore: geo.DefaultScore}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "propose",
		Short: "List the places that titles and descriptions name",
		Long: `Lists the places that the words of projects name, with a score and the words, and
the open choices: names that stand for several places. The database keeps them by
itself, whoever writes; none is a tie before somebody confirms it.`,
		Example: `  kraj tie propose --municipality kranj --min-score 0.9
  kraj tie propose --open --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				list, err := geo.ListProposals(cmd.Context(), s.Owner, f)
				if err != nil {
					return err
				}
				if asJSON {
					return p.printJSON(list)
				}
				p.printProposals(list)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&f.Project, "project", "", "code of the project")
	cmd.Flags().Float64Var(&f.MinScore, "min-score", f.MinScore, "least score, 0 to 1; open choices are listed in any case")
	cmd.Flags().BoolVar(&f.OpenOnly, "open", false, "only open choices")
	cmd.Flags().IntVar(&f.Limit, "limit", 0, "at most so many; 0: all")
	municipalityFlag(cmd, &f.Municipality)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (p *program) printProposals(list []geo.Proposal) {
	if len(list) == 0 {
		p.printf("nothing is proposed\n")
		return
	}
	rows := [][]string{{"project", "title", "layer", "code", "place", "score", "words", "open choice"}}
	for _, x := range list {
		rows = append(rows, []string{x.Municipality + " " + x.Project, shorten(x.Title, 50), x.Layer, x.Code, x.Name, strconv.FormatFloat(float64(x.Score), 'f', 2, 32), x.Words, x.Choice})
	}
	p.printTable(rows, func(column int) bool { return column == 5 })
}

// shorten cuts a text to so many characters.
func shorten(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}

// tieChooseCommand settles an open choice.
func (p *program) tieChooseCommand() *cobra.Command {
	var d geo.Decision
	cmd := &cobra.Command{
		Use:   "choose",
		Short: "Settle an open choice: of several places, it is this one",
		Long: `Settles an open choice: the place is confirmed and the other places that the name
may stand for are rejected. Choosing the municipality makes a project that is not
placed yet one of the whole municipality.`,
		Example: `  kraj tie choose --municipality kranj --project 3.3/2/F1/5 --place 10103223 --reason "šola je v Spodnji Besnici"`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if d.Project == "" || d.Place == "" {
				return usagef("--project and --place are needed")
			}
			return p.with(cmd.Context(), func(s *session) error {
				d.Author = p.author(d.Author)
				if err := geo.Choose(cmd.Context(), s.Owner, d); err != nil {
					return err
				}
				p.printf("chosen: project %s, %s %s\n", d.Project, d.Layer, d.Place)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&d.Project, "project", "", "code of the project")
	cmd.Flags().StringVar(&d.Layer, "layer", "settlements", "layer of the place")
	cmd.Flags().StringVar(&d.Place, "place", "", "code of the place")
	cmd.Flags().StringVar(&d.Reason, "reason", "", "why")
	cmd.Flags().StringVar(&d.Author, "author", "", "who decides (default: the user of this system)")
	municipalityFlag(cmd, &d.Municipality)
	return cmd
}

// confirmLikely confirms all proposals from a score on.
func (p *program) confirmLikely(cmd *cobra.Command, f geo.ProposalFilter, author, reason string) error {
	return p.with(cmd.Context(), func(s *session) error {
		tick, end := p.progress()
		confirmed, err := geo.ConfirmProposals(cmd.Context(), s.Owner, f, p.author(author), reason, func(done, all int) {
			if tick != nil {
				tick("confirming", int64(done), int64(all))
			}
		})
		end()
		if err != nil {
			return err
		}
		for _, x := range confirmed {
			p.printf("confirmed: project %s, %s %s %s (%q, %.2f)\n", x.Project, x.Layer, x.Code, x.Name, x.Words, x.Score)
		}
		p.printf("proposals confirmed: %d; open choices stay open\n", len(confirmed))
		return nil
	})
}

// author is who was named, else the user of this system.
func (p *program) author(named string) string {
	if named != "" {
		return named
	}
	return p.systemUser()
}
