package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kraj/geo"
	"kraj/web"
)

const anaPassword = "skodelica-kave-7"

// planner adds the planner ana and returns her cookie.
func (s *site) planner() string {
	s.t.Helper()
	if err := geo.AddUser(context.Background(), s.pools.Owner, "ana", anaPassword, "planner"); err != nil {
		s.t.Fatal(err)
	}
	return s.signIn("ana", anaPassword)
}

func (s *site) signIn(name, password string) string {
	s.t.Helper()
	r := s.do(http.MethodPost, "/login", `{"name":"`+name+`","password":"`+password+`"}`, "Content-Type: application/json")
	if r.status != http.StatusOK {
		s.t.Fatalf("signing in: %d %s", r.status, r.body)
	}
	cookie, _, _ := strings.Cut(r.header.Get("Set-Cookie"), ";")
	return "Cookie: " + cookie
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	cookie := s.planner()
	if r := s.get("/api/v1/session", cookie); !strings.Contains(r.body, `"user":{"name":"ana","role":"planner"}`) {
		t.Errorf("session: %s", r.body)
	}
	if r := s.get("/api/v1/projects/kranj/1.9%2F666", cookie); r.status != 200 || r.header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("a draft, for a planner: %d %v", r.status, r.header)
	}
	var hash string
	if err := s.pools.Owner.QueryRow(context.Background(), `SELECT encode(token_hash, 'escape') FROM kraj.sessions`).Scan(&hash); err != nil || strings.Contains(cookie, hash) {
		t.Errorf("the database keeps the token itself: %v", err)
	}
	if r := s.do("POST", "/logout", "", cookie); r.status != http.StatusNoContent {
		t.Errorf("logout: %d %s", r.status, r.body)
	}
	if r := s.get("/api/v1/session", cookie); !strings.Contains(r.body, `"user":null`) {
		t.Errorf("after logout: %s", r.body)
	}
	if strings.Contains(s.log.String(), anaPassword) {
		t.Error("the log holds the password")
	}
}

func TestSignInByForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := geo.AddUser(t.Context(), s.pools.Owner, "Žan", anaPassword, "admin"); err != nil {
		t.Fatal(err)
	}
	if r := s.get("/login?lang=en"); r.status != 200 || !strings.Contains(r.body, "Sign in") || !strings.Contains(r.header.Get("Content-Security-Policy"), "form-action 'self'") {
		t.Errorf("form: %d %s", r.status, r.body)
	}
	form := func(name, password, next string) string {
		return url.Values{"name": {name}, "password": {password}, "next": {next}}.Encode()
	}
	const isForm = "Content-Type: application/x-www-form-urlencoded"
	for next, want := range map[string]string{
		"":                     "/",
		"/#m=kranj":            "/#m=kranj",
		"//evil.example":       "/",
		"https://evil.example": "/",
		`/\evil.example`:       "/",
	} {
		r := s.do("POST", "/login", form("žan", anaPassword, next), isForm, "X-Forwarded-Proto: https")
		cookie := r.header.Get("Set-Cookie")
		if r.status != http.StatusSeeOther || r.header.Get("Location") != strings.Replace(s.URL, "http:", "https:", 1)+want {
			t.Errorf("next %q: %d %s", next, r.status, r.header.Get("Location"))
		}
		for _, flag := range []string{"HttpOnly", "SameSite=Lax", "Secure", "Path=/"} {
			if !strings.Contains(cookie, flag) {
				t.Errorf("cookie %s without %s", cookie, flag)
			}
		}
	}
	if r := s.do("POST", "/login", form("Žan", "wrong-password", ""), isForm, "Accept-Language: en"); r.status != 403 || !strings.Contains(r.body, "not right") || r.header.Get("Set-Cookie") != "" {
		t.Errorf("wrong password: %d %s", r.status, r.body)
	}
	if r := s.do("POST", "/login", form(`"><script>`, "wrong-password", ""), isForm); strings.Contains(r.body, "<script>") {
		t.Errorf("unescaped: %s", r.body)
	}
}

