package web

import (
	"net/http"

	"kraj/geo"
)

func (s *Server) projects(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "municipality", "theme", "measure", "status", "horizon", "strategic", "settlement", "class", "scope", "q", "limit", "cursor")
	f := geo.ProjectFilter{
		Themes:      p.List("theme"),
		Measures:    p.List("measure"),
		Statuses:    p.Words("status", geo.Statuses...),
		Horizons:    horizons(p),
		Strategic:   p.Bool("strategic"),
		Settlements: p.List("settlement"),
		Classes:     p.Words("class", geo.Classes...),
		Scopes:      p.Words("scope", geo.Scopes...),
		Text:        p.Text("q"),
	}
	limit, cursor := p.Int("limit", defaultLimit, 1, maxLimit), p.Text("cursor")
	if len(f.Text) > maxWords {
		p.fail("q has at most %d bytes", maxWords)
	}
	if err := p.Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	var err error
	if f.Municipality, err = municipalityOf(ctx, db, p); err != nil {
		return err
	}
	list, err := geo.Projects(ctx, db, f, limit, cursor)
	if err != nil {
		return err
	}
	return writeList(w, r, list)
}

func (s *Server) project(w http.ResponseWriter, r *http.Request) error {
	if err := readParams(r).Err(); err != nil {
		return err
	}
	ctx, db := r.Context(), audienceOf(r.Context()).db()
	m, err := municipalityInPath(r, db)
	if err != nil {
		return err
	}
	if m == nil {
		return geo.Errorf(geo.NotFound, "Unknown project", "every project belongs to a municipality; the address names none")
	}
	project, err := geo.FindProject(ctx, db, *m, pathValue(r, "code"))
	if err != nil {
		return err
	}
	return writeJSON(w, r, project)
}
