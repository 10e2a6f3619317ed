package tiles

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
)

// object is a piece of JSON; expr is an expression of the style language.
type (
	object map[string]any
	expr   = []any
)

// The font family that the page declares; MapLibre draws labels from it because the style has no glyphs.
const (
	regular  = "SourceSans"
	semibold = "SourceSansSemibold"
)

// sourceName is the style's one vector source.
const sourceName = "kraj"

// styleBuilder collects the style's layers, lowest first.
type styleBuilder struct {
	p      palette
	lang   string
	colors []string // of all themes
	byID   func(string) (Layer, bool)
	layers []object
}

// Style makes the map's MapLibre style as JSON: one vector source of all layers, a sprite, and no glyphs. Names of the images
// are described in docs/tiles.md. Layer titles stand in the metadata in both
// languages, for the legend.
func (c *Catalog) Style(ctx context.Context, q geo.Querier, o Options) ([]byte, error) {
	rows, err := q.Query(ctx, statement("colors"))
	if err != nil {
		return nil, fmt.Errorf("reading the themes' colours: %w", err)
	}
	colors, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("reading the themes' colours: %w", err)
	}
	municipality, err := o.Filter.municipality(ctx, q)
	if err != nil {
		return nil, err
	}
	bounds, err := c.bounds(ctx, q, c.Names(), municipality)
	if err != nil {
		return nil, err
	}
	b := &styleBuilder{p: paletteOf(o.Mode), lang: o.Lang, colors: colors, byID: c.Layer}
	b.ground()
	b.places()
	b.own(c.layers)
	b.lines()
	b.projectShapes()
	b.labels()
	b.projectPoints()
	b.cityLabels()

	var more []string
	if o.Lang == "en" {
		more = append(more, "lang=en")
	}
	style := object{
		"version":  8,
		"name":     "kraj",
		"metadata": c.metadata(b, o),
		"sources":  object{sourceName: object{"type": "vector", "url": o.address("/tiles/"+strings.Join(c.Names(), ",")+".json", more...)}},
		"sprite":   o.spriteAddress(),
		"layers":   b.layers,
	}
	if bounds != nil {
		at := center(*bounds, 4, 14)
		style["center"], style["zoom"] = []float64{at[0], at[1]}, at[2]
	}
	text, err := json.Marshal(style)
	if err != nil {
		return nil, fmt.Errorf("writing the style: %w", err)
	}
	return text, nil
}

// metadata tells the legend what is drawn, and which colour stands for which in the dark.
func (c *Catalog) metadata(b *styleBuilder, o Options) object {
	var legend []object
	for _, l := range c.layers {
		if l.Derived {
			continue
		}
		legend = append(legend, object{"id": l.ID, "title": l.Title, "geometry": l.Geometry, "minzoom": l.MinZoom, "own": !l.Builtin})
	}
	m := object{"kraj:layers": legend, "kraj:mode": "light", "kraj:lang": "sl"}
	if o.Lang == "en" {
		m["kraj:lang"] = "en"
	}
	if o.Mode == "dark" {
		m["kraj:mode"] = "dark"
		dark := object{noThemeColor: b.p.shown(noThemeColor)}
		for _, color := range b.colors {
			dark[color] = b.p.shown(color)
		}
		m["kraj:dark"] = dark
	}
	return m
}

// add appends a layer of a data layer. A layer that the catalog does not have is left out: a style must not name what
// its source lacks.
func (b *styleBuilder) add(id, kind, source, role string, rest object) {
	l, ok := b.byID(source)
	if !ok {
		return
	}
	layer := object{
		"id": id, "type": kind, "source": sourceName, "source-layer": source,
		"metadata": object{"kraj:role": role, "kraj:layer": strings.TrimSuffix(source, "_labels"), "kraj:title": l.Title},
	}
	for key, value := range rest {
		layer[key] = value
	}
	b.layers = append(b.layers, layer)
}

// isKind tells one sort of geometry. Of a match QGIS 3.22 makes a condition on a field without a name.
func isKind(kind string) expr {
	return expr{"any", expr{"==", expr{"geometry-type"}, kind}, expr{"==", expr{"geometry-type"}, "Multi" + kind}}
}

// Filters by geometry: a layer may hold a place as an area or, when only its position is known, as a point.
var (
	isPolygon = isKind("Polygon")
	isLine    = isKind("LineString")
	isPoint   = isKind("Point")
)

func get(name string) expr         { return expr{"get", name} }
func is(name string, v any) expr   { return expr{"==", get(name), v} }
func all(conditions ...any) expr   { return append(expr{"all"}, conditions...) }
func has(name string) expr         { return expr{"has", name} }
func number0(name string) expr     { return expr{"coalesce", get(name), 0} }
func byZoom(stops ...float64) expr { return zoomed("linear", stops) }

// oneOf is true where an attribute has one of some values.
func oneOf(name string, values ...any) expr {
	return expr{"match", get(name), values, true, false}
}

// only is the label of a match with one value. As a list: QGIS 3.22 loses a label that stands by itself.
func only(value any) expr { return expr{value} }

func zoomed(how string, stops []float64) expr {
	e := expr{"interpolate", expr{how}, expr{"zoom"}}
	for _, s := range stops {
		e = append(e, s)
	}
	return e
}
