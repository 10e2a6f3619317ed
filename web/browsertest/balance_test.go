package browsertest

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// amounts gives every other leaf of Kranj a made-up amount with a year, and Kranj a second scheme of three classes; one settlement
// loses its people.
const amounts = `
INSERT INTO kraj.project_funding (project_id, year, source, amount_cents, kind)
SELECT p.id, 2025 + p.id % 4, (ARRAY['own', 'eu', 'state'])[1 + p.id % 3], (100000 + p.id * 7919 % 900000) * 100 + p.id % 100, 'estimated'
FROM kraj.projects p JOIN kraj.municipalities m ON m.id = p.municipality_id AND m.slug = 'kranj'
WHERE NOT EXISTS (SELECT FROM kraj.projects c WHERE c.parent_id = p.id) AND p.id % 2 = 0;
INSERT INTO kraj.schemes (municipality_id, code, name_sl, name_en, classes)
SELECT id, 'h3', 'Mesto, primestje, podeželje', 'City, suburbs, countryside', '{urban,suburban,rural}' FROM kraj.municipalities WHERE slug = 'kranj';
INSERT INTO kraj.scheme_classes (scheme_id, settlement_id, class)
SELECT s.id, t.id, CASE WHEN t.name = 'Kranj' THEN 'urban' WHEN t.name IN ('Britof', 'Hrastje', 'Kokrica') THEN 'suburban' ELSE 'rural' END
FROM kraj.schemes s JOIN kraj.settlements t ON t.municipality_id = s.municipality_id WHERE s.code = 'h3';
UPDATE kraj.population_settlements SET people = NULL WHERE settlement_id IN (SELECT id FROM kraj.settlements WHERE name = 'Jamnik');`

