package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"kraj/geo"
)

// link is a hyperlink of the OGC API.
type link struct {
	Href      string `json:"href"`
	Rel       string `json:"rel"`
	Type      string `json:"type,omitempty"`
	Title     string `json:"title,omitempty"`
	Templated bool   `json:"templated,omitempty"`
}

const (
	mediaJSON    = "application/json"
	mediaGeoJSON = "application/geo+json"
	mediaOpenAPI = "application/vnd.oai.openapi+json;version=3.0"
	mediaSchema  = "application/schema+json"
	mediaTile    = "application/vnd.mapbox-vector-tile"

	relConformance = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
	relTilesets    = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
	relQueryables  = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
	relTilingTMS   = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
)

// conformanceClasses are those that the answers fulfil.
var conformanceClasses = []string{
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
	"http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
}

// onlyJSON accepts ?f=json and nothing else beside the named parameters.
func onlyJSON(r *http.Request, accepted ...string) *params {
	p := readParams(r, append([]string{"f"}, accepted...)...)
	p.Word("f", "json")
	return p
}

func (s *Server) landing(w http.ResponseWriter, r *http.Request) error {
	if err := onlyJSON(r).Err(); err != nil {
		return err
	}
	o := originOf(r.Context())
	return writeJSON(w, r, struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		Version     string `json:"version"`
		Links       []link `json:"links"`
	}{
		"kraj", "Projects of a municipality over its settlements and places, and how they divide between city and countryside.", s.cfg.Version,
		[]link{
			{Href: o.url("/?f=json"), Rel: "self", Type: mediaJSON, Title: "This document"},
			{Href: o.url("/?f=html"), Rel: "alternate", Type: "text/html", Title: "The map"},
			{Href: o.url("/api"), Rel: "service-desc", Type: mediaOpenAPI, Title: "The API described in OpenAPI"},
			{Href: o.url("/?f=html"), Rel: "service-doc", Type: "text/html", Title: "The map"},
			{Href: o.url("/conformance"), Rel: "conformance", Type: mediaJSON, Title: "Conformance classes"},
			{Href: o.url("/conformance"), Rel: relConformance, Type: mediaJSON, Title: "Conformance classes"},
			{Href: o.url("/collections"), Rel: "data", Type: mediaJSON, Title: "The layers as collections of features"},
			{Href: o.url("/tiles"), Rel: relTilesets, Type: mediaJSON, Title: "All layers as vector tiles"},
			{Href: o.url("/styles/kraj.json"), Rel: "http://www.opengis.net/def/rel/ogc/1.0/styles", Type: mediaJSON, Title: "The map's MapLibre style"},
		},
	})
}

func (s *Server) conformance(w http.ResponseWriter, r *http.Request) error {
	if err := onlyJSON(r).Err(); err != nil {
		return err
	}
	return writeJSON(w, r, struct {
		ConformsTo []string `json:"conformsTo"`
	}{conformanceClasses})
}

// collectionAnswer describes a collection.
type collectionAnswer struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Extent      *extent  `json:"extent,omitempty"`
	ItemType    string   `json:"itemType"`
	CRS         []string `json:"crs"`
	StorageCRS  string   `json:"storageCrs"`
	Links       []link   `json:"links"`
}

type extent struct {
	Spatial struct {
		BBox []geo.BBox `json:"bbox"`
		CRS  string     `json:"crs"`
	} `json:"spatial"`
}

func describeCollection(o origin, c geo.Collection, systems crsList) collectionAnswer {
	at := o.url("/collections/" + url.PathEscape(c.ID))
	a := collectionAnswer{
		ID: c.ID, Title: c.Title.SL, Description: c.Title.EN, ItemType: "feature",
		CRS: systems.uris(), StorageCRS: systems.stored(),
		Links: []link{
			{Href: at, Rel: "self", Type: mediaJSON, Title: "This collection"},
			{Href: at + "/items", Rel: "items", Type: mediaGeoJSON, Title: "The features"},
			{Href: at + "/queryables", Rel: relQueryables, Type: mediaSchema, Title: "What features can be filtered by"},
			{Href: at + "/tiles", Rel: relTilesets, Type: mediaJSON, Title: "The features as vector tiles"},
		},
	}
	if c.BBox != nil {
		a.Extent = &extent{}
		a.Extent.Spatial.BBox, a.Extent.Spatial.CRS = []geo.BBox{*c.BBox}, crs84
	}
	return a
}

