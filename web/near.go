package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"kraj/geo"
)

// near answers what lies within a distance of a place or a project.
func (s *Server) near(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "layer", "code", "municipality", "distance", "layers", "limit")
	query := nearQuery(p)
	key := geo.PlaceKey{Layer: p.Text("layer"), Code: p.Text("code")}
	if key.Layer == "" || key.Code == "" {
		p.fail("layer and code are needed: what to look around, e.g. ?layer=business_zones&code=PC-LAZE&municipality=kranj&distance=500 (metres); or POST GeoJSON")
	}
	if err := p.Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	if p.Text("municipality") != "-" {
		m, err := geo.FindMunicipality(ctx, db, p.Text("municipality"))
		if err != nil {
			return asParameter(err)
		}
		key.Municipality = &m
	}
	query.Place = &key
	near, err := geo.Near(ctx, db, query)
	if err != nil {
		return err
	}
	return writeJSON(w, r, near)
}

func nearQuery(p *params) geo.NearQuery {
	return geo.NearQuery{
		Distance: p.Float("distance", 0, 0, geo.MaxRadius), Layers: p.List("layers"), Most: p.Int("limit", defaultLimit, 1, maxLimit),
	}
}

// nearDrawn answers what lies within a distance of the GeoJSON in the body.
func (s *Server) nearDrawn(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "distance", "layers", "limit")
	query := nearQuery(p)
	if err := p.Err(); err != nil {
		return err
	}
	shape, err := readShape(r)
	if err != nil {
		return err
	}
	query.Shape = &shape
	near, err := geo.Near(r.Context(), audienceOf(r.Context()).db(), query)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, r, near)
}

func readShape(r *http.Request) (geo.Shape, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/geo+json" && kind != "application/json" {
		return geo.Shape{}, &problem{
			Status: http.StatusUnsupportedMediaType, Title: "Unknown body",
			Detail: "the body must be application/geo+json: a Point, LineString, Polygon or MultiPolygon in longitude and latitude, or a Feature of one",
		}
	}
	body, err := io.ReadAll(r.Body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return geo.Shape{}, geo.Errorf(geo.TooLarge, "Body too large", "a body may have at most %s bytes", strconv.FormatInt(large.Limit, 10))
	case err != nil:
		return geo.Shape{}, geo.Errorf(geo.Invalid, "Body cut short", "the body did not arrive whole")
	}
	shape, err := geo.ReadShape(body)
	if err != nil {
		return shape, fmt.Errorf("reading the body: %w", err)
	}
	return shape, nil
}

// overlaps lists what the features of two layers have in common.
func (s *Server) overlaps(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "a", "b", "municipality", "limit", "cursor")
	a, b := p.Text("a"), p.Text("b")
	if a == "" || b == "" {
		p.fail("a and b are needed: two layers, e.g. ?a=settlements&b=agglomerations&municipality=kranj")
	}
	limit, offset := p.Int("limit", defaultLimit, 1, maxLimit), p.Int("cursor", 0, 0, 1_000_000_000)
	if err := p.Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	m, err := geo.FindMunicipality(ctx, db, p.Text("municipality"))
	if err != nil {
		return asParameter(err)
	}
	list, err := geo.Overlaps(ctx, db, a, b, m, limit, offset)
	if err != nil {
		return err
	}
	return writeList(w, r, list)
}

// catchment answers who lives within a distance of a route, place or project.
func (s *Server) catchment(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "distance")
	distance := p.Float("distance", 500, 0, geo.MaxRadius)
	if err := p.Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	name, err := municipalityInPath(r)
	if err != nil {
		return err
	}
	key := geo.PlaceKey{Layer: pathValue(r, "layer"), Code: pathValue(r, "code")}
	if name != "-" { // places of no municipality
		m, err := geo.FindMunicipality(ctx, db, name)
		if err != nil {
			return err
		}
		key.Municipality = &m
	}
	c, err := geo.FindCatchment(ctx, db, key, distance)
	if err != nil {
		return err
	}
	return writeJSON(w, r, c)
}

// chain lists the areas that contain a point.
func (s *Server) chain(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "lon", "lat")
	lon, lat := p.Float("lon", 0, -180, 180), p.Float("lat", 0, -90, 90)
	if !p.Has("lon") || !p.Has("lat") {
		p.fail("lon and lat are needed: degrees, e.g. ?lon=14.3556&lat=46.2389")
	}
	if err := p.Err(); err != nil {
		return err
	}
	list, err := geo.Chain(r.Context(), audienceOf(r.Context()).db(), lon, lat)
	if err != nil {
		return err
	}
	return writeJSON(w, r, struct {
		Point [2]float64      `json:"point"`
		Items []geo.ChainLink `json:"items"`
	}{[2]float64{lon, lat}, list})
}
