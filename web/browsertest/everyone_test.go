package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// everyView is every part of the page, as the state that opens it and what then must be there.
var everyView = []struct{ name, state, shown string }{
	{"projects", "m=kranj", ".tree"},
	{"filtered", "m=kranj&theme=TP1,TP2&strategic=1", ".tree"},
	{"balance", "m=kranj&tab=balance", ".picture"},
	{"gaps", "m=kranj&tab=gaps", ".gap-head"},
	{"layers", "m=kranj&tab=layers", ".layer-list"},
	{"changes", "m=kranj&tab=changes", ".changes"},
	{"project", "m=kranj&sel=project:kranj:1.1/2/1", ".details h2"},
	{"place", "m=kranj&sel=settlements:kranj:10102561", ".details h2"},
	{"point", "m=kranj&sel=at:46.2387,14.3556", ".details h2"},
	{"measure", "m=kranj&tool=measure&drawn=area:14.33,46.24;14.372,46.262;14.388,46.234", ".reading-main"},
	{"coordinates", "m=kranj&tool=coordinates", ".place-at"},
	{"in view", "m=kranj&tool=view", ".view-row"},
	{"print", "m=kranj&tool=print", `[data-key="print-go"]`},
}

// seat is a way of sitting before the page.
type seat struct {
	name          string
	width, height int64
	appearance    string
}

// TestEveryone holds every view, in both languages, on desktop and phone, light and dark, against axe and
// against what axe does not see: the size of targets, and a page wider than its window.
func TestEveryone(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join("..", "app", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core is not installed (npm ci in web/app)")
	}
	s, b := newSite(t), browser(t)
	for _, at := range []seat{{"desktop light", 1440, 900, "light"}, {"phone dark", 360, 760, "dark"}, {"desktop dark", 1440, 900, "dark"}, {"zoomed light", 720, 450, "light"}} {
		t.Run(at.name, func(t *testing.T) {
			p := openFor(t, b, s, "m=kranj", at.width, at.height, 10*time.Minute)
			p.await(`document.querySelector(".tree")`)
			p.settled()
			eval[bool](p, string(axe)+";true")
			for _, lang := range []string{"sl", "en"} {
				for _, view := range everyView {
					p.view(t, view.name+" "+lang+" "+at.name, fmt.Sprintf("%s&lang=%s&appearance=%s", view.state, lang, at.appearance), view.shown)
				}
			}
		})
	}
}

// view goes to a state of the same page and looks at it.
func (p *page) view(t *testing.T, name, state, shown string) {
	t.Helper()
	eval[bool](p, fmt.Sprintf(`(location.hash = %q, true)`, state))
	p.await(fmt.Sprintf(`document.querySelector(%q)?.checkVisibility() && !document.querySelector("dialog:not([open])")`, shown))
	p.await(`document.getAnimations().every(a => a.playState !== "running" || a.effect.getComputedTiming().iterations === Infinity)`)
	for _, v := range eval[[]string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.help + "\n" + v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + " — " + n.failureSummary).join("\n")))`) {
		t.Errorf("%s: %s", name, v)
	}
	if small := eval[[]string](p, smallTargets); len(small) > 0 {
		t.Errorf("%s: targets under 24 px:\n%s", name, strings.Join(small, "\n"))
	}
	if wide := eval[[]float64](p, "[document.documentElement.scrollWidth, innerWidth]"); wide[0] > wide[1] {
		t.Errorf("%s: the page is %v px wide in a window of %v", name, wide[0], wide[1])
	}
	p.shoot("everyone " + name)
}

// smallTargets are the controls of less than 24 × 24 CSS pixels (WCAG 2.5.8); links within a sentence may be smaller.
const smallTargets = `[...document.querySelectorAll("button, a, select, summary, input:not([type=checkbox]):not([type=radio]), [role=button], [role=tab], [role=option]")].filter(e => {
	if (!e.checkVisibility({opacityProperty: true, visibilityProperty: true}) || e.closest(".visually-hidden, .skip, [inert]")) return false;
	if (document.querySelector("dialog[open]") && !e.closest("dialog[open]")) return false;
	const box = e.getBoundingClientRect();
	const sentence = e.matches("a, .link") && getComputedStyle(e).display === "inline";
	return box.height > 0 && !sentence && (box.height < 23.5 || box.width < 23.5);
}).map(e => Math.round(e.getBoundingClientRect().width) + " × " + Math.round(e.getBoundingClientRect().height) + " " + e.outerHTML.slice(0, 140))`

// TestFocusIsSeen walks through the page with Tab: what has the focus is not covered (WCAG 2.4.11) and is marked.
func TestFocusIsSeen(t *testing.T) {
	s, b := newSite(t), browser(t)
	for _, c := range []struct {
		name, state   string
		width, height int64
	}{
		{"desktop", "m=kranj&sel=at:46.2387,14.3556&tool=measure&drawn=line:14.33,46.24;14.36,46.25", 1440, 900},
		{"phone", "m=kranj&tool=coordinates", 360, 760},
		{"layers", "m=kranj&tab=layers", 1280, 720},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(t, b, s, c.state, c.width, c.height)
			p.await(`document.querySelector(".tree, .layer-list")`)
			if strings.Contains(c.state, "tool=") {
				p.await(`document.querySelector(".tool-body")`)
			}
			p.settled()
			eval[bool](p, `(document.activeElement.blur(), true)`)
			seen := map[string]bool{}
			rounds := 0
			for range 110 {
				p.do(chromedp.KeyEvent(kb.Tab))
				at := eval[struct {
					Name   string `json:"name"`
					Hidden bool   `json:"hidden"`
					Plain  bool   `json:"plain"`
				}](p, focused)
				if at.Name == "" { // past the last thing Tab begins anew
					if rounds++; rounds > 1 {
						break
					}
					continue
				}
				seen[at.Name] = true
				if at.Hidden {
					p.shoot("covered " + c.name)
					t.Errorf("the focus is covered: %s", at.Name)
				}
				if at.Plain {
					t.Errorf("the focus is not marked: %s", at.Name)
				}
			}
			if len(seen) < 15 {
				t.Errorf("Tab reached only %d things", len(seen))
			}
		})
	}
}

// focused says what has the focus, whether nothing of it can be seen, and whether nothing marks it.
const focused = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return {name: "", hidden: false, plain: false};
	const label = e.closest("label") ?? e, box = label.getBoundingClientRect();
	const hits = [];
	for (const x of [0.1, 0.3, 0.5, 0.7, 0.9]) for (const y of [0.15, 0.5, 0.85]) {
		const at = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
		hits.push(Boolean(at && (label === at || label.contains(at) || at.contains(label) && at.closest("button, label, a") === label)));
	}
	const marked = el => { const s = getComputedStyle(el); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1.5; };
	const shown = [e, e.nextElementSibling, e.closest("label")].some(el => el && marked(el));
	return {name: e.outerHTML.slice(0, 160), hidden: !hits.some(Boolean), plain: !shown && !e.matches("h2")};
})()`

