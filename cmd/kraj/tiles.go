package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kraj/tiles/archive"
)

func (p *program) tilesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tiles",
		Short: "Check archives of tiles",
		Long:  `Works on archives of tiles that kraj export tiles, or another program, wrote.`,
		Example: `  kraj export tiles karta.pmtiles
  kraj tiles verify karta.pmtiles`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.tilesVerifyCommand())
	return cmd
}

func (p *program) tilesVerifyCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check a PMTiles or MBTiles archive from beginning to end",
		Long: `Reads a whole archive of vector tiles, PMTiles 3 or MBTiles: header, directories and
their order, every tile, the counts, bounds, zooms and layers that it states. What is
wrong is said in sentences, and the exit code is 1. It needs no database.`,
		Example: `  kraj tiles verify karta.pmtiles
  kraj tiles verify karta.mbtiles --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			tick, end := p.progress()
			var progress func(done, total int64)
			if tick != nil {
				progress = func(done, total int64) { tick("verify", done, total) }
			}
			v, err := archive.Verify(cmd.Context(), args[0], progress)
			end()
			if err != nil {
				return err
			}
			if asJSON {
				err = p.printJSON(v)
			} else {
				p.printVerdict(v)
			}
			if err == nil && !v.Sound() {
				err = fmt.Errorf("%s is damaged or incomplete: make it anew with kraj export tiles", v.File)
			}
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (p *program) printVerdict(v *archive.Verdict) {
	p.printf("%s: %s, %d tiles, %d of them different, zooms %d to %d, %.1f MB\n", v.File, v.Format, v.Tiles, v.Contents, v.MinZoom, v.MaxZoom, float64(v.Bytes)/1e6)
	if b := v.Bounds; b != nil {
		p.printf("bounds: %.5f, %.5f, %.5f, %.5f\n", b[0], b[1], b[2], b[3])
	}
	if len(v.Layers) > 0 {
		p.printf("layers: %s\n", strings.Join(v.Layers, ", "))
	}
	for _, problem := range v.Problems {
		p.printf("✗ %s\n", problem)
	}
	if v.Further > 0 {
		p.printf("✗ … and %d more.\n", v.Further)
	}
	if v.Sound() {
		p.printf("sound: every tile can be decoded, and everything it states is so\n")
	}
}
