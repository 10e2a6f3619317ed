package web_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"strings"
	"testing"
)

// The sprite is found where the style says, keeps its tag while the themes keep their colours, and follows them.
func TestSprite(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	var style struct{ Sprite string }
	if err := json.Unmarshal([]byte(s.get("/styles/kraj.json?mode=dark&municipality=Kranj").body), &style); err != nil {
		t.Fatal(err)
	}
	_, path, found := strings.Cut(style.Sprite, "/styles/")
	if !found || path != "sprite/kranj/dark" {
		t.Fatalf("sprite at %q", style.Sprite)
	}
	path = "/styles/" + path
	var index map[string]struct{ X, Y, Width, Height, PixelRatio int }
	r := s.get(path + "@2x.json")
	if err := json.Unmarshal([]byte(r.body), &index); r.status != 200 || err != nil || len(index) < 20 || index["hatch-degraded"].PixelRatio != 2 {
		t.Errorf("%d %.200s", r.status, r.body)
	}
	if escaped := s.get(path + "%402x.json"); escaped.body != r.body {
		t.Errorf("with %%40: %d", escaped.status)
	}
	image := s.get(path+"@2x.png", "Accept-Encoding: gzip")
	if _, err := png.Decode(bytes.NewReader([]byte(image.body))); err != nil || image.header.Get("Content-Type") != "image/png" || image.header.Get("Content-Encoding") != "" {
		t.Errorf("%d %v %v", image.status, image.header, err)
	}
	if again := s.get(path+"@2x.png", "If-None-Match: "+image.header.Get("ETag")); again.status != 304 {
		t.Errorf("held, but %d", again.status)
	}
	s.exec(`UPDATE kraj.themes SET color = '#0a0b0c'`)
	r = s.get(path + ".json")
	if !strings.Contains(r.body, `"project-#0a0b0c-idea-1"`) {
		t.Errorf("the sprite does not follow the themes: %.300s", r.body)
	}
	for address, status := range map[string]int{
		"/styles/sprite/dim.json": 404, "/styles/sprite/light@3x.png": 404, "/styles/sprite/light.gif": 404, "/styles/sprite/atlantis/light.png": 404,
		"/styles/sprite/light.png?v=1": 400,
	} {
		if r := s.get(address); r.status != status || !strings.Contains(r.body, "detail") {
			t.Errorf("%s: %d %.200s, want %d", address, r.status, r.body, status)
		}
	}
}
