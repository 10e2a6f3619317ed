package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kraj/geo"
	"kraj/importers/demo"
)

func (p *program) demoCommand() *cobra.Command {
	var remove, report, asJSON bool
	var municipality string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Load the demonstration municipalities",
		Long: `Loads Kranj and Koper, as far as their strategies say it: settlements (approximate
shapes), themes, measures, projects, zones and routes, and where the projects are,
by which words. What is there already stays as it is. --remove takes exactly these
rows out again; your own stay. --report counts what is loaded, by theme and measure,
what is open, and who or what decided where projects are.`,
		Example: `  kraj demo
  kraj demo --municipality kranj
  kraj demo --report
  kraj demo --remove`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o := demo.Options{Actor: p.systemUser()}
			if municipality != "" {
				o.Municipalities = []string{strings.ToLower(municipality)}
				if !known(o.Municipalities[0]) {
					return usagef("the demonstration has no %q, only %s", municipality, strings.Join(demo.Municipalities(), " and "))
				}
			}
			if remove && report {
				return usagef("--remove and --report do not go together")
			}
			return p.with(cmd.Context(), func(s *session) error {
				if report {
					return p.reportDemo(cmd.Context(), s, o, asJSON)
				}
				return p.runDemo(cmd.Context(), s, o, remove, asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&remove, "remove", false, "take the demonstration out again")
	cmd.Flags().BoolVar(&report, "report", false, "count what is loaded and what is open")
	cmd.Flags().StringVar(&municipality, "municipality", "", "only kranj or koper")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func known(municipality string) bool {
	for _, m := range demo.Municipalities() {
		if m == municipality {
			return true
		}
	}
	return false
}

func (p *program) runDemo(ctx context.Context, s *session, o demo.Options, remove, asJSON bool) error {
	if remove {
		list, err := demo.Remove(ctx, s.Owner, o)
		if err != nil || asJSON {
			return errors.Join(err, p.printJSON(list))
		}
		for _, r := range list {
			kept := 0
			for _, n := range r.Kept {
				kept += n
			}
			p.printf("%s: %d rows removed, %d kept because rows of your own depend on them\n", r.Municipality, r.Total, kept)
		}
		return nil
	}
	list, err := demo.Load(ctx, s.Owner, o)
	if err != nil || asJSON {
		return errors.Join(err, p.printJSON(list))
	}
	for _, l := range list {
		p.printf("%s: %d rows loaded\n", l.Municipality, l.Total)
	}
	return nil
}

// loadDemo is for kraj serve --demo: it loads the municipalities that are not
// there, so that what somebody has changed or taken out since stays so.
func (p *program) loadDemo(ctx context.Context, s *session) error {
	o := demo.Options{Log: p.log}
	for _, name := range demo.Municipalities() {
		_, err := geo.FindMunicipality(ctx, s.Owner, name)
		if geo.KindOf(err) == geo.NotFound {
			o.Municipalities = append(o.Municipalities, name)
		} else if err != nil {
			return fmt.Errorf("looking for the demonstration: %w", err)
		}
	}
	if len(o.Municipalities) == 0 {
		return nil
	}
	_, err := demo.Load(ctx, s.Owner, o)
	return err
}
