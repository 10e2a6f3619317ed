package web_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
	"kraj/web"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// site is a server over a database of its own.
type site struct {
	*httptest.Server
	t     testing.TB
	pools *pg.Pools
	log   *strings.Builder
}

func newSite(t testing.TB, change ...func(*web.Config)) *site {
	t.Helper()
	return siteOver(t, pgtest.New(t), change...)
}

func siteOver(t testing.TB, pools *pg.Pools, change ...func(*web.Config)) *site {
	t.Helper()
	s := &site{t: t, pools: pools, log: &strings.Builder{}}
	c := web.Config{Pools: pools, Version: "test", Log: slog.New(slog.NewTextHandler(&lockedWriter{w: s.log}, nil))}
	for _, f := range change {
		f(&c)
	}
	s.Server = httptest.NewServer(web.New(c))
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.log.String())
		}
	})
	t.Cleanup(s.Close)
	return s
}

// sql runs statements as the owner.
func (s *site) sql(text string, args ...any) {
	s.t.Helper()
	if _, err := s.pools.Owner.Exec(context.Background(), text, args...); err != nil {
		s.t.Fatalf("%v in:\n%s", err, text)
	}
}

// reply is an answer, read whole.
type reply struct {
	status int
	header http.Header
	body   string
}

// do sends a request; headers are "Name: value".
func (s *site) do(method, path, body string, headers ...string) reply {
	s.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	client := http.Client{
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(b)}
}

func (s *site) get(path string, headers ...string) reply {
	s.t.Helper()
	return s.do(http.MethodGet, path, "", headers...)
}

// json reads a good answer into v.
func (s *site) json(path string, v any, headers ...string) {
	s.t.Helper()
	r := s.get(path, headers...)
	if r.status != http.StatusOK {
		s.t.Fatalf("GET %s: %d %s", path, r.status, r.body)
	}
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		s.t.Fatalf("GET %s: %v in %s", path, err, r.body)
	}
}
