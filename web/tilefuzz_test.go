package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb/encoding/mvt"

	"kraj/tiles"
	"kraj/web"
)

// tileAsked is a request for a tile as a stranger may write it.
type tileAsked struct{ method, layers, z, x, y, query, headers string }

// request is what net/http makes of it; nil when it refuses it itself.
func (a tileAsked) request(ogc bool) *http.Request {
	build := func(escape func(string) string) (*http.Request, error) {
		path := "/tiles/" + escape(a.layers) + "/" + escape(a.z) + "/" + escape(a.x) + "/" + escape(a.y) + ".mvt"
		if ogc {
			path = "/collections/" + escape(a.layers) + "/tiles/WebMercatorQuad/" + escape(a.z) + "/" + escape(a.y) + "/" + escape(a.x)
		}
		var headers strings.Builder
		for _, line := range strings.Split(a.headers, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				headers.WriteString(line + "\r\n")
			}
		}
		text := a.method + " " + path + "?" + a.query + " HTTP/1.1\r\nHost: kraj.test\r\n" + headers.String() + "\r\n"
		return http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
	}
	r, err := build(func(s string) string { return s })
	if err != nil {
		a.query = url.PathEscape(a.query) // so that any bytes reach the server
		if r, err = build(url.PathEscape); err != nil {
			return nil
		}
	}
	r.RemoteAddr = "127.0.0.1:1"
	return r
}

// FuzzTile: whatever is asked, the answer is a 4xx problem document or a right tile, for at most one rendering.
func FuzzTile(f *testing.F) {
	pools, count := countedPools(f)
	server := web.New(web.Config{Pools: pools, Version: "test"})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); server.Run(ctx) }()
	f.Cleanup(func() { cancel(); <-done })
	awaitWarm(f, server)

	for _, a := range tileSeeds {
		f.Add(a.method, a.layers, a.z, a.x, a.y, a.query, a.headers, false)
		f.Add(a.method, a.layers, a.z, a.x, a.y, a.query, a.headers, true)
	}
	f.Fuzz(func(t *testing.T, method, layers, z, x, y, query, headers string, ogc bool) {
		a := tileAsked{method, layers, z, x, y, query, headers}
		r := a.request(ogc)
		if r == nil {
			t.Skip("net/http refuses it")
		}
		count.take()
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r.WithContext(t.Context()))
		sent := count.take()
		// One rendering; before it perhaps the session, the layers, the municipality, the scheme.
		if n := renders(sent); n > 1 || len(sent)-n > 4 {
			t.Errorf("%d renderings and %d other statements:\n%s", n, len(sent)-n, strings.Join(sent, "\n"))
		}
		checkAnswer(t, r, w.Result(), w.Body.Bytes(), layers)
	})
}

func awaitWarm(t testing.TB, server http.Handler) {
	t.Helper()
	for range 1000 {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		if strings.Contains(w.Body.String(), "\nkraj_tile_cache_warm 1\n") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("never warm")
}

func checkAnswer(t *testing.T, r *http.Request, answer *http.Response, body []byte, layers string) {
	t.Helper()
	kind := answer.Header.Get("Content-Type")
	switch {
	case answer.StatusCode >= 500:
		t.Errorf("%d %s", answer.StatusCode, body)
	case answer.StatusCode >= 400:
		var problem struct {
			Title, Detail string
			Status        int
		}
		if !strings.HasPrefix(kind, "application/problem+json") {
			t.Errorf("%d is no problem document: %s %s", answer.StatusCode, kind, body)
		} else if r.Method != http.MethodHead && (json.Unmarshal(body, &problem) != nil || problem.Status != answer.StatusCode || problem.Title == "" || problem.Detail == "") {
			t.Errorf("%d: %s", answer.StatusCode, body)
		}
	case answer.StatusCode == http.StatusNotModified:
		if r.Header.Get("If-None-Match") == "" || len(body) > 0 {
			t.Errorf("304, %d bytes, to %v", len(body), r.Header)
		}
	case answer.StatusCode == http.StatusNoContent:
		if len(body) > 0 {
			t.Errorf("204 with %d bytes", len(body))
		}
	case kind == tiles.ContentType && r.Method == http.MethodGet:
		checkTile(t, reply{answer.StatusCode, answer.Header, string(body)}, layers)
	}
}

func checkTile(t *testing.T, r reply, layers string) {
	t.Helper()
	if tag := r.header.Get("ETag"); len(tag) < 20 || tag[0] != '"' {
		t.Errorf("the tag %s", tag)
	}
	decoded, err := mvt.Unmarshal([]byte(plain(t, r)))
	if err != nil || len(decoded) == 0 {
		t.Errorf("%d layers, %v", len(decoded), err)
	}
	if wanted, err := url.PathUnescape(layers); err == nil {
		for _, l := range decoded {
			if !strings.Contains(wanted, l.Name) {
				t.Errorf("%q holds %s", wanted, l.Name)
			}
		}
	}
}

var tileSeeds = []tileAsked{
	{"GET", "settlements,projects", "8", "138", "90", "", ""},
	{"HEAD", "projects", "8", "138", "90", "municipality=kranj&scheme=municipal", "Accept-Encoding: br;q=0.5, *;q=0"},
	{"GET", "projects", "8", "138", "90", "theme=TP1&measure=1.9&status=idea,unknown&horizon=2030%2B2035&strategic=true&settlement=001&class=urban&scope=sites", "If-None-Match: *"},
	{"GET", "projects", "8", "138", "90", "holder=x&mechanism=URB&source=eu,own&year=2026,none&place=business_zones:PC-1&local_community=x", "If-None-Match: W/\"a\", \"b\"\nRange: bytes=0-1,5-"},
	{"GET", "projects", "11", "1106", "726", "min_amount=1.5&max_amount=1e12&located=false&eligible=URB:yes&q=%C5%A1ola", "X-Forwarded-Host: a b\nX-Forwarded-Prefix: //x\nX-Forwarded-For: ::1%eth0"},
	{"OPTIONS", "settlements", "0", "0", "0", "", "Origin: null\nAccess-Control-Request-Method: DELETE"},
	{"POST", "settlements", "0", "0", "0", "", "Content-Length: 0"},
	{"GET", "settlements", "-1", "+0", "0x10", "", ""},
	{"GET", "settlements", "99999999999999999999", "00", "٣", "", ""},
	{"GET", "settlements%2Cprojects", "8%2F138", "..", "%00", "q=%00", ""},
	{"GET", "a,b,,c", "8", "1e2", "1.5", "q=%ff&q=2;x", "Cookie: kraj_session=\x01"},
	{"GET", "settlements'--", "8", "138", "90", "municipality=%27%3B%20DROP&scheme=%27@1", "X-Forwarded-Proto: javascript"},
	{"GET", "settlements", "8", "138", "90", "scheme=municipal@999999999999999999999", "Accept-Encoding: ,;q,gzip;q=NaN"},
	{"GET", "projects", "8", "138", "90", "year=1900,2200&min_amount=-0&max_amount=1e13&place=a:&place=:", ""},
	{"PROPFIND", "settlements", "8", "138", "90", "municipality=" + "kranj%20", "Expect: 100-continue"},
}
