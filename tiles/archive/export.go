package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"kraj/geo"
	"kraj/tiles"
)

// DefaultMaxZoom of an export: at 14 a unit of a tile is 0.4 m on the ground of Slovenia, and clients enlarge further.
const DefaultMaxZoom = 14

// Options of one export.
type Options struct {
	File         string   // its ending names the format: .pmtiles or .mbtiles
	Layers       []string // nil for all, as the map has them
	MaxZoom      int
	Municipality string // code or folded name; "" for all
	Lang         string // of titles and descriptions, "sl" or "en"
	Workers      int    // tiles rendered at the same time; 0: one for each core
	Progress     func(done, total int64)
}

// Report says what was written.
type Report struct {
	File     string   `json:"file"`
	Format   string   `json:"format"`
	Layers   []string `json:"layers"`
	MinZoom  int      `json:"minzoom"`
	MaxZoom  int      `json:"maxzoom"`
	Tiles    int64    `json:"tiles"`
	Contents int64    `json:"contents"` // different ones among them
	Bytes    int64    `json:"bytes"`
}

// Summary is one line for people.
func (r *Report) Summary() string {
	return fmt.Sprintf("%s: %d tiles of %d layers, zooms %d to %d, %d of them different, %.1f MB",
		r.File, r.Tiles, len(r.Layers), r.MinZoom, r.MaxZoom, r.Contents, float64(r.Bytes)/1e6)
}

// sink is a format: it takes gzipped tiles in the order of PMTiles' ids and then their description.
type sink interface {
	add(ctx context.Context, z, x, y int, tile []byte) error
	finish(ctx context.Context, d description) (contents int64, err error)
	abandon() error
}

// formats make a sink that writes to a path where there is an empty file.
var formats = map[string]struct {
	name string
	open func(ctx context.Context, path string) (sink, error)
}{
	".pmtiles": {"PMTiles", newPMTiles},
	".mbtiles": {"MBTiles", newMBTiles},
}

// Run exports what the public pool sees, all of one moment. The file appears only when it is complete, in the place of one that
// was there; whatever fails or is interrupted leaves that one.
func Run(ctx context.Context, public *pgxpool.Pool, o Options) (*Report, error) {
	f, ok := formats[strings.ToLower(filepath.Ext(o.File))]
	if !ok {
		return nil, geo.Errorf(geo.Invalid, "Unknown format", "%s: the ending names the format; accepted: .pmtiles .mbtiles", filepath.Base(o.File))
	}
	if o.MaxZoom < 0 || o.MaxZoom > tiles.MaxZoom {
		return nil, geo.Errorf(geo.Invalid, "No such zoom", "the deepest zoom is a number from 0 to %d, not %d", tiles.MaxZoom, o.MaxZoom)
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	s, err := openSnapshot(ctx, public, o.Workers)
	if err != nil {
		return nil, err
	}
	defer s.close(ctx)
	r := &Report{File: o.File, Format: f.name}
	err = atomically(o.File, func(path string) error {
		out, err := f.open(ctx, path)
		if err != nil {
			return err
		}
		if err := r.fill(ctx, s, out, o); err != nil {
			return errors.Join(err, out.abandon())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(o.File)
	if err != nil {
		return nil, fmt.Errorf("looking at the file: %w", err)
	}
	r.Bytes = info.Size()
	return r, nil
}

// fill renders everything into a sink.
func (r *Report) fill(ctx context.Context, s *snapshot, out sink, o Options) error {
	catalog, err := tiles.LoadCatalog(ctx, s.first())
	if err != nil {
		return err
	}
	if len(o.Layers) == 0 {
		o.Layers = catalog.Names()
	}
	r.Layers = o.Layers
	filter := tiles.Filter{Municipality: o.Municipality}.Normal()
	d, err := describe(ctx, catalog, s.first(), o, filter)
	if err != nil {
		return err
	}
	p, err := plan(ctx, catalog, s.first(), o, filter)
	if err != nil {
		return err
	}
	zooms := zoomRange{min: tiles.MaxZoom + 1}
	job := render{catalog: catalog, layers: o.Layers, filter: filter, progress: o.Progress}
	err = job.run(ctx, s, p, func(z, x, y int, tile []byte) error {
		zooms.see(z)
		r.Tiles++
		return out.add(ctx, z, x, y, tile)
	})
	if err != nil {
		return err
	}
	if r.Tiles == 0 {
		return geo.Errorf(geo.NotFound, "Nothing to export", "the public sees no feature of %s: there is nothing to write into %s",
			strings.Join(o.Layers, ", "), filepath.Base(o.File))
	}
	r.MinZoom, r.MaxZoom = zooms.min, zooms.max
	r.Contents, err = out.finish(ctx, d.between(zooms))
	return err
}

type zoomRange struct{ min, max int }

func (r *zoomRange) see(z int) { r.min, r.max = min(r.min, z), max(r.max, z) }

// atomically writes beside the target and renames; a failure leaves what was there, and nothing else.
func atomically(target string, write func(path string) error) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*")
	if err != nil {
		return fmt.Errorf("making the file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	if err = errors.Join(tmp.Chmod(0o644), tmp.Close()); err != nil {
		return fmt.Errorf("making the file: %w", err)
	}
	if err = write(tmp.Name()); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(target), err)
	}
	if err = synced(tmp.Name()); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(target), err)
	}
	if err = os.Rename(tmp.Name(), target); err != nil {
		return fmt.Errorf("putting the file into place: %w", err)
	}
	return nil
}

// synced waits until the file is on the disk: a name must not appear before its content.
func synced(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
