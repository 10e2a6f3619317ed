package gdal

import (
	"context"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Layer is what GDAL tells about one layer of a file.
type Layer struct {
	Name     string
	Geometry string // e.g. Multi Polygon; None for a plain table
	Count    int64  // features; −1 when GDAL does not know
	CRS      string // the name of its coordinate system, "" when it has none
}

// Dataset is a file in the sandbox, opened with one driver only.
type Dataset struct {
	Driver string
	Layers []Layer
	box    *Sandbox
	name   string
	skip   []string
	opts   []string
}

// Open inspects a file that Put or Unzip stored. encoding is GDAL's name of a text
// coding for shapefiles, "" lets GDAL decide.
func (s *Sandbox) Open(ctx context.Context, name, encoding string) (*Dataset, error) {
	driver, skip, err := s.only(ctx, byEnding[strings.ToLower(filepath.Ext(name))], "GeoJSON", "Memory")
	if err != nil {
		return nil, err
	}
	if driver != "TopoJSON" {
		// The GeoJSON driver stays for the output; it must not open anything.
		name = "./" + name
	}
	d := &Dataset{Driver: driver, box: s, name: name, skip: skip}
	if encoding != "" && driver == "ESRI Shapefile" {
		d.opts = append(d.opts, "-oo", "ENCODING="+encoding)
	}
	if driver == "GML" {
		d.opts = append(d.opts, "-oo", "DOWNLOAD_SCHEMA=NO", "-oo", "WRITE_GFS=NO")
	}
	args := append([]string{"-ro", "-so", "-al"}, d.opts...)
	out, err := s.output(ctx, skip, "ogrinfo", append(args, d.name)...)
	if err != nil {
		return nil, err
	}
	d.Layers = parseLayers(string(out))
	return d, nil
}

var (
	layerLine = regexp.MustCompile(`(?m)^Layer name: (.*)$`)
	geomLine  = regexp.MustCompile(`(?m)^Geometry(?: \(.*\))?: (.*)$`)
	countLine = regexp.MustCompile(`(?m)^Feature Count: (-?\d+)$`)
	crsLine   = regexp.MustCompile(`(?m)^(?:PROJCRS|GEOGCRS|PROJCS|GEOGCS|COMPOUNDCRS|BOUNDCRS|ENGCRS|LOCAL_CS|GEODCRS)\["([^"]*)"`)
)

// parseLayers reads ogrinfo's text, because Debian 12's has no JSON.
func parseLayers(text string) []Layer {
	var layers []Layer
	starts := layerLine.FindAllStringSubmatchIndex(text, -1)
	for i, at := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		part := text[at[0]:end]
		l := Layer{Name: text[at[2]:at[3]], Count: -1, Geometry: first(geomLine, part), CRS: first(crsLine, part)}
		if n, err := strconv.ParseInt(first(countLine, part), 10, 64); err == nil {
			l.Count = n
		}
		layers = append(layers, l)
	}
	return layers
}

func first(re *regexp.Regexp, text string) string {
	if m := re.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// Features streams a layer as a GeoJSON FeatureCollection in the file's own CRS,
// which stands in a "crs" member when it has an EPSG code; heights are dropped,
// curves become lines, coordinates keep every bit.
func (d *Dataset) Features(ctx context.Context, layer string) (io.ReadCloser, error) {
	args := []string{"-f", "GeoJSON", "/vsistdout/", d.name, layer}
	args = append(args, d.opts...)
	args = append(args, "-dim", "XY", "-nlt", "CONVERT_TO_LINEAR", "-lco", "RFC7946=NO", "-lco", "SIGNIFICANT_FIGURES=17", "-lco", "WRITE_BBOX=NO", "-noNativeData")
	return d.box.stream(ctx, d.skip, "ogr2ogr", args...)
}
