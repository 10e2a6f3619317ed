package web

import (
	"net/http"
	"net/url"
	"strings"

	"kraj/geo/notice"
	"kraj/tiles"
)

// Subscribe lets a test hear what the server hears, after the server has made use of it. Before Run.
func (s *Server) Subscribe(n notice.Subscriber) { s.subscribers = append(s.subscribers, n) }

// ParseTile reads a tile's address, as the server does.
func ParseTile(path string) (tiles.Request, error) {
	path, query, _ := strings.Cut(path, "?")
	words := strings.Split(strings.TrimSuffix(path, ".mvt"), "/") // "", tiles, layers, z, x, y
	address, err := tiles.ParseAddress(words[2], words[3], words[4], words[5])
	if err != nil {
		return tiles.Request{}, err
	}
	p := readParams(&http.Request{URL: &url.URL{RawQuery: query}}, tileParams...)
	filter := tileFilter(p)
	return tiles.Request{Address: address, Filter: filter}, p.Err()
}
