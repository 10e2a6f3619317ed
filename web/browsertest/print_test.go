package browsertest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"kraj/web"
)

// gridTiles is a background whose tiles have a red border on the west and north:
// on a picture of the map, lines that are where longitudes and latitudes are.
func gridTiles(t *testing.T) (*httptest.Server, func() int) {
	t.Helper()
	tile := image.NewNRGBA(image.Rect(0, 0, 256, 256))
	for i := range 256 {
		tile.SetNRGBA(i, 0, color.NRGBA{R: 255, A: 255})
		tile.SetNRGBA(0, i, color.NRGBA{R: 255, A: 255})
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, tile); err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{}, 10_000)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(buf.Bytes())
	}))
	t.Cleanup(s.Close)
	return s, func() int { return len(asked) }
}

// TestBasemap switches a background on: its host is in the policy, nothing is asked of it before.
func TestBasemap(t *testing.T) {
	tiles, asked := gridTiles(t)
	s := newSite(t, func(c *web.Config) {
		c.Basemaps = []web.Basemap{{Name: "Mreža", URL: tiles.URL + "/{z}/{x}/{y}.png", Attribution: "Preizkusna mreža"}}
	})
	b := browser(t)
	p := open(t, b, s, "m=kranj", 1440, 900)
	p.settled()
	if n := asked(); n != 0 {
		t.Errorf("%d tiles were asked for while no background is chosen", n)
	}
	p.allow(tiles.URL)
	p.click(`[data-key="tool/basemap"]`)
	p.click(`[data-key="base/Mreža"]`)
	p.await(`window.kraj.map.getLayer("kraj-basemap") && location.hash.includes("base=")`)
	p.settled()
	if asked() == 0 {
		t.Error("no tile of the background was asked for")
	}
	if got := p.text(".attribution"); !strings.Contains(got, "Preizkusna mreža") {
		t.Errorf("attribution %q", got)
	}
	p.shoot("basemap-sl")
	p.click(`[data-key="base/"]`)
	p.await(`!window.kraj.map.getLayer("kraj-basemap")`)

	t.Run("the printed sheet is true to scale", func(t *testing.T) {
		for _, c := range []struct {
			paper, turn string
			w, h        float64 // mm
			scale       int
		}{
			{"A4", "landscape", 297, 210, 25000},
			{"A4", "portrait", 210, 297, 10000},
			{"A3", "portrait", 297, 420, 50000},
			{"A3", "landscape", 420, 297, 100000},
		} {
			t.Run(c.paper+" "+c.turn, func(t *testing.T) {
				p := open(t, b, s, "m=kranj&v=13.00/46.23870/14.35560&strength=100&lang=en", 1440, 900)
				p.allow(tiles.URL)
				p.click(`[data-key="tool/basemap"]`)
				p.click(`[data-key="base/Mreža"]`)
				p.await(`window.kraj.map.getLayer("kraj-basemap")`)
				p.click(`[data-key="tool/print"]`)
				p.await(`document.querySelector('[data-key="print-dpi"]')`)
				for key, value := range map[string]string{"print-paper": c.paper, "print-turn": c.turn, "print-scale": strconv.Itoa(c.scale), "print-dpi": "150"} {
					eval[bool](p, fmt.Sprintf(`(e => (e.value = %q, e.dispatchEvent(new Event("change")), true))(document.querySelector('[data-key="%s"]'))`, value, key))
				}
				p.await(`!document.querySelector('[data-key="print-go"]').disabled`)
				p.shoot("print-" + c.paper + "-" + c.turn)
				checkPicture(p, c.scale)
				checkPDF(p, c.paper+"-"+c.turn, c.w, c.h)
			})
		}
	})
}