func TestSignInRefuses(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cookie := s.planner()
	isJSON := "Content-Type: application/json"
	good := `{"name":"ana","password":"` + anaPassword + `"}`
	for name, c := range map[string]struct {
		body    string
		headers []string
		status  int
	}{
		"another origin":   {good, []string{isJSON, "Origin: https://evil.example"}, 403},
		"another site":     {good, []string{isJSON, "Sec-Fetch-Site: cross-site"}, 403},
		"no type":          {good, nil, 415},
		"not JSON":         {`{`, []string{isJSON}, 400},
		"too large":        {`{"name":"` + strings.Repeat("a", 70000) + `"}`, []string{isJSON}, 413},
		"wrong password":   {`{"name":"ana","password":"wrong-password"}`, []string{isJSON}, 403},
		"unknown name":     {`{"name":"nobody","password":"wrong-password"}`, []string{isJSON}, 403},
		"name with NUL":    {`{"name":"a\u0000b","password":"wrong-password"}`, []string{isJSON}, 400},
		"the same origin":  {good, []string{isJSON, "Origin: " + s.URL}, 200},
		"own site":         {good, []string{isJSON, "Sec-Fetch-Site: same-origin"}, 200},
		"a made up cookie": {good, []string{isJSON, "Cookie: kraj_session=abc"}, 200},
	} {
		if r := s.do("POST", "/login", c.body, c.headers...); r.status != c.status {
			t.Errorf("%s: %d %s, want %d", name, r.status, r.body, c.status)
		}
	}
	if err := geo.SetDisabled(t.Context(), s.pools.Owner, "ANA", true); err != nil {
		t.Fatal(err)
	}
	if r := s.get("/api/v1/session", cookie); !strings.Contains(r.body, `"user":null`) {
		t.Errorf("a disabled user is still signed in: %s", r.body)
	}
	if r := s.do("POST", "/login", good, isJSON); r.status != 403 {
		t.Errorf("a disabled user signs in: %d", r.status)
	}
}

func TestSignInIsLimited(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range 10 {
		if r := s.do("POST", "/login", `{"name":"ana","password":"x"}`, "Content-Type: application/json"); r.status != 403 {
			t.Fatalf("attempt: %d", r.status)
		}
	}
	r := s.do("POST", "/login", `{"name":"ana","password":"x"}`, "Content-Type: application/json")
	if r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") == "" {
		t.Errorf("the eleventh attempt: %d %v", r.status, r.header)
	}
	other := s.do("POST", "/login", `{"name":"bine","password":"x"}`, "Content-Type: application/json", "X-Forwarded-For: 192.0.2.7")
	if other.status != 403 {
		t.Errorf("another name from another address: %d", other.status)
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx, q := t.Context(), s.pools.Owner
	for name, c := range map[string]struct {
		err  error
		kind geo.Kind
	}{
		"good":          {geo.AddUser(ctx, q, "Čadež", anaPassword, "planner"), ""},
		"twice":         {geo.AddUser(ctx, q, "čadež", anaPassword, "planner"), geo.Conflict},
		"short":         {geo.AddUser(ctx, q, "bor", "short", "planner"), geo.Invalid},
		"role":          {geo.AddUser(ctx, q, "bor", anaPassword, "king"), geo.Invalid},
		"name":          {geo.AddUser(ctx, q, " bor", anaPassword, "planner"), geo.Invalid},
		"new password":  {geo.SetPassword(ctx, q, "ČADEŽ", anaPassword+"2"), ""},
		"of a nobody":   {geo.SetPassword(ctx, q, "nobody", anaPassword), geo.NotFound},
		"lock a nobody": {geo.SetDisabled(ctx, q, "nobody", true), geo.NotFound},
	} {
		if (c.err == nil) != (c.kind == "") || (c.err != nil && geo.KindOf(c.err) != c.kind) {
			t.Errorf("%s: %v, want %q", name, c.err, c.kind)
		}
	}
	if users, err := geo.ListUsers(ctx, q); err != nil || len(users) != 1 || users[0].Name != "Čadež" {
		t.Errorf("users: %v %v", users, err)
	}
	for _, role := range []string{"kraj_public", "kraj_planner"} {
		var may bool
		if err := q.QueryRow(ctx, `SELECT has_table_privilege($1, 'kraj.users', 'SELECT') OR has_table_privilege($1, 'kraj.sessions', 'SELECT')`, role).Scan(&may); err != nil || may {
			t.Errorf("%s may read users: %v", role, err)
		}
	}
}

func TestPagePolicy(t *testing.T) {
	t.Parallel()
	maps, err := web.ParseBasemaps("DOF=https://tiles.example.si/{z}/{x}/{y}.jpg|GURS; Topo = https://tiles.example.si/t/{z}/{y}/{x}.png")
	if err != nil || len(maps) != 2 || maps[0].Attribution != "GURS" || maps[1].Name != "Topo" {
		t.Fatalf("basemaps: %+v %v", maps, err)
	}
	for _, bad := range []string{"x", "x=ftp://a/{z}/{x}/{y}", "x=https://a/{z}/{x}", "x=https://a.example;script-src *", "x=https://a b/{z}/{x}/{y}", "=https://a/{z}/{x}/{y}"} {
		if _, err := web.ParseBasemaps(bad); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}
