package browsertest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"kraj/tiles/archive"
)

// fetchTo keeps an answer of the server as a file.
func fetchTo(t *testing.T, address, file string) {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", address, r.Status, err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, body, 0o644); err != nil {
		t.Fatal(err)
	}
}

// staticFolder is what docs/archives.md puts on a static host: archive, style, sprite, and a page made of two npm packages.
func staticFolder(t *testing.T, s *site) string {
	t.Helper()
	app := filepath.Join("..", "app")
	if _, err := os.Stat(filepath.Join(app, "node_modules", "pmtiles")); err != nil {
		missing(t, "the page's packages are not installed (npm ci in web/app)")
	}
	dir := t.TempDir()
	if _, err := archive.Run(t.Context(), s.pools.Public, archive.Options{File: filepath.Join(dir, "karta.pmtiles"), MaxZoom: 13}); err != nil {
		t.Fatal(err)
	}
	fetchTo(t, s.url+"styles/kraj.json?lang=sl", filepath.Join(dir, "style.json"))
	for _, name := range []string{"light.json", "light.png", "light@2x.json", "light@2x.png"} {
		fetchTo(t, s.url+"styles/sprite/"+name, filepath.Join(dir, "sprite", name))
	}
	page, err := os.ReadFile("testdata/static/index.html")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "index.html"), page, 0o644); err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/static/map.js")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "--input-type=module", "-e", `
import { build } from 'esbuild'; import { copyFile, readFile } from 'node:fs/promises'; const [from, to] = process.argv.slice(1);
await build({ stdin: { contents: await readFile(from, 'utf8'), resolveDir: process.cwd() }, bundle: true, format: 'esm', outfile: to + '/map.js', logLevel: 'error' });
await copyFile('node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs', to + '/worker.js');`, script, dir)
	cmd.Dir = app
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("bundling: %v\n%s", err, out)
	}
	return dir
}

// A map needs no kraj: MapLibre draws the archive from a host that only has files and answers range requests.
func TestMapWithoutAServer(t *testing.T) {
	s, b := newSite(t), browser(t)
	dir := staticFolder(t, s)
	s.down() // whoever asks it now gets nothing
	whole, err := os.Stat(filepath.Join(dir, "karta.pmtiles"))
	if err != nil {
		t.Fatal(err)
	}
	var ranges, full, sent atomic.Int64
	files := http.FileServer(http.Dir(dir))
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, ".pmtiles") {
			files.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		files.ServeHTTP(rec, r)
		for key, values := range rec.Header() {
			w.Header()[key] = values
		}
		if rec.Code == http.StatusPartialContent {
			ranges.Add(1)
		} else {
			full.Add(1)
		}
		w.WriteHeader(rec.Code)
		n, _ := io.Copy(w, bytes.NewReader(rec.Body.Bytes()))
		sent.Add(n)
	}))
	defer host.Close()

	ctx, cancel := chromedp.NewContext(b)
	defer cancel()
	p := &page{t: t, ctx: ctx, site: &site{url: host.URL + "/"}}
	if err := chromedp.Listen(ctx, p.note); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.EmulateViewport(1200, 800), chromedp.Navigate(host.URL+"/"))
	p.await(`window.kraj?.map.loaded() && window.kraj.map.areTilesLoaded() && window.kraj.map.queryRenderedFeatures().length > 50`)
	names := eval[string](p, `[...new Set(window.kraj.map.queryRenderedFeatures().map(f => f.sourceLayer))].sort().join(" ")`)
	for _, layer := range []string{"settlements", "projects", "cycling_routes", "business_zones"} {
		if !strings.Contains(names, layer) {
			t.Errorf("the map draws %q, without %s", names, layer)
		}
	}
	symbols := eval[int](p, `window.kraj.map.queryRenderedFeatures().filter(f => f.layer.type === "symbol" && f.layer.id.startsWith("projects-") && f.layer.layout["icon-image"]).length`)
	if symbols < 10 {
		t.Errorf("%d project symbols are drawn", symbols)
	}
	if lacking := eval[string](p, `window.kraj.missing.join(" ")`); lacking != "" {
		t.Errorf("images that the sprite lacks: %s", lacking)
	}
	if credit := eval[string](p, `document.querySelector(".maplibregl-ctrl-attrib")?.innerText ?? ""`); !strings.Contains(credit, "GURS") {
		t.Errorf("the attribution says %q", credit)
	}
	if zoom := eval[int](p, `window.kraj.header.maxZoom`); zoom != 13 {
		t.Errorf("the archive goes to zoom %d", zoom)
	}
	if full.Load() > 0 || ranges.Load() < 3 || sent.Load() > whole.Size() {
		t.Errorf("%d range requests and %d whole ones fetched %d of %d bytes", ranges.Load(), full.Load(), sent.Load(), whole.Size())
	}
	p.shoot("without-server")
	p.clean()
}
