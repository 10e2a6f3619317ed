package web

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Basemap is a raster map from elsewhere that the page may show beneath.
type Basemap struct {
	Name        string `json:"name"`
	URL         string `json:"url"` // with {z}, {x} and {y}, or {bbox-epsg-3857}
	Attribution string `json:"attribution,omitempty"`
}

// ParseBasemaps reads the value of KRAJ_BASEMAPS: "NAME=URL[|ATTRIBUTION]", several
// separated by ";". A URL is that of XYZ tiles ({z}, {x}, {y}), of WMTS tiles in the
// web's grid ({TileMatrix}, {TileCol}, {TileRow}) or of a WMS (layers=… in its query).
func ParseBasemaps(text string) ([]Basemap, error) {
	var list []Basemap
	for _, entry := range strings.Split(text, ";") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		name, rest, ok := strings.Cut(entry, "=")
		address, attribution, _ := strings.Cut(rest, "|")
		b := Basemap{Name: strings.TrimSpace(name), URL: strings.TrimSpace(address), Attribution: strings.TrimSpace(attribution)}
		if !ok || b.Name == "" {
			return nil, fmt.Errorf("basemap %q: write NAME=URL", entry)
		}
		template, err := tileTemplate(b.URL)
		if err != nil {
			return nil, fmt.Errorf("basemap %q: %w", b.Name, err)
		}
		b.URL = template
		list = append(list, b)
	}
	return list, nil
}

// wmts are the names that WMTS gives to zoom, column and row.
var wmts = regexp.MustCompile(`(?i)\{(tilematrix|tilecol|tilerow)\}`)

// bbox stands for the extent of a tile in metres of Web Mercator.
const bbox = "{bbox-epsg-3857}"

// tileTemplate turns the address of a tile service into one that the map can fill in.
func tileTemplate(address string) (string, error) {
	address = wmts.ReplaceAllStringFunc(address, func(name string) string {
		return map[string]string{"{tilematrix}": "{z}", "{tilecol}": "{x}", "{tilerow}": "{y}"}[strings.ToLower(name)]
	})
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || !plainHost(u.Host) {
		return "", fmt.Errorf("the URL must begin with https:// and one host name")
	}
	if has(address, "{z}", "{x}", "{y}") || has(address, bbox) {
		return address, nil
	}
	if layers := parameter(u.Query(), "layers"); layers != "" {
		return getMap(u), nil
	}
	return "", fmt.Errorf("the URL must hold {z}, {x} and {y}, or for WMTS {TileMatrix}, {TileCol} and {TileRow}, or for a WMS layers=…")
}

func has(address string, names ...string) bool {
	for _, name := range names {
		if !strings.Contains(address, name) {
			return false
		}
	}
	return true
}

// parameter finds a query parameter as WMS does, whatever its case.
func parameter(q url.Values, name string) string {
	for key := range q {
		if strings.EqualFold(key, name) {
			return q.Get(key)
		}
	}
	return ""
}

// getMap completes the address of a WMS to a request for one tile; what it says already stays.
func getMap(u *url.URL) string {
	q := u.Query()
	version := parameter(q, "version")
	grid := "crs"
	if strings.HasPrefix(version, "1.1") || strings.HasPrefix(version, "1.0") {
		grid = "srs"
	}
	for _, p := range [][2]string{
		{"service", "WMS"},
		{"request", "GetMap"},
		{"version", "1.3.0"},
		{"styles", ""},
		{"format", "image/png"},
		{grid, "EPSG:3857"},
		{"width", "256"},
		{"height", "256"},
	} {
		if parameter(q, p[0]) == "" {
			q.Set(p[0], p[1])
		}
	}
	completed := *u
	completed.RawQuery = q.Encode() + "&bbox=" + bbox
	return completed.String()
}
