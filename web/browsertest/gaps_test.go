package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGapsTab opens a gap, chooses a row, and looks for what is missing on the map.
func TestGapsTab(t *testing.T) {
	s, b := newSite(t), browser(t)

	t.Run("a route's missing stretch is on the map until something else is chosen", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&tab=gaps", 1440, 900)
		p.await(`document.querySelectorAll(".gap-head").length > 10`)
		p.click(`[data-key="gap/routes_short_of_next"]`)
		p.await(`location.hash.includes("gap=routes_short_of_next") && document.querySelector(".gap-row")`)
		if about := p.text(".gaps .note"); !strings.Contains(about, "od 1 do 500 m") {
			t.Errorf("what the gap is about: %q", about)
		}
		p.click(`[data-key="gap-row/0"]`)
		p.await(`document.querySelector(".details h2")`)
		p.await(`window.kraj.map.queryRenderedFeatures({layers: ["kraj-point-line"]}).length > 0`)
		if n := eval[int](p, `document.querySelectorAll('.gap-row[aria-current="true"]').length`); n != 1 {
			t.Errorf("%d rows are marked as chosen", n)
		}
		p.settled()
		p.shoot("gap-chosen-sl")
		p.click(`[data-key="gap/rural_without_project"]`)
		p.await(`document.querySelectorAll(".gap-row").length > 5`)
		p.click(`[data-key="gap-row/1"]`)
		p.await(`location.hash.includes("settlements")`)
		p.click(`.details [data-key="close"]`)
		p.await(`!window.kraj.map.getLayer("kraj-point-line")`)
	})

	axe, err := os.ReadFile(filepath.Join("..", "app", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core is not installed (npm ci in web/app)")
	}
	for _, lang := range []string{"sl", "en"} {
		for _, width := range []int64{390, 1440} {
			t.Run(lang, func(t *testing.T) {
				p := open(t, b, s, "m=kranj&tab=gaps&gap=agglomerations_not_equipped&lang="+lang, width, 844)
				p.await(`document.querySelector(".gap-row")`)
				p.settled()
				if wide := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
					t.Errorf("the page is %d px wider than the window", wide)
				}
				eval[bool](p, string(axe)+";true")
				for _, v := range eval[[]string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.help + "\n" + v.nodes.slice(0, 4).map(n => n.html.slice(0, 200)).join("\n")))`) {
					t.Error(v)
				}
			})
		}
	}
}
