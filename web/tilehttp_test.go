package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"kraj/tiles"
)

// settled waits until the start's own renderings have ended and the tile is in memory.
func (s *site) settled(c *counter, path string) reply {
	s.t.Helper()
	s.until("/metrics", func(r reply) bool { return strings.Contains(r.body, "\nkraj_tile_cache_warm 1\n") })
	hit := s.until(path, status("hit"))
	c.take()
	return hit
}

// What a request for a tile costs the database.
func TestWhatATileCosts(t *testing.T) {
	t.Parallel()
	pools, count := countedPools(t)
	s := liveSite(t, pools)
	path := "/tiles/settlements,projects/" + kranjTile
	tag := s.settled(count, path).header.Get("ETag")
	for _, c := range []struct {
		name, path      string
		headers         []string
		status          int
		renders, others int
	}{
		{"a hit", path, nil, 200, 0, 0},
		{"held", path, []string{"If-None-Match: " + tag}, 304, 0, 0},
		{"an unknown layer", "/tiles/castles/" + kranjTile, nil, 404, 0, 0},
		{"one of them unknown", "/tiles/settlements,castles/" + kranjTile, nil, 404, 0, 0},
		{"outside the pyramid", "/tiles/settlements/8/256/0.mvt", nil, 404, 0, 0},
		{"too deep", "/tiles/settlements/16/0/0.mvt", nil, 404, 0, 0},
		{"an unknown parameter", path + "?colour=red", nil, 400, 0, 0},
		{"a bad value", path + "?status=done", nil, 400, 0, 0},
		{"a miss", "/tiles/settlements/9/276/181.mvt", nil, 200, 1, 0},
		{"nothing there", "/tiles/settlements/9/0/0.mvt", nil, 204, 1, 0},
		{"nothing there, again", "/tiles/settlements/9/0/0.mvt", nil, 204, 0, 0},
		{"below the layer's zooms", "/tiles/settlements_labels/0/0/0.mvt", nil, 204, 0, 0},
		{"a filter", "/tiles/projects/" + kranjTile + "?status=idea&theme=TP1", nil, 200, 1, 0},
		{"the filter in other words", "/tiles/projects/" + kranjTile + "?theme=TP1,TP1&status=idea,idea", nil, 200, 0, 0},
		{"a municipality", "/tiles/settlements/" + kranjTile + "?municipality=kranj", nil, 200, 1, 1},
		{"a municipality that nobody has", "/tiles/settlements/" + kranjTile + "?municipality=none", nil, 400, 0, 1},
		{"the map's own scheme", "/tiles/settlements/" + kranjTile + "?scheme=municipal", nil, 200, 1, 0},
		{"a scheme that nobody has", "/tiles/settlements/" + kranjTile + "?scheme=none", nil, 400, 0, 1},
		{"the same: an error is not kept", "/tiles/settlements/" + kranjTile + "?scheme=none", nil, 400, 0, 1},
	} {
		r := s.get(c.path, c.headers...)
		sent := count.take()
		if n := renders(sent); r.status != c.status || n != c.renders || len(sent)-n != c.others {
			t.Errorf("%s: %d %s; %d renderings and %d other statements, want %d: %d and %d\n%s", c.name, r.status, r.header.Get("Cache-Status"),
				n, len(sent)-n, c.status, c.renders, c.others, strings.Join(sent, "\n"))
		}
	}
	if r := s.get("/tiles/settlements/" + kranjTile + "?scheme=none"); !strings.Contains(r.body, "accepted: municipal") {
		t.Errorf("an unknown scheme: %s", r.body)
	}
}

// plain takes the coding off an answer.
func plain(t *testing.T, r reply) string {
	t.Helper()
	var in io.Reader = strings.NewReader(r.body)
	var err error
	switch coding := r.header.Get("Content-Encoding"); coding {
	case "":
	case "gzip":
		in, err = gzip.NewReader(in)
	case "br":
		in = brotli.NewReader(in)
	case "zstd":
		var z *zstd.Decoder
		z, err = zstd.NewReader(in)
		defer z.Close()
		in = z
	default:
		t.Errorf("a coding that nobody asked for: %s", coding)
	}
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(in); err != nil {
		t.Error(err)
	}
	return out.String()
}

