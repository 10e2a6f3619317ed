package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// sql changes the database as anybody may, beside the server.
func (s *site) sql(t *testing.T, text string) {
	t.Helper()
	if _, err := s.pools.Owner.Exec(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

// openRecord shows a page of one project or place; path stands after the site's address.
func openRecord(t *testing.T, browser context.Context, s *site, path string, width, height int64) *page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, cancelTime := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancelTime)
	p := &page{t: t, ctx: ctx, site: s}
	if err := chromedp.Listen(ctx, p.note); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(s.url+path))
	p.await(`document.documentElement.dataset.ready === "1"`)
	t.Cleanup(p.clean)
	return p
}

func (p *page) axe(name string) {
	p.t.Helper()
	script, err := os.ReadFile(filepath.Join("..", "app", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(p.t, "axe-core is not installed (npm ci in web/app)")
	}
	eval[bool](p, string(script)+";true")
	for _, v := range eval[[]string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.help + "\n" + v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + " — " + n.failureSummary).join("\n")))`) {
		p.t.Errorf("%s: %s", name, v)
	}
}

// narrow: nothing sticks out, and what one presses is large enough.
func (p *page) narrow(name string, width int64) {
	p.t.Helper()
	if wide := eval[float64](p, "document.documentElement.scrollWidth"); wide > float64(width) {
		p.t.Errorf("%s is %v px wide at %d", name, wide, width)
	}
	small := eval[[]string](p, `[...document.querySelectorAll("button, select, input:not([type=checkbox])")].filter(e => e.checkVisibility() && !e.closest(".visually-hidden, .skip")
		&& e.getBoundingClientRect().height > 0 && (e.getBoundingClientRect().height < 23.5 || e.getBoundingClientRect().width < 23.5)).map(e => e.outerHTML.slice(0, 120))`)
	if len(small) > 0 {
		p.t.Errorf("%s: targets under 24 px: %s", name, strings.Join(small, "\n"))
	}
}

func TestLayers(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj&tab=layers", 1440, 900)
	p.settled()
	p.await(`document.querySelector('[data-layer="business_zones"] .swatch-drawing')`)

	t.Run("the legend is the style itself", func(t *testing.T) {
		p.t = t
		same := `(() => {
			const drawn = [...document.querySelectorAll('[data-layer="business_zones"] .swatch-drawing [stroke]')].map(e => e.getAttribute("stroke"));
			const paint = window.kraj.map.getStyle().layers.find(l => l.id === "business_zones-line").paint["line-color"];
			return drawn.includes(paint) ? paint : "";
		})()`
		light := eval[string](p, same)
		p.click(`[data-key="mode"]`)
		p.await(fmt.Sprintf(`(c => c !== "" && c !== %q)(%s)`, light, same))
		p.shoot("layers-dark")
		p.click(`[data-key="mode"]`)
		p.await(fmt.Sprintf(`%s === %q`, same, light))
		for _, row := range eval[[]string](p, `[...document.querySelectorAll(".layer-kinds li")].filter(li => li.querySelector(".swatch") && !li.querySelector(".swatch svg > *")).map(li => li.innerText)`) {
			t.Errorf("the swatch of %q is empty", row)
		}
	})

	t.Run("opacity and order, by keyboard", func(t *testing.T) {
		p.t = t
		p.do(chromedp.Focus(chromedp.CSS(`[data-key="more/business_zones"]`)), chromedp.KeyEvent("\r"))
		p.await(`document.querySelector('[data-key="opacity/business_zones"]')`)
		p.do(chromedp.Focus(chromedp.CSS(`[data-key="opacity/business_zones"]`)), chromedp.KeyEvent("\u0302"), chromedp.KeyEvent("\u0302"))
		p.await(`location.hash.includes("fade=business_zones:80")`)
		p.await(`Math.abs(window.kraj.map.getPaintProperty("business_zones-fill", "fill-opacity") - 0.18 * 0.8) < 1e-6`)
		above := `(ids => ids.indexOf("business_zones-fill") > ids.indexOf("degraded_areas-hatch"))(window.kraj.map.getStyle().layers.map(l => l.id))`
		if eval[bool](p, above) {
			t.Fatal("zones are drawn over degraded areas from the beginning")
		}
		p.do(chromedp.Focus(chromedp.CSS(`[data-key="up/business_zones"]`)), chromedp.KeyEvent("\r"))
		p.await(`location.hash.includes("order=") && ` + above)
		if focus := eval[string](p, `document.activeElement.dataset.key ?? ""`); focus != "up/business_zones" {
			t.Errorf("the focus is at %q after a step", focus)
		}
	})

	t.Run("order by dragging", func(t *testing.T) {
		p.t = t
		eval[bool](p, `(() => {
			const list = document.querySelector(".layers");
			const grip = document.querySelector('[data-layer="settlements"] .layer-grip');
			const middle = (el) => { const r = el.getBoundingClientRect(); return {clientX: r.left + 8, clientY: r.top + 12, pointerId: 7, bubbles: true, cancelable: true}; };
			grip.scrollIntoView({block: "center"});
			grip.dispatchEvent(new PointerEvent("pointerdown", middle(grip)));
			const over = document.querySelector('[data-layer="settlements"]').previousElementSibling;
			window.dispatchEvent(new PointerEvent("pointermove", middle(over)));
			window.dispatchEvent(new PointerEvent("pointerup", middle(over)));
			return Boolean(list);
		})()`)
		p.await(`(o => o.indexOf("settlements") < o.length - 1)(new URLSearchParams(location.hash.slice(1)).get("order").split(","))`)
	})

	t.Run("kinds are switched off on the map only, and all of it is undone", func(t *testing.T) {
		p.t = t
		before := p.text(".summary")
		p.click(`[data-key="kind/cycling_routes.planned"]`)
		p.await(`location.hash.includes("hide=cycling_routes.planned")`)
		p.settled()
		p.await(`!window.kraj.map.queryRenderedFeatures().some(f => f.sourceLayer === "cycling_routes" && f.properties.state === "planned" && f.properties.route_level !== "bridge" && f.geometry.type !== "Point")`)
		if p.text(".layers .note:nth-last-of-type(2)") == "" || p.text(".summary") != before {
			t.Error("what is hidden on the map is not told, or the list counts it no more")
		}
		p.shoot("layers-sl")
		p.click(`[data-key="layers/reset"]`)
		p.await(`!/order=|fade=|hide=/.test(location.hash) && !document.querySelector('[data-key="layers/reset"]')`)
	})

	t.Run("what nobody surveyed is counted and opens the list", func(t *testing.T) {
		p.t = t
		said := p.text(".out-of-place")
		if !strings.Contains(said, "ni izmerjena lega") || !strings.Contains(said, "celotno občino") {
			t.Errorf("the panel says %q", said)
		}
		p.click(`[data-key="scope/unplaced"]`)
		p.await(`location.hash.includes("class=unplaced") && document.querySelector("#tab-projects").getAttribute("aria-selected") === "true"`)
	})
}

func TestPointAndDetails(t *testing.T) {
	s, b := newSite(t), browser(t)

	t.Run("a point lists everything, one is chosen, and one step leads back", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&v=13.00/46.23870/14.35560", 1440, 900)
		p.settled()
		p.do(chromedp.MouseClickXY(720, 640))
		p.await(`document.querySelector(".details h3")`)
		layers := eval[[]string](p, `[...document.querySelectorAll(".details h3")].map(e => e.innerText)`)
		if !strings.Contains(strings.Join(layers, "|"), "Naselja") {
			t.Errorf("listed by %v", layers)
		}
		p.shoot("stack-sl")
		p.click(`.details a.link`)
		p.await(`document.querySelector('.details [data-key="stack"]')`)
		p.click(`.details [data-key="stack"]`)
		p.await(`location.hash.includes("sel=at:")`)
	})

	t.Run("hover names the thing and its layer", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&v=12.50/46.26000/14.38000", 1440, 900)
		p.settled()
		eval[bool](p, `(() => { const c = window.kraj.map.getCanvas(); const r = c.getBoundingClientRect();
			for (const type of ["mouseover", "mousemove"]) c.dispatchEvent(new MouseEvent(type, {clientX: r.left + r.width / 2 + 60, clientY: r.top + r.height / 2, bubbles: true, view: window})); return true; })()`)
		p.await(`!document.querySelector(".tooltip").hidden && document.querySelector(".tooltip strong").innerText && document.querySelector(".tooltip span").innerText`)
	})

	t.Run("by keys: the cross asks what is in the middle", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&v=12.00/46.24500/14.35000&lang=en", 1440, 900)
		p.settled()
		p.do(chromedp.Focus(chromedp.CSS(".search-input")))
		for range 40 {
			p.do(chromedp.KeyEvent("\t"))
			if eval[bool](p, `document.activeElement === window.kraj.map.getCanvas()`) {
				break
			}
		}
		p.await(`document.activeElement === window.kraj.map.getCanvas() && !document.querySelector(".cross.middle").hidden`)
		p.do(chromedp.KeyEvent("\u0304")) // arrow up
		p.await(`document.querySelector('[role="status"].visually-hidden').innerText !== ""`)
		p.settled()
		p.do(chromedp.KeyEvent("\r"))
		p.await(`document.querySelector(".details h2")?.innerText`)
		p.do(chromedp.KeyEvent("\u001b"))
	})

	t.Run("a place: money, people, what is nearest, history", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&sel=settlements:kranj:10102626", 1440, 900)
		p.await(`[...document.querySelectorAll(".details h3")].some(e => e.innerText === "Zgodovina")`)
		for _, want := range []string{"Prebivalci", "Sredstva tukaj", "Kaj je najbližje", "Projekti tukaj"} {
			if !strings.Contains(p.text(".details"), want) {
				t.Errorf("the place says nothing of %q", want)
			}
		}
		p.shoot("place-details-sl")
	})

	t.Run("a project: whose money as a bar, time line, ties with their reasons", func(t *testing.T) {
		p := open(t, b, s, "m=koper&sel=project:koper:P.2.1A&lang=en", 1440, 900)
		p.await(`document.querySelector(".details .money-bar")`)
		if said := eval[string](p, `document.querySelector(".money-bar").getAttribute("aria-label")`); !strings.Contains(said, "€1,220.00") {
			t.Errorf("the bar says %q", said)
		}
		q := open(t, b, s, "m=kranj&sel=project:kranj:2.3/4/1", 1440, 900)
		q.await(`document.querySelector(".details .time")`)
		if said := eval[string](q, `document.querySelector(".time").getAttribute("aria-label")`); !strings.Contains(said, "do 2030") {
			t.Errorf("the time line says %q", said)
		}
		if got := q.text(".details"); !strings.Contains(got, "V celoti leži tu: Kranj.") {
			t.Errorf("no reason among %q", got)
		}
		q.shoot("project-details-sl")
	})
}

func TestRecordPages(t *testing.T) {
	s, b := newSite(t), browser(t)
	for _, c := range []struct{ name, path, title, want string }{
		{"project-sl", "projekt/kranj/2.3/4/1", "Nadhod Tuš", "Kje leži"},
		{"project-encoded", "projekt/kranj/2.3%2F4%2F1", "Nadhod Tuš", "Kje leži"},
		{"project-en", "projekt/koper/P.2.1A?lang=en", "Pridobitev znaka Slovenia Green (destination)", "Sources of money"},
		{"place-sl", "kraj/settlements/kranj/10102626", "Golnik", "Kaj je najbližje"},
		{"place-en", "kraj/settlements/kranj/10102626?lang=en", "Golnik", "What is nearest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := openRecord(t, b, s, c.path, 900, 1200)
			if got := p.text("h2"); got != c.title || !strings.HasPrefix(eval[string](p, "document.title"), c.title) {
				t.Errorf("the page is of %q", got)
			}
			if !strings.Contains(p.text(".record"), c.want) {
				t.Errorf("no %q in %s", c.want, p.text(".record"))
			}
			p.shoot("record-" + c.name)
			p.axe(c.name)
			p.do(chromedp.EmulateViewport(360, 800))
			p.narrow(c.name, 360)
		})
	}
	t.Run("links lead to pages, and to the map", func(t *testing.T) {
		p := openRecord(t, b, s, "projekt/kranj/2.3/4/1", 900, 1200)
		p.click(".detail-section a.link")
		p.await(`location.pathname.includes("/kraj/settlements/kranj/") && document.documentElement.dataset.ready === "1"`)
		p.click(".record-tools a.button")
		p.await(`window.kraj && location.hash.includes("sel=settlements:kranj:") && document.querySelector(".details h2")`)
	})
	t.Run("what is not public says so", func(t *testing.T) {
		p := openRecord(t, b, s, "kraj/settlements/kranj/10102626", 900, 1200)
		p.excused = []string{"404"}
		p.do(chromedp.Navigate(s.url + "projekt/kranj/none"))
		p.await(`document.querySelector(".message")?.innerText.includes("ni (več) v javni zbirki")`)
	})
}

func TestChanges(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj&tab=changes", 1440, 900)
	p.await(`document.querySelector(".change")`)
	first := eval[int](p, `document.querySelectorAll(".change").length`)
	count := func(n int) string { return fmt.Sprintf(`document.querySelectorAll(".change").length === %d`, n) }

	t.Run("an entry opens in words and on the map, and stands in the address", func(t *testing.T) {
		p.t = t
		p.do(chromedp.Focus(chromedp.CSS(".change-head")), chromedp.KeyEvent("\r"))
		p.await(`/rev=\d+/.test(location.hash) && document.querySelector(".change-counts li") && document.querySelector(".change-items li")`)
		p.await(`window.kraj.map.getSource("kraj-changed") && window.kraj.map.queryRenderedFeatures({layers: ["kraj-changed-line"]}).length > 0`)
		p.shoot("changes-sl")
	})

	t.Run("what arrives appears without a reload and is said; drafts are not", func(t *testing.T) {
		p.t = t
		s.sql(t, `UPDATE kraj.projects SET title = 'Novi naslov', status = 'realised' WHERE code = '2.3/4/1'`)
		p.await(count(first+1) + ` && document.querySelector(".change.fresh .row-title").innerText.includes("Novi naslov")`)
		p.await(`document.querySelector('[role="status"].visually-hidden').innerText.includes("Novi naslov")`)
		s.sql(t, `INSERT INTO kraj.projects (municipality_id, measure_id, code, title, visibility, scope) SELECT municipality_id, measure_id, '9.9/9', 'Skriti osnutek', 'internal', 'unplaced' FROM kraj.projects WHERE code = '2.3/4/1'`)
		s.sql(t, `UPDATE kraj.settlements SET name_alt = 'ob jezeru' WHERE code = '10102626'`)
		p.await(count(first + 2))
		if strings.Contains(p.text(".changes"), "Skriti") {
			t.Error("the public reads of a draft")
		}
	})

	t.Run("it can be paused", func(t *testing.T) {
		p.t = t
		p.click(`[data-key="pause"]`)
		p.await(`document.querySelector('[data-key="pause"]').getAttribute("aria-pressed") === "true"`)
		s.sql(t, `UPDATE kraj.settlements SET name_alt = 'pod goro' WHERE code = '10102626'`)
		p.await(`document.querySelector(".change-live").innerText.includes("Čaka 1 sprememba")`)
		if n := eval[int](p, `document.querySelectorAll(".change").length`); n != first+2 {
			t.Errorf("%d entries while paused, want %d", n, first+2)
		}
		p.click(`[data-key="pause"]`)
		p.await(count(first + 3))
	})

	t.Run("elsewhere in the page a notice says so and leads there", func(t *testing.T) {
		p.t = t
		p.click(`[data-key="tab/projects"]`)
		s.sql(t, `UPDATE kraj.settlements SET name_alt = 'na polju' WHERE code = '10102626'`)
		p.await(`!document.querySelector(".notice").hidden && document.querySelector(".notice").innerText.includes("Golnik")`)
		p.shoot("notice-sl")
		p.click(".notice .button")
		p.await(`location.hash.includes("tab=changes") && document.querySelector('.change-head[aria-expanded="true"]')`)
	})

	t.Run("older ones follow page by page", func(t *testing.T) {
		p.t = t
		for i := range 25 {
			s.sql(t, fmt.Sprintf(`UPDATE kraj.settlements SET name_alt = 'ime %d' WHERE code = '10102626'`, i))
		}
		q := open(t, b, s, "m=kranj&tab=changes&lang=en", 1440, 900)
		q.await(`document.querySelector('[data-key="older"]')`)
		before := eval[int](q, `document.querySelectorAll(".change").length`)
		q.click(`[data-key="older"]`)
		q.await(fmt.Sprintf(`document.querySelectorAll(".change").length > %d`, before))
		if q.text(".changes .panel-title") != "What has changed" {
			t.Error("not in English")
		}
	})
}

// TestReadingIsAccessible runs axe over what reads the map, in both languages, and looks at it on a phone.
func TestReadingIsAccessible(t *testing.T) {
	s, b := newSite(t), browser(t)
	for name, state := range map[string]string{
		"layers": "m=kranj&tab=layers&fade=settlements:50&hide=cycling_routes.planned", "changes": "m=kranj&tab=changes&rev=1", "project": "m=kranj&sel=project:kranj:2.3/4/1",
		"money": "m=koper&sel=project:koper:P.2.1A", "place": "m=kranj&sel=settlements:kranj:10102626", "dark": "m=kranj&tab=changes&rev=1&appearance=dark&sel=settlements:kranj:10102626",
	} {
		for _, lang := range []string{"sl", "en"} {
			t.Run(lang+"/"+name, func(t *testing.T) {
				p := open(t, b, s, state+"&lang="+lang, 1440, 900)
				p.await(`document.querySelector(".layer-list, .change, .tree")`)
				if strings.Contains(state, "sel=") {
					p.await(`document.querySelector(".details h2")`)
				}
				p.settled()
				p.axe(name)
				p.do(chromedp.EmulateViewport(360, 780))
				p.await(`innerWidth === 360`)
				p.narrow(name, 360)
				p.shoot("read-phone-" + name + "-" + lang)
			})
		}
	}
}
