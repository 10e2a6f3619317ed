package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"kraj/geo"
	"kraj/tiles"
)

// vectorLayer is how an archive describes a layer. Its fields say the type only, as MBTiles wants it and GDAL reads it: String, Number,
// Boolean; what each means stands beside.
type vectorLayer struct {
	tiles.VectorLayer
	Fields   map[string]string `json:"fields"`
	Meanings map[string]string `json:"field_descriptions"`
}

// vectorLayers splits what TileJSON says in one sentence.
func (d description) vectorLayers() []vectorLayer {
	layers := make([]vectorLayer, len(d.VectorLayers))
	for i, l := range d.VectorLayers {
		layers[i] = vectorLayer{l, make(map[string]string), make(map[string]string)}
		for name, text := range l.Fields {
			layers[i].Fields[name], layers[i].Meanings[name], _ = strings.Cut(text, ": ")
		}
	}
	return layers
}

// description is what both formats say of their tiles, in words of their own.
type description struct {
	tiles.TileJSON
	lang string
}

// describe asks for layers, fields, bounds and sources: the same that the server's TileJSON has.
func describe(ctx context.Context, c *tiles.Catalog, q geo.Querier, o Options, f tiles.Filter) (description, error) {
	t, err := c.TileJSON(ctx, q, o.Layers, tiles.Options{Filter: f, Lang: o.Lang})
	if err != nil {
		return description{}, err
	}
	d := description{TileJSON: t, lang: "sl"}
	if o.Lang == "en" {
		d.lang = "en"
	}
	return d, nil
}

// between narrows zooms to those that there are; a layer that begins deeper has none here.
func (d description) between(r zoomRange) description {
	d.MinZoom, d.MaxZoom = r.min, r.max
	layers := d.VectorLayers
	d.VectorLayers = nil
	for _, l := range layers {
		l.MinZoom, l.MaxZoom = max(l.MinZoom, r.min), min(l.MaxZoom, r.max)
		if l.MinZoom <= l.MaxZoom {
			d.VectorLayers = append(d.VectorLayers, l)
		}
	}
	if d.Center != nil {
		center := *d.Center
		center[2] = min(max(center[2], float64(r.min)), float64(r.max))
		d.Center = &center
	}
	return d
}

// pmtiles is the metadata of PMTiles: names of TileJSON, without what the header says.
func (d description) pmtiles() map[string]any {
	m := map[string]any{
		"name": d.Name, "description": d.Description, "type": "overlay", "version": d.Version, "language": d.lang, "generator": "kraj",
		"vector_layers": d.vectorLayers(),
	}
	if d.Attribution != "" {
		m["attribution"] = d.Attribution
	}
	return m
}

// mbtiles is the table of metadata of MBTiles.
func (d description) mbtiles() (map[string]string, error) {
	layers, err := json.Marshal(map[string]any{"vector_layers": d.vectorLayers()})
	if err != nil {
		return nil, fmt.Errorf("writing the metadata: %w", err)
	}
	m := map[string]string{
		"name": d.Name, "format": "pbf", "description": d.Description, "type": "overlay", "version": d.Version, "language": d.lang, "generator": "kraj",
		"minzoom": fmt.Sprint(d.MinZoom), "maxzoom": fmt.Sprint(d.MaxZoom), "scheme": "tms", "json": string(layers),
	}
	if d.Attribution != "" {
		m["attribution"] = d.Attribution
	}
	if b := d.Bounds; b != nil {
		m["bounds"] = fmt.Sprintf("%.7f,%.7f,%.7f,%.7f", b[0], b[1], b[2], b[3])
	}
	if c := d.Center; c != nil {
		m["center"] = fmt.Sprintf("%.7f,%.7f,%.0f", c[0], c[1], c[2])
	}
	return m, nil
}