func TestTileCodings(t *testing.T) {
	t.Parallel()
	pools, count := countedPools(t)
	s := liveSite(t, pools)
	path := "/tiles/settlements,projects/" + kranjTile
	want := s.settled(count, path).body
	n := 0
	for _, c := range []struct{ accept, hit, miss string }{
		{"", "", ""},
		{"gzip", "gzip", "gzip"},
		{"gzip, deflate, br, zstd", "br", "gzip"},
		{"GZIP", "gzip", "gzip"},
		{"br", "br", ""},
		{"zstd;q=0.9, br;q=0.8, gzip;q=0.1", "zstd", "gzip"},
		{"gzip;q=0.5, identity;q=0.4", "gzip", "gzip"},
		{"identity;q=0.5, gzip;q=0.1", "", ""},
		{"br, identity;q=0", "br", "br"},
		{"zstd, *;q=0", "zstd", "zstd"},
		{"*", "br", "gzip"},
		{"*;q=0", "", ""},
		{"identity;q=0", "", ""},
		{"gzip;q=0, *", "br", ""},
		{"gzip;q=x, br;q=2", "", ""},
		{"deflate, compress", "", ""},
		{" gzip ; q=1.000 ", "gzip", "gzip"},
	} {
		header := "Accept-Encoding: " + c.accept
		r := s.get(path, header)
		if got := r.header.Get("Content-Encoding"); r.status != 200 || got != c.hit || plain(t, r) != want {
			t.Errorf("%q in memory: %d %q, want %q", c.accept, r.status, got, c.hit)
		}
		if again := s.get(path, header, "If-None-Match: "+r.header.Get("ETag")); again.status != 304 || again.header.Get("Content-Encoding") != "" {
			t.Errorf("%q: the same again is %d %v", c.accept, again.status, again.header)
		}
		n++
		fresh := s.get(fmt.Sprintf("%s?max_amount=%d", path, 10_000_000+n), header)
		if got := fresh.header.Get("Content-Encoding"); fresh.status != 200 || got != c.miss || len(plain(t, fresh)) == 0 {
			t.Errorf("%q rendered: %d %q, want %q", c.accept, fresh.status, got, c.miss)
		}
	}
}

func TestTileHeaders(t *testing.T) {
	t.Parallel()
	pools, count := countedPools(t)
	s := liveSite(t, pools)
	path := "/tiles/settlements,projects/" + kranjTile
	hit := s.settled(count, path)
	tag := hit.header.Get("ETag")
	gzipped := s.get(path, "Accept-Encoding: gzip").header.Get("ETag")
	if tag == gzipped || strings.HasPrefix(tag, "W/") || !strings.HasPrefix(tag, `"`) {
		t.Fatalf("tags %s and %s", tag, gzipped)
	}
	for held, want := range map[string]int{
		tag: 304, gzipped: 304, "W/" + tag: 304, `"other", ` + tag: 304, `"other",W/` + gzipped + `, "more"`: 304, "*": 304, "\t*": 304,
		`"other"`: 200, "W/": 200, `""`: 200, `"a,*,b"`: 200, strings.Trim(tag, `"`): 200, ",,": 200, `"`: 200,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := s.do(method, path, "", "If-None-Match: "+held)
			if r.status != want || (want == 304 || method == http.MethodHead) != (r.body == "") {
				t.Errorf("%s with %s: %d, %d bytes", method, held, r.status, len(r.body))
			}
			for _, name := range []string{"ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin", "Cache-Status"} {
				if r.header.Get(name) == "" {
					t.Errorf("%s with %s: %d without %s", method, held, r.status, name)
				}
			}
		}
	}
	for _, query := range []string{path, "/tiles/settlements/9/0/0.mvt", "/tiles/castles/9/0/0.mvt", path + "?status=done", "/tiles/settlements.json"} {
		for _, coding := range []string{"", "gzip", "br"} {
			s.get(query, "Accept-Encoding: "+coding) // now it is in memory
			get, head := s.get(query, "Accept-Encoding: "+coding), s.do(http.MethodHead, query, "", "Accept-Encoding: "+coding)
			for _, r := range []reply{get, head} {
				r.header.Del("Date")
				r.header.Del("X-Request-Id")
				if r.status >= 400 { // a problem holds the request's id
					r.header.Del("Content-Length")
				}
			}
			if get.status != head.status || head.body != "" || !maps.EqualFunc(get.header, head.header, slices.Equal) {
				t.Errorf("%s in %q:\nGET  %d %v\nHEAD %d %v", query, coding, get.status, get.header, head.status, head.header)
			}
		}
	}
	if r := s.get(path, "Range: bytes=0-9"); r.status != 200 || r.body != hit.body {
		t.Errorf("a range: %d, %d bytes", r.status, len(r.body))
	}
	if r := s.get("/tiles/settlements/9/0/0.mvt"); r.status != 204 || r.header.Get("Content-Length") != "" || r.header.Get("Content-Type") != "" {
		t.Errorf("an empty tile: %d %v", r.status, r.header)
	}
	for name, want := range map[string]string{
		"Content-Type": tiles.ContentType, "Cache-Control": "no-cache", "Vary": "Accept-Encoding, Cookie", "Access-Control-Allow-Origin": "*",
		"Cache-Status": "kraj; hit", "Content-Length": fmt.Sprint(len(hit.body)),
	} {
		if got := hit.header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	for _, name := range []string{"ETag", "Cache-Status", "Retry-After"} {
		if exposed := hit.header.Get("Access-Control-Expose-Headers"); !strings.Contains(exposed, name) {
			t.Errorf("%s is not exposed: %s", name, exposed)
		}
	}
	if r := s.do(http.MethodOptions, path, "", "Origin: https://example.org", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: if-none-match"); r.status != 204 ||
		!strings.Contains(r.header.Get("Access-Control-Allow-Headers"), "If-None-Match") || !strings.Contains(r.header.Get("Access-Control-Allow-Methods"), "HEAD") {
		t.Errorf("preflight: %d %v", r.status, r.header)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		if r := s.do(method, path, ""); r.status != 405 || r.header.Get("Allow") == "" || !strings.HasPrefix(r.header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d %v", method, r.status, r.header)
		}
	}
}
