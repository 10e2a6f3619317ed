package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kraj/geo"
)

// The sizes of a page of features. A limit above the largest is not an error:
// the OGC API wants as many features as there may be.
const (
	defaultFeatures = 100
	maxFeatures     = 10_000
	maxOffset       = 100_000_000
)

// itemsParams are the parameters of /items beside the queryables.
var itemsParams = []string{"f", "bbox", "bbox-crs", "crs", "limit", "offset", "datetime", "municipality"}

func (s *Server) items(w http.ResponseWriter, r *http.Request) error {
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	l, err := geo.FindLayer(ctx, db, pathValue(r, "layer"))
	if err != nil {
		return err
	}
	systems, err := s.systems(ctx, db)
	if err != nil {
		return err
	}
	columns, err := geo.Columns(ctx, db, l)
	if err != nil {
		return err
	}
	query, crs, err := itemsQuery(ctx, db, r, columns, systems)
	if err != nil {
		return err
	}
	page, err := geo.Features(ctx, db, l, query)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Crs", "<"+crs.uri+">")
	answer := featureCollection{
		Type: "FeatureCollection", NumberMatched: page.Matched, NumberReturned: len(page.Features),
		Links: itemsLinks(r, l, query, page.Matched), Features: append([]json.RawMessage{}, page.Features...),
	}
	return writeAs(w, r, typeGeoJSON, answer)
}

// itemsQuery reads the parameters of /items.
func itemsQuery(ctx context.Context, db geo.Querier, r *http.Request, columns []geo.Column, systems crsList) (geo.FeatureQuery, namedCRS, error) {
	accepted := slices.Clone(itemsParams)
	for _, c := range columns {
		if c.Type != "" && !slices.Contains(accepted, c.Name) {
			accepted = append(accepted, c.Name)
		}
	}
	p := readParams(r, accepted...)
	p.Word("f", "json")
	p.datetime("datetime")
	crs := systems.find(p, "crs")
	query := geo.FeatureQuery{
		CRS:    crs.CRS,
		Limit:  min(p.Int("limit", defaultFeatures, 1, 1<<31-1), maxFeatures),
		Offset: p.Int("offset", 0, 0, maxOffset),
		Box:    p.bbox("bbox", systems.find(p, "bbox-crs")),
	}
	for _, c := range columns {
		if c.Type != "" && !slices.Contains(itemsParams, c.Name) && p.Has(c.Name) {
			query.Equal = append(query.Equal, geo.Condition{Column: c, Value: p.Text(c.Name)})
		}
	}
	if err := p.Err(); err != nil {
		return query, crs, err
	}
	var err error
	query.Municipality, err = municipalityOf(ctx, db, p)
	return query, crs, err
}

func itemsLinks(r *http.Request, l geo.Layer, query geo.FeatureQuery, matched int) []link {
	o := originOf(r.Context())
	self := o.url(r.URL.EscapedPath())
	if r.URL.RawQuery != "" {
		self += "?" + encodeQuery(r.URL.Query())
	}
	links := []link{
		{Href: self, Rel: "self", Type: mediaGeoJSON, Title: "This page"},
		{Href: o.url("/collections/" + url.PathEscape(l.ID)), Rel: "collection", Type: mediaJSON, Title: l.Title.SL},
	}
	if query.Offset > 0 {
		links = append(links, link{Href: withQuery(r, "offset", itoa(max(0, query.Offset-query.Limit))), Rel: "prev", Type: mediaGeoJSON, Title: "The page before"})
	}
	if query.Offset+query.Limit < matched {
		links = append(links, link{Href: withQuery(r, "offset", itoa(query.Offset+query.Limit)), Rel: "next", Type: mediaGeoJSON, Title: "The next page"})
	}
	return links
}

// bbox reads four numbers, or six of which the heights do not count, in the axis
// order of the coordinate system.
func (p *params) bbox(name string, crs namedCRS) *geo.Box {
	if !p.Has(name) {
		return nil
	}
	var n []float64
	for _, part := range strings.Split(p.Text(name), ",") {
		f, ok := number(strings.TrimSpace(part))
		if !ok {
			p.fail("%s=%q must be four numbers separated by commas", name, p.values.Get(name))
			return nil
		}
		n = append(n, f)
	}
	switch len(n) {
	case 4:
	case 6:
		n = []float64{n[0], n[1], n[3], n[4]}
	default:
		p.fail("%s=%q must be four numbers, or six with heights: minx,miny,maxx,maxy", name, p.values.Get(name))
		return nil
	}
	if crs.Flip {
		n = []float64{n[1], n[0], n[3], n[2]}
	}
	b := &geo.Box{MinX: n[0], MinY: n[1], MaxX: n[2], MaxY: n[3], SRID: crs.SRID}
	degrees := crs.SRID == 4326
	switch {
	case b.MinY > b.MaxY:
		p.fail("%s: the southern edge lies north of the northern one", name)
	case b.MinX > b.MaxX && !degrees:
		p.fail("%s: the western edge lies east of the eastern one", name)
	case degrees && (b.MinX < -180 || b.MaxX > 180 || b.MinX > 180 || b.MaxX < -180 || b.MinY < -90 || b.MaxY > 90):
		p.fail("%s: degrees of longitude run from -180 to 180, of latitude from -90 to 90", name)
	case max(abs(b.MinX), abs(b.MaxX), abs(b.MinY), abs(b.MaxY)) > 1e9:
		p.fail("%s: these numbers are no coordinates", name)
	}
	return b
}

func abs(f float64) float64 { return max(f, -f) }

// datetime reads a moment or an interval. Features here have no time, so the
// OGC API wants it read and then without effect.
func (p *params) datetime(name string) {
	if !p.Has(name) {
		return
	}
	ends := strings.Split(p.Text(name), "/")
	good := len(ends) <= 2
	for _, end := range ends {
		_, err1 := time.Parse(time.RFC3339, end)
		_, err2 := time.Parse(time.DateOnly, end)
		open := len(ends) == 2 && (end == "" || end == "..")
		good = good && (err1 == nil || err2 == nil || open)
	}
	if !good {
		p.fail("%s=%q must be a moment or an interval, e.g. 2030-01-01T00:00:00Z or 2024-01-01/..", name, p.values.Get(name))
	}
}
