package browsertest

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestMeasure measures what PostGIS measures too: by clicks, by keyboard and by typed coordinates.
func TestMeasure(t *testing.T) {
	s, b := newSite(t), browser(t)

	t.Run("typed coordinates give the ellipsoid's length", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&tool=measure", 1440, 900)
		p.typed("measure-typed", "46,2387; 14,3556")
		p.await(`document.querySelectorAll(".overlay-handle").length === 1`)
		p.typed("measure-typed", "458302,75 122307,89")
		p.await(`document.querySelectorAll(".overlay-handle").length === 2`)
		var want float64
		if err := s.pools.Public.QueryRow(t.Context(), `SELECT ST_Distance(a::geography, ST_Transform(ST_SetSRID(ST_MakePoint(458302.75, 122307.89), 3794), 4326)::geography)
			FROM ST_SetSRID(ST_MakePoint(14.3556, 46.2387), 4326) a`).Scan(&want); err != nil {
			t.Fatal(err)
		}
		got := p.text(".reading-main .reading-value")
		if metres := slovene(fmt.Sprintf("%.0f", want)); !strings.Contains(got, metres) {
			t.Errorf("measured %q, PostGIS %v", got, want)
		}
		if !strings.Contains(eval[string](p, "location.hash"), "drawn=line:") {
			t.Error("what is measured is not in the address")
		}
		p.typed("measure-typed", "nekaj")
		p.await(`document.querySelector(".measure .hint-wrong")?.innerText.includes("ni mogoče prebrati")`)
		p.shoot("measure-typed")
	})

	t.Run("an area by clicks; it stays in the address, is spoken and cleared", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&v=13.00/46.23870/14.35560&tool=measure", 1440, 900)
		p.settled()
		p.click(`[data-key="kind/area"]`)
		for i, at := range [][2]float64{{800, 200}, {1100, 220}, {1080, 480}, {820, 460}} {
			p.do(chromedp.MouseClickXY(at[0], at[1]))
			p.await(fmt.Sprintf(`document.querySelectorAll(".overlay-handle").length === %d`, i+1))
		}
		if sel := eval[string](p, "location.hash"); strings.Contains(sel, "sel=") {
			t.Errorf("measuring chose something: %s", sel)
		}
		// the page's own numbers against PostGIS
		ring := eval[[][]float64](p, `(list => [...list, list[0]].map(x => x.split(",").map(Number)))(decodeURIComponent(location.hash).match(/area:([^&]*)/)[1].split(";"))`)
		var want float64
		var wkt []string
		for _, at := range ring {
			wkt = append(wkt, fmt.Sprintf("%v %v", at[0], at[1]))
		}
		if err := s.pools.Public.QueryRow(t.Context(), `SELECT ST_Area(ST_GeogFromText($1))`, "POLYGON(("+strings.Join(wkt, ",")+"))").Scan(&want); err != nil {
			t.Fatal(err)
		}
		got := eval[float64](p, `Number(document.querySelector(".reading-main .reading-value").innerText.match(/\(([\d.]+)/)[1].replaceAll(".", ""))`)
		if math.Abs(got-want) > want*2e-6+1 {
			t.Errorf("the page says %v m², PostGIS %v", got, want)
		}
		p.await(`document.querySelector(".visually-hidden[role=status]").innerText.includes("Površina")`)
		p.shoot("measure-area")
		p.click(`[data-key="clear"]`)
		p.await(`document.querySelectorAll(".overlay-handle").length === 0`)
	})

	t.Run("keyboard only: places from the middle, moved, removed, closed", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&v=13.00/46.23870/14.35560", 1440, 900)
		p.settled()
		p.do(chromedp.Focus(chromedp.CSS(`[data-key="tool/measure"]`)), chromedp.KeyEvent("\r"))
		p.await(`!document.querySelector(".tool").hidden && document.querySelector(".overlay-handles")`)
		p.do(chromedp.Focus(chromedp.CSS(".maplibregl-canvas")), chromedp.KeyEvent("\r"))
		p.await(`document.querySelectorAll(".overlay-handle").length === 1`)
		eval[bool](p, `(window.kraj.map.jumpTo({center: [14.37, 46.245]}), true)`)
		p.do(chromedp.Focus(chromedp.CSS(".maplibregl-canvas")), chromedp.KeyEvent("\r"))
		p.await(`document.querySelectorAll(".overlay-handle").length === 2`)
		before := p.text(".reading-main .reading-value")
		p.do(chromedp.Focus(chromedp.CSS(`[data-key="point/1"]`)), chromedp.KeyEvent(kb.ArrowLeft))
		p.await(fmt.Sprintf(`document.querySelector(".reading-main .reading-value").innerText !== %q`, before))
		p.do(chromedp.KeyEvent(kb.Delete))
		p.await(`document.querySelectorAll(".overlay-handle").length === 1 && document.activeElement.matches(".overlay-handle")`)
		p.do(chromedp.Focus(chromedp.CSS(`[data-key="close-tool"]`)), chromedp.KeyEvent(kb.Escape))
		p.await(`document.querySelector(".tool").hidden && document.activeElement.dataset.key === "tool/measure"`)
	})
}

