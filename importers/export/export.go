// Package export writes a layer to a file: GeoPackage, GeoJSON, FlatGeobuf, CSV or
// Excel. What it writes, package importers reads back without a change.
package export

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"kraj/geo"
	"kraj/geo/pg"
)

// Options of one export.
type Options struct {
	Layer        string
	File         string // its ending names the format
	Municipality string // code or folded name; "" for all
	Public       bool   // only what the public may see; else all, drafts included
	DecimalComma bool   // CSV as Excel writes it in Slovenia: semicolons, decimal commas
	Progress     func(done, total int64)

	// Of projects also which of them, in which order, with which columns and words; the zero values are all of them.
	Filter  *geo.ProjectFilter
	Sort    []string // of geo.SortColumns
	Groups  string   // of geo.ListGroups
	Columns []string // fields of the layer and of Extra; code and municipality are always there
	Lang    string   // sl, en: headings and words of tables for people, CSV as Excel opens it there; "": kraj's own names
}

// Report says what was written.
type Report struct {
	Layer  string `json:"layer"`
	File   string `json:"file"`
	Format string `json:"format"`
	Rows   int64  `json:"rows"`
	// LeftOut counts rows that the format cannot hold: FlatGeobuf none without geometry.
	LeftOut int64 `json:"left_out"`
}

// Summary is one line for people.
func (r *Report) Summary() string {
	text := fmt.Sprintf("%s: %d rows in %s", r.Layer, r.Rows, r.File)
	if r.LeftOut > 0 {
		text += fmt.Sprintf(" (%d without geometry left out: %s cannot hold them)", r.LeftOut, r.Format)
	}
	return text
}

// sink is a format. geometry is GeoJSON or WKT, as the format asked; "" for none.
type sink interface {
	write(values []any, geometry string) error
	close() error
}

// format says what a sink needs.
type format struct {
	name string
	geom string // SQL of the geometry, over t.geom
	open func(ctx context.Context, out io.Writer, f *layerFields, o Options) (sink, error)
}

// Degrees with eight decimals are exact to a millimetre, as RFC 7946 wants them:
// CRS84, outer rings counterclockwise.
const lonLat = `ST_AsGeoJSON(ST_ForcePolygonCCW(ST_Transform(t.geom, 4326)), 8)`

// Metres as they are stored, to a tenth of a millimetre.
const (
	metres = `ST_AsGeoJSON(t.geom, 4)`
	wkt    = `ST_AsEWKT(t.geom, 4)`
)

var formats = map[string]format{
	".geojson": {"GeoJSON", lonLat, newGeoJSON},
	".json":    {"GeoJSON", lonLat, newGeoJSON},
	".gpkg":    {"GPKG", metres, newOGR("GPKG", ".gpkg")},
	".fgb":     {"FlatGeobuf", metres, newOGR("FlatGeobuf", ".fgb")},
	".csv":     {"CSV", wkt, newCSV},
	".xlsx":    {"XLSX", wkt, newXLSX},
}

// Run writes a layer. The file appears only when it is complete; one that was there
// before is replaced in that moment.
func Run(ctx context.Context, pools *pg.Pools, o Options) (*Report, error) {
	var r *Report
	err := atomically(o.File, func(out io.Writer) (err error) {
		r, err = Write(ctx, pools, out, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Write writes a layer to out, in the format that the ending of o.File names. After an
// error what was written is of no use.
func Write(ctx context.Context, pools *pg.Pools, out io.Writer, o Options) (*Report, error) {
	f, ok := formats[strings.ToLower(filepath.Ext(o.File))]
	if !ok {
		return nil, geo.Errorf(geo.Invalid, "Unknown format", "%s: the ending names the format; accepted: .gpkg .geojson .fgb .csv .xlsx", filepath.Base(o.File))
	}
	pool := pools.Planner
	if o.Public {
		pool = pools.Public
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("beginning the export: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	// One snapshot for everything; a country takes longer than a request may.
	if _, err := tx.Exec(ctx, `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = 0`); err != nil {
		return nil, fmt.Errorf("beginning the export: %w", err)
	}
	r := &Report{Layer: o.Layer, File: o.File, Format: f.name}
	r.Rows, r.LeftOut, err = copyLayer(ctx, tx, out, f, o)
	r.Rows -= r.LeftOut
	return r, err
}

// atomically writes beside the target and renames; a failure leaves what was there.
func atomically(path string, write func(io.Writer) error) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("making the file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	buffered := bufio.NewWriterSize(tmp, 1<<20)
	err = errors.Join(write(buffered), buffered.Flush(), tmp.Chmod(0o644), tmp.Sync(), tmp.Close())
	if err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), err)
	}
	if err = os.Rename(tmp.Name(), path); err != nil {
		return fmt.Errorf("putting the file into place: %w", err)
	}
	return nil
}
