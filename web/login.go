package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kraj/geo"
)

// itoa keeps handlers short.
func itoa(n int) string { return strconv.Itoa(n) }

// sameOrigin refuses a request that another site made a browser send. Programs,
// which send neither Sec-Fetch-Site nor Origin, pass: they carry no cookie of
// somebody else.
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site, from := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
		here := originOf(r.Context())
		ok := site == "same-origin" || site == "none"
		if site == "" {
			ok = from == "" || from == here.scheme+"://"+here.host
		}
		if !ok {
			writeProblem(w, r, problem{
				Status: http.StatusForbidden, Title: "From another site",
				Detail: "this request came from a page of another site and was not carried out",
			})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// session tells a page for whom it is shown, and what it may show beneath.
func (s *Server) session(w http.ResponseWriter, r *http.Request) error {
	if err := readParams(r).Err(); err != nil {
		return err
	}
	type user struct {
		Name string `json:"name"`
		Role string `json:"role"`
	}
	answer := struct {
		User     *user     `json:"user"` // null: nobody is signed in
		Version  string    `json:"version"`
		Basemaps []Basemap `json:"basemaps"`
	}{Version: s.cfg.Version, Basemaps: append([]Basemap{}, s.cfg.Basemaps...)}
	if u := audienceOf(r.Context()).user; u != nil {
		answer.User = &user{u.Name, u.Role}
	}
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, r, answer)
}

// credentials are what somebody signs in with.
type credentials struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Next     string `json:"next"` // a path on this server, for the form
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) error {
	c, program, err := readCredentials(r)
	if err != nil {
		return err
	}
	user, err := s.check(r, c)
	if err != nil {
		if program || geo.KindOf(err) != geo.Forbidden {
			return err
		}
		return s.writeForm(w, r, loginPage{Name: c.Name, Next: c.Next, Failed: true}, http.StatusForbidden)
	}
	token, expires, err := geo.NewSession(r.Context(), s.cfg.Pools.Owner, user)
	if err != nil {
		return err
	}
	s.endOld(r)
	s.setCookie(w, r, token, expires)
	w.Header().Set("Cache-Control", "no-store")
	if program {
		return writeJSON(w, r, struct {
			Name string `json:"name"`
			Role string `json:"role"`
		}{user.Name, user.Role})
	}
	http.Redirect(w, r, localTarget(r, c.Next), http.StatusSeeOther)
	return nil
}

// readCredentials reads a form or JSON.
func readCredentials(r *http.Request) (c credentials, program bool, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(body, &c)
		}
		if err != nil {
			return c, true, badBody(err, `a JSON object {"name": "…", "password": "…"}`)
		}
		return c, true, nil
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return c, false, badBody(err, "a form with name and password")
		}
		return credentials{r.PostForm.Get("name"), r.PostForm.Get("password"), r.PostForm.Get("next")}, false, nil
	}
	return c, true, &problem{
		Status: http.StatusUnsupportedMediaType, Title: "Unknown body",
		Detail: "send a form (application/x-www-form-urlencoded) or application/json with name and password",
	}
}

func badBody(err error, want string) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return &problem{Status: http.StatusRequestEntityTooLarge, Title: "Body too large", Detail: "a body may have at most " + itoa(maxBody) + " bytes"}
	}
	return geo.Errorf(geo.Invalid, "Bad body", "the body is not %s", want)
}

// check limits guessing by name and by address, then compares the password.
func (s *Server) check(r *http.Request, c credentials) (geo.User, error) {
	name := "name " + strings.ToLower(c.Name[:min(len(c.Name), 100)])
	address := "address " + originOf(r.Context()).client
	for _, key := range []string{name, address} {
		if wait, ok := s.sessions.limits.allow(key); !ok {
			s.metrics.logins.WithLabelValues("limited").Inc()
			return geo.User{}, &problem{
				Status: http.StatusTooManyRequests, Title: "Too many attempts",
				Detail: "too many attempts to sign in; try again later", retryAfter: int(wait/time.Second) + 1,
			}
		}
	}
	if !cleanText(c.Name) {
		return geo.User{}, geo.Errorf(geo.Invalid, "Bad name", "the name is not clean UTF-8 text")
	}
	select {
	case s.sessions.hashes <- struct{}{}:
		defer func() { <-s.sessions.hashes }()
	case <-r.Context().Done():
		return geo.User{}, r.Context().Err()
	}
	user, err := geo.SignIn(r.Context(), s.cfg.Pools.Owner, c.Name, c.Password)
	switch {
	case err == nil:
		s.metrics.logins.WithLabelValues("good").Inc()
		s.sessions.limits.forgive(name)
		s.sessions.limits.forgive(address)
	case geo.KindOf(err) == geo.Forbidden:
		s.metrics.logins.WithLabelValues("bad").Inc()
	}
	return user, err
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) error {
	if cookie, err := r.Cookie(cookieName); err == nil && cookie.Value != "" {
		if err := geo.EndSession(r.Context(), s.cfg.Pools.Owner, cookie.Value); err != nil {
			return err
		}
	}
	s.setCookie(w, r, "", time.Unix(0, 0))
	w.Header().Set("Cache-Control", "no-store")
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, originOf(r.Context()).url("/"), http.StatusSeeOther)
	return nil
}

// endOld ends the session that the browser had before; failing to is no reason
// to refuse the new one, the old one runs out.
func (s *Server) endOld(r *http.Request) {
	if cookie, err := r.Cookie(cookieName); err == nil && cookie.Value != "" {
		_ = geo.EndSession(r.Context(), s.cfg.Pools.Owner, cookie.Value)
	}
}

func (s *Server) setCookie(w http.ResponseWriter, r *http.Request, token string, expires time.Time) {
	o := originOf(r.Context())
	cookie := &http.Cookie{
		Name: cookieName, Value: token, Path: o.prefix + "/", Expires: expires,
		HttpOnly: true, Secure: o.secure(), SameSite: http.SameSiteLaxMode,
	}
	if token == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// localTarget is where to go after signing in: a path on this server, never another one.
func localTarget(r *http.Request, next string) string {
	o := originOf(r.Context())
	u, err := url.Parse(next)
	if err != nil || next == "" || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return o.url("/")
	}
	path := strings.TrimPrefix(u.EscapedPath(), o.prefix)
	target := o.url("/" + strings.TrimLeft(path, "/"))
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		target += "#" + u.EscapedFragment()
	}
	return target
}
