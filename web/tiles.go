package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kraj/geo"
	"kraj/tiles"
	"kraj/tiles/cache"
	"kraj/tiles/mvt"
)

// tileParams narrow a tile: the municipality everything, the others projects, scheme the classes of settlements.
var tileParams = append([]string{"municipality", "scheme"}, filterParams...)

// maxTileFilter bounds a filter in bytes, so that strangers cannot fill the cache with keys.
const maxTileFilter = 1000

func (s *Server) tile(w http.ResponseWriter, r *http.Request) error {
	address, err := tiles.ParseAddress(pathValue(r, "layers"), pathValue(r, "z"), pathValue(r, "x"), pathValue(r, "y"))
	if err != nil {
		return err
	}
	p := readParams(r, tileParams...)
	filter := tileFilter(p)
	if err := p.Err(); err != nil {
		return err
	}
	return s.writeTile(w, r, address, filter)
}

// tileFilter reads tileParams without asking the database: a cached tile needs none.
func tileFilter(p *params) tiles.Filter {
	f := tiles.Filter{Municipality: p.Text("municipality"), Scheme: p.Text("scheme"), Projects: projectFilter(p)}.Normal()
	if len(f.Query()) > maxTileFilter {
		p.fail("a tile's filter has at most %d bytes", maxTileFilter)
	}
	return f
}

// writeTile answers with a tile from the cache, or renders it.
func (s *Server) writeTile(w http.ResponseWriter, r *http.Request, address tiles.Address, filter tiles.Filter) error {
	ctx, db, internal := r.Context(), audienceOf(r.Context()).db(), audienceOf(r.Context()).user != nil
	if _, err := s.layers.Catalog(ctx, db, address.Layers...); err != nil {
		return err
	}
	key, scope := tileKey(address, filter, internal)
	tile, status, err := s.tileCache.Get(ctx, key, scope, databaseAway, s.renderer(db, tiles.Request{Address: address, Filter: filter}))
	if err != nil {
		return asParameter(err)
	}
	return s.sendTile(w, r, key, tile, status)
}

// renderer makes a tile. The catalog is asked for anew: when a render begins, it must be no older than the data.
func (s *Server) renderer(db geo.Querier, request tiles.Request) cache.Render {
	return func(ctx context.Context) (cache.Made, error) {
		catalog, err := s.layers.Catalog(ctx, db, request.Layers...)
		if err != nil {
			return cache.Made{}, err
		}
		tile, err := catalog.Make(ctx, db, request)
		if err != nil {
			return cache.Made{}, err
		}
		for _, d := range tile.Dropped {
			s.metrics.tiles.cut(d.Layer, request.Z, d.Features)
		}
		return cache.Made{Body: tile.Body, Note: droppedHeader(tile.Dropped)}, nil
	}
}

// droppedHeader says what a tile had no room for as a list of layer=number (RFC 9651, a dictionary).
func droppedHeader(dropped []mvt.Dropped) string {
	list := make([]string, len(dropped))
	for i, d := range dropped {
		list[i] = d.Layer + "=" + strconv.Itoa(d.Features)
	}
	return strings.Join(list, ", ")
}

func tileKey(a tiles.Address, f tiles.Filter, internal bool) (cache.Key, *cache.Scope) {
	audience := cache.Public
	if internal {
		audience = cache.Internal
	}
	return cache.Key{Audience: audience, Layers: strings.Join(a.Layers, ","), Filter: f.Query(), Z: a.Z, X: a.X, Y: a.Y},
		&cache.Scope{
			Audience: audience, Layers: a.Layers, Tables: f.Tables(), Anything: f.Anything(),
			Box: cache.TileBox(a.Z, a.X, a.Y, float64(tiles.Buffer)/tiles.Extent),
		}
}

func databaseAway(err error) bool { return geo.KindOf(err) == geo.Unavailable }

