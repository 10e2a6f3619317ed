package web

import (
	"net/http"
	"strconv"
	"strings"

	"kraj/tiles"
	"kraj/tiles/cache"
)

// tileRoute is the address of a tile, for the router, the log and the metrics.
const tileRoute = "/tiles/{layers}/{z}/{x}/{y}.mvt"

// tileHit answers the commonest of all requests, for the public's tile without a filter that is in memory, before the router and all that
// a request needs which may ask the database: that would take several times as long as the answer. Whatever is not
// exactly that, or not certainly current, goes the ordinary way, where writeTile answers the same with the same headers.
func (s *Server) tileHit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.hit(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}

// hit reports whether it has answered.
func (s *Server) hit(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet || r.URL.RawQuery != "" || r.URL.RawPath != "" || r.ContentLength != 0 || r.Header["Cookie"] != nil || !isHost(r.Host) {
		return false
	}
	key, ok := hitKey(strings.TrimPrefix(r.URL.Path, s.cfg.BasePath))
	if !ok {
		return false
	}
	tile := s.tileCache.Held(key, s.layers.Knows)
	if tile == nil {
		return false
	}
	n := noteOf(r.Context())
	n.route, n.sending = tileRoute, &s.sending // it takes no place among the requests worked on; what it sends is bounded as theirs is
	openly(w.Header())
	if err := s.sendTile(w, r, key, tile, cache.Hit); err != nil {
		s.fail(w, r, err)
	}
	return true
}

// hitKey reads /tiles/{layers}/{z}/{x}/{y}.mvt as the key of a public tile without a filter. It checks no more than that
// the key is written as ParseAddress writes it: nothing else was ever kept.
func hitKey(path string) (cache.Key, bool) {
	path, isTile := strings.CutPrefix(path, "/tiles/")
	path, isMVT := strings.CutSuffix(path, ".mvt")
	layers, path, _ := strings.Cut(path, "/")
	z, path, _ := strings.Cut(path, "/")
	x, y, three := strings.Cut(path, "/")
	if !isTile || !isMVT || !three {
		return cache.Key{}, false
	}
	k := cache.Key{Audience: cache.Public, Layers: layers}
	for _, part := range []struct {
		text string
		to   *int
		less int
	}{{z, &k.Z, tiles.MaxZoom + 1}, {x, &k.X, 1 << tiles.MaxZoom}, {y, &k.Y, 1 << tiles.MaxZoom}} {
		n, err := strconv.Atoi(part.text)
		if err != nil || n < 0 || n >= part.less || part.text[0] == '+' || (part.text[0] == '0' && len(part.text) > 1) || part.text[0] == '-' {
			return cache.Key{}, false
		}
		*part.to = n
	}
	return k, true
}
