package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// place is one row of settlements.csv, neighbours.csv or parts.csv.
type place struct {
	code, name string
	at         point
	area       float64 // square metres, as registered
	settlement string  // of a part: the settlement that it belongs to
	community  string  // of a part: its local community
}

// readPlaces reads the columns name, easting, northing (metres, EPSG:3794) and area_km2, and code, or
// settlement and community for parts.
func readPlaces(path string) ([]place, error) {
	rows, column, err := readCSV(path, "name", "easting", "northing", "area_km2")
	if err != nil {
		return nil, err
	}
	var out []place
	for n, row := range rows {
		numbers := [3]float64{}
		for k, name := range []string{"easting", "northing", "area_km2"} {
			if numbers[k], err = strconv.ParseFloat(row[column[name]], 64); err != nil {
				return nil, fmt.Errorf("reading %s, row %d, %s: %w", path, n+2, name, err)
			}
		}
		text := func(name string) string {
			if i, ok := column[name]; ok {
				return row[i]
			}
			return ""
		}
		out = append(out, place{
			code: text("code"), name: text("name"), at: point{numbers[0], numbers[1]}, area: numbers[2] * 1e6,
			settlement: text("settlement"), community: text("community"),
		})
	}
	return out, nil
}

// readCSV reads the rows after the header, and where each column stands.
func readCSV(path string, wanted ...string) (rows [][]string, column map[string]int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	rows, err = csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if len(rows) == 0 {
		return nil, nil, fmt.Errorf("reading %s: the file is empty", path)
	}
	column = map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, name := range wanted {
		if _, ok := column[name]; !ok {
			return nil, nil, fmt.Errorf("reading %s: column %q is missing", path, name)
		}
	}
	return rows[1:], column, nil
}

// readCommunities reads which settlements a local community consists of, by its code. Parts of settlements
// are in parts.csv.
func readCommunities(path string) (codes []string, members map[string][]string, err error) {
	rows, column, err := readCSV(path, "code", "settlements")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	members = map[string][]string{}
	for _, row := range rows {
		code := row[column["code"]]
		codes = append(codes, code)
		members[code] = strings.Fields(row[column["settlements"]])
	}
	return codes, members, err
}

// feature is one shape of a GeoJSON file.
type feature struct {
	code, name string
	rings      []ring
}

// writeGeoJSON writes one feature a line, so that versions can be compared. The old "crs" member is there
// because the coordinates are metres: a reader that ignores it would put Kranj on the sea off Africa.
func writeGeoJSON(path, name string, features []feature) error {
	var b strings.Builder
	fmt.Fprintf(&b, `{"type":"FeatureCollection","name":%s,`+
		`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3794"}},`+
		`"note":"approximate: power diagram of the registered centroids with the registered areas; not the official boundaries",`+
		"\n\"features\":[\n", strconv.Quote(name))
	for i, f := range features {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"type":"Feature","properties":{"code":%s,"name":%s,"approximate":true},"geometry":{"type":"MultiPolygon","coordinates":[`,
			strconv.Quote(f.code), strconv.Quote(f.name))
		for k, r := range f.rings {
			if k > 0 {
				b.WriteByte(',')
			}
			writeRing(&b, r)
		}
		b.WriteString("]}}")
	}
	b.WriteString("\n]}\n")
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

func writeRing(b *strings.Builder, r ring) {
	b.WriteString("[[")
	for k := 0; k <= len(r); k++ {
		if k > 0 {
			b.WriteByte(',')
		}
		at := r[k%len(r)]
		fmt.Fprintf(b, "[%.1f,%.1f]", at.x, at.y)
	}
	b.WriteString("]]")
}
