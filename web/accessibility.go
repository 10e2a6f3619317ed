package web

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"

	"kraj/geo"
)

// The statement on accessibility that the law asks of public bodies (ZDSMA, after
// Directive 2016/2102 and its model statement). It is written for kraj as it is; who
// publishes a kraj says with a setting whom to write to.

//go:embed accessibility.html
var accessibilityHTML string

//go:embed accessibility.css
var accessibilityCSS string

var accessibilityTemplate = template.Must(template.New("accessibility").Parse(accessibilityHTML))

// accessibilityPolicy allows the statement its own style and faces.
const accessibilityPolicy = "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// The day the statement was made, and the day it was last held against the page.
const (
	statementMade    = "2026-11-28"
	statementChecked = "2026-11-28"
)

func (s *Server) accessibility(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "lang")
	p.Word("lang", "", "sl", "en")
	if err := p.Err(); err != nil {
		return err
	}
	lang := language(r)
	words := geo.Language(lang)
	page := struct {
		Lang, Other, Base, Contact, Made, Checked string
	}{lang, map[string]string{"sl": "en", "en": "sl"}[lang], originOf(r.Context()).url(""), s.cfg.AccessibilityContact, words.ISODate(statementMade), words.ISODate(statementChecked)}
	var b bytes.Buffer
	if err := accessibilityTemplate.Execute(&b, page); err != nil {
		return fmt.Errorf("writing the accessibility statement: %w", err)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", accessibilityPolicy)
	h.Set("Content-Language", lang)
	h.Add("Vary", "Accept-Language")
	return write(w, r, answer{contentType: "text/html; charset=utf-8", body: b.Bytes()})
}

func (s *Server) accessibilityStyle(w http.ResponseWriter, r *http.Request) error {
	if err := readParams(r).Err(); err != nil {
		return err
	}
	return write(w, r, answer{contentType: "text/css; charset=utf-8", body: append(faceRules(), accessibilityCSS...)})
}
