package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// place is one row of settlements.csv or neighbours.csv.
type place struct {
	code, name string
	at         point
	area       float64 // square metres, as registered
}

// readPlaces reads the columns code, name, easting, northing (metres, EPSG:3794) and area_km2.
func readPlaces(path string) ([]place, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("reading %s: the file is empty", path)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, name := range []string{"code", "name", "easting", "northing", "area_km2"} {
		if _, ok := column[name]; !ok {
			return nil, fmt.Errorf("reading %s: column %q is missing", path, name)
		}
	}
	var out []place
	for n, row := range rows[1:] {
		numbers := [3]float64{}
		for k, name := range []string{"easting", "northing", "area_km2"} {
			if numbers[k], err = strconv.ParseFloat(row[column[name]], 64); err != nil {
				return nil, fmt.Errorf("reading %s, row %d, %s: %w", path, n+2, name, err)
			}
		}
		out = append(out, place{
			code: row[column["code"]], name: row[column["name"]],
			at: point{numbers[0], numbers[1]}, area: numbers[2] * 1e6,
		})
	}
	return out, nil
}

// writeGeoJSON writes one feature a line, in the order of the places, so that versions can be compared.
// The old "crs" member is there because the coordinates are metres: a reader that ignores it would put
// Kranj on the sea off Africa.
func writeGeoJSON(path string, places []place, shapes [][]point) error {
	var b strings.Builder
	b.WriteString(`{"type":"FeatureCollection","name":"settlements",` +
		`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3794"}},` +
		`"note":"approximate: power diagram of the registered centroids with the registered areas; not the official boundaries",` +
		"\n\"features\":[\n")
	for i, p := range places {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"type":"Feature","properties":{"code":%s,"name":%s,"approximate":true},"geometry":{"type":"Polygon","coordinates":[[`,
			strconv.Quote(p.code), strconv.Quote(p.name))
		for k := 0; k <= len(shapes[i]); k++ {
			if k > 0 {
				b.WriteByte(',')
			}
			at := shapes[i][k%len(shapes[i])]
			fmt.Fprintf(&b, "[%.1f,%.1f]", at.x, at.y)
		}
		b.WriteString("]]}}")
	}
	b.WriteString("\n]}\n")
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
