package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/klauspost/compress/gzip"

	"kraj/tiles"
	"kraj/tiles/mvt"
)

// row is what the database would say of a feature.
type row struct {
	layer int
	mvt.Feature
}

// replay draws and compresses the same tiles from rows in memory: what is left when the database need not be asked, without HTTP. An
// estimate of what keeping geometry in memory could give at most.
func replay(ctx context.Context, d *data, first *target) error {
	all := make([][]row, len(d.tiles))
	bytes := 0
	for i, t := range d.tiles {
		for n, l := range layers {
			if t.z < l.from {
				continue
			}
			rows, err := d.conn.Query(ctx, `SELECT id, rank, props::text, geom::bytea FROM kraj_public.tile_features
				WHERE layer = $1 AND band = $2 AND geom && ST_TileEnvelope($3, $4, $5, margin => 64.0 / 4096)`, l.name, tiles.Band(t.z), t.z, t.x, t.y)
			if err != nil {
				return fmt.Errorf("reading the rows of %s: %w", t, err)
			}
			list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (one row, err error) {
				one.layer = n
				return one, r.Scan(&one.ID, &one.Rank, &one.Props, &one.Geometry)
			})
			if err != nil {
				return fmt.Errorf("reading the rows of %s: %w", t, err)
			}
			for _, one := range list {
				bytes += len(one.Props) + len(one.Geometry)
			}
			all[i] = append(all[i], list...)
		}
	}
	drawing, both := draw(d.tiles, all, false), draw(d.tiles, all, true)
	base := median(first.over(rate))
	fmt.Printf("\nFrom rows in memory (%.0f MB for these tiles), without HTTP: drawing alone %.0f tiles/s (%.1f of ST_AsMVT), with gzip 1 %.0f (%.1f).\n",
		float64(bytes)/1e6, drawing, drawing/base, both, both/base)
	return nil
}

// draw is how many tiles a second two workers draw.
func draw(list []tile, rows [][]row, compress bool) float64 {
	var next atomic.Int64
	const passes = 3
	begin := time.Now()
	var working sync.WaitGroup
	for range 2 {
		working.Go(func() {
			z, err := gzip.NewWriterLevel(counter{}, gzip.BestSpeed)
			if err != nil {
				panic(err) // the level is a constant of the package
			}
			for i := int(next.Add(1)) - 1; i < passes*len(list); i = int(next.Add(1)) - 1 {
				body := drawOne(list[i%len(list)], rows[i%len(list)])
				if compress {
					z.Reset(counter{})
					_, _ = z.Write(body)
					_ = z.Close()
				}
			}
		})
	}
	working.Wait()
	return float64(passes*len(list)) / time.Since(begin).Seconds()
}

func drawOne(t tile, rows []row) []byte {
	made := mvt.New(t.z, t.x, t.y)
	defer made.Free()
	var drawn []*mvt.Layer
	for _, l := range layers {
		drawn = append(drawn, made.Layer(l.name))
	}
	for _, r := range rows {
		_ = drawn[r.layer].Add(r.Feature)
	}
	body, _ := made.Encode(tiles.MaxBytes)
	return body
}

// counter takes what is written and keeps nothing.
type counter struct{}

func (counter) Write(b []byte) (int, error) { return len(b), nil }
