package sources

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kraj/geo"
	"kraj/importers/gdal"
	"kraj/importers/words"
)

func checkSize(file string, maxBytes int64) error {
	info, err := os.Stat(file)
	if err != nil {
		return geo.Errorf(geo.NotFound, "File not found", "%v", err)
	}
	switch {
	case !info.Mode().IsRegular():
		return geo.Errorf(geo.Invalid, "Not a file", "%s is not a regular file", file)
	case info.Size() == 0:
		return geo.Errorf(geo.Invalid, "Empty file", "%s is empty", file)
	case info.Size() > maxBytes:
		return geo.Errorf(geo.TooLarge, "File too large", "%s has %d bytes, at most %d are read", file, info.Size(), maxBytes)
	}
	return nil
}

// boxed is a source that owns the sandbox its file lies in.
type boxed struct {
	Source
	box *gdal.Sandbox
}

func (b *boxed) Close() error { return errors.Join(b.Source.Close(), b.box.Close()) }

// openGDAL reads through GDAL; the sandbox lives as long as the source.
func openGDAL(ctx context.Context, file string, o Options) (Source, error) {
	box, err := gdal.New(ctx, gdal.Limits{})
	if err != nil {
		return nil, err
	}
	var s Source
	if strings.EqualFold(filepath.Ext(file), ".zip") {
		s, err = openZip(ctx, box, file, o)
	} else {
		var name string
		if name, err = box.Put(ctx, file); err == nil {
			s, err = openDataset(ctx, box, name, filepath.Base(file), o)
		}
	}
	if err != nil {
		return nil, errors.Join(err, box.Close())
	}
	return &boxed{Source: s, box: box}, nil
}

// inZip are the endings that are unpacked; the first six can be opened.
var inZip = []string{".shp", ".gpkg", ".geojson", ".gml", ".kml", ".gpx", ".fgb", ".csv", ".xlsx", ".dbf", ".shx", ".prj", ".cpg"}

// openZip opens the one data file in an archive; --layer chooses among several.
func openZip(ctx context.Context, box *gdal.Sandbox, file string, o Options) (Source, error) {
	paths, err := box.Unzip(ctx, file, inZip, o.MaxBytes)
	if err != nil {
		return nil, err
	}
	var data, names []string
	for _, p := range paths {
		ext := strings.ToLower(filepath.Ext(p))
		if slices.Index(inZip, ext) < slices.Index(inZip, ".dbf") {
			data, names = append(data, p), append(names, filepath.Base(p))
		}
	}
	if len(data) > 1 && o.Layer != "" {
		data = slices.DeleteFunc(data, func(p string) bool {
			return words.Fold(strings.TrimSuffix(filepath.Base(p), filepath.Ext(p))) != words.Fold(o.Layer)
		})
	}
	switch {
	case len(data) == 0 && len(names) == 0:
		return nil, geo.Errorf(geo.Invalid, "Nothing to import", "%s holds none of: %s", filepath.Base(file), strings.Join(inZip[:9], " "))
	case len(data) != 1:
		return nil, geo.Errorf(geo.Invalid, "Several files in the archive", "%s holds %s; choose one with --layer NAME", filepath.Base(file), strings.Join(names, ", "))
	}
	switch name := filepath.Base(data[0]); strings.ToLower(filepath.Ext(name)) {
	case ".geojson", ".csv", ".xlsx":
		o.Layer = ""
		return Open(ctx, data[0], o)
	default:
		return openDataset(ctx, box, name, name, o)
	}
}

func openDataset(ctx context.Context, box *gdal.Sandbox, name, shown string, o Options) (Source, error) {
	coding, err := shapeEncoding(filepath.Join(box.Dir, name), o.Encoding)
	if err != nil {
		return nil, err
	}
	d, err := box.Open(ctx, name, coding)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	layer, err := chooseLayer(d, shown, o.Layer)
	if err != nil {
		return nil, err
	}
	out, err := d.Features(ctx, layer.Name)
	if err != nil {
		return nil, err
	}
	g := &geoJSON{name: shown, file: out, dec: json.NewDecoder(bufio.NewReaderSize(out, 1<<20))}
	g.dec.UseNumber()
	if err := g.seek(); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	g.info.Format, g.info.Layer, g.info.Encoding = d.Driver, layer.Name, strings.ToLower(coding)
	if d.Driver == "ESRI Shapefile" { // the copy has a name of ours
		g.info.Layer = strings.TrimSuffix(shown, filepath.Ext(shown))
	}
	g.info.Spatial, g.info.Count = layer.Geometry != "None", max(0, layer.Count)
	if g.info.SRID == 0 {
		g.info.CRS = layer.CRS
	}
	return g, nil
}

// shapeEncoding is GDAL's word for the coding of a shapefile; "" for other formats.
func shapeEncoding(path, wanted string) (string, error) {
	ext := filepath.Ext(path)
	if ext != ".shp" && ext != ".dbf" {
		return "", nil
	}
	if wanted != "" {
		_, canonical, err := encodingByName(wanted)
		return strings.ToUpper(canonical), err
	}
	return gdal.DBFEncoding(strings.TrimSuffix(path, ext) + ".dbf")
}

// chooseLayer takes the named layer; else the only one with features, where tables
// beside a spatial layer (styles, metadata) and a GPX track's own points do not count.
func chooseLayer(d *gdal.Dataset, file, wanted string) (gdal.Layer, error) {
	var filled, spatial []gdal.Layer
	var all []string
	for _, l := range d.Layers {
		if wanted != "" && (l.Name == wanted || words.Fold(l.Name) == words.Fold(wanted)) {
			return l, nil
		}
		all = append(all, fmt.Sprintf("%s (%d)", l.Name, max(0, l.Count)))
		if l.Count == 0 || d.Driver == "GPX" && strings.HasSuffix(l.Name, "_points") {
			continue
		}
		filled = append(filled, l)
		if l.Geometry != "None" {
			spatial = append(spatial, l)
		}
	}
	list := strings.Join(all, ", ")
	switch {
	case wanted != "":
		return gdal.Layer{}, geo.Errorf(geo.NotFound, "Unknown layer", "%s has no layer %q; it has: %s", file, wanted, list)
	case len(spatial) == 1:
		return spatial[0], nil
	case len(spatial) == 0 && len(filled) == 1:
		return filled[0], nil
	case len(filled) == 0:
		return gdal.Layer{}, geo.Errorf(geo.Invalid, "Nothing to import", "%s has no layer with features; its layers: %s", file, list)
	}
	return gdal.Layer{}, geo.Errorf(geo.Invalid, "Several layers", "%s has: %s; choose one with --layer NAME", file, list)
}