func (s *Server) collections(w http.ResponseWriter, r *http.Request) error {
	if err := onlyJSON(r).Err(); err != nil {
		return err
	}
	ctx, db, o := r.Context(), audienceOf(r.Context()).db(), originOf(r.Context())
	list, err := geo.Collections(ctx, db)
	if err != nil {
		return err
	}
	systems, err := s.systems(ctx, db)
	if err != nil {
		return err
	}
	answers := make([]collectionAnswer, len(list))
	for i, c := range list {
		answers[i] = describeCollection(o, c, systems)
	}
	return writeJSON(w, r, struct {
		Links       []link             `json:"links"`
		CRS         []string           `json:"crs"`
		Collections []collectionAnswer `json:"collections"`
	}{[]link{{Href: o.url("/collections"), Rel: "self", Type: mediaJSON, Title: "This document"}}, systems.uris(), answers})
}

func (s *Server) collection(w http.ResponseWriter, r *http.Request) error {
	if err := onlyJSON(r).Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	c, err := geo.FindCollection(ctx, db, pathValue(r, "layer"))
	if err != nil {
		return err
	}
	systems, err := s.systems(ctx, db)
	if err != nil {
		return err
	}
	return writeJSON(w, r, describeCollection(originOf(ctx), c, systems))
}

// queryables is a JSON Schema of what features can be filtered by.
func (s *Server) queryables(w http.ResponseWriter, r *http.Request) error {
	if err := onlyJSON(r).Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	l, err := geo.FindLayer(ctx, db, pathValue(r, "layer"))
	if err != nil {
		return err
	}
	columns, err := geo.Columns(ctx, db, l)
	if err != nil {
		return err
	}
	properties := map[string]map[string]string{"geom": {"$ref": "https://geojson.org/schema/Geometry.json", "x-ogc-role": "primary-geometry"}}
	for _, c := range columns {
		switch c.Type {
		case "":
		case "date":
			properties[c.Name] = map[string]string{"type": "string", "format": "date", "title": c.Name}
		default:
			properties[c.Name] = map[string]string{"type": c.Type, "title": c.Name}
		}
	}
	return writeAs(w, r, mediaSchema, map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": originOf(ctx).url("/collections/" + l.ID + "/queryables"),
		"type": "object", "title": l.Title.SL, "description": l.Title.EN, "properties": properties, "additionalProperties": false,
	})
}

// featureCollection is GeoJSON with what the OGC API adds.
type featureCollection struct {
	Type           string            `json:"type"`
	NumberMatched  int               `json:"numberMatched"`
	NumberReturned int               `json:"numberReturned"`
	Links          []link            `json:"links"`
	Features       []json.RawMessage `json:"features"`
}

func (s *Server) item(w http.ResponseWriter, r *http.Request) error {
	p := onlyJSON(r, "crs")
	if err := p.Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	systems, err := s.systems(ctx, db)
	if err != nil {
		return err
	}
	crs := systems.find(p, "crs")
	if err := p.Err(); err != nil {
		return err
	}
	l, err := geo.FindLayer(ctx, db, pathValue(r, "layer"))
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(pathValue(r, "id"), 10, 64)
	if err != nil || id < 0 {
		return geo.Errorf(geo.NotFound, "Unknown feature", "the id of a feature is a whole number; %q is none", pathValue(r, "id"))
	}
	feature, err := geo.FindFeature(ctx, db, l, id, crs.CRS)
	if err != nil {
		return err
	}
	var answer struct {
		Type       string          `json:"type"`
		ID         json.RawMessage `json:"id"`
		Geometry   json.RawMessage `json:"geometry"`
		Properties json.RawMessage `json:"properties"`
		Links      []link          `json:"links"`
	}
	if err := json.Unmarshal(feature, &answer); err != nil {
		return err
	}
	o := originOf(ctx)
	answer.Links = []link{
		{Href: o.url("/collections/" + l.ID + "/items/" + strconv.FormatInt(id, 10)), Rel: "self", Type: mediaGeoJSON, Title: "This feature"},
		{Href: o.url("/collections/" + l.ID), Rel: "collection", Type: mediaJSON, Title: l.Title.SL},
	}
	w.Header().Set("Content-Crs", "<"+crs.uri+">")
	return writeAs(w, r, typeGeoJSON, answer)
}
