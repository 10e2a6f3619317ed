package demo

import (
	"embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed mechanisms.csv kranj/*.csv kranj/*.geojson koper/*.csv koper/*.geojson
var embedded embed.FS

// table is one CSV file: a header and rows of text; nil is an empty field.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

// shape is one feature of a GeoJSON file, in EPSG:3794.
type shape struct{ layer, code, geojson string }

// facts is everything the files say about one municipality.
type facts struct {
	municipality string
	tables       map[string]table
	shapes       []shape
}

// columnsOf lists the tables that the load statements read, with their columns. A municipality that has no
// such file, or not all of the columns, gets an empty table or empty columns: Koper has no zones.
func columnsOf() map[string]string {
	return map[string]string{
		"mechanisms":        "code name_sl name_en note_sl note_en source source_ref",
		"municipality":      "code name name_alt short_name surs_code area_km2 strategy_sl strategy_en source source_ref",
		"settlements":       "code surs_code name name_alt easting northing area_km2 source source_ref",
		"local_communities": "code name odo_id kind area_km2 settlements easting northing note source source_ref",
		"business_zones":    "code name stated_area_ha spatial_units land_use plan_state jobs_existing jobs_expected geom placed_by note source source_ref",
		"degraded_areas":    "code name kind stated_area_ha remediation plan_state geom placed_by note source source_ref",
		"cycling_routes":    "code name route_number route_level state geom placed_by note source source_ref",
		"agglomerations":    "code name load_pe connected_share reported_on geom placed_by note source source_ref",
		"gazetteer":         "name kind geom placed_by source",
		"known_names":       "name kind layer place note source",
		"population_sets":   "code kind scheme name_sl name_en printed_total preferred source source_date source_ref",
		"population":        "set key people",
		"schemes":           "code version name_sl name_en classes source source_ref",
		"classes":           "scheme settlement class source source_ref",
		"themes":            "code kind name name_en goal goal_en goal_variant color source source_ref",
		"goals":             "theme number text text_en source source_ref",
		"measures":          "code theme name name_en description note source source_ref",
		"projects": "code parent measure theme kind source_code title title_source description holder participants status horizon strategic " +
			"responsible plan_state degraded cost_cents cost_text cost_qualifier timetable scope note source source_ref",
		"phases":              "project kind note source source_ref",
		"funding":             "project year source amount_cents text qualifier period period_years years",
		"sites":               "project layer place geom placed_by",
		"ties":                "project layer place relation words decided_by note",
		"indicators":          "code source_code theme name name_en unit note source source_ref",
		"indicator_values":    "indicator year text comparator value trend",
		"mechanism_lists":     "mechanism code fund period_from period_to layer rule condition_sl condition_en note_sl note_en source source_ref",
		"mechanism_territory": "mechanism list settlement state note",
		"facts":               "code name name_en year value_text value unit source source_ref",
	}
}

// readFacts reads the files of one municipality.
func readFacts(municipality string) (*facts, error) {
	if !slices.Contains(Municipalities(), municipality) {
		return nil, fmt.Errorf("there is no demonstration of %q; there are %s", municipality, strings.Join(Municipalities(), ", "))
	}
	f := &facts{municipality: municipality, tables: map[string]table{}}
	for name, columns := range columnsOf() {
		file := path.Join(municipality, name+".csv")
		if name == "mechanisms" {
			file = "mechanisms.csv"
		}
		t, err := readTable(file, name, strings.Fields(columns))
		if err != nil {
			return nil, err
		}
		f.tables[name] = t
	}
	for _, layer := range []string{"settlements", "local_communities"} {
		shapes, err := readShapes(path.Join(municipality, layer+".geojson"), layer)
		if err != nil {
			return nil, err
		}
		f.shapes = append(f.shapes, shapes...)
	}
	return f, nil
}

// readTable reads a CSV file into the wanted columns, in the wanted order. A missing file is an empty table;
// a column that nobody reads is an error, because it is most likely misspelt.
func readTable(file, name string, columns []string) (table, error) {
	t := table{name: name, columns: columns}
	records, err := readCSV(file)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	at := make([]int, len(records[0]))
	for i, column := range records[0] {
		if at[i] = slices.Index(columns, column); at[i] < 0 {
			return t, fmt.Errorf("reading %s: nothing reads the column %q; there are %s", file, column, strings.Join(columns, ", "))
		}
	}
	for _, record := range records[1:] {
		row := make([]any, len(columns))
		for i, value := range record {
			if value != "" {
				row[at[i]] = value
			}
		}
		t.rows = append(t.rows, row)
	}
	return t, nil
}

// readCSV reads an embedded CSV file with its header.
func readCSV(file string) ([][]string, error) {
	f, err := embedded.Open(file)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", file, err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("reading %s: there is no header", file)
	}
	return records, nil
}

// readShapes reads the features of an embedded GeoJSON file by their property "code". A missing file has none.
func readShapes(file, layer string) ([]shape, error) {
	raw, err := embedded.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	var collection struct {
		Features []struct {
			Properties struct {
				Code string `json:"code"`
			} `json:"properties"`
			Geometry json.RawMessage `json:"geometry"`
		} `json:"features"`
	}
	if err := json.Unmarshal(raw, &collection); err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	var out []shape
	for _, f := range collection.Features {
		out = append(out, shape{layer: layer, code: f.Properties.Code, geojson: string(f.Geometry)})
	}
	return out, nil
}
