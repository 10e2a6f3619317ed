package web

import (
	"net/http"

	"kraj/geo"
)

// The sizes of a page of the history: revisions, and the things that each names.
const (
	historyLimit = 20
	historyMost  = 100
	namedLimit   = 20
	namedMost    = 500
)

// history tells what the last revisions did: everybody what was public, planners all of it and by whom.
func (s *Server) history(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "municipality", "layer", "code", "revision", "items", "limit", "cursor")
	query := geo.ToldQuery{
		Layer: p.Text("layer"), Code: p.Text("code"), Revision: int64(p.Int("revision", 0, 0, 1<<53)),
		Limit: p.Int("limit", historyLimit, 1, historyMost), Named: p.Int("items", namedLimit, 0, namedMost),
	}
	if (query.Layer == "") != (query.Code == "") {
		p.fail("layer and code belong together: what the history is of, e.g. ?municipality=kranj&layer=projects&code=2.3/1")
	}
	if err := p.Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	var err error
	switch name := p.Text("municipality"); {
	case name == "-" && query.Layer != "": // a place of no municipality
	case query.Layer != "":
		var m geo.MunicipalityRef
		if m, err = geo.FindMunicipality(ctx, db, name); err != nil {
			return asParameter(err)
		}
		query.Municipality = &m
	default:
		if query.Municipality, err = municipalityOf(ctx, db, p); err != nil {
			return err
		}
	}
	list, err := geo.ToldHistory(ctx, db, query, p.Text("cursor"))
	if err != nil {
		return err
	}
	answer := struct {
		Items []geo.Told `json:"items"`
		Next  *string    `json:"next"`
	}{Items: list.Items}
	if list.Next != "" {
		next := withQuery(r, "cursor", list.Next)
		answer.Next = &next
		w.Header().Set("Link", "<"+next+`>; rel="next"`)
	}
	return writeJSON(w, r, answer)
}
