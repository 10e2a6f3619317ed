package web

import (
	"net/http"
	"slices"

	"kraj/geo"
)

func (s *Server) projects(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, slices.Concat([]string{"municipality"}, filterParams, []string{"scheme", "limit", "cursor"}, orderParams)...)
	f := projectFilter(p)
	f.Scheme = p.Text("scheme")
	if slices.ContainsFunc(orderParams, p.Has) {
		return s.sortedProjects(w, r, p, f)
	}
	limit, cursor := p.Int("limit", defaultLimit, 1, maxLimit), p.Text("cursor")
	if err := p.Err(); err != nil {
		return err
	}
	list, err := geo.Projects(r.Context(), audienceOf(r.Context()).db(), p.Text("municipality"), f, limit, cursor)
	if err != nil {
		return asParameter(err)
	}
	return writeList(w, r, list)
}

func (s *Server) project(w http.ResponseWriter, r *http.Request) error {
	if err := readParams(r).Err(); err != nil {
		return err
	}
	municipality, err := municipalityInPath(r)
	if err != nil {
		return err
	}
	if municipality == "-" {
		return geo.Errorf(geo.NotFound, "Unknown project", "every project belongs to a municipality; the address names none")
	}
	project, err := geo.FindProject(r.Context(), audienceOf(r.Context()).db(), municipality, pathValue(r, "code"))
	if err != nil {
		return err
	}
	return writeJSON(w, r, project)
}