// typed writes into one of the fields for coordinates and sends it.
func (p *page) typed(field, text string) {
	p.t.Helper()
	p.await(fmt.Sprintf("document.querySelector('#%s')", field))
	eval[string](p, fmt.Sprintf("document.querySelector('#%s').value = ''", field))
	p.do(chromedp.Focus(chromedp.CSS("#"+field)), chromedp.SendKeys(chromedp.CSS("#"+field), text), chromedp.KeyEvent("\r"))
}

// slovene groups the digits of a whole number by points.
func slovene(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return digits
}

// TestCoordinates compares the page's projection with PostGIS, and goes where one types.
func TestCoordinates(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj&tool=coordinates", 1440, 900)
	p.typed("go-typed", "450 302,75 122 307,89")
	p.await(`document.querySelector(".coordinates .place-at h3")?.innerText === "Izbrana točka" && Math.abs(window.kraj.map.getCenter().lat - 46.2387) < 0.01`)
	if got := p.text(".place-at .reading-value"); strings.ReplaceAll(got, "\u00a0", " ") != "e = 450.302,75 m; n = 122.307,89 m" {
		t.Errorf("typed D96 comes back as %q", got)
	}
	if got := p.text(".place-at .reading:last-child .reading-value"); !strings.HasPrefix(strings.ReplaceAll(got, "\u00a0", " "), "46,238700° N") {
		t.Errorf("in degrees %q", got)
	}
	p.settled()
	p.do(chromedp.MouseClickXY(1100, 300))
	p.await(`!document.querySelector(".place-at .reading-value").innerText.includes("450.302,75")`)
	copied := eval[[]float64](p, `new Promise(done => {
		const seen = []; navigator.clipboard.writeText = async text => void seen.push(text);
		document.querySelectorAll(".place-at")[0].querySelectorAll(".copy").forEach(button => button.click());
		setTimeout(() => done(seen.flatMap(text => text.split(/[, ]+/).map(Number))), 100);
	})`)
	var e, n float64
	if err := s.pools.Public.QueryRow(t.Context(), `SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_MakePoint($1, $2), 4326), 3794) p`, copied[3], copied[2]).Scan(&e, &n); err != nil {
		t.Fatal(err)
	}
	if math.Hypot(copied[0]-e, copied[1]-n) > 0.02 {
		t.Errorf("copied %v, PostGIS has %v %v", copied, e, n)
	}
	p.shoot("coordinates-sl")
	p.typed("go-typed", "lat 89 lon 14")
	p.await(`document.querySelector(".coordinates .hint-wrong")`)
}

// TestInView reads the map as text and chooses from it.
func TestInView(t *testing.T) {
	s, b := newSite(t), browser(t)
	for _, lang := range []string{"sl", "en"} {
		t.Run(lang, func(t *testing.T) {
			p := open(t, b, s, "m=kranj&v=13.00/46.23870/14.35560&tool=view&lang="+lang, 1440, 900)
			p.settled()
			p.await(`document.querySelectorAll(".view-row").length > 5`)
			listed := eval[int](p, `document.querySelectorAll('[data-key^="view/projects/"]').length`)
			if listed == 0 {
				t.Error("no project is listed")
			}
			p.shoot("in-view-" + lang)
			before := p.text(".in-view")
			eval[bool](p, `(window.kraj.map.jumpTo({center: [14.30, 46.28], zoom: 14}), true)`)
			p.await(fmt.Sprintf(`document.querySelector(".in-view").innerText !== %q`, before))
			p.do(chromedp.Focus(chromedp.CSS(".view-row")), chromedp.KeyEvent("\r"))
			p.await(`location.hash.includes("sel=") && document.querySelector(".details h2")?.innerText`)
		})
	}
}
