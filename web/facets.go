package web

import (
	"net/http"
	"slices"

	"kraj/geo"
)

// The sizes of a list of values of a filter: a municipality has fifty settlements, a country six thousand.
const (
	defaultValues = 200
	maxValues     = 10_000
)

// facets says how many projects there would be behind every value of the filters.
func (s *Server) facets(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, slices.Concat([]string{"municipality"}, filterParams, []string{"scheme", "by", "limit"})...)
	question := struct {
		Municipality string
		Filter       geo.ProjectFilter
		By           []string
		Limit        int
	}{p.Text("municipality"), projectFilter(p), p.Words("by", geo.FacetKinds...), p.Int("limit", defaultValues, 1, maxValues)}
	question.Filter.Scheme = p.Text("scheme")
	if len(question.By) == 0 {
		question.By = slices.Clone(geo.FacetKinds)
	}
	slices.Sort(question.By)
	question.By = slices.Compact(question.By)
	if err := p.Err(); err != nil {
		return err
	}
	return s.answerKept(w, r, question, func() (any, error) {
		return geo.Facets(r.Context(), audienceOf(r.Context()).db(), question.Municipality, question.Filter, question.By, question.Limit)
	})
}
