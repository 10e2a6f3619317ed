package web

import (
	"net/http"
	"strconv"
	"strings"

	"kraj/web/app"
)

// home is the map page for a browser and the landing page of the OGC API for
// programs: by ?f=, else by what the request would rather have.
func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Accept")
	if wantsHTML(r) {
		app.Page(pagePolicy(s.cfg.Basemaps)).ServeHTTP(w, r)
		return nil
	}
	return s.landing(w, r)
}

// wantsHTML compares the weights that Accept gives to HTML and to JSON; whoever
// says nothing, or takes anything, is a program.
func wantsHTML(r *http.Request) bool {
	switch r.URL.Query().Get("f") {
	case "html":
		return true
	case "":
	default:
		return false
	}
	var html, json float64
	for _, part := range strings.Split(r.Header.Get("Accept"), ",") {
		name, q := mediaRange(part)
		switch name {
		case "text/html", "application/xhtml+xml":
			html = max(html, q)
		case "application/json", "application/geo+json", "application/problem+json":
			json = max(json, q)
		}
	}
	return html > json
}

// mediaRange splits one part of Accept into its name and weight.
func mediaRange(part string) (string, float64) {
	fields := strings.Split(part, ";")
	q := 1.0
	for _, f := range fields[1:] {
		if value, ok := strings.CutPrefix(strings.TrimSpace(f), "q="); ok {
			if n, err := strconv.ParseFloat(value, 64); err == nil {
				q = n
			}
		}
	}
	return strings.ToLower(strings.TrimSpace(fields[0])), q
}
