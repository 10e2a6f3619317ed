package main

import (
	"context"

	"github.com/spf13/cobra"

	"kraj/tiles/archive"
)

func (p *program) exportTilesCommand() *cobra.Command {
	var o archive.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "tiles FILE",
		Short: "Write the public map's tiles to a PMTiles or MBTiles archive",
		Long: `Writes all vector tiles that have something in them to one file, whose ending
names the format: .pmtiles (for a static web host) or .mbtiles (for QGIS and other
programs). Maps then need no kraj to show them; docs/archives.md says how.

An archive holds what the public may see, never a draft, and all of it as it was
at one moment. The file appears only when it is complete.`,
		Example: `  kraj export tiles karta.pmtiles
  kraj export tiles karta.mbtiles --municipality kranj
  kraj export tiles cone.pmtiles --layers business_zones,degraded_areas --maxzoom 13
  kraj tiles verify karta.pmtiles`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.File = args[0]
			if o.Lang != "sl" && o.Lang != "en" {
				return usagef("unknown language %q: sl or en", o.Lang)
			}
			return p.with(cmd.Context(), func(s *session) error { return p.runExportTiles(cmd.Context(), s, o, asJSON) })
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.Layers, "layers", nil, "layers, separated by commas (default: all)")
	f.IntVar(&o.MaxZoom, "maxzoom", archive.DefaultMaxZoom, "deepest zoom, at most 15; maps enlarge it further")
	f.StringVar(&o.Lang, "lang", "sl", "language of titles and descriptions: sl or en")
	f.IntVar(&o.Workers, "jobs", 0, "tiles to render at the same time (default: one for each core)")
	municipalityFlag(cmd, &o.Municipality)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (p *program) runExportTiles(ctx context.Context, s *session, o archive.Options, asJSON bool) error {
	return p.reported("tiles", asJSON, &o.Progress, func() (summarised, error) { return archive.Run(ctx, s.Public, o) })
}
