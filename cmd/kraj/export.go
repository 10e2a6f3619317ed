package main

import (
	"context"

	"github.com/spf13/cobra"

	"kraj/importers/export"
)

func (p *program) exportCommand() *cobra.Command {
	var o export.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "export LAYER FILE",
		Short: "Write a layer to a file",
		Long: `Writes a layer to a file whose ending names the format: .gpkg, .geojson, .fgb, .csv
or .xlsx. GeoJSON is in degrees (CRS84), everything else in the database's own
coordinates; tables hold the geometry as text (WKT). The file appears only when it
is complete. What is exported can be imported again.

It holds all a planner may see, drafts included; --public leaves out what the
public may not see.`,
		Example: `  kraj export settlements naselja.gpkg
  kraj export projects projekti.xlsx --municipality kranj
  kraj export projects javno.geojson --public`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Layer, o.File = args[0], args[1]
			return p.with(cmd.Context(), func(s *session) error { return p.runExport(cmd.Context(), s, o, asJSON) })
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.Public, "public", false, "only what the public may see")
	f.BoolVar(&o.DecimalComma, "decimal-comma", false, "CSV as Excel writes it in Slovenia: semicolons and decimal commas")
	municipalityFlag(cmd, &o.Municipality)
	jsonFlag(cmd, &asJSON)
	cmd.AddCommand(p.exportTilesCommand())
	return cmd
}

func (p *program) runExport(ctx context.Context, s *session, o export.Options, asJSON bool) error {
	return p.reported("export", asJSON, &o.Progress, func() (summarised, error) { return export.Run(ctx, s.Pools, o) })
}

// summarised is a report of work done: as JSON, or in a sentence.
type summarised interface{ Summary() string }

// reported runs work that tells its progress, where somebody sees it, and prints what it reports.
func (p *program) reported(what string, asJSON bool, progress *func(done, total int64), run func() (summarised, error)) error {
	tick, end := p.progress()
	if tick != nil {
		*progress = func(done, total int64) { tick(what, done, total) }
	}
	report, err := run()
	end()
	if err != nil {
		return err
	}
	if asJSON {
		return p.printJSON(report)
	}
	p.printf("%s\n", report.Summary())
	return nil
}
