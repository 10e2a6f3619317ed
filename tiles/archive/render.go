package archive

import (
	"bytes"
	"context"
	"fmt"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"

	"kraj/geo"
	"kraj/tiles"
)

// render makes all tiles of a plan, several at a time, and hands them on in order.
type render struct {
	catalog  *tiles.Catalog
	layers   []string
	filter   tiles.Filter
	progress func(done, total int64)
}

// job is a tile on its way. Who renders it closes done.
type job struct {
	z    int
	at   tiles.Place
	tile []byte
	done chan struct{}
}

// ahead is how many tiles may wait for a slow one before them, for each worker.
const ahead = 64

func (r render) run(ctx context.Context, s *snapshot, levels []level, put func(z, x, y int, tile []byte) error) error {
	group, ctx := errgroup.WithContext(ctx)
	work, order := make(chan *job), make(chan *job, ahead*len(s.txs))
	group.Go(func() error {
		defer close(work)
		defer close(order)
		return produce(ctx, levels, work, order)
	})
	for _, tx := range s.txs {
		group.Go(func() error { return r.work(ctx, tx, work) })
	}
	group.Go(func() error { return r.collect(ctx, order, total(levels), put) })
	return group.Wait()
}

func produce(ctx context.Context, levels []level, work, order chan<- *job) error {
	for _, l := range levels {
		for _, at := range l.places {
			j := &job{z: l.zoom, at: at, done: make(chan struct{})}
			for _, to := range []chan<- *job{order, work} {
				select {
				case to <- j:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
	}
	return nil
}

// work renders tiles until there are none. Its writer of gzip is its own; what was rendered once is kept for a long time, so
// it is worth the best compression.
func (r render) work(ctx context.Context, q geo.Querier, work <-chan *job) error {
	zip, err := gzip.NewWriterLevel(nil, gzip.BestCompression)
	if err != nil {
		return err
	}
	for j := range work {
		address := tiles.Address{Layers: r.layers, Z: j.z, X: j.at.X, Y: j.at.Y}
		tile, err := r.catalog.Render(ctx, q, tiles.Request{Address: address, Filter: r.filter})
		if err != nil {
			return err
		}
		if len(tile) > 0 {
			var b bytes.Buffer
			zip.Reset(&b)
			if _, err := zip.Write(tile); err != nil {
				return fmt.Errorf("compressing tile %s: %w", address, err)
			}
			if err := zip.Close(); err != nil {
				return fmt.Errorf("compressing tile %s: %w", address, err)
			}
			j.tile = b.Bytes()
		}
		close(j.done)
	}
	return nil
}

// collect hands tiles on in the order of the plan; empty ones are only counted.
func (r render) collect(ctx context.Context, order <-chan *job, total int64, put func(z, x, y int, tile []byte) error) error {
	var done int64
	for j := range order {
		select {
		case <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if len(j.tile) > 0 {
			if err := put(j.z, j.at.X, j.at.Y, j.tile); err != nil {
				return err
			}
		}
		if done++; r.progress != nil {
			r.progress(done, total)
		}
	}
	return ctx.Err()
}
