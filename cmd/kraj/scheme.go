package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kraj/geo"
)

func (p *program) schemeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scheme",
		Short: "Classifications of settlements: urban, suburban, rural",
		Long: `Schemes stand side by side and have versions. A scheme is never edited: every
change makes a new version, and what was shown before can be asked for as
code@version (kraj balance --scheme municipal@1).`,
		Example: `  kraj scheme list --municipality kranj`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.schemeListCommand(), p.schemeSetCommand(), p.schemeCopyCommand(), p.schemeUseCommand())
	return cmd
}

func (p *program) schemeListCommand() *cobra.Command {
	var municipality string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the schemes and their versions",
		Example: `  kraj scheme list --municipality kranj --json`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				list, err := geo.Schemes(cmd.Context(), s.Owner, municipality)
				if err != nil {
					return err
				}
				if asJSON {
					return p.printJSON(append([]geo.SchemeVersion{}, list...))
				}
				if len(list) == 0 {
					p.printf("no schemes: all settlements are unclassified\n")
					return nil
				}
				rows := [][]string{{"scheme", "name", "urban", "suburban", "rural", "unclassified", ""}}
				for _, one := range list {
					name, note := one.Name.EN, ""
					if p.lang() == "sl" {
						name = one.Name.SL
					}
					if one.Current {
						note = "current"
					}
					if one.Shared {
						note = strings.TrimSpace(note + " shared")
					}
					row := []string{fmt.Sprintf("%s@%d", one.Code, one.Version), name}
					for _, class := range []string{"urban", "suburban", "rural"} {
						row = append(row, strconv.Itoa(one.Counts[class]))
					}
					rows = append(rows, append(row, strconv.Itoa(one.Unassigned), note))
				}
				p.printTable(rows, func(column int) bool { return column > 1 && column < 6 })
				return nil
			})
		},
	}
	municipalityFlag(cmd, &municipality)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (p *program) schemeSetCommand() *cobra.Command {
	var c geo.SchemeChange
	cmd := &cobra.Command{
		Use:   "set SCHEME SETTLEMENT=CLASS…",
		Short: "Classify settlements: a new version, or a new scheme",
		Long: `Makes a new version of the scheme in which the settlements (code or name) have the
classes urban, suburban, rural or unclassified; all others stay as they are. A
scheme that does not exist yet is made; it needs --name.`,
		Example: `  kraj scheme set municipal Kokrica=urban --municipality kranj --message "po sklepu sveta"
  kraj scheme set moja Kranj=urban Britof=suburban Golnik=rural --name "Moja razdelitev" --municipality kranj`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Code, c.Set = args[0], map[string]string{}
			for _, arg := range args[1:] {
				place, class, ok := strings.Cut(arg, "=")
				if !ok {
					return usagef("%q: write SETTLEMENT=CLASS, e.g. Kokrica=urban", arg)
				}
				c.Set[place] = class
			}
			return p.changeScheme(cmd, c)
		},
	}
	p.schemeFlags(cmd, &c)
	return cmd
}

func (p *program) schemeCopyCommand() *cobra.Command {
	var c geo.SchemeChange
	cmd := &cobra.Command{
		Use:     "copy FROM SCHEME",
		Short:   "Begin a scheme of your own with the classes of another",
		Example: `  kraj scheme copy municipal poskus --name "Poskus" --municipality kranj`,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.From, c.Code = args[0], args[1]
			return p.changeScheme(cmd, c)
		},
	}
	p.schemeFlags(cmd, &c)
	return cmd
}

func (p *program) changeScheme(cmd *cobra.Command, c geo.SchemeChange) error {
	return p.with(cmd.Context(), func(s *session) error {
		c.Author = p.systemUser()
		version, err := geo.ChangeScheme(cmd.Context(), s.Owner, c)
		if err != nil {
			return err
		}
		p.printf("scheme %s@%d is current\n", c.Code, version)
		return nil
	})
}

func (p *program) schemeFlags(cmd *cobra.Command, c *geo.SchemeChange) {
	f := cmd.Flags()
	f.StringVar(&c.Name.SL, "name", "", "name, in Slovene")
	f.StringVar(&c.Name.EN, "name-en", "", "name, in English")
	f.StringVar(&c.Source, "source", "", "where the classes come from")
	f.StringVar(&c.Message, "message", "", "why, for the history")
	f.StringSliceVar(&c.Classes, "classes", nil, "the classes that the scheme has: urban,suburban,rural")
	municipalityFlag(cmd, &c.Municipality)
}

func (p *program) schemeUseCommand() *cobra.Command {
	var municipality string
	cmd := &cobra.Command{
		Use:     "use SCHEME@VERSION",
		Short:   "Make an earlier version current again",
		Example: `  kraj scheme use municipal@1 --municipality kranj`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				if err := geo.UseScheme(cmd.Context(), s.Owner, municipality, args[0], p.systemUser()); err != nil {
					return err
				}
				p.printf("scheme %s is current\n", args[0])
				return nil
			})
		},
	}
	municipalityFlag(cmd, &municipality)
	return cmd
}