// TestReflow looks at the page as it is at 400 % in a window of 1280 × 1024 (WCAG 1.4.10), and with less motion asked for.
func TestReflow(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj", 320, 256)
	p.await(`document.querySelector(".tree")`)
	for _, view := range everyView {
		eval[bool](p, fmt.Sprintf(`(location.hash = %q, true)`, view.state))
		p.await(fmt.Sprintf(`document.querySelector(%q)`, view.shown))
		if wide := eval[float64](p, "document.documentElement.scrollWidth"); wide > 320 {
			t.Errorf("%s is %v px wide", view.name, wide)
		}
		p.shoot("reflow " + view.name)
	}
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}}); err != nil {
		t.Fatal(err)
	}
	eval[bool](p, `(location.hash = "m=kranj", true)`)
	p.await(`document.querySelector(".tree")`)
	moving := eval[[]string](p, `[...document.querySelectorAll("*")].filter(e => { const s = getComputedStyle(e); return s.transitionDuration.split(",").some(d => parseFloat(d) > 0.01) || (s.animationName !== "none" && parseFloat(s.animationDuration) > 0.01); }).map(e => e.outerHTML.slice(0, 100))`)
	if len(moving) > 0 {
		t.Errorf("these move although less motion is asked for: %v", moving)
	}
}

// TestStatement reads the statement on accessibility as a page.
func TestStatement(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join("..", "app", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core is not installed (npm ci in web/app)")
	}
	s, b := newSite(t), browser(t)
	for _, lang := range []string{"sl", "en"} {
		for _, width := range []int64{1280, 320} {
			p := open(t, b, s, "m=kranj&lang="+lang, width, 800)
			href := eval[string](p, `document.querySelector(".statement").href`)
			p.do(chromedp.Navigate(href))
			p.await(fmt.Sprintf(`document.documentElement.lang === %q && document.querySelector("h1")`, lang))
			p.await(`document.fonts.status === "loaded"`)
			eval[bool](p, string(axe)+";true")
			for _, v := range eval[[]string](p, `axe.run(document).then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 120)).join("\n")))`) {
				t.Errorf("%s at %d: %s", lang, width, v)
			}
			if wide := eval[float64](p, "document.documentElement.scrollWidth"); wide > float64(width) {
				t.Errorf("the statement is %v px wide at %d", wide, width)
			}
			p.shoot(fmt.Sprintf("statement-%s-%d", lang, width))
		}
	}
}

// TestLazyWhileAway asks for a part of the page that was not fetched yet while the server is away: it says so, and opens it when asked again.
func TestLazyWhileAway(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj", 1440, 900)
	p.excused = []string{"Failed to load resource", "net::ERR", "Failed to fetch", "AJAXError"}
	p.await(`document.querySelector(".tree")`)
	p.settled()
	s.down()
	p.click(`[data-key="tool/measure"]`)
	p.await(`!document.querySelector(".banner").hidden && document.querySelector(".banner").innerText.includes("ni dosegljiv")`)
	s.up(t)
	p.await(`document.querySelector(".banner").hidden || document.querySelector(".banner").innerText.includes("spet vzpostavljena")`)
	p.await(`document.querySelector(".measure")`)
}
