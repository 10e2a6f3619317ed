package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	rec := httptest.NewRecorder()
	Page(ContentSecurityPolicy).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
	if !Built() {
		if rec.Code != http.StatusNotImplemented || !strings.Contains(rec.Body.String(), "./dev build") {
			t.Fatalf("without a build: %d %q, want 501 and how to build", rec.Code, rec.Body)
		}
		return
	}
	if rec.Code != http.StatusOK || rec.Header().Get("Content-Security-Policy") != ContentSecurityPolicy {
		t.Fatalf("status %d, policy %q", rec.Code, rec.Header().Get("Content-Security-Policy"))
	}
	for _, bad := range []string{"http://", "https://", `="/`, "<style", "onload="} {
		if strings.Contains(rec.Body.String(), bad) {
			t.Errorf("the page contains %q: other hosts, absolute paths and inline code are refused", bad)
		}
	}
}

func TestAssetsUnknown(t *testing.T) {
	for _, name := range []string{"/assets/nothing.js", "/assets/", "/assets/../index.html", "/assets/..%2f..%2fembed.go"} {
		rec := httptest.NewRecorder()
		Assets().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, name, nil))
		if rec.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", name, rec.Code)
		}
	}
}

func TestAssetsCarryThePolicy(t *testing.T) {
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Security-Policy", "default-src 'none'") // as set for documents around it
	Assets().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/assets/maplibre-worker-00000000.js", nil))
	if got := rec.Header().Get("Content-Security-Policy"); got != ContentSecurityPolicy {
		t.Errorf("policy %q: the worker could not fetch tiles", got)
	}
}

func TestAccepts(t *testing.T) {
	for _, c := range []struct {
		header, coding string
		want           bool
	}{
		{"gzip, deflate, br", "br", true},
		{"gzip;q=0, br", "gzip", false},
		{"gzip; q=0.5", "gzip", true},
		{"", "gzip", false},
		{"GZIP", "gzip", true},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", c.header)
		if got := accepts(r, c.coding); got != c.want {
			t.Errorf("accepts(%q, %s) = %v, want %v", c.header, c.coding, got, c.want)
		}
	}
}
