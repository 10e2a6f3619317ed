package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// rowsReady waits until the table shows rows.
func rowsReady(p *page) {
	p.t.Helper()
	p.await(`document.querySelectorAll(".grid-row[data-code]").length > 3 && document.querySelector(".table-totals strong")`)
}

func TestTable(t *testing.T) {
	s, b := newSite(t), browser(t)

	t.Run("what is filtered, with its sums, told to a screen reader", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&theme=TP2", 1440, 900)
		p.click(`[data-key="open-table"]`)
		p.await(`location.hash.includes("table=42")`)
		rowsReady(p)
		n := eval[int](p, `fetch("api/v1/facets?municipality=kranj&theme=TP2").then(r => r.json()).then(a => a.projects)`)
		if rows := eval[int](p, `Number(document.querySelector(".grid").getAttribute("aria-rowcount"))`); rows != n+1 {
			t.Errorf("aria-rowcount %d, the server counts %d", rows, n)
		}
		if got := p.text(".table-totals"); !strings.Contains(got, fmt.Sprint(n)) || !strings.Contains(got, "zneskov ni") {
			t.Errorf("the totals say %q", got)
		}
		if wrong := eval[int](p, `[...document.querySelectorAll(".grid-row [data-column='2']")].filter(e => e.innerText !== "TP2").length`); wrong > 0 {
			t.Errorf("%d rows are of another theme", wrong)
		}
		p.settled()
		p.shoot("table-sl")
	})

	t.Run("sorted by any column, in Slovene order, on the server", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&table=60&cols=code,title,horizon,settlement", 1440, 900)
		rowsReady(p)
		p.click(`.grid-head [data-column="1"]`)
		p.await(`location.hash.includes("sort=title") && document.querySelector('[role=columnheader][aria-sort="ascending"]')?.innerText.includes("Naziv")`)
		p.await(`document.querySelector('[data-row="0"] .cell-title')?.innerText`)
		titles := `[...document.querySelectorAll(".grid-row[data-code]")].sort((a, b) => a.dataset.row - b.dataset.row).map(e => e.querySelector(".cell-title").innerText.trim())`
		p.await(`(list => list.length > 8 && JSON.stringify(list) === JSON.stringify(list.toSorted(new Intl.Collator("sl").compare)))(` + titles + `)`)
		p.click(`.grid-head [data-column="1"]`)
		p.await(`location.hash.includes("sort=-title")`)
		p.await(`(list => list.length > 8 && JSON.stringify(list) === JSON.stringify(list.toSorted((a, b) => new Intl.Collator("sl").compare(b, a))))(` + titles + `)`)
		p.click(`.grid-head [data-column="1"]`)
		p.await(`!location.hash.includes("sort=")`)
		p.do(chromedp.NavigateBack())
		p.await(`location.hash.includes("sort=-title") && document.querySelector('[role=columnheader][aria-sort="descending"]')`)
	})

	t.Run("columns are chosen and stay in the address", func(t *testing.T) {
		p := open(t, b, s, "m=koper&table=50", 1440, 900)
		rowsReady(p)
		if got := p.text(".table-totals"); !strings.Contains(got, "€") || !strings.Contains(got, "znesek ni naveden") {
			t.Errorf("the totals say %q", got)
		}
		p.click(`[data-key="table/columns"]`)
		p.click(`[data-key="col/source"]`)
		p.await(`location.hash.includes("cols=") && [...document.querySelectorAll("[role=columnheader]")].some(e => e.innerText.includes("Čigav denar"))`)
		p.shoot("table-columns-sl")
		p.click(`[data-key="cols/usual"]`)
		p.await(`!location.hash.includes("cols=")`)
	})

	t.Run("a row chooses on the map, the map chooses a row", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&table=40&scope=sites", 1440, 900)
		rowsReady(p)
		p.click(`[data-row="2"] [data-column="1"]`)
		p.await(`location.hash.includes("sel=project:kranj:") && document.querySelector('.grid-row[aria-selected="true"]')?.dataset.row === "2" && document.querySelector(".details h2")`)
		p.await(`window.kraj.map.queryRenderedFeatures().some(f => f.layer.id.startsWith("kraj-mark"))`)
		far := eval[string](p, `fetch("api/v1/projects?municipality=kranj&scope=sites&groups=none&offset=120&limit=1").then(r => r.json()).then(a => a.items[0].code)`)
		eval[bool](p, fmt.Sprintf(`(window.kraj.state.set({selection: {kind: "project", municipality: "kranj", code: %q}}), true)`, far))
		p.await(`document.querySelector('.grid-row[aria-selected="true"]')?.dataset.row === "120"`)
		p.await(`(r => { const g = document.querySelector(".grid").getBoundingClientRect(); return r && r.top >= g.top && r.bottom <= g.bottom; })(document.querySelector('.grid-row[aria-selected="true"]')?.getBoundingClientRect())`)
		p.shoot("table-selected-sl")
	})

	t.Run("the keyboard alone", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&table=50", 1440, 900)
		rowsReady(p)
		eval[bool](p, `(document.querySelector(".grid [tabindex='0']").focus(), true)`)
		at := func() string {
			return eval[string](p, `(e => (e.closest("[data-row]")?.dataset.row ?? "head") + "/" + e.dataset.column)(document.activeElement)`)
		}
		key := func(name, want string) {
			t.Helper()
			p.do(chromedp.KeyEvent(name))
			p.await(fmt.Sprintf(`((e) => (e.closest("[data-row]")?.dataset.row ?? "head") + "/" + e.dataset.column === %q)(document.activeElement)`, want))
		}
		if got := at(); got != "head/0" {
			t.Fatalf("the focus begins at %s", got)
		}
		key(kb.ArrowDown, "0/0")
		key(kb.ArrowDown, "1/0")
		key(kb.ArrowRight, "1/1")
		key(kb.End, "1/8")
		key(kb.Home, "1/0")
		p.do(chromedp.KeyEvent(kb.End, chromedp.KeyModifiers(2))) // Ctrl+End
		last := eval[int](p, `Number(document.querySelector(".grid").getAttribute("aria-rowcount")) - 2`)
		p.await(fmt.Sprintf(`document.activeElement.closest("[data-row]")?.dataset.row === "%d" && document.activeElement.closest("[data-code]")`, last))
		p.do(chromedp.KeyEvent(kb.Home, chromedp.KeyModifiers(2))) // Ctrl+Home
		p.await(`document.activeElement.closest("[data-row]")?.dataset.row === "0"`)
		p.do(chromedp.KeyEvent(kb.PageDown))
		p.await(`Number(document.activeElement.closest("[data-row]")?.dataset.row) > 4`)
		p.do(chromedp.KeyEvent("\r"))
		p.await(`location.hash.includes("sel=project") && document.querySelector(".details h2")`)
		p.do(chromedp.Focus(chromedp.CSS(`.table-handle`)))
		p.do(chromedp.KeyEvent(kb.ArrowUp)) // ArrowUp on the handle
		p.await(`location.hash.includes("table=62")`)
		p.do(chromedp.KeyEvent(kb.Escape))
		p.await(`document.querySelector(".table").hidden`)
	})

	t.Run("files of exactly these rows", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&table=50&theme=TP2&sort=-title&cols=code,title,status", 1440, 900)
		rowsReady(p)
		p.click(`[data-key="table/files"]`)
		p.await(`document.querySelectorAll(".table-files a").length === 4`)
		p.shoot("table-files-sl")
		text := eval[string](p, `fetch(document.querySelector('[data-key="file/csv"]').href).then(r => r.text())`)
		lines := strings.Split(strings.TrimSpace(text), "\r\n")
		codes := eval[[]string](p, `fetch("api/v1/projects?municipality=kranj&theme=TP2&groups=none&sort=-title&limit=1000").then(r => r.json()).then(a => a.items.map(p => p.code))`)
		if len(lines) != len(codes)+1 || !strings.Contains(lines[0], "Šifra projekta;Občina (šifra);Naziv projekta;Status projekta") {
			t.Fatalf("%d lines for %d projects: %s", len(lines), len(codes), lines[0])
		}
		for i, code := range codes {
			if !strings.HasPrefix(lines[i+1], code+";") {
				t.Errorf("line %d is %q, want %s", i, lines[i+1], code)
				break
			}
		}
		for _, f := range []string{"xlsx", "geojson", "gpkg"} {
			if status := eval[int](p, fmt.Sprintf(`fetch(document.querySelector('[data-key="file/%s"]').href).then(r => r.status)`, f)); status != 200 {
				t.Errorf("%s: %d", f, status)
			}
		}
		p.click(`[data-key="file/all"]`)
		p.await(`!document.querySelector('[data-key="file/csv"]').href.includes("columns=")`)
	})

	axe, err := os.ReadFile(filepath.Join("..", "app", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core is not installed (npm ci in web/app)")
	}
	for _, lang := range []string{"sl", "en"} {
		for _, size := range [][2]int64{{1440, 900}, {390, 844}, {360, 780}} {
			for _, mode := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s %d %s", lang, size[0], mode), func(t *testing.T) {
					p := open(t, b, s, "m=koper&table=60&sort=-amount&lang="+lang+"&appearance="+mode, size[0], size[1])
					rowsReady(p)
					p.settled()
					if wide := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
						t.Errorf("the page is %d px wider than the window", wide)
					}
					p.shoot(fmt.Sprintf("table-%s-%d-%s", lang, size[0], mode))
					p.click(`[data-key="table/files"]`)
					accessible(p, axe)
				})
			}
		}
	}
}

// accessible runs axe over what is shown.
func accessible(p *page, axe []byte) {
	p.t.Helper()
	eval[bool](p, string(axe)+";true")
	for _, v := range eval[[]string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.help + "\n" + v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + " — " + n.failureSummary).join("\n")))`) {
		p.t.Error(v)
	}
}
