package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kraj/importers"
)

func (p *program) importCommand() *cobra.Command {
	var o importers.Options
	var fields, constants []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import LAYER FILE",
		Short: "Read a file into a layer",
		Long: `Reads a file into a layer: settlements, business_zones, projects … or one of your
own. It shows what is new, changed and gone, then changes the layer in one
transaction; --dry-run stops before that. A row that cannot be taken is written
to FILE.rejects.csv with the reason, and stops the import unless --allow-rejects.`,
		Example: `  kraj import settlements naselja.gpkg --dry-run
  kraj import projects projekti.xlsx --municipality kranj --map title=Naziv
  kraj import degraded_areas fdo.shp --srid 3794 --encoding cp1250`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Layer, o.File, o.Actor, o.Log = args[0], args[1], p.systemUser(), p.log
			var err error
			if o.Map, err = pairs("--map", fields); err != nil {
				return err
			}
			if o.Set, err = pairs("--set", constants); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(s *session) error { return p.runImport(cmd.Context(), s, o, asJSON) })
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.DryRun, "dry-run", false, "show what would change, and stop")
	f.StringVar(&o.SourceLayer, "layer", "", "layer or sheet of the file, when it has several")
	f.IntVar(&o.SRID, "srid", 0, "EPSG code of the coordinates, when the file does not say or is wrong")
	f.StringVar(&o.Encoding, "encoding", "", "encoding of the text, such as cp1250 (default: detected)")
	f.StringArrayVar(&fields, "map", nil, "FIELD=COLUMN: which column of the file is which field; may be repeated")
	f.StringArrayVar(&constants, "set", nil, "FIELD=VALUE: the same value for all rows; may be repeated")
	f.BoolVar(&o.AllowRejects, "allow-rejects", false, "take the good rows although others cannot be taken")
	f.BoolVar(&o.DeleteGone, "delete-gone", false, "remove what the file no longer holds")
	municipalityFlag(cmd, &o.Municipality)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (p *program) runImport(ctx context.Context, s *session, o importers.Options, asJSON bool) error {
	tick, end := p.progress()
	o.Progress = tick
	report, err := importers.Run(ctx, s.Pools, o)
	end()
	if err != nil {
		return err
	}
	if asJSON {
		err = p.printJSON(report)
	} else {
		p.printReport(report)
	}
	if err == nil && report.Rejected > 0 && !report.Merged && !report.DryRun {
		return fmt.Errorf("nothing was changed, because not every row can be taken (rejected: %d, see %s): correct the file, or add --allow-rejects to take the others", report.Rejected, report.RejectsFile)
	}
	return err
}

// printReport tells what an import found; the last line is always the summary.
func (p *program) printReport(r *importers.Report) {
	const enough = 20
	for _, n := range r.Notes {
		p.printf("%s\n", n.Text.In(p.lang()))
	}
	if r.DryRun {
		for _, m := range r.Mapping {
			p.printf("%s ← %s\n", m.Column, m.Field)
		}
		for i, c := range r.Changes {
			if i == enough {
				p.printf("… and %d more (all with --json)\n", len(r.Changes)-i)
				break
			}
			p.printf("%-8s %s %s %s\n", c.Kind, c.Code, c.Name, strings.Join(c.Fields, ", "))
		}
	}
	for i, reject := range r.Rejects {
		if i == enough {
			p.printf("… and %d more rejected\n", r.Rejected-i)
			break
		}
		p.printf("row %d: %s\n", reject.Row, reject.Reason.In(p.lang()))
	}
	p.printf("%s\n", r.Summary())
}

// pairs reads NAME=VALUE arguments.
func pairs(flag string, args []string) (map[string]string, error) {
	m := map[string]string{}
	for _, a := range args {
		name, value, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return nil, usagef("%s %q: write NAME=VALUE", flag, a)
		}
		m[name] = value
	}
	return m, nil
}