func (s *site) exec(t *testing.T, sql string) {
	t.Helper()
	if _, err := s.pools.Owner.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// choose picks a value of a select.
func (p *page) choose(key, value string) {
	p.t.Helper()
	p.await(fmt.Sprintf(`document.querySelector('[data-key=%q]')`, key))
	eval[bool](p, fmt.Sprintf(`(el => { el.value = %q; el.dispatchEvent(new Event("change", { bubbles: true })); return true; })(document.querySelector('[data-key=%q]'))`, value, key))
}

// hash is the page's state as it stands in the address.
func (p *page) hash() url.Values {
	p.t.Helper()
	v, err := url.ParseQuery(strings.TrimPrefix(eval[string](p, `location.hash`), "#"))
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}

func TestBalanceRules(t *testing.T) {
	s, b := newSite(t), browser(t)
	s.exec(t, amounts)
	p := open(t, b, s, "m=kranj&tab=balance", 1440, 900)
	p.await(`document.querySelector(".picture") && document.querySelectorAll(".multiple").length === 9`)
	if href := eval[string](p, `document.querySelector('[data-key="council"]').href`); !strings.HasPrefix(href, s.url+"gradivo?") || !strings.Contains(href, "municipality=kranj") || !strings.Contains(href, "lang=sl") {
		t.Errorf("the council paper is at %s", href)
	}

	t.Run("what is left out is always there", func(t *testing.T) {
		p.t = t
		if n := eval[int](p, `document.querySelectorAll(".aside-row").length`); n != 5 {
			t.Errorf("%d rows of what the comparison leaves out", n)
		}
		if text := p.text(".aside"); !strings.Contains(text, "€") || !strings.Contains(text, "znesek ni naveden") {
			t.Errorf("left out: %s", text)
		}
		if n := eval[int](p, `document.querySelectorAll(".picture .bp-range").length`); n != 2 {
			t.Errorf("%d brackets of what the rules decide", n)
		}
	})

	t.Run("another rule shows the difference, and back", func(t *testing.T) {
		p.t = t
		p.choose("rule/method", "population")
		p.await(`document.querySelector(".versus li") && document.querySelectorAll(".picture .bp-ghost").length > 0`)
		h := p.hash()
		if h.Get("method") != "population" || h.Get("versus") != "municipal,extent,none,total" {
			t.Errorf("address: %v", h)
		}
		if words := p.text(".versus"); !strings.Contains(words, "o. t.") || !strings.Contains(words, "€") || !strings.Contains(words, "Prej: po legi") {
			t.Errorf("the difference in words: %s", words)
		}
		p.shoot("balance-versus-sl")
		p.click(`[data-key="versus-back"]`)
		p.await(`!location.hash.includes("method=") && location.hash.includes("versus=municipal,population")`)
		p.await(`document.querySelector(".versus").innerText.includes("Prej: po prebivalstvu")`)
		eval[bool](p, `(history.back(), true)`)
		p.await(`location.hash.includes("method=population") && document.querySelector(".versus").innerText.includes("Prej: po legi")`)
		p.click(`[data-key="versus-drop"]`)
		p.await(`!location.hash.includes("versus") && !document.querySelector(".versus")`)
	})

	t.Run("the rule that gives the most is one step away", func(t *testing.T) {
		p.t = t
		p.click(`[data-key="euros/rangeMax"]`)
		p.await(`document.querySelector(".versus") && document.querySelector(".sensitivity")`)
		p.await(`(([now, most]) => now && now === most)(/po tem pravilu ([\d,]+).*do ([\d,]+)/s.exec(document.querySelector(".range").innerText)?.slice(1) ?? [])`)
	})

	t.Run("scheme with three classes", func(t *testing.T) {
		p.t = t
		p.choose("rule/scheme", "h3")
		p.await(`location.hash.includes("scheme=h3") && document.querySelector(".class-legend").innerText.includes("primestje")`)
	})
}

func TestBalanceOpens(t *testing.T) {
	s, b := newSite(t), browser(t)
	s.exec(t, amounts)
	p := open(t, b, s, "m=kranj&tab=balance", 1440, 900)
	p.await(`document.querySelector('[data-key="group/TP3"]')`)
	eval[bool](p, `(document.querySelector("#panel-balance").scrollTop = 420, true)`)
	p.click(`[data-key="group/TP3"]`)
	p.await(`document.querySelectorAll(".behind .row").length > 20 && document.querySelector("#panel-balance").scrollTop === 0 && document.querySelector(".back") === document.activeElement`)
	p.click(`[data-key="in/rural"]`)
	p.await(`location.hash.includes("open=TP3%7Crural") && [...document.querySelectorAll(".behind .row-facts")].length > 3 && [...document.querySelectorAll(".behind .row-facts")].every(r => /naselj/.test(r.innerText))`)
	p.click(`[data-key="in/no_amount"]`)
	p.await(`(rows => rows.length > 5 && rows.every(r => r.innerText.includes("znesek ni naveden")))([...document.querySelectorAll(".behind .row-facts")])`)
	p.click(".back")
	p.await(`document.querySelector("#panel-balance").scrollTop === 420`)
	p.click(`[data-key="aside/municipality_wide"]`)
	p.await(`document.querySelectorAll(".behind .row").length === 200 && document.querySelector('[data-key="more"]')`)
	p.click(`[data-key="more"]`)
	p.await(`document.querySelectorAll(".behind .row").length === 220 && !document.querySelector('[data-key="more"]')`)
	p.click(".back")
	for _, by := range []string{"measure", "status", "horizon", "source", "mechanism", "holder", "settlement", "local_community", "year"} {
		p.choose("by", by)
		p.await(fmt.Sprintf(`location.hash.includes("by=%s") && document.querySelectorAll(".multiple").length > 0`, by))
	}
	p.await(`document.querySelector("svg.years") && document.querySelector("svg.years").getAttribute("aria-label").includes("2026")`)
	p.shoot("balance-years-sl")
	p.click(`[data-key="wide"]`)
	p.await(`document.querySelector("#panel").getBoundingClientRect().width > 1300 && location.hash.includes("wide=1")`)
	p.shoot("balance-wide-sl")
	p.click(`[data-key="tab/layers"]`)
	p.await(`document.querySelector("#panel").getBoundingClientRect().width < 500`)
}

func TestChoropleth(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj&tab=balance", 1440, 900)
	p.click("#shade-on")
	p.await(`location.hash.includes("shade=1") && window.kraj.map.getLayer("kraj-shade")`)
	if words := p.text(".shade-legend"); !strings.Contains(words, "projekti na 1.000 prebivalcev") || !strings.Contains(words, "manj kot 100 prebivalcev") {
		t.Errorf("without amounts the legend says: %s", words)
	}
	s.exec(t, amounts)
	p.do(chromedp.Reload())
	p.await(`document.querySelector(".shade-legend")?.innerText.includes("sredstva na prebivalca") && document.querySelector(".shade-legend").innerText.includes("ni podatka")`)
	p.await(`window.kraj.map.queryRenderedFeatures({layers: ["kraj-shade"]}).length > 30 && window.kraj.map.queryRenderedFeatures({layers: ["kraj-shade-none"]}).some(f => f.properties.name === "Jamnik")`)
	p.settled()
	p.shoot("choropleth-sl")
	// The shade of Golnik is that of its value in the table.
	before := eval[string](p, `JSON.stringify(window.kraj.map.getPaintProperty("kraj-shade", "fill-color"))`)
	p.click(`[data-key="shade-table"]`)
	if rows := eval[int](p, `document.querySelectorAll(".shade tbody tr").length`); rows != 49 {
		t.Errorf("%d settlements in the table", rows)
	}
	p.choose("rule/method", "equal")
	p.await(fmt.Sprintf(`JSON.stringify(window.kraj.map.getPaintProperty("kraj-shade", "fill-color")) !== %q`, before))
	p.click(`.shade tbody button`)
	p.await(`location.hash.includes("sel=settlements:kranj:")`)
	p.click("#shade-on")
	p.await(`!location.hash.includes("shade=") && !window.kraj.map.getLayer("kraj-shade") && document.querySelector(".shade-legend").hidden`)
}

func TestBalanceFiles(t *testing.T) {
	s, b := newSite(t), browser(t)
	s.exec(t, amounts)
	p := open(t, b, s, "m=kranj&tab=balance&by=year&shade=1", 1440, 900)
	p.await(`document.querySelector("svg.years") && document.querySelector('[data-key="file/Places/CSV"]')`)
	// What would be saved, kept as text or as the size of the picture.
	eval[bool](p, `(() => { window.saved = []; const made = new Map(), make = URL.createObjectURL; URL.createObjectURL = b => { const u = make.call(URL, b); made.set(u, b); return u };
		HTMLAnchorElement.prototype.click = function () { Promise.resolve(made.get(this.href)).then(async b => window.saved.push({ name: this.download, type: b.type,
		text: b.type.startsWith("image/png") ? "" : await b.text(), bitmap: b.type.startsWith("image/png") ? await createImageBitmap(b).then(i => [i.width, i.height]) : null })) }; return true })()`)
	type saved struct {
		Name, Type, Text string
		Bitmap           []int
	}
	take := func(which, kind string) saved {
		t.Helper()
		eval[bool](p, `(window.saved = [], true)`)
		p.click(fmt.Sprintf(`[data-key="file/%s/%s"]`, which, kind))
		p.await(`window.saved.length === 1`)
		return eval[saved](p, `window.saved[0]`)
	}
	for which, want := range map[string][]string{
		"Total":  {"Vrsta naselja;", "\r\nmesto;", "\r\ncelotna občina;", ";42706;", "\r\nPravilo;", "po legi", "\r\nPrebivalci;", "2024", s.url},
		"Years":  {"\r\n2027;2027;mesto;", "\r\n;Skupaj;vse;"},
		"Places": {";Golnik;", "naselja_2021"},
	} {
		f := take(which, "CSV")
		for _, words := range want {
			if !strings.Contains(f.Text, words) {
				t.Errorf("%s.csv lacks %q:\n%s", which, words, f.Text)
			}
		}
		if f.Type != "text/csv;charset=utf-8" || !strings.HasSuffix(f.Name, ".csv") {
			t.Errorf("%s %s", f.Name, f.Type)
		}
	}
	for _, which := range []string{"Total", "Years"} {
		f := take(which, "SVG")
		for _, words := range []string{`<svg xmlns="http://www.w3.org/2000/svg"`, "<title>Mesto in podeželje", "Kranj</title>", "Pravilo: ", "57.138", "Naslov: ", "Source Sans 3"} {
			if !strings.Contains(f.Text, words) {
				t.Errorf("%s.svg lacks %q", which, words)
			}
		}
		if strings.Contains(f.Text, "class=") || strings.Contains(f.Text, "var(--") || strings.Contains(f.Text, "href=") {
			t.Errorf("%s.svg needs something from elsewhere", which)
		}
		if path, ok := artefact("balance-" + which); ok {
			_ = os.WriteFile(strings.TrimSuffix(path, ".png")+".svg", []byte(f.Text), 0o644) //nolint:gosec // a picture for everybody
		}
		png := take(which, "PNG")
		if len(png.Bitmap) != 2 || png.Bitmap[0] != 2*784 || png.Bitmap[1] < 600 {
			t.Errorf("%s.png is %v pixels", which, png.Bitmap)
		}
	}
}

// TestBalanceAccessible runs axe over the views of the balance and over the council paper, in both languages, wide and narrow.
func TestBalanceAccessible(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join("..", "app", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core is not installed (npm ci in web/app)")
	}
	s, b := newSite(t), browser(t)
	s.exec(t, amounts)
	check := func(t *testing.T, p *page) {
		t.Helper()
		eval[bool](p, string(axe)+";true")
		for _, v := range eval[[]string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.help + "\n" + v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + " — " + n.failureSummary).join("\n")))`) {
			t.Error(v)
		}
		if wide := eval[float64](p, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
			t.Errorf("the page is %v px too wide", wide)
		}
	}
	views := map[string]string{
		"versus": "m=kranj&tab=balance&method=equal&versus=municipal,extent,none,total&shade=1", "years": "m=kranj&tab=balance&by=year&wide=1",
		"open": "m=kranj&tab=balance&open=TP2|rural", "dark": "m=kranj&tab=balance&appearance=dark&shade=1&versus=h3,extent,none,total", "counts": "m=koper&tab=balance&shade=1",
	}
	// One page for each width: a view is a change of its address.
	for _, width := range []int64{1440, 390, 360} {
		p := open(t, b, s, "m=kranj&tab=balance", width, 844)
		for _, lang := range []string{"sl", "en"} {
			for name, state := range views {
				if width != 1440 && (name == "dark" || name == "counts") {
					continue
				}
				t.Run(fmt.Sprintf("%d/%s/%s", width, lang, name), func(t *testing.T) {
					p.t = t
					eval[bool](p, fmt.Sprintf(`(location.hash = %q, true)`, "#"+state+"&sheet=full&lang="+lang))
					p.await(fmt.Sprintf(`document.documentElement.lang === %q && document.querySelector(".balance .picture, .balance .behind") && !document.querySelector(".balance .message")`, lang))
					if strings.Contains(state, "shade") {
						p.await(`!document.querySelector(".shade-legend").hidden`)
					}
					if strings.Contains(state, "versus") {
						p.await(`document.querySelector(".versus")`)
					}
					check(t, p)
					if small := eval[[]string](p, `[...document.querySelectorAll(".balance button, .balance a, .balance select, .balance summary")].filter(e => e.checkVisibility() && (e.getBoundingClientRect().height < 23.5 || e.getBoundingClientRect().width < 23.5)).map(e => e.outerHTML.slice(0, 120))`); len(small) > 0 {
						t.Errorf("targets under 24 px: %s", strings.Join(small, "\n"))
					}
					p.shoot(fmt.Sprintf("balance-%d-%s-%s", width, lang, name))
				})
			}
		}
		p.t = t
		for _, lang := range []string{"sl", "en"} {
			t.Run(fmt.Sprintf("%d/%s/council", width, lang), func(t *testing.T) {
				p.t = t
				p.do(chromedp.Navigate(s.url + "gradivo?municipality=kranj&by=status&method=population&lang=" + lang))
				p.await(`document.querySelector("h1") && document.querySelector("button.print") && !document.querySelector("button.print").hidden`)
				if at := eval[string](p, `location.href`); !strings.Contains(at, "as_of=") || !strings.Contains(at, "method=population") || !strings.Contains(at, "by=status") {
					t.Errorf("the paper stands at %s", at)
				}
				check(t, p)
				p.shoot(fmt.Sprintf("council-%d-%s", width, lang))
			})
		}
		p.t = t
	}
}

// TestBalanceByKeyboard goes through the panel with Tab alone: each button and link is reached, and what opens takes the focus along.
func TestBalanceByKeyboard(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj&tab=balance", 1440, 900)
	p.await(`document.querySelector(".multiple")`)
	eval[bool](p, `(document.querySelector("#tab-balance").focus(), true)`)
	reached := map[string]bool{}
	for range 80 {
		p.do(chromedp.KeyEvent("\t"))
		reached[eval[string](p, `document.activeElement?.dataset?.key ?? ""`)] = true
		if reached["numbers"] {
			break
		}
	}
	for _, key := range []string{"council", "wide", "rules", "class/rural", "file/Total/CSV", "aside/unplaced", "aside/no_amount", "projects/rangeMax", "by", "group/TP1", "shade", "numbers"} {
		if !reached[key] {
			t.Errorf("Tab does not reach %q; it reaches %v", key, reached)
		}
	}
	eval[bool](p, `(document.querySelector('[data-key="group/TP2"]').focus(), true)`)
	p.do(chromedp.KeyEvent("\r"))
	p.await(`document.querySelector(".behind .row") && document.activeElement.classList.contains("back")`)
	p.do(chromedp.KeyEvent("\r"))
	p.await(`document.querySelector(".multiple")`)
}
