package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"

	"kraj/tiles"
)

// kranjTile holds the whole fixture of Kranj.
const kranjTile = "8/138/90.mvt"

func TestTile(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	r := s.get("/tiles/municipalities,settlements,projects/" + kranjTile)
	if r.status != 200 || r.header.Get("Content-Type") != tiles.ContentType {
		t.Fatalf("tile: %d %s %v", r.status, r.body, r.header)
	}
	layers, err := mvt.Unmarshal([]byte(r.body))
	if err != nil || len(layers) != 3 {
		t.Fatalf("layers: %v %v", layers, err)
	}
	tag := r.header.Get("ETag")
	if again := s.get("/tiles/municipalities,settlements,projects/"+kranjTile, "If-None-Match: "+tag); again.status != 304 || again.body != "" {
		t.Errorf("revalidation: %d", again.status)
	}
	if head := s.do("HEAD", "/tiles/municipalities,settlements,projects/"+kranjTile, ""); head.status != 200 || head.body != "" || head.header.Get("ETag") != tag {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
	zipped := s.get("/tiles/municipalities,settlements,projects/"+kranjTile, "Accept-Encoding: gzip")
	if zipped.header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(strings.NewReader(zipped.body))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(z); err != nil || !bytes.Equal(plain, []byte(r.body)) {
			t.Errorf("gzip holds something else: %v", err)
		}
		if zipped.header.Get("ETag") == tag {
			t.Error("two codings share a strong tag")
		}
	}
	if cors := r.header.Get("Access-Control-Allow-Origin"); cors != "*" {
		t.Errorf("CORS %q", cors)
	}
	if vary := strings.Join(r.header.Values("Vary"), ","); !strings.Contains(vary, "Accept-Encoding") || !strings.Contains(vary, "Cookie") {
		t.Errorf("Vary %q", vary)
	}
	for path, status := range map[string]int{
		"/tiles/settlements/8/0/0.mvt":                            204,
		"/tiles/castles/8/138/90.mvt":                             404,
		"/tiles/settlements/3/8/0.mvt":                            404,
		"/tiles/settlements/16/0/0.mvt":                           404,
		"/tiles/settlements/-1/0/0.mvt":                           404,
		"/tiles/settlements/8/0138/90.mvt":                        404,
		"/tiles/settlements,settlements/" + kranjTile:             404,
		"/tiles/Settlements/" + kranjTile:                         404,
		"/tiles/settlements/" + kranjTile + "?colour=1":           400,
		"/tiles/settlements/" + kranjTile + "?municipality=none":  400,
		"/tiles/settlements/" + kranjTile + "?municipality=koper": 204,
	} {
		if r := s.get(path); r.status != status {
			t.Errorf("GET %s: %d %s, want %d", path, r.status, r.body, status)
		}
	}
}

func TestTileJSONAndStyle(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	proxied := []string{"X-Forwarded-Proto: https", "X-Forwarded-Host: karta.example.si", "X-Forwarded-Prefix: /kraj"}
	var tj tiles.TileJSON
	s.json("/tiles/settlements,projects.json?municipality=052&lang=en", &tj, proxied...)
	if want := "https://karta.example.si/kraj/tiles/settlements,projects/{z}/{x}/{y}.mvt?municipality=kranj"; tj.Tiles[0] != want {
		t.Errorf("tiles %v, want %s", tj.Tiles, want)
	}
	if tj.TileJSON != "3.0.0" || tj.Bounds == nil || len(tj.VectorLayers) != 2 || tj.VectorLayers[0].Description != "Settlements" {
		t.Errorf("TileJSON %+v", tj)
	}
	var style struct {
		Version int                        `json:"version"`
		Sources map[string]json.RawMessage `json:"sources"`
		Layers  []json.RawMessage          `json:"layers"`
	}
	s.json("/styles/kraj.json?lang=en&mode=dark", &style, proxied...)
	if style.Version != 8 || len(style.Layers) < 10 || !strings.Contains(string(style.Sources["kraj"]), "https://karta.example.si/kraj/tiles/") {
		t.Errorf("style: %+v", style.Sources)
	}
	for _, path := range []string{"/tiles/castles.json", "/tiles/.json"} {
		if r := s.get(path); r.status != 404 {
			t.Errorf("GET %s: %d", path, r.status)
		}
	}
	if r := s.get("/styles/kraj.json?mode=neon"); r.status != 400 {
		t.Errorf("a mode that is none: %d", r.status)
	}
}
