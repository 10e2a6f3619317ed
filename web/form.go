package web

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"kraj/geo"
)

//go:embed login.html
var loginHTML string

// loginTemplate is parsed once; a fault in it is found by the first test.
var loginTemplate = template.Must(template.New("login").Parse(loginHTML))

// loginPage is what the form shows.
type loginPage struct {
	Text    map[string]string
	Lang    string
	Base    string // the server's own address, without a slash at its end
	Name    string
	Next    string
	Failed  bool
	User    *geo.User
	OtherAt string // this page in the other language
}

// The form's words. Both languages have the same keys; a test looks.
var loginWords = map[string]map[string]string{
	"sl": {
		"title": "Prijava", "intro": "Prijavijo se načrtovalci, ki urejajo podatke in vidijo osnutke. Zemljevid je odprt vsem.",
		"name": "Uporabniško ime", "password": "Geslo", "submit": "Prijavi se", "failed": "Ime ali geslo ni pravo. Poskusite znova.",
		"signedIn": "Prijavljeni ste kot", "logout": "Odjavi se", "map": "Na zemljevid", "other": "English",
	},
	"en": {
		"title": "Sign in", "intro": "Planners sign in to edit the data and to see drafts. The map is open to everybody.",
		"name": "User name", "password": "Password", "submit": "Sign in", "failed": "The name or the password is not right. Try again.",
		"signedIn": "You are signed in as", "logout": "Sign out", "map": "To the map", "other": "Slovenščina",
	},
}

//go:embed login.css
var loginCSS []byte

func (s *Server) loginStyle(w http.ResponseWriter, r *http.Request) error {
	return write(w, r, answer{contentType: "text/css; charset=utf-8", body: loginCSS})
}

// formPolicy allows the form its own style and to be sent here.
const formPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (s *Server) loginForm(w http.ResponseWriter, r *http.Request) error {
	p := readParams(r, "lang", "next")
	p.Word("lang", "", "sl", "en")
	if err := p.Err(); err != nil {
		return err
	}
	return s.writeForm(w, r, loginPage{Next: p.Text("next")}, http.StatusOK)
}

func (s *Server) writeForm(w http.ResponseWriter, r *http.Request, page loginPage, status int) error {
	page.Lang = language(r)
	page.Text = loginWords[page.Lang]
	page.Base = originOf(r.Context()).url("")
	page.User = audienceOf(r.Context()).user
	page.OtherAt = page.Base + "/login?lang=" + map[string]string{"sl": "en", "en": "sl"}[page.Lang]
	var b bytes.Buffer
	if err := loginTemplate.Execute(&b, page); err != nil {
		return fmt.Errorf("writing the sign-in form: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", formPolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", page.Lang)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // the client has gone; there is nobody to tell
	}
	return nil
}

// language is ?lang=, else what the browser prefers of the two; Slovene first.
func language(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); lang == "sl" || lang == "en" {
		return lang
	}
	best, weight := "sl", 0.0
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		name, q := mediaRange(part)
		name, _, _ = strings.Cut(name, "-")
		if (name == "sl" || name == "en") && q > weight {
			best, weight = name, q
		}
	}
	return best
}
