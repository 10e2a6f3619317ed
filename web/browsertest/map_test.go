package browsertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestPage(t *testing.T) {
	s, b := newSite(t), browser(t)

	t.Run("the map shows tiles and asks no other host", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		p.settled()
		layers := eval[[]string](p, `[...new Set(window.kraj.map.queryRenderedFeatures().map(f => f.sourceLayer))]`)
		for _, want := range []string{"settlements", "municipalities", "projects"} {
			if !slices.Contains(layers, want) {
				t.Errorf("no %s among what is drawn: %v", want, layers)
			}
		}
		p.await(`document.querySelector(".summary")?.innerText.includes("projekt")`)
		p.shoot("overview-sl")
	})

	t.Run("several municipalities: the page asks for one", func(t *testing.T) {
		p := open(t, b, s, "", 1440, 900)
		eval[bool](p, `(localStorage.clear(), location.hash = "", location.reload(), true)`)
		p.await(`document.querySelector(".choose .row")`)
		names := eval[[]string](p, `[...document.querySelectorAll(".choose .row-title")].map(e => e.innerText)`)
		if !slices.Equal(names, []string{"Koper", "Kranj"}) && !slices.Equal(names, []string{"Koper/Capodistria", "Kranj"}) {
			t.Errorf("asked for %v", names)
		}
		p.click(".choose li:last-child .row")
		p.await(`location.hash.includes("m=kranj") && document.querySelector(".tree")`)
	})

	t.Run("a click shows what is here, with names and links", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&v=13.00/46.23870/14.35560", 1440, 900)
		p.settled()
		p.do(chromedp.MouseClickXY(880, 300))
		p.await(`document.querySelector(".details h2")?.innerText`)
		if got := p.text(".details"); !strings.Contains(got, "Kranj") {
			t.Errorf("details say %q", got)
		}
		if !strings.Contains(eval[string](p, "location.hash"), "sel=") {
			t.Error("the selection is not in the address")
		}
		p.shoot("here-sl")
		p.click(`.details [data-key="close"]`)
		p.await(`document.querySelector(".details").hidden`)
	})

	t.Run("a place says that its shape is approximate", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		search(p, "cadovlje", "Čadovlje")
		p.await(`document.querySelector(".details h2")?.innerText === "Čadovlje"`)
		if got := p.text(".details .approximate"); !strings.Contains(got, "približna") {
			t.Errorf("the note says %q", got)
		}
		p.await(`window.kraj.map.queryRenderedFeatures({layers: ["kraj-mark-line"]}).length > 0`)
		p.shoot("place-sl")
	})

	t.Run("names sort as Slovenes sort them", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&tab=balance&by=settlement", 1440, 900)
		p.await(`document.querySelectorAll(".multiple").length > 3`)
		names := eval[[]string](p, `[...document.querySelectorAll(".multiple-name")].map(e => e.innerText.trim())`)
		sorted := eval[[]string](p, `(list => list.toSorted(new Intl.Collator("sl").compare))([...document.querySelectorAll(".multiple-name")].map(e => e.innerText.trim()))`)
		kept := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !slices.Contains([]string{"Britof", "Čadovlje", "Golnik", "Kranj"}, n) })
		if !slices.IsSorted(indices(sorted, kept)) {
			t.Errorf("%v are out of order in %v", kept, names)
		}
	})

	t.Run("back and forward", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		p.await(`document.querySelector(".chip")`)
		p.click(`[data-key="tab/balance"]`)
		p.await(`document.querySelector(".picture")`)
		p.do(chromedp.NavigateBack())
		p.await(`document.querySelector("#tab-projects").getAttribute("aria-selected") === "true"`)
		p.do(chromedp.NavigateForward())
		p.await(`document.querySelector("#tab-balance").getAttribute("aria-selected") === "true"`)
	})
}

// search types into the search box and takes the first result, which must be the wanted one.
func search(p *page, words, want string) {
	p.t.Helper()
	p.await(`document.querySelector(".tree, .message")`)
	p.do(chromedp.Focus(chromedp.CSS(".search-input")), chromedp.SendKeys(chromedp.CSS(".search-input"), words))
	p.await(`document.querySelector("#search-0")`)
	if got := p.text("#search-0 .search-name"); got != want {
		p.t.Fatalf("%q found %q first, want %q", words, got, want)
	}
	p.do(chromedp.KeyEvent("\r"))
}

// indices of names in a list.
func indices(list, names []string) []int {
	var at []int
	for _, n := range names {
		at = append(at, slices.Index(list, n))
	}
	return at
}