// sendTile writes a tile in the best coding that the client takes: of a fresh one the quickest, of one that is asked for
// again the smallest.
func (s *Server) sendTile(w http.ResponseWriter, r *http.Request, key cache.Key, tile *cache.Tile, status cache.Status) error {
	h := w.Header()
	control := cacheControl(r)
	if status == cache.Stale {
		control = "no-store" // nobody may take it for current, nor keep it
	}
	setAll(h, "Vary", "Accept-Encoding, Cookie", "Cache-Control", control, "Cache-Status", cacheStatus[status])
	if tile.Note() != "" {
		h.Set("Kraj-Dropped", tile.Note())
	}
	if tile.Empty() {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	all := [...]cache.Coding{cache.Brotli, cache.Zstd, cache.Gzip, cache.Identity}
	preferred := all[:]
	if status != cache.Hit {
		preferred = all[2:]
	}
	coding := negotiate(r, preferred, all[:])
	if held := heldTag(strings.Join(r.Header.Values("If-None-Match"), ","), tile, coding); held != "" && status != cache.Stale {
		setAll(h, "Etag", held)
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body, err := s.tileCache.Recompress(key, tile, coding)
	if err != nil {
		return err
	}
	setAll(h, "Etag", tile.Tag(coding), "Content-Type", tiles.ContentType, "Content-Length", strconv.Itoa(len(body)))
	if coding != cache.Identity {
		h.Set("Content-Encoding", string(coding))
	}
	send(w, r, body)
	return nil
}

// cacheStatus is said in the words of RFC 9211.
var cacheStatus = map[cache.Status]string{
	cache.Hit:    "kraj; hit",
	cache.Miss:   "kraj; fwd=miss",
	cache.Joined: "kraj; fwd=miss; collapsed",
	cache.Stale:  `kraj; hit; detail="stale: the database is away"`,
}

// heldTag is the tag in If-None-Match that names this tile, in whichever coding the client holds it: "" when none does.
func heldTag(header string, tile *cache.Tile, coding cache.Coding) string {
	if header == "" {
		return ""
	}
	if strings.TrimSpace(header) == "*" {
		return tile.Tag(coding)
	}
	for _, one := range strings.Split(header, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if !strings.HasPrefix(strings.TrimPrefix(one, `"`), tile.Hash()) {
			continue
		}
		for _, coding := range [...]cache.Coding{cache.Gzip, cache.Brotli, cache.Zstd, cache.Identity} {
			if one == tile.Tag(coding) {
				return one
			}
		}
	}
	return ""
}

// described is the filter as descriptions say it: with the municipality by its one name.
func (s *Server) described(ctx context.Context, db geo.Querier, p *params) (tiles.Filter, error) {
	f := tileFilter(p)
	if err := p.Err(); err != nil {
		return f, err
	}
	m, err := municipalityOf(ctx, db, p)
	if err == nil && m != nil {
		f.Municipality = m.Slug
	}
	return f, err
}

func (s *Server) tileJSON(w http.ResponseWriter, r *http.Request) error {
	layers, err := tiles.ParseLayers(pathValue(r, "layers"))
	if err != nil {
		return err
	}
	p := readParams(r, append(slices.Clone(tileParams), "lang")...)
	o := tiles.Options{Base: originOf(r.Context()).url(""), Lang: p.Word("lang", "sl", "en")}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	if o.Filter, err = s.described(ctx, db, p); err != nil {
		return err
	}
	catalog, err := s.layers.Catalog(ctx, db, layers...)
	if err != nil {
		return err
	}
	description, err := catalog.TileJSON(ctx, db, layers, o)
	if err != nil {
		return err
	}
	return writeJSON(w, r, description)
}

func (s *Server) style(w http.ResponseWriter, r *http.Request) error {
	// In styles, theme was another word for the mode before it became a filter; light and dark are no codes of themes.
	p := readParams(r, append(slices.Clone(tileParams), "lang", "mode")...)
	mode := p.Word("mode", "light", "dark")
	if theme := p.Text("theme"); theme == "light" || theme == "dark" {
		mode = theme
		p.values.Del("theme")
	}
	o := tiles.Options{Base: originOf(r.Context()).url(""), Lang: p.Word("lang", "sl", "en"), Mode: mode}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	var err error
	if o.Filter, err = s.described(ctx, db, p); err != nil {
		return err
	}
	catalog, err := s.layers.Catalog(ctx, db)
	if err != nil {
		return err
	}
	style, err := catalog.Style(ctx, db, o)
	if err != nil {
		return err
	}
	return write(w, r, answer{contentType: typeJSON, body: style})
}
