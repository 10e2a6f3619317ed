package sources

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"kraj/geo"
	"kraj/importers/words"
)

// geoJSON streams a FeatureCollection: one feature in memory at a time, however
// large the file.
type geoJSON struct {
	name   string
	file   io.Closer
	dec    *json.Decoder
	info   Info
	fields fieldList
	row    int64
	done   bool
}

// openJSON decides by content: GeoJSON is read here, TopoJSON by GDAL.
func openJSON(ctx context.Context, file string, o Options) (Source, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("opening the file: %w", err)
	}
	head := make([]byte, 64<<10)
	n, _ := io.ReadFull(f, head)
	if topology.Match(head[:n]) {
		f.Close()
		return openGDAL(ctx, file, o)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		f.Close()
		return nil, fmt.Errorf("reading the file again: %w", err)
	}
	// A byte order mark decides between UTF-8 and UTF-16; JSON knows no other coding.
	text := transform.NewReader(bufio.NewReaderSize(f, 1<<20), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	g := &geoJSON{name: filepath.Base(file), file: f, dec: json.NewDecoder(text)}
	g.dec.UseNumber()
	g.info = Info{Format: "GeoJSON", Layer: strings.TrimSuffix(g.name, filepath.Ext(g.name)), Spatial: true, SRID: 4326, Encoding: "utf-8"}
	if err := g.seek(); err != nil {
		f.Close()
		return nil, err
	}
	return g, nil
}

var topology = regexp.MustCompile(`"type"\s*:\s*"Topology"`)

func (g *geoJSON) Info() Info       { return g.info }
func (g *geoJSON) Fields() []string { return g.fields.names }
func (g *geoJSON) Close() error     { return g.file.Close() }

func (g *geoJSON) invalid(format string, args ...any) error {
	return geo.Errorf(geo.Invalid, "Not GeoJSON", "%s: %s", g.name, fmt.Sprintf(format, args...))
}

// seek reads members until the array of features begins.
func (g *geoJSON) seek() error {
	first, err := g.dec.Token()
	if err != nil {
		return g.invalid("the file is not JSON: %v", err)
	}
	if first != json.Delim('{') {
		return g.invalid("it begins with %v; a FeatureCollection begins with {. A plain list has no geometry: save it as CSV", first)
	}
	return g.members()
}

// members reads the collection's own members up to "features", or to the end.
func (g *geoJSON) members() error {
	for g.dec.More() {
		key, err := g.dec.Token()
		if err != nil {
			return g.broken(err)
		}
		if key == "features" {
			open, err := g.dec.Token()
			if err != nil {
				return g.broken(err)
			}
			if open != json.Delim('[') {
				return g.invalid(`"features" is not a list`)
			}
			return nil
		}
		if err := g.member(fmt.Sprint(key)); err != nil {
			return err
		}
	}
	if g.row == 0 && !g.done {
		return g.invalid(`it has no list of "features"; only a FeatureCollection can be imported`)
	}
	return nil
}

func (g *geoJSON) member(key string) error {
	var raw json.RawMessage
	if err := g.dec.Decode(&raw); err != nil {
		return g.broken(err)
	}
	switch key {
	case "type":
		if t := string(raw); t != `"FeatureCollection"` {
			return g.invalid("its type is %s; only a FeatureCollection can be imported", t)
		}
	case "name":
		_ = json.Unmarshal(raw, &g.info.Layer) // a name that is no text is no name
	case "crs":
		g.info.SRID, g.info.CRS = legacyCRS(raw)
	}
	return nil
}

var epsgName = regexp.MustCompile(`(?i)EPSG[:/]+(?:[\d.]*[:/]+)?(\d+)$`)

// legacyCRS reads the "crs" member of GeoJSON before RFC 7946, which GDAL and
// QGIS still write. null means unknown.
func legacyCRS(raw json.RawMessage) (srid int, name string) {
	var crs *struct {
		Properties struct {
			Name string          `json:"name"`
			Code json.RawMessage `json:"code"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(raw, &crs); err != nil || crs == nil {
		return 0, string(raw)
	}
	name = crs.Properties.Name
	if strings.Contains(name, "CRS84") {
		return 4326, ""
	}
	if m := epsgName.FindStringSubmatch(name); m != nil {
		srid, _ = strconv.Atoi(m[1])
		return srid, ""
	}
	if code, err := strconv.Atoi(string(bytes.Trim(crs.Properties.Code, `"`))); err == nil {
		return code, ""
	}
	return 0, name
}

func (g *geoJSON) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return g.invalid("the file ends in the middle, after %d features: it was not copied completely", g.row)
	}
	return g.invalid("after %d features, near byte %d: %v", g.row, g.dec.InputOffset(), err)
}

type feature struct {
	Type       string          `json:"type"`
	ID         any             `json:"id"`
	Properties json.RawMessage `json:"properties"`
	Geometry   json.RawMessage `json:"geometry"`
}

func (g *geoJSON) Next() (Row, error) {
	if g.done {
		return Row{}, io.EOF
	}
	if !g.dec.More() {
		g.done = true
		if _, err := g.dec.Token(); err != nil { // the closing ]
			return Row{}, g.broken(err)
		}
		if err := g.members(); err != nil { // a crs may also follow the features
			return Row{}, err
		}
		if _, err := g.dec.Token(); err != nil {
			return Row{}, g.broken(err)
		}
		return Row{}, io.EOF
	}
	var f feature
	if err := g.dec.Decode(&f); err != nil {
		return Row{}, g.broken(err)
	}
	g.row++
	return f.row(g.row, &g.fields)
}

// row makes a row of a feature. A geometry that cannot be read is the row's
// problem, not the file's.
func (f *feature) row(number int64, fields *fieldList) (Row, error) {
	row := Row{Number: number, Values: map[string]any{}}
	if f.Type != "Feature" {
		row.Problem = words.Refuse("vrsta zapisa je %q, ne \"Feature\"", "its type is %q, not \"Feature\"", f.Type)
		return row, nil
	}
	if err := properties(f.Properties, row.Values, fields); err != nil {
		row.Problem = words.Refuse("lastnosti niso objekt", "its properties are not an object")
		return row, nil //nolint:nilerr // told as the row's problem
	}
	if f.ID != nil {
		if _, taken := row.Values["id"]; !taken {
			row.Values["id"] = f.ID
			fields.add("id")
		}
	}
	row.WKB, row.Repaired, row.Problem = geometryWKB(f.Geometry)
	return row, nil
}

// properties decodes an object keeping the order of its members.
func properties(raw json.RawMessage, into map[string]any, fields *fieldList) error {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	open, err := dec.Token()
	if err != nil || open != json.Delim('{') {
		return errors.New("not an object")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		var value any
		if err := dec.Decode(&value); err != nil {
			return err
		}
		fields.add(key.(string)) //nolint:forcetypeassert // keys of an object are strings
		into[key.(string)] = value
	}
	return nil
}
