package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/klauspost/compress/gzip"

	"kraj/geo/pg"
	"kraj/tiles"
	"kraj/tiles/mvt"
)

// row is what the database would say of a feature.
type row struct {
	layer int
	mvt.Feature
}

// render makes the tiles within this program, by kraj's own question and encoder, with gzip but without HTTP and cache, and writes a profile
// of it where one is wanted.
func render(ctx context.Context, o options, d *data, first *target) error {
	pools, err := pg.Open(ctx, pg.Config{URL: d.url})
	if err != nil {
		return err
	}
	defer pools.Close()
	catalog, err := tiles.LoadCatalog(ctx, pools.Public)
	if err != nil {
		return err
	}
	one := func(i int) error {
		t := d.tiles[i]
		_, err := catalog.Make(ctx, pools.Public, tiles.Request{Address: tiles.Address{Layers: t.layers(), Z: t.z, X: t.x, Y: t.y}})
		return err
	}
	if _, err := each(len(d.tiles), 4, one); err != nil { // plans and connections
		return err
	}
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return fmt.Errorf("writing the profile: %w", err)
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return fmt.Errorf("writing the profile: %w", err)
		}
		defer pprof.StopCPUProfile()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const passes = 2
	rate, err := each(passes*len(d.tiles), 4, func(n int) error { return one(n % len(d.tiles)) })
	if err != nil {
		return err
	}
	runtime.ReadMemStats(&after)
	tiles := float64(passes * len(d.tiles))
	fmt.Printf("\nWithout HTTP, cache and compression: %.0f tiles/s (%.2f of ST_AsMVT); %.0f allocations and %.0f KB a tile, %d collections.\n", rate, rate/median(first.over(rateOf)),
		float64(after.Mallocs-before.Mallocs)/tiles, float64(after.TotalAlloc-before.TotalAlloc)/tiles/1e3, after.NumGC-before.NumGC)
	return nil
}

// each calls f with every number below n, by some workers, and tells how many a second.
func each(n, workers int, f func(int) error) (float64, error) {
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var working sync.WaitGroup
	begin := time.Now()
	for range workers {
		working.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := f(i); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	working.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(n) / time.Since(begin).Seconds(), nil
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
	base := median(first.over(rateOf))
	fmt.Printf("\nFrom rows in memory (%.0f MB for these tiles), without HTTP: drawing alone %.0f tiles/s (%.1f of ST_AsMVT), with gzip 1 %.0f (%.1f).\n",
		float64(bytes)/1e6, drawing, drawing/base, both, both/base)
	return nil
}

// draw is how many tiles a second two workers draw.
func draw(list []tile, rows [][]row, compress bool) float64 {
	const passes = 3
	zips := sync.Pool{New: func() any {
		z, err := gzip.NewWriterLevel(counter{}, gzip.BestSpeed)
		if err != nil {
			panic(err) // the level is a constant of the package
		}
		return z
	}}
	rate, _ := each(passes*len(list), 2, func(n int) error {
		body := drawOne(list[n%len(list)], rows[n%len(list)])
		if !compress {
			return nil
		}
		z, _ := zips.Get().(*gzip.Writer)
		defer zips.Put(z)
		z.Reset(counter{})
		if _, err := z.Write(body); err != nil {
			return err
		}
		return z.Close()
	})
	return rate
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