// checkPicture finds two lines of the tiles' grid on the sheet's map and compares what lies between with PostGIS.
func checkPicture(p *page, scale int) {
	p.t.Helper()
	// The map as the sheet has it: rows and columns that are mostly red, in pixels, and pixels to the millimetre.
	type lines struct {
		Columns []float64 `json:"columns"`
		Rows    []float64 `json:"rows"`
		Dots    float64   `json:"dots"`
	}
	found := eval[lines](p, `(async () => {
		const image = document.querySelector("image.sheet-map"), picture = new Image();
		picture.src = image.getAttribute("href");
		await picture.decode();
		const c = Object.assign(document.createElement("canvas"), {width: picture.width, height: picture.height}).getContext("2d", {willReadFrequently: true});
		c.drawImage(picture, 0, 0);
		const {data, width, height} = c.getImageData(0, 0, picture.width, picture.height);
		const red = (x, y) => { const i = 4 * (y * width + x); return data[i] - data[i + 1] > 60 && data[i] - data[i + 2] > 60; };
		const at = (n, m, test) => {
			const hits = [];
			for (let i = 0; i < n; i++) { let k = 0; for (let j = 0; j < m; j += 3) k += test(i, j); if (k > m / 3 * 0.5) hits.push(i); }
			const groups = [];
			for (const i of hits) { const last = groups.at(-1); if (last && i - last.at(-1) < 3) last.push(i); else groups.push([i]); }
			return groups.map(g => g.reduce((a, b) => a + b, 0) / g.length);
		};
		return {columns: at(width, height, red), rows: at(height, width, (y, x) => red(x, y)), dots: width / Number(image.getAttribute("width"))};
	})()`)
	if len(found.Columns) < 2 || len(found.Rows) < 2 {
		p.t.Fatalf("the grid is not on the sheet: %+v", found)
	}
	for name, at := range map[string][]float64{"east": found.Columns, "north": found.Rows} {
		n := len(at) - 1
		printed := (at[n] - at[0]) / found.Dots / float64(n) // mm between two lines
		truth := gridStep(p, name, scale, printed)
		if math.Abs(printed-truth) > truth*0.004 {
			p.t.Errorf("1 : %d, %s: lines are %.3f mm apart, on the ground %.3f mm", scale, name, printed, truth)
		}
	}
}

// gridStep is how far apart on paper two lines of the tiles' grid lie in truth, near the sheet's middle. Which zoom
// the tiles are of is told by what is nearest: zooms differ by the factor two.
func gridStep(p *page, way string, scale int, near float64) float64 {
	p.t.Helper()
	best := 0.0
	for zoom := 8; zoom <= 19; zoom++ {
		var metres float64
		err := p.site.pools.Public.QueryRow(p.t.Context(), `
			SELECT ST_Distance(ST_Transform(a, 4326)::geography, ST_Transform(b, 4326)::geography)
			FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(14.3556, 46.2387), 4326), 3857) AS c, 40075016.68557849 / 2 ^ $1::int AS step) m,
			LATERAL (SELECT ST_Translate(c, CASE WHEN $2 = 'east' THEN -step / 2 ELSE 0 END, CASE WHEN $2 = 'east' THEN 0 ELSE -step / 2 END) AS a,
				ST_Translate(c, CASE WHEN $2 = 'east' THEN step / 2 ELSE 0 END, CASE WHEN $2 = 'east' THEN 0 ELSE step / 2 END) AS b) ends`, zoom, way).Scan(&metres)
		if err != nil {
			p.t.Fatal(err)
		}
		if mm := metres * 1000 / float64(scale); best == 0 || math.Abs(mm-near) < math.Abs(best-near) {
			best = mm
		}
	}
	return best
}

// checkPDF prints, as the button does, and reads the page's size from the file.
func checkPDF(p *page, name string, w, h float64) {
	p.t.Helper()
	box := eval[[]float64](p, `(r => [r.w, r.h])(((s) => ({w: Number(s.getAttribute("viewBox").split(" ")[2]), h: Number(s.getAttribute("viewBox").split(" ")[3])}))(document.querySelector("svg.sheet")))`)
	if box[0] != w || box[1] != h {
		p.t.Errorf("the sheet is %v mm, want %v × %v", box, w, h)
	}
	yes := true
	r, err := chromedp.Call(p.ctx, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PreferCSSPageSize: &yes, PrintBackground: &yes})
	if err != nil {
		p.t.Fatal(err)
	}
	if path, ok := artefact("print-" + name); ok {
		_ = os.WriteFile(strings.TrimSuffix(path, ".png")+".pdf", r.Data, 0o644) //nolint:gosec // a page for everybody
	}
	boxes := regexp.MustCompile(`/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)`).FindAllSubmatch(r.Data, -1)
	if len(boxes) != 1 {
		p.t.Fatalf("%d pages, want one", len(boxes))
	}
	for i, want := range []float64{w, h} {
		points, _ := strconv.ParseFloat(string(boxes[0][i+1]), 64)
		if mm := points / 72 * 25.4; math.Abs(mm-want) > 0.5 {
			p.t.Errorf("the page is %.2f mm, want %v", mm, want)
		}
	}
}
