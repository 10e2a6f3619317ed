// Package sources reads files as plain rows: fields by name, and a geometry as
// WKB or WKT in whatever CRS the file has. It knows formats, not what the rows
// mean; nothing is checked or reprojected here.
package sources

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"kraj/geo"
)

// Row is one row of a file as it is.
type Row struct {
	// Number is how people find the row: the line of a table with its header
	// counted, the sheet's row, or the ordinal of a feature, from 1.
	Number int64
	// Values are the fields: string, json.Number, bool, nil, or for nested JSON
	// map[string]any and []any.
	Values map[string]any
	// WKB is the geometry in two dimensions, without an SRID; nil for none.
	WKB []byte
	// Problem says why the row or its geometry could not be read at all; nil if it could.
	Problem error
	// Repaired says that rings had to be closed.
	Repaired bool
}

// Info is what a file says about itself.
type Info struct {
	Format   string // GeoJSON, CSV, XLSX or the name of a GDAL driver
	Layer    string // the layer or sheet that is read
	SRID     int    // EPSG code that the file declares; 0 when it declares none
	CRS      string // its name in the file, when that could not be resolved to a code
	Spatial  bool   // false: the format or layer has no geometry of its own
	Encoding string // of text; "" when the format fixes it
	Count    int64  // rows, if known before reading; else 0
	English  bool   // a table whose numbers probably have a decimal point
	// Skipped counts what a table had besides rows: blank rows, totals.
	Skipped Skipped
}

// Skipped counts rows of a table that are no records.
type Skipped struct {
	Blank  int
	Totals []int64 // row numbers of totals at the bottom
	Above  int     // rows above the header
}

// Source yields the rows of one layer. Info and Fields are complete only after
// Next has returned io.EOF.
type Source interface {
	Info() Info
	Fields() []string // in the file's order
	Next() (Row, error)
	Close() error
}

// Options of reading.
type Options struct {
	Layer    string // name of a layer or sheet; "" when there is only one with rows
	Encoding string // of text; "" detects
	MaxBytes int64  // largest file, also after unpacking; 0 means 4 GiB
}

// Formats are the endings that can be read.
var formats = []string{".geojson", ".json", ".csv", ".tsv", ".txt", ".xlsx", ".gpkg", ".shp", ".zip", ".fgb", ".gml", ".kml", ".kmz", ".gpx", ".topojson", ".dbf"}

// Open opens a file by its ending (and JSON by its content).
func Open(ctx context.Context, file string, o Options) (Source, error) {
	if o.MaxBytes == 0 {
		o.MaxBytes = 4 << 30
	}
	if err := checkSize(file, o.MaxBytes); err != nil {
		return nil, err
	}
	switch ext := strings.ToLower(filepath.Ext(file)); ext {
	case ".geojson", ".json", ".topojson":
		return openJSON(ctx, file, o)
	case ".csv", ".tsv", ".txt":
		return openCSV(file, o)
	case ".xlsx", ".xlsm":
		return openXLSX(file, o)
	case ".xls":
		return nil, geo.Errorf(geo.Invalid, "Old Excel file", "%s is in the format of Excel before 2007; open it and save it as .xlsx or .csv", filepath.Base(file))
	default:
		if !slices.Contains(formats, ext) {
			return nil, geo.Errorf(geo.Invalid, "Unknown format", "%s: files ending in %q cannot be read; accepted: %s", filepath.Base(file), ext, strings.Join(formats, " "))
		}
		return openGDAL(ctx, file, o)
	}
}

// fieldList collects field names in the order in which they first occur.
type fieldList struct {
	names []string
	seen  map[string]bool
}

func (f *fieldList) add(name string) {
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	if !f.seen[name] {
		f.seen[name] = true
		f.names = append(f.names, name)
	}
}

// All reads a source to its end; for tests and small files.
func All(s Source) ([]Row, error) {
	var rows []Row
	for {
		row, err := s.Next()
		if err == io.EOF { //nolint:errorlint // sources return io.EOF itself
			return rows, nil
		}
		if err != nil {
			return rows, fmt.Errorf("after row %d: %w", len(rows), err)
		}
		rows = append(rows, row)
	}
}
