package gdal

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"kraj/geo"
)

// byEnding names the one driver that may open a file of an ending.
var byEnding = map[string]string{
	".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".dbf": "ESRI Shapefile", ".fgb": "FlatGeobuf", ".gml": "GML",
	".kml": "LIBKML", ".kmz": "LIBKML", ".gpx": "GPX", ".json": "TopoJSON", ".topojson": "TopoJSON", ".geojson": "TopoJSON",
}

// fallback where GDAL was built without the better driver.
var fallback = map[string]string{"LIBKML": "KML"}

var formatLine = regexp.MustCompile(`(?m)^  (.+?) -[a-z, ]*vector`)

// available lists the vector drivers of the installed GDAL.
func (s *Sandbox) available(ctx context.Context) ([]string, error) {
	out, err := s.output(ctx, nil, "ogrinfo", "--formats")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, m := range formatLine.FindAllStringSubmatch(string(out), -1) {
		names = append(names, m[1])
	}
	return names, nil
}

// only returns the driver to use and the list of all others, which are switched
// off: ogrinfo of Debian 12 has no option to name the input's driver.
func (s *Sandbox) only(ctx context.Context, driver string, also ...string) (used string, skip []string, err error) {
	names, err := s.available(ctx)
	if err != nil {
		return "", nil, err
	}
	if !slices.Contains(names, driver) {
		driver = fallback[driver]
	}
	if driver == "" || !slices.Contains(names, driver) {
		return "", nil, geo.Errorf(geo.Invalid, "Format not supported", "the installed GDAL has no driver for this format; it has: %s", strings.Join(names, ", "))
	}
	keep := append([]string{driver}, also...)
	return driver, slices.DeleteFunc(names, func(n string) bool { return slices.Contains(keep, n) }), nil
}
