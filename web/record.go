package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"kraj/geo"
	"kraj/web/app"
)

// projectPage is the page of one project: an address to send, to keep and to print.
func (s *Server) projectPage(w http.ResponseWriter, r *http.Request) error {
	return record(w, r, func(ctx context.Context, db geo.Querier, municipality string) (string, error) {
		p, err := geo.FindProject(ctx, db, municipality, pathValue(r, "code"))
		return titleOf(p, err)
	})
}

// placePage is the page of one place.
func (s *Server) placePage(w http.ResponseWriter, r *http.Request) error {
	return record(w, r, func(ctx context.Context, db geo.Querier, municipality string) (string, error) {
		p, err := geo.FindPlace(ctx, db, pathValue(r, "layer"), municipality, pathValue(r, "code"))
		return titleOf(p, err)
	})
}

// record answers with the page, also when what it is about is gone: in words for people, and with the status for programs. Whom
// the title is told decides the audience, as everywhere.
func record(w http.ResponseWriter, r *http.Request, find func(context.Context, geo.Querier, string) (string, error)) error {
	p := readParams(r, "lang")
	lang := p.Word("lang", "sl", "en")
	if err := p.Err(); err != nil {
		return err
	}
	if lang == "" {
		lang = "sl"
	}
	municipality, err := municipalityInPath(r)
	if err != nil {
		return err
	}
	page := app.Record{Lang: lang, Status: http.StatusOK, Depth: strings.Count(r.URL.EscapedPath(), "/") - 1}
	if page.Title, err = find(r.Context(), audienceOf(r.Context()).db(), municipality); err != nil {
		var e *geo.Error
		if !errors.As(err, &e) || e.Kind != geo.NotFound {
			return err
		}
		page.Status, page.Title = http.StatusNotFound, "kraj"
	}
	page.ServeHTTP(w, r)
	return nil
}

// titleOf is the name of a project or place, in whatever form it was found.
func titleOf(found any, err error) (string, error) {
	if err != nil {
		return "", err //nolint:wrapcheck // it says what was not found
	}
	text, err := json.Marshal(found)
	var named struct{ Title, Name string }
	if err == nil {
		err = json.Unmarshal(text, &named)
	}
	if err != nil {
		return "", fmt.Errorf("reading the name of what the page is about: %w", err)
	}
	return named.Title + named.Name, nil
}
