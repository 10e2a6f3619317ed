package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/web"
)

// TestTooBusy fills the server's only place with a question that waits.
func TestTooBusy(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.MaxRequests = 1 })
	release := s.block()
	done := make(chan reply)
	go func() { done <- s.get("/api/v1/projects") }()
	s.waitForQuery()
	if r := s.get("/api/v1/projects"); r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" || !strings.Contains(r.body, "Too busy") {
		t.Errorf("a second request: %d %s", r.status, r.body)
	}
	if r := s.get("/healthz"); r.status != http.StatusOK {
		t.Errorf("an operator's look: %d", r.status)
	}
	release()
	if r := <-done; r.status != http.StatusOK {
		t.Errorf("the first request: %d %s", r.status, r.body)
	}
}

// TestSlowQuestionsEnd lets a question wait for longer than a request may.
func TestSlowQuestionsEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.Timeout = 200 * time.Millisecond })
	release := s.block()
	defer release()
	r := s.get("/api/v1/projects")
	if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
		t.Errorf("a question that takes too long: %d %s", r.status, r.body)
	}
	s.waitForNoQuery()
}

// TestStatementsHaveATimeout does the same with the database's own limit.
func TestStatementsHaveATimeout(t *testing.T) {
	t.Parallel()
	pools, err := pg.Open(t.Context(), pg.Config{URL: pgtest.NewURL(t), MaxConns: 2, StatementTimeout: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pools.Close)
	s := siteOver(t, pools)
	release := s.block()
	defer release()
	if r := s.get("/api/v1/projects"); r.status != http.StatusServiceUnavailable || !strings.Contains(r.body, "Too much work") {
		t.Errorf("a statement that takes too long: %d %s", r.status, r.body)
	}
}

// TestAbandonedRequestsStopTheirQuery hangs up while the database works.
func TestAbandonedRequestsStopTheirQuery(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	release := s.block()
	defer release()
	ctx, hangUp := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/v1/projects", nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		done <- err
	}()
	s.waitForQuery()
	hangUp()
	if err := <-done; err == nil {
		t.Error("the request was answered")
	}
	s.waitForNoQuery()
}

// block locks the projects, so that whoever asks for them waits; the function it
// returns lets them go.
func (s *site) block() func() {
	s.t.Helper()
	tx, err := s.pools.Owner.Begin(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := tx.Exec(context.Background(), `LOCK TABLE kraj.projects IN ACCESS EXCLUSIVE MODE`); err != nil {
		s.t.Fatal(err)
	}
	return func() { _ = tx.Rollback(context.Background()) }
}

// waitForQuery returns when somebody waits for the projects.
func (s *site) waitForQuery() { s.wait(true) }

// waitForNoQuery returns when nobody does any more.
func (s *site) waitForNoQuery() { s.wait(false) }

func (s *site) wait(want bool) {
	s.t.Helper()
	for range 1000 {
		var waiting bool
		err := s.pools.Owner.QueryRow(context.Background(), `SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted
			AND relation = 'kraj.projects'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&waiting)
		if err != nil {
			s.t.Fatal(err)
		}
		if waiting == want {
			return
		}
		time.Sleep(10 * time.Millisecond) // the database tells nobody when a lock is waited for
	}
	s.t.Fatalf("waiting for the projects: never %v", want)
}
