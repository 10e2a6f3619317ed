package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kraj/geo"
	"kraj/tiles"
)

const (
	tileMatrixSet    = "WebMercatorQuad"
	tileMatrixSetURI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
)

// tileset describes a set of tiles in the sense of the OGC API.
type tileset struct {
	Title            string      `json:"title"`
	DataType         string      `json:"dataType"`
	CRS              string      `json:"crs"`
	TileMatrixSetURI string      `json:"tileMatrixSetURI"`
	Layers           []tileLayer `json:"layers,omitempty"`
	Links            []link      `json:"links"`
}

type tileLayer struct {
	ID            string `json:"id"`
	Title         string `json:"title"`
	DataType      string `json:"dataType"`
	MinTileMatrix string `json:"minTileMatrix"`
	MaxTileMatrix string `json:"maxTileMatrix"`
}

// describeTileset links to the tiles at base: the OGC path below it, TileJSON beside.
func describeTileset(o origin, base, title string, layers []tiles.Layer) tileset {
	names := make([]string, len(layers))
	t := tileset{Title: title, DataType: "vector", CRS: epsg(3857), TileMatrixSetURI: tileMatrixSetURI}
	for i, l := range layers {
		names[i] = l.ID
		t.Layers = append(t.Layers, tileLayer{l.ID, l.Title.SL, "vector", itoa(l.MinZoom), itoa(l.MaxZoom)})
	}
	t.Links = []link{
		{Href: o.url(base + "/" + tileMatrixSet), Rel: "self", Type: mediaJSON, Title: title},
		{Href: tileMatrixSetURI, Rel: relTilingTMS, Type: mediaJSON, Title: "The tile matrix set"},
		{Href: o.url(base + "/" + tileMatrixSet + "/{tileMatrix}/{tileRow}/{tileCol}"), Rel: "item", Type: mediaTile, Templated: true, Title: "The tiles"},
		{Href: o.url("/tiles/" + strings.Join(names, ",") + ".json"), Rel: "describedby", Type: mediaJSON, Title: "The same as TileJSON"},
	}
	return t
}

// tilesetOf finds what tiles an address is about: one layer, or all of them.
func (s *Server) tilesetOf(r *http.Request) (base, title string, layers []tiles.Layer, err error) {
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	catalog, err := s.layers.Catalog(ctx, db)
	if err != nil {
		return "", "", nil, err
	}
	id := pathValue(r, "layer")
	if id == "" && !strings.HasPrefix(r.URL.Path, "/collections/") {
		return "/tiles", "kraj", catalog.Layers(), nil
	}
	l, ok := catalog.Layer(id)
	if !ok || l.Derived {
		return "", "", nil, geo.Errorf(geo.NotFound, "Unknown collection", "there is no collection %q; /collections lists them", id)
	}
	return "/collections/" + url.PathEscape(id) + "/tiles", l.Title.SL, []tiles.Layer{l}, nil
}

func (s *Server) tilesets(w http.ResponseWriter, r *http.Request) error {
	if err := onlyJSON(r).Err(); err != nil {
		return err
	}
	base, title, layers, err := s.tilesetOf(r)
	if err != nil {
		return err
	}
	o := originOf(r.Context())
	t := describeTileset(o, base, title, layers)
	t.Layers = nil
	return writeJSON(w, r, struct {
		Links    []link    `json:"links"`
		Tilesets []tileset `json:"tilesets"`
	}{[]link{{Href: o.url(base), Rel: "self", Type: mediaJSON, Title: "This document"}}, []tileset{t}})
}

func (s *Server) tileset(w http.ResponseWriter, r *http.Request) error {
	if err := onlyJSON(r).Err(); err != nil {
		return err
	}
	base, title, layers, err := s.tilesetOf(r)
	if err != nil {
		return err
	}
	return writeJSON(w, r, describeTileset(originOf(r.Context()), base, title, layers))
}

// ogcTile is a tile by matrix, row and column: the same tile under another address.
func (s *Server) ogcTile(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, append(slices.Clone(tileParams), "f")...)
	p.Word("f", "mvt")
	filter := tileFilter(p)
	if err := p.Err(); err != nil {
		return err
	}
	_, _, layers, err := s.tilesetOf(r)
	if err != nil {
		return err
	}
	names := make([]string, len(layers))
	for i, l := range layers {
		names[i] = l.ID
	}
	address, err := tiles.ParseAddress(strings.Join(names, ","), pathValue(r, "z"), pathValue(r, "x"), pathValue(r, "y"))
	if err != nil {
		return err
	}
	return s.writeTile(w, r, address, filter)
}
