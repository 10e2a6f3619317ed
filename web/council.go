package web

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"kraj/geo"
	"kraj/web/app"
)

// The council paper: one balance as a document to print, with the rule behind it and
// the projects behind it. It shows what the public may see, whoever asks, so that the
// same address says the same to everybody.

//go:embed council.html
var councilHTML string

//go:embed council.css
var councilCSS string

//go:embed council.js
var councilJS []byte

var councilTemplate = template.Must(template.New("council").Parse(councilHTML))

// councilPolicy allows the paper its own style, faces and button, and nothing else.
const councilPolicy = "default-src 'none'; style-src 'self'; font-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// councilProjects is how many projects the appendix lists.
const councilProjects = 1000

func (s *Server) council(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, slices.Concat(balanceParams, []string{"lang"})...)
	query := balanceQuery(p)
	p.Word("lang", "", "sl", "en")
	if err := p.Err(); err != nil {
		return err
	}
	pinned := query.AsOf != "" || len(query.Places)+len(query.Eligible) > 0 // the past cannot be asked of these
	if !pinned {
		return s.councilPinned(w, r, query)
	}
	lang := geo.Language(language(r))
	question, err := json.Marshal(query)
	if err != nil {
		return fmt.Errorf("writing the question down: %w", err)
	}
	here := originOf(r.Context()).url("")
	key := "council " + string(lang) + " " + here + " " + string(question)
	a, epoch, ok := s.answers.get(key)
	if !ok {
		paper, err := geo.Council(r.Context(), s.cfg.Pools.Public, query)
		if err != nil {
			return asParameter(err)
		}
		var b bytes.Buffer
		if err := councilTemplate.Execute(&b, newCouncilPage(paper, lang, here, r.URL.Query())); err != nil {
			return fmt.Errorf("writing the council paper: %w", err)
		}
		a = answer{contentType: "text/html; charset=utf-8", body: b.Bytes()}
		s.answers.keep(key, epoch, a)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", councilPolicy)
	h.Set("Content-Language", string(lang))
	h.Add("Vary", "Accept-Language")
	return write(w, r, a)
}

// councilPinned sends the browser on to the same paper of the latest revision, so that
// the address that is printed keeps its figures.
func (s *Server) councilPinned(w http.ResponseWriter, r *http.Request, query geo.BalanceQuery) error {
	db := s.cfg.Pools.Public
	town, err := geo.FindMunicipality(r.Context(), db, query.Municipality)
	if err != nil {
		return asParameter(err)
	}
	at, err := geo.LatestRevision(r.Context(), db, town.Code)
	if err != nil {
		return asParameter(err)
	}
	values := r.URL.Query()
	values.Set("as_of", fmt.Sprint(at.Revision))
	values.Set("lang", language(r))
	values.Set("municipality", town.Slug)
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Language")
	h.Set("Location", originOf(r.Context()).url("/gradivo?"+values.Encode()))
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// councilStyle is the paper's style, with the faces of the map page where it is built.
func (s *Server) councilStyle(w http.ResponseWriter, r *http.Request) error {
	if err := readParams(r).Err(); err != nil {
		return err
	}
	return write(w, r, answer{contentType: "text/css; charset=utf-8", body: append(faceRules(), councilCSS...)})
}

// faceRules declare the faces of the map page, for pages that are not part of its bundle.
func faceRules() []byte {
	var b bytes.Buffer
	for _, face := range app.Faces() {
		fmt.Fprintf(&b, "@font-face { font-family: \"Source Sans 3\"; font-weight: 200 900; font-display: swap; src: url(%q) format(\"woff2\"); unicode-range: %s; }\n",
			"assets/"+url.PathEscape(face.File), face.Range)
	}
	return b.Bytes()
}

func (s *Server) councilScript(w http.ResponseWriter, r *http.Request) error {
	if err := readParams(r).Err(); err != nil {
		return err
	}
	return write(w, r, answer{contentType: "text/javascript; charset=utf-8", body: councilJS})
}
