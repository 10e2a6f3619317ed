package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/web"
)

// liveSite is a site whose server runs: it keeps answers.
func liveSite(t testing.TB, pools *pg.Pools) *site {
	t.Helper()
	s := &site{t: t, pools: pools, log: &strings.Builder{}}
	server := web.New(web.Config{Pools: pools, Version: "test"})
	s.Server = httptest.NewServer(server)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); server.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; s.Close() })
	return s
}

// until asks again and again, as a change by another writer shows within the time of a notification.
func (s *site) until(path string, ok func(reply) bool, headers ...string) reply {
	s.t.Helper()
	var r reply
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if r = s.get(path, headers...); ok(r) {
			return r
		}
	}
	s.t.Fatalf("GET %s: never as wanted; last %d %v", path, r.status, r.header)
	return r
}

func status(want string) func(reply) bool {
	return func(r reply) bool { return strings.HasPrefix(r.header.Get("Cache-Status"), "kraj; "+want) }
}

func TestCachedTiles(t *testing.T) {
	t.Parallel()
	s := liveSite(t, pgtest.New(t)).filled()
	path := "/tiles/settlements,projects/" + kranjTile
	first := s.get(path)
	hit := s.until(path, status("hit"))
	if hit.body != first.body || hit.header.Get("ETag") != first.header.Get("ETag") {
		t.Error("the cached tile differs")
	}
	for _, encoding := range []string{"br", "zstd", "gzip"} {
		r := s.get(path, "Accept-Encoding: "+encoding)
		if r.header.Get("Content-Encoding") != encoding || r.header.Get("ETag") == first.header.Get("ETag") {
			t.Errorf("%s: %v", encoding, r.header)
		}
		again := s.get(path, "Accept-Encoding: gzip, br", "If-None-Match: "+r.header.Get("ETag"))
		if again.status != http.StatusNotModified || again.header.Get("ETag") != r.header.Get("ETag") {
			t.Errorf("%s: revalidation %d %v", encoding, again.status, again.header)
		}
	}
	if r := s.get(path, "Accept-Encoding: identity;q=0.5, gzip;q=0.1"); r.header.Get("Content-Encoding") != "" {
		t.Errorf("identity was preferred: %v", r.header)
	}
	// An edit elsewhere, and one here.
	s.sql(`UPDATE settlements SET name = name || ' (novo)' WHERE code = (SELECT min(code) FROM settlements)`)
	changed := s.until(path, func(r reply) bool { return r.body != first.body })
	if changed.header.Get("ETag") == first.header.Get("ETag") {
		t.Error("another tile under the same tag")
	}
	s.until(path, status("hit"))
}

// Without the database: what is cached is served and says that it may be old, without 304; the rest is 503. When it is
// back, all is well without a restart.
func TestTheDatabaseGoesAway(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	s := liveSite(t, pools).filled()
	path := "/tiles/settlements/" + kranjTile
	s.until(path, status("hit"))
	tag := s.get(path).header.Get("ETag")
	name := database(t, s)
	other := pgtest.New(t) // a database of its own is still there to give orders from
	order := func(sql string) {
		t.Helper()
		if _, err := other.Owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	order(`ALTER DATABASE ` + name + ` ALLOW_CONNECTIONS false`)
	order(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '` + name + `'`)
	stale := s.until(path, func(r reply) bool { return strings.Contains(r.header.Get("Cache-Status"), "stale") }, "If-None-Match: "+tag)
	if stale.status != http.StatusOK || stale.header.Get("Cache-Control") != "no-store" {
		t.Errorf("stale: %d %v", stale.status, stale.header)
	}
	if r := s.get("/tiles/settlements/9/276/181.mvt"); r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
		t.Errorf("not cached: %d %v", r.status, r.header)
	}
	order(`ALTER DATABASE ` + name + ` ALLOW_CONNECTIONS true`)
	s.until(path, status("hit"))
}

func database(t *testing.T, s *site) string {
	t.Helper()
	var name string
	if err := s.pools.Owner.QueryRow(t.Context(), `SELECT quote_ident(current_database())`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}
