package tiles

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
)

// TileJSON is a description of a tileset, version 3.0.0.
type TileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Description  string        `json:"description"`
	Version      string        `json:"version"`
	Attribution  string        `json:"attribution,omitempty"` // HTML
	Tiles        []string      `json:"tiles"`
	Scheme       string        `json:"scheme"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       *[4]float64   `json:"bounds,omitempty"` // west, south, east, north in degrees (CRS84)
	Center       *[3]float64   `json:"center,omitempty"` // longitude, latitude, zoom
	VectorLayers []VectorLayer `json:"vector_layers"`
}

// VectorLayer describes one layer and its attributes.
type VectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"` // attribute → type and meaning
}

// Options say how a description is to be made.
type Options struct {
	Base   string // put before "/tiles/…": "https://example.si" or "https://example.si/kraj"; clients want absolute addresses
	Filter Filter // appended to each address; its municipality narrows the bounds
	Lang   string // "sl" or "en"
	Mode   string // "light" or "dark"; only styles look at it
}

// address is base, a path and the query, with more parameters.
func (o Options) address(path string, more ...string) string {
	if query := o.Filter.Query(); query != "" {
		more = append([]string{query}, more...)
	}
	if len(more) > 0 {
		path += "?" + strings.Join(more, "&")
	}
	return strings.TrimSuffix(o.Base, "/") + path
}

// TileJSON describes a tileset of layers. Bounds come from the data that the audience may see and are left out when
// there are none. An unknown layer is a geo.Error of kind NotFound.
func (c *Catalog) TileJSON(ctx context.Context, q geo.Querier, layers []string, o Options) (TileJSON, error) {
	if err := c.Check(layers); err != nil {
		return TileJSON{}, err
	}
	t := TileJSON{
		TileJSON: "3.0.0", Name: "kraj", Version: "1.0.0", Scheme: "xyz",
		Tiles:   []string{o.address("/tiles/" + strings.Join(layers, ",") + "/{z}/{x}/{y}.mvt")},
		MinZoom: MaxZoom, MaxZoom: 0,
	}
	for _, name := range layers {
		l, _ := c.Layer(name)
		t.MinZoom, t.MaxZoom = min(t.MinZoom, l.MinZoom), max(t.MaxZoom, l.MaxZoom)
		t.VectorLayers = append(t.VectorLayers, VectorLayer{
			ID: l.ID, Description: l.Title.In(o.Lang), MinZoom: l.MinZoom, MaxZoom: l.MaxZoom, Fields: describe(l, o.Lang),
		})
	}
	t.Description = t.describe(o.Lang)
	municipality, err := o.Filter.municipality(ctx, q)
	if err != nil {
		return TileJSON{}, err
	}
	if err := o.Filter.checkScheme(ctx, q, municipality); err != nil {
		return TileJSON{}, err
	}
	bounds, err := c.bounds(ctx, q, layers, municipality)
	if err != nil {
		return TileJSON{}, err
	}
	if bounds != nil {
		t.Bounds, t.Center = bounds, center(*bounds, t.MinZoom, t.MaxZoom)
	}
	sources, err := c.sources(ctx, q, layers, municipality)
	if err != nil {
		return TileJSON{}, err
	}
	t.Attribution = strings.Join(sources, " · ")
	return t, nil
}

// describe says in a sentence what the tileset shows.
func (t TileJSON) describe(lang string) string {
	titles := make([]string, len(t.VectorLayers))
	for i, l := range t.VectorLayers {
		titles[i] = strings.ToLower(l.Description)
	}
	what := Text{SL: "Kraji in projekti občin: ", EN: "Places and projects of municipalities: "}
	return what.In(lang) + strings.Join(titles, ", ")
}

// bounds is nil where there is nothing.
func (c *Catalog) bounds(ctx context.Context, q geo.Querier, layers []string, municipalityID int64) (*[4]float64, error) {
	var b [4]*float64
	if err := q.QueryRow(ctx, statement("bounds"), layers, municipalityID).Scan(&b[0], &b[1], &b[2], &b[3]); err != nil {
		return nil, fmt.Errorf("reading the extent of %s: %w", strings.Join(layers, ", "), err)
	}
	if b[0] == nil {
		return nil, nil
	}
	return &[4]float64{*b[0], *b[1], *b[2], *b[3]}, nil
}

// center is the middle of a box, at the zoom where it fills about one 512-pixel tile.
func center(b [4]float64, minZoom, maxZoom int) *[3]float64 {
	zoom := minZoom
	for width := 360 / float64(int(1)<<minZoom); zoom < maxZoom && width/2 > b[2]-b[0]; width /= 2 {
		zoom++
	}
	return &[3]float64{(b[0] + b[2]) / 2, (b[1] + b[3]) / 2, float64(zoom)}
}

// enoughSources keeps an attribution readable; beyond it the layers themselves tell.
const enoughSources = 8

// sources lists where the layers' data come from, as HTML, in the order of the layers.
func (c *Catalog) sources(ctx context.Context, q geo.Querier, layers []string, municipalityID int64) ([]string, error) {
	sql, args, err := c.sourcesSQL(ctx, q, layers, municipalityID)
	if err != nil || sql == "" {
		return nil, err
	}
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the sources: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("reading the sources: %w", err)
	}
	var out []string
	for _, s := range all {
		if s = html.EscapeString(s); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) > enoughSources {
		out = append(out[:enoughSources], "…")
	}
	return out, nil
}

func (c *Catalog) sourcesSQL(ctx context.Context, q geo.Querier, layers []string, municipalityID int64) (string, []any, error) {
	rows, err := q.Query(ctx, statement("sourced"), layers)
	if err != nil {
		return "", nil, fmt.Errorf("looking for the sources: %w", err)
	}
	var name string
	var source, licence, municipality bool
	var args []any
	var parts []string
	_, err = pgx.ForEachRow(rows, []any{&name, &source, &licence, &municipality}, func() error {
		if !source {
			return nil
		}
		text, where := "source", ""
		if licence {
			text = "source || coalesce(' (' || licence || ')', '')"
		}
		if municipalityID != 0 && municipality {
			args = []any{municipalityID}
			where = " AND municipality_id = $1"
		}
		parts = append(parts, fmt.Sprintf("(SELECT DISTINCT %s AS text FROM %s WHERE source <> ''%s ORDER BY text LIMIT %d)",
			text, pgx.Identifier{name}.Sanitize(), where, enoughSources+1))
		return nil
	})
	if err != nil {
		return "", nil, fmt.Errorf("looking for the sources: %w", err)
	}
	return strings.Join(parts, "\nUNION ALL\n"), args, nil
}
