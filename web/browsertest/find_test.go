package browsertest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// whatIsShown is all of the page that an address stands for: filters, list, table, chips, selection, language, what is drawn.
const whatIsShown = `JSON.stringify({lang: document.documentElement.lang, mode: document.documentElement.dataset.mode, summary: document.querySelector(".summary strong")?.innerText,
	chips: [...document.querySelectorAll(".in-effect .chip")].map(e => e.innerText.trim()), tab: document.querySelector("[role=tab][aria-selected=true]").id,
	details: document.querySelector(".details h2")?.innerText ?? "", table: document.querySelector(".table").hidden ? "" : document.querySelector(".table-totals").innerText,
	rows: [...document.querySelectorAll(".grid-row[data-code]")].slice(0, 5).map(e => e.dataset.code), head: [...document.querySelectorAll("[role=columnheader]")].map(e => e.innerText + e.ariaSort),
	tree: [...document.querySelectorAll(".tree .branch-head")].map(e => e.innerText.replace(/\s+/g, " ")), zoom: window.kraj.map.getZoom().toFixed(2)})`

func TestFilters(t *testing.T) {
	s, b := newSite(t), browser(t)

	t.Run("counts before one clicks are what one gets", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&status=realised,preparation", 1440, 900)
		p.await(`document.querySelector('[data-key="theme/TP3"] .count')`)
		n := p.text(`[data-key="theme/TP3"] .count`)
		p.click(`[data-key="theme/TP3"]`)
		p.await(fmt.Sprintf(`document.querySelector(".summary strong")?.innerText.startsWith(%q)`, n+" "))
		p.await(fmt.Sprintf(`document.querySelectorAll(".tree .row").length === %s`, n)) // few enough to be shown opened
		p.await(`(list => list.length > 0 && list.every(f => f.properties.theme === "TP3" && ["realised", "preparation"].includes(f.properties.status)))(window.kraj.map.queryRenderedFeatures().filter(f => f.sourceLayer === "projects" && !f.layer.id.startsWith("kraj-")))`)
		p.settled()
		p.shoot("filtered-sl")
	})

	t.Run("a measure opened in the list goes onto the map by itself; the list of measures stays where it was", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		p.click(`[data-key="t/TP2"]`)
		p.click(`[data-key="m/TP2/2.3"]`)
		p.await(`document.querySelectorAll(".tree .row").length > 2`) // its groups are closed
		p.click(`[data-key="only/2.3"]`)
		p.await(`location.hash.includes("measure=2.3") && !document.querySelector('[data-key="only/2.3"]') && document.querySelector(".in-effect .chip")?.innerText.includes("2.3")`)
		p.await(`document.querySelector(".filter-tree")`) // it opens with the filter
		eval[bool](p, `(document.querySelector(".filter-tree").scrollTop = 150, true)`)
		p.click(`[data-key="measure/2.2"]`)
		p.await(`location.hash.includes("measure=2.3%2C2.2") || location.hash.includes("measure=2.2%2C2.3") || location.hash.includes("measure=2.3,2.2") || location.hash.includes("measure=2.2,2.3")`)
		p.await(`document.querySelector(".filter-tree").scrollTop === 150`)
	})

	t.Run("filters that only the server knows drive the map, the list, the balance and the address", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		p.click(`[data-key="fold/more"]`)
		p.click(`[data-key="fold/class"]`)
		p.await(`document.querySelector('[data-key="class/rural"]')`)
		p.click(`[data-key="class/rural"]`)
		p.await(`location.hash.includes("class=rural") && document.querySelector(".in-effect .chip")?.innerText.includes("podeželje")`)
		want := eval[[]string](p, `fetch("api/v1/projects?municipality=kranj&class=rural&groups=none&limit=1000").then(r => r.json()).then(a => a.items.map(p => p.code))`)
		p.await(fmt.Sprintf(`document.querySelector(".summary strong")?.innerText.startsWith("%d ")`, len(want)))
		p.await(`window.kraj.map.getSource("kraj-filtered")?.tiles[0].includes("class=rural")`)
		// Until the filtered tiles are there the map shows those of before.
		codes, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		p.await(fmt.Sprintf(`(drawn => drawn.length > 0 && drawn.every(code => %s.includes(code)))([...new Set(window.kraj.map.queryRenderedFeatures()
			.filter(f => ["projects", "projects_named"].includes(f.sourceLayer) && !f.layer.id.startsWith("kraj-")).map(f => f.properties.code))])`, codes))
		p.click(`[data-key="tab/balance"]`)
		p.await(`performance.getEntriesByType("resource").some(e => e.name.includes("/balance?") && e.name.includes("class=rural"))`)
		p.do(chromedp.NavigateBack())
		p.await(`document.querySelector("#tab-projects").ariaSelected === "true"`)
		p.shoot("filters-more-sl")
		p.click(`.in-effect [data-key="clear-all"]`)
		p.await(`!location.hash.includes("class=") && document.querySelector(".in-effect").innerText === "" && !window.kraj.map.getSource("kraj-filtered")`)
		p.do(chromedp.NavigateBack())
		p.await(`location.hash.includes("class=rural") && document.querySelector(".in-effect .chip")`)
	})

	t.Run("theme and measure are one tree", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&theme=TP1", 1440, 900)
		p.click(`[data-key="fold/tree"]`)
		p.await(`document.querySelector('[data-key="measure/2.3"]')`)
		n := eval[int](p, `fetch("api/v1/facets?municipality=kranj&by=theme,measure").then(r => r.json()).then(a => a.facets.theme.values.find(v => v.key === "TP1").projects + a.facets.measure.values.find(v => v.key === "2.3").projects)`)
		p.click(`[data-key="measure/2.3"]`)
		p.await(fmt.Sprintf(`document.querySelector(".summary strong")?.innerText.startsWith("%d ") && document.querySelectorAll(".branch.theme").length === 2`, n))
		p.shoot("filter-tree-sl")
	})

	t.Run("a settlement, an amount, words; keyboard only", func(t *testing.T) {
		p := open(t, b, s, "m=koper", 1440, 900)
		p.await(`document.querySelector('[data-key="fold/more"]')`)
		p.focus(`[data-key="fold/more"]`)
		p.do(chromedp.KeyEvent("\r"))
		p.await(`document.querySelector('[data-key="fold/amount"]')`)
		p.focus(`[data-key="fold/amount"]`)
		p.do(chromedp.KeyEvent("\r"))
		p.await(`document.querySelector('[data-key="filter-min"]')`)
		p.focus(`[data-key="filter-min"]`)
		p.do(chromedp.KeyEvent("5.000"), chromedp.KeyEvent("\r"))
		p.await(`location.hash.includes("min_amount=5000") && document.querySelector(".in-effect")?.innerText.includes("vsaj 5.000")`)
		p.focus(`[data-key="filter-q"]`)
		p.do(chromedp.KeyEvent("znamke"))
		p.await(`location.hash.includes("q=znamke") && document.querySelector(".in-effect")?.innerText.includes("»znamke«")`)
		p.focus(`.in-effect [data-key="q"]`)
		p.do(chromedp.KeyEvent("\r"))
		p.await(`!location.hash.includes("q=") && document.activeElement.closest(".in-effect")`)
	})

	t.Run("a branch reads its projects when it is opened", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		p.await(`document.querySelector(".branch.theme")`)
		if n := eval[int](p, `performance.getEntriesByType("resource").filter(e => e.name.includes("/api/v1/projects")).length`); n != 0 {
			t.Errorf("%d lists of projects were read before anything was opened", n)
		}
		p.click(`[data-key="t/TP2"]`)
		p.click(`[data-key="m/TP2/2.3"]`)
		p.await(`document.querySelector(".branch.measure .row, .branch.measure .branch.group")`)
		p.shoot("list-sl")
	})

	t.Run("a link opens the same in another tab", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&lang=en&appearance=dark&theme=TP2,TP3&scope=sites&table=45&sort=-title&cols=code,title,theme,amount&sel=project:kranj:2.3/1&v=12.20/46.24000/14.36000", 1440, 900)
		p.await(`document.querySelectorAll(".grid-row[data-code]").length > 5 && document.querySelector(".summary strong") && document.querySelector(".details h2")`)
		p.settled()
		p.await(`document.querySelector(".table-totals strong")`)
		first, address := eval[string](p, whatIsShown), eval[string](p, `location.hash.slice(1)`)
		again := open(t, b, s, address, 1440, 900)
		again.await(`document.querySelectorAll(".grid-row[data-code]").length > 5 && document.querySelector(".summary strong") && document.querySelector(".details h2")`)
		again.settled()
		again.await(`document.querySelector(".table-totals strong")`)
		if second := eval[string](again, whatIsShown); first != second {
			t.Errorf("the first tab shows\n%s\nthe second\n%s", first, second)
		}
		again.shoot("shared-en-dark")
	})

	axe, err := os.ReadFile(filepath.Join("..", "app", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core is not installed (npm ci in web/app)")
	}
	for _, lang := range []string{"sl", "en"} {
		for _, width := range []int64{360, 1440} {
			t.Run(fmt.Sprintf("accessible %s %d", lang, width), func(t *testing.T) {
				p := open(t, b, s, "m=kranj&class=rural&measure=2.3&sheet=full&lang="+lang, width, 844)
				p.await(`document.querySelector(".summary strong")`)
				eval[bool](p, `(d => { if (!d.open) d.querySelector("summary").click(); return true; })(document.querySelector(".filters"))`)
				p.await(`document.querySelector('[data-key="fold/settlement"]')`)
				for _, fold := range []string{"settlement", "local_community", "eligible", "class"} {
					p.click(fmt.Sprintf(`[data-key="fold/%s"]`, fold))
				}
				p.await(`document.querySelectorAll(".filter-list").length >= 4`)
				p.settled()
				if wide := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
					t.Errorf("the page is %d px wider than the window", wide)
				}
				p.shoot(fmt.Sprintf("filters-%s-%d", lang, width))
				accessible(p, axe)
			})
		}
	}
}

