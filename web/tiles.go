package web

import (
	"context"
	"net/http"
	"net/url"
	"runtime"

	"kraj/geo"
	"kraj/tiles"
)

// lanes bound the tiles that are rendered at the same time, so that they leave
// the database to the other questions. Tiles of low zooms are dear and have a
// lane of their own: they do not keep the cheap ones waiting.
type lanes struct{ dear, cheap chan struct{} }

func newLanes() lanes {
	n := max(2, runtime.NumCPU())
	return lanes{dear: make(chan struct{}, n), cheap: make(chan struct{}, n)}
}

// dearZoom is the deepest zoom that counts as dear.
const dearZoom = 10

// enter waits for a place in the zoom's lane; the function it returns leaves it.
func (l lanes) enter(ctx context.Context, zoom int) (func(), error) {
	lane := l.cheap
	if zoom <= dearZoom {
		lane = l.dear
	}
	select {
	case lane <- struct{}{}:
		return func() { <-lane }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Server) tile(w http.ResponseWriter, r *http.Request) error {
	address, err := tiles.ParseAddress(pathValue(r, "layers"), pathValue(r, "z"), pathValue(r, "x"), pathValue(r, "y"))
	if err != nil {
		return err
	}
	p := readParams(r, "municipality")
	if err := p.Err(); err != nil {
		return err
	}
	return s.writeTile(w, r, address, p)
}

func (s *Server) writeTile(w http.ResponseWriter, r *http.Request, address tiles.Address, p *params) error {
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	catalog, err := s.layers.Catalog(ctx, db, address.Layers...)
	if err != nil {
		return err
	}
	filter, _, err := tileFilter(ctx, db, p)
	if err != nil {
		return err
	}
	leave, err := s.lanes.enter(ctx, address.Z)
	if err != nil {
		return err
	}
	tile, err := catalog.Render(ctx, db, tiles.Request{Address: address, Filter: filter})
	leave()
	if err != nil {
		return err
	}
	if len(tile) == 0 {
		w.Header().Add("Vary", "Accept-Encoding, Cookie")
		w.Header().Set("Cache-Control", cacheControl(r))
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return write(w, r, answer{contentType: tiles.ContentType, body: tile, etag: tiles.ETag(tile, tiles.Identity)})
}

// tileFilter reads ?municipality=, and says it as it is appended to addresses.
func tileFilter(ctx context.Context, db geo.Querier, p *params) (tiles.Filter, string, error) {
	m, err := municipalityOf(ctx, db, p)
	if err != nil || m == nil {
		return tiles.Filter{}, "", err
	}
	return tiles.Filter{MunicipalityID: m.ID}, "municipality=" + url.QueryEscape(m.Slug), nil
}

func (s *Server) tileJSON(w http.ResponseWriter, r *http.Request) error {
	layers, err := tiles.ParseLayers(pathValue(r, "layers"))
	if err != nil {
		return err
	}
	p := readParams(r, "municipality", "lang")
	o := tiles.Options{Base: originOf(r.Context()).url(""), Lang: p.Word("lang", "sl", "en")}
	if err := p.Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	catalog, err := s.layers.Catalog(ctx, db, layers...)
	if err != nil {
		return err
	}
	if o.Filter, o.Query, err = tileFilter(ctx, db, p); err != nil {
		return err
	}
	description, err := catalog.TileJSON(ctx, db, layers, o)
	if err != nil {
		return err
	}
	return writeJSON(w, r, description)
}

func (s *Server) style(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "municipality", "lang", "mode", "theme")
	o := tiles.Options{Base: originOf(r.Context()).url(""), Lang: p.Word("lang", "sl", "en"), Mode: p.Word("mode", "light", "dark")}
	if p.Has("theme") { // another word for mode
		o.Mode = p.Word("theme", "light", "dark")
	}
	if err := p.Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	catalog, err := s.layers.Catalog(ctx, db)
	if err != nil {
		return err
	}
	if o.Filter, o.Query, err = tileFilter(ctx, db, p); err != nil {
		return err
	}
	style, err := catalog.Style(ctx, db, o)
	if err != nil {
		return err
	}
	return write(w, r, answer{contentType: typeJSON, body: style})
}
