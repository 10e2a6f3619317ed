package web_test

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/web"
)

func TestBehindAProxy(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	forwarded := []string{"X-Forwarded-Proto: https", "X-Forwarded-Host: karta.example.si", "X-Forwarded-Prefix: /mesto/kraj"}
	for _, c := range []struct {
		name    string
		change  func(*web.Config)
		path    string
		headers []string
		want    string // the address of /collections; HERE is the test server's own
	}{
		{"no proxy", func(*web.Config) {}, "/collections", nil, "HERE/collections"},
		{"a trusted one", func(*web.Config) {}, "/collections", forwarded, "https://karta.example.si/mesto/kraj/collections"},
		{"one that nobody trusts", func(c *web.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} }, "/collections", forwarded, "HERE/collections"},
		{"nonsense", func(*web.Config) {}, "/collections", []string{"X-Forwarded-Proto: javascript", "X-Forwarded-Host: a b", "X-Forwarded-Prefix: //evil.example"}, "HERE/collections"},
		{"the nearest speaks last", func(*web.Config) {}, "/collections", []string{"X-Forwarded-Host: evil.example, karta.example.si"}, "http://karta.example.si/collections"},
		{"base path, not stripped", func(c *web.Config) { c.BasePath = "/kraj/" }, "/kraj/collections", nil, "HERE/kraj/collections"},
		{"base path, stripped", func(c *web.Config) { c.BasePath = "/kraj" }, "/collections", nil, "HERE/kraj/collections"},
		{"public address", func(c *web.Config) { c.PublicURL = "https://kraj.example.si/x/" }, "/collections", forwarded, "https://kraj.example.si/x/collections"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := siteOver(t, pools, c.change)
			r := s.get(c.path, c.headers...)
			want := `"href":"` + strings.Replace(c.want, "HERE", s.URL, 1) + `"`
			if r.status != 200 || !strings.Contains(r.body, want) {
				t.Errorf("%d, without %s: %s", r.status, want, r.body)
			}
		})
	}
	s := siteOver(t, pools, func(c *web.Config) { c.BasePath = "/kraj" })
	if r := s.get("/kraj"); r.status != http.StatusPermanentRedirect || r.header.Get("Location") != s.URL+"/kraj/" {
		t.Errorf("the base path itself: %d %s", r.status, r.header.Get("Location"))
	}
}

// TestDatabaseAway takes the database away under the server and gives it back.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	pools, err := pg.Open(t.Context(), pg.Config{URL: url, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pools.Close)
	s := siteOver(t, pools)
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	name := config.Database
	config.Database = "postgres"
	admin, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close(context.Background()) })
	exec := func(sql string) {
		if _, err := admin.Exec(context.Background(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec(`ALTER DATABASE ` + pgx.Identifier{name}.Sanitize() + ` WITH ALLOW_CONNECTIONS false`)
	exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '` + name + `'`)
	for _, path := range []string{"/api/v1/projects", "/collections", "/tiles/settlements/8/138/90.mvt", "/readyz"} {
		r := s.get(path)
		if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" || !strings.Contains(r.body, `"status":503`) {
			t.Errorf("%s with the database away: %d %v %s", path, r.status, r.header, r.body)
		}
	}
	if r := s.get("/healthz"); r.status != 200 {
		t.Errorf("alive: %d", r.status)
	}
	if r := s.get("/metrics"); r.status != 200 {
		t.Errorf("metrics: %d", r.status)
	}
	exec(`ALTER DATABASE ` + pgx.Identifier{name}.Sanitize() + ` WITH ALLOW_CONNECTIONS true`)
	if r := s.get("/api/v1/projects"); r.status != 200 {
		t.Errorf("with the database back: %d %s", r.status, r.body)
	}
}
