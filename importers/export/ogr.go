package export

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"kraj/geo"
	"kraj/importers/gdal"
)

// ogr lets GDAL write the format: it gets the rows as a file in its cage and never
// sees the database.
type ogr struct {
	ctx    context.Context //nolint:containedctx // one export
	box    *gdal.Sandbox
	rows   *os.File
	buf    *bufio.Writer
	json   *geoJSON
	out    io.Writer
	driver string
	ending string
	fields *layerFields

	leftOut int64
}

const rowsName = "rows.geojsonl"

func newOGR(driver, ending string) func(context.Context, io.Writer, *layerFields, Options) (sink, error) {
	return func(ctx context.Context, out io.Writer, f *layerFields, _ Options) (sink, error) {
		box, err := gdal.New(ctx, gdal.Limits{MaxFile: 64 << 30})
		if err != nil {
			return nil, err
		}
		rows, err := box.Create(rowsName)
		if err != nil {
			return nil, errors.Join(err, box.Close())
		}
		buf := bufio.NewWriterSize(rows, 1<<20)
		return &ogr{
			ctx: ctx, box: box, rows: rows, buf: buf, json: &geoJSON{out: buf, names: f.names, seq: true},
			out: out, driver: driver, ending: ending, fields: f,
		}, nil
	}
}

func (w *ogr) write(values []any, geometry string) error {
	if w.driver == "FlatGeobuf" && geometry == "" {
		w.leftOut++ // the format cannot hold a row without geometry
		return nil
	}
	return w.json.write(values, geometry)
}

func (w *ogr) close() (err error) {
	defer func() { err = errors.Join(err, w.box.Close()) }()
	if err := errors.Join(w.buf.Flush(), w.rows.Close()); err != nil {
		return fmt.Errorf("handing the rows to GDAL: %w", err)
	}
	if w.json.rows == 0 {
		return geo.Errorf(geo.Invalid, "Nothing to export", "there is not one row to export, and %s holds no empty layer; CSV, Excel and GeoJSON do", w.driver)
	}
	made, err := w.box.Convert(w.ctx, rowsName, "out"+w.ending, w.driver, w.fields.layer, w.fields.srid)
	if err != nil {
		return err
	}
	in, err := os.Open(made)
	if err != nil {
		return fmt.Errorf("reading what GDAL wrote: %w", err)
	}
	defer in.Close()
	_, err = io.Copy(w.out, in)
	return err
}
