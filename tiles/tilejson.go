package tiles

import (
	"context"
	"fmt"

	"kraj/geo"
)

// TileJSON is a description of a tileset, version 3.0.0.
type TileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Description  string        `json:"description,omitempty"`
	Attribution  string        `json:"attribution,omitempty"`
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
	// Base is put before "/tiles/…" and "/styles/…": "https://example.si" or "https://example.si/kraj".
	// Clients want absolute addresses.
	Base string
	// Query is appended to each tile address: "municipality=kranj". It may be empty.
	Query string
	// Lang is "sl" or "en".
	Lang string
	// Mode is "light" or "dark"; only styles look at it.
	Mode string
}

// TileJSON describes a tileset of layers. Bounds come from the data that the audience may see and are left out when
// there are none.
func (c *Catalog) TileJSON(ctx context.Context, q geo.Querier, layers []string, o Options) (TileJSON, error) {
	if err := c.Check(layers); err != nil {
		return TileJSON{}, err
	}
	return TileJSON{}, fmt.Errorf("not yet")
}
