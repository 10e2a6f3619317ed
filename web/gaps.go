package web

import (
	"net/http"

	"kraj/geo"
)

// gaps lists the gaps, each with the number of its rows in the municipality.
func (s *Server) gaps(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "municipality")
	if err := p.Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	m, err := geo.FindMunicipality(ctx, db, p.Text("municipality"))
	if err != nil {
		return asParameter(err)
	}
	list, err := geo.Gaps(ctx, db, &m)
	if err != nil {
		return err
	}
	return writeList(w, r, geo.List[geo.Gap]{Items: append([]geo.Gap{}, list...), Total: len(list)})
}

// gapAnswer is a page of a gap's rows under the question they answer.
type gapAnswer struct {
	geo.Gap
	Municipality string `json:"municipality"`
	listAnswer[geo.GapRow]
}

// gapFeatures is the same page as GeoJSON.
type gapFeatures struct {
	Type           string           `json:"type"`
	Features       []geo.GapFeature `json:"features"`
	NumberMatched  int              `json:"numberMatched"`
	NumberReturned int              `json:"numberReturned"`
	Links          []link           `json:"links"`
}

// gap opens one gap. Which parameters it takes is its own affair, so it is found first.
func (s *Server) gap(w http.ResponseWriter, r *http.Request) error {
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	gap, err := geo.FindGap(ctx, db, pathValue(r, "name"))
	if err != nil {
		return err
	}
	p := readParams(r, append([]string{"municipality", "f", "limit", "cursor"}, gap.Accepted()...)...)
	format, limit, offset := p.Word("f", "json", "geojson"), p.Int("limit", defaultLimit, 1, maxLimit), p.Int("cursor", 0, 0, 1_000_000_000)
	query := geo.GapQuery{Name: gap.Name, Set: map[string]string{}, Limit: limit, Offset: offset}
	for _, name := range gap.Accepted() {
		if p.Has(name) {
			query.Set[name] = p.Text(name)
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	if query.Municipality, err = geo.FindMunicipality(ctx, db, p.Text("municipality")); err != nil {
		return asParameter(err)
	}
	gap, list, err := geo.OpenGap(ctx, db, query)
	if err != nil {
		return err
	}
	a := gapAnswer{Gap: gap, Municipality: query.Municipality.Slug, listAnswer: listAnswer[geo.GapRow]{Items: list.Items, Total: list.Total}}
	if list.Next != "" {
		next := withQuery(r, "cursor", list.Next)
		a.Next = &next
		w.Header().Set("Link", "<"+next+`>; rel="next"`)
	}
	if format == "geojson" {
		return writeAs(w, r, typeGeoJSON, a.features())
	}
	return writeJSON(w, r, a)
}

func (a gapAnswer) features() gapFeatures {
	f := gapFeatures{Type: "FeatureCollection", Features: geo.GapFeatures(a.Items), NumberMatched: a.Total, NumberReturned: len(a.Items), Links: []link{}}
	if a.Next != nil {
		f.Links = append(f.Links, link{Href: *a.Next, Rel: "next", Type: "application/geo+json"})
	}
	return f
}
