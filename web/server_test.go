package web_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// lockedWriter lets a test read a log that handlers write.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

func TestBasics(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	long := "/api/v1/search?q=" + strings.Repeat("a", 9000)
	for _, c := range []struct {
		name, method, path string
		headers            []string
		status             int
		header, value      string // a header that holds the value
		holds              string // in the body
	}{
		{"alive", "GET", "/healthz", nil, 200, "Cache-Control", "no-store", `"alive"`},
		{"ready", "GET", "/readyz", nil, 200, "Content-Type", "application/json", `"ready"`},
		{"metrics", "GET", "/metrics", nil, 200, "", "", "kraj_http_requests_total"},
		{"unknown address", "GET", "/nothing/here", nil, 404, "Content-Type", "application/problem+json", `"title":"Not found"`},
		{"wrong method", "DELETE", "/healthz", nil, 405, "Allow", "GET", `"status":405`},
		{"long address", "GET", long, nil, 414, "", "", `"Address too long"`},
		{"preflight", "OPTIONS", "/readyz", nil, 204, "Access-Control-Allow-Origin", "*", ""},
		{"bad host", "GET", "/readyz", []string{"Host: a b"}, 400, "", "", ""},
		{"nosniff", "GET", "/healthz", nil, 200, "X-Content-Type-Options", "nosniff", ""},
		{"request id", "GET", "/nothing", nil, 404, "X-Request-Id", "-", `"request_id":"`},
		{"HEAD", "HEAD", "/healthz", nil, 200, "Content-Length", "", ""},
		{"page for a browser", "GET", "/", []string{"Accept: text/html,application/xhtml+xml,*/*;q=0.8"}, 0, "Vary", "Accept", ""},
		{"landing for a program", "GET", "/", nil, 200, "Content-Type", "application/json", `"title"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := s.do(c.method, c.path, "", c.headers...)
			if c.status != 0 && r.status != c.status {
				t.Errorf("status %d, want %d: %s", r.status, c.status, r.body)
			}
			if c.header != "" && !strings.Contains(strings.Join(r.header.Values(c.header), ", "), c.value) {
				t.Errorf("%s: %q does not hold %q", c.header, r.header.Values(c.header), c.value)
			}
			if !strings.Contains(r.body, c.holds) {
				t.Errorf("body %s does not hold %s", r.body, c.holds)
			}
		})
	}
}

func TestRevalidate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.get("/", "Accept: application/json")
	tag := first.header.Get("ETag")
	if tag == "" || strings.HasPrefix(tag, "W/") {
		t.Fatalf("ETag %q is not strong", tag)
	}
	again := s.get("/", "Accept: application/json", "If-None-Match: "+tag)
	if again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("revalidation: %d %q", again.status, again.body)
	}
	other := s.get("/", "Accept: application/json", `If-None-Match: "other"`)
	if other.status != http.StatusOK || other.body != first.body {
		t.Errorf("another tag: %d", other.status)
	}
}