// focus puts the keyboard to an element; drawing may replace it at any moment, and finds the focus again.
func (p *page) focus(selector string) {
	p.t.Helper()
	p.await(fmt.Sprintf("document.querySelector(%q)", selector))
	eval[bool](p, fmt.Sprintf("(document.querySelector(%q).focus(), true)", selector))
}

func TestSearch(t *testing.T) {
	s, b := newSite(t), browser(t)
	if _, err := s.pools.Owner.Exec(t.Context(), `UPDATE kraj.business_zones SET plan_ordinance = 'Odlok o OPPN Hrastje (Uradni list RS, 12/2019)', plan_state = 'adopted' WHERE id = (SELECT min(id) FROM kraj.business_zones);
		INSERT INTO kraj.project_links (project_id, title, url) SELECT id, 'DIIP Kranj', 'https://example.org/diip.pdf' FROM kraj.projects WHERE code = '2.3/1'`); err != nil {
		t.Fatal(err)
	}
	ask := func(p *page, words string) {
		p.t.Helper()
		p.await(`document.querySelector(".tree, .message")`)
		eval[bool](p, `(e => { e.focus(); e.value = ""; return true; })(document.querySelector(".search-input"))`)
		if strings.Trim(words, "abcdefghijklmnopqrstuvwxyzK0123456789./ ") == "" {
			p.do(chromedp.SendKeys(chromedp.CSS(".search-input"), words))
		} else { // letters that no key of the driver's keyboard has
			eval[bool](p, fmt.Sprintf(`(e => { e.value = %q; return e.dispatchEvent(new Event("input", {bubbles: true})); })(document.querySelector(".search-input"))`, words))
		}
		// On a busy machine the answer to the first letters comes between the keys: that to all of them is waited for.
		p.await(fmt.Sprintf(`document.querySelector("#search-0") && document.querySelector(".search-list").dataset.asked === %q`, words))
	}

	t.Run("grouped, with the place or number that matched, marked", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		ask(p, "kranj")
		p.await(`document.querySelectorAll(".search-group").length >= 3`)
		groups := eval[[]string](p, `[...document.querySelectorAll(".search-group")].map(e => e.innerText)`)
		for _, want := range []string{"Projekti", "Kraji", "Dokumenti"} {
			if !slices.Contains(groups, want) {
				t.Errorf("no %s among %v", want, groups)
			}
		}
		if marks := eval[[]string](p, `[...document.querySelectorAll(".search-option mark")].map(e => e.innerText.toLowerCase())`); len(marks) < 5 || slices.ContainsFunc(marks, func(m string) bool { return m != "kranj" }) {
			t.Errorf("marked: %v", marks)
		}
		p.shoot("search-sl")
		last := eval[int](p, `document.querySelectorAll(".search-all").length`)
		if last != 1 {
			t.Fatalf("%d ways to all projects", last)
		}
		p.click(`.search-all`)
		p.await(`location.hash.includes("q=kranj") && document.querySelector(".in-effect .chip")`)
	})

	t.Run("inflected, without marks of letters, by number, by ordinance", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		for words, want := range map[string]string{"na Kokrici": "Kokrica", "cadovljah": "Čadovlje", "v Stražišču": "Stražišče", "12/2019": "Odlok o OPPN Hrastje (Uradni list RS, 12/2019)"} {
			ask(p, words)
			p.await(fmt.Sprintf(`document.querySelector("#search-0 .search-name")?.innerText.includes(%q)`, want))
		}
		ask(p, "2.3")
		p.await(`document.querySelector("#search-0 .search-name mark")?.innerText === "2.3"`)
		ask(p, "12/2019")
		p.await(`document.querySelector("#search-0 .search-context")?.innerText.includes("odlok")`)
		p.do(chromedp.KeyEvent("\r"))
		p.await(`location.hash.includes("sel=business_zones:kranj:") && document.querySelector(".details h2")`)
	})

	t.Run("the keyboard: down, up, enter, escape", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		ask(p, "kranj")
		active := `document.querySelector(".search-input").getAttribute("aria-activedescendant")`
		p.await(active + ` === "search-0"`)
		p.do(chromedp.KeyEvent(kb.ArrowDown))
		p.await(active + ` === "search-1" && document.querySelector("#search-1").ariaSelected === "true"`)
		p.do(chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.ArrowUp))
		p.await(active + ` === document.querySelector(".search-list").querySelector("[role=option][aria-selected=true]").id && document.querySelectorAll(".search-option").length - 1 === Number(` + active + `.slice(7))`)
		p.do(chromedp.KeyEvent(kb.Escape))
		p.await(`document.querySelector(".search-list").hidden && document.querySelector(".search-input").getAttribute("aria-expanded") === "false"`)
	})

	t.Run("a holder filters", func(t *testing.T) {
		p := open(t, b, s, "m=koper", 1440, 900)
		ask(p, "zelena ekipa")
		p.await(`[...document.querySelectorAll(".search-group")].some(e => e.innerText === "Nosilci in mehanizmi")`)
		p.do(chromedp.KeyEvent("\r"))
		p.await(`location.hash.includes("holder=") || location.hash.includes("sel=")`)
	})

	t.Run("English, on a phone, and axe finds nothing", func(t *testing.T) {
		axe, err := os.ReadFile(filepath.Join("..", "app", "node_modules", "axe-core", "axe.min.js"))
		if err != nil {
			missing(t, "axe-core is not installed (npm ci in web/app)")
		}
		p := open(t, b, s, "m=kranj&lang=en", 390, 844)
		ask(p, "golnik")
		p.shoot("search-phone-en")
		accessible(p, axe)
	})
}
