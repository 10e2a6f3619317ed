package web

import (
	"net/http"
	"strings"

	"kraj/geo"
)

var commas = strings.NewReplacer("%2C", ",", "%2F", "/", "%3A", ":")

func (s *Server) municipalities(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "limit", "cursor")
	limit, cursor := p.Int("limit", defaultLimit, 1, maxLimit), p.Text("cursor")
	if err := p.Err(); err != nil {
		return err
	}
	list, err := geo.Municipalities(r.Context(), audienceOf(r.Context()).db(), limit, cursor)
	if err != nil {
		return err
	}
	return writeList(w, r, list)
}

func (s *Server) place(w http.ResponseWriter, r *http.Request) error {
	if err := readParams(r).Err(); err != nil {
		return err
	}
	municipality, err := municipalityInPath(r)
	if err != nil {
		return err
	}
	place, err := geo.FindPlace(r.Context(), audienceOf(r.Context()).db(), pathValue(r, "layer"), municipality, pathValue(r, "code"))
	if err != nil {
		return err
	}
	return writeRaw(w, r, place)
}

// municipalityInPath is a code or folded name; "-" stands for places that belong to none.
func municipalityInPath(r *http.Request) (string, error) {
	name := pathValue(r, "municipality")
	if name == "" {
		return "", geo.Errorf(geo.NotFound, "Unknown municipality", "the address names no municipality")
	}
	return name, nil
}

func (s *Server) at(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "lon", "lat", "radius")
	lon, lat := p.Float("lon", 0, -180, 180), p.Float("lat", 0, -90, 90)
	radius := p.Float("radius", 0, 0, geo.MaxRadius)
	if !p.Has("lon") || !p.Has("lat") {
		p.fail("lon and lat are needed: degrees, e.g. ?lon=14.3556&lat=46.2389&radius=50 (radius in metres)")
	}
	if err := p.Err(); err != nil {
		return err
	}
	here, err := geo.At(r.Context(), audienceOf(r.Context()).db(), lon, lat, radius)
	if err != nil {
		return err
	}
	return writeRaw(w, r, here)
}

// maxWords is the longest text that is searched for.
const maxWords = 200

func (s *Server) search(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "q", "municipality", "limit", "each")
	words, limit, each := p.Text("q"), p.Int("limit", 20, 1, 100), p.Int("each", 0, 0, 100)
	if words == "" {
		p.fail("q is needed: what to search for, e.g. ?q=cadovlje")
	}
	if len(words) > maxWords {
		p.fail("q has at most %d bytes", maxWords)
	}
	if err := p.Err(); err != nil {
		return err
	}
	hits, err := geo.Search(r.Context(), audienceOf(r.Context()).db(), words, p.Text("municipality"), limit, each)
	if err != nil {
		return asParameter(err)
	}
	return writeRaw(w, r, hits)
}
