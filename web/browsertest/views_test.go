package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBalanceAndLanguages(t *testing.T) {
	s, b := newSite(t), browser(t)

	t.Run("the balance is a picture, a sentence and numbers", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&tab=balance", 1440, 900)
		p.await(`document.querySelector(".picture")`)
		spoken := eval[string](p, `document.querySelector(".picture").getAttribute("aria-label")`)
		for _, want := range []string{"Prebivalci", "Projekti", "mesto", "podeželje"} {
			if !strings.Contains(spoken, want) {
				t.Errorf("the picture says %q, without %q", spoken, want)
			}
		}
		if got := p.text(".sentence"); got == "" {
			t.Error("the balance has no sentence")
		}
		p.shoot("balance-sl")
		p.click(`.class-legend [data-key="class/rural"]`)
		p.await(`document.querySelector(".behind, .balance .message")`)
		p.await(`!document.querySelector(".balance .message")?.innerText.includes("Nalaganje")`)
		p.click(".back")
		p.await(`document.querySelector(".picture")`)
	})

	t.Run("filters reach the list, the map, the balance and the address", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		p.click(`[data-key="theme/TP2"]`)
		p.await(`location.hash.includes("theme=TP2") && document.querySelectorAll(".branch.theme").length === 1`)
		p.await(`(list => list.length > 0 && list.every(f => f.properties.theme === "TP2"))(window.kraj.map.queryRenderedFeatures().filter(f => f.sourceLayer === "projects"))`)
		p.click(`[data-key="tab/balance"]`)
		p.await(`document.querySelectorAll(".multiple").length === 1`)
	})

	t.Run("English and back", func(t *testing.T) {
		p := open(t, b, s, "m=kranj", 1440, 900)
		p.click(`[data-key="lang/en"]`)
		p.await(`document.documentElement.lang === "en" && document.querySelector("#tab-balance").innerText === "Balance"`)
		p.shoot("overview-en")
		p.click(`[data-key="lang/sl"]`)
		p.await(`document.documentElement.lang === "sl" && document.querySelector("#tab-balance").innerText === "Ravnotežje"`)
	})

	t.Run("dark", func(t *testing.T) {
		p := open(t, b, s, "m=kranj&tab=balance&appearance=dark", 1440, 900)
		p.await(`document.documentElement.dataset.mode === "dark" && document.querySelector(".picture")`)
		p.settled()
		p.shoot("balance-dark")
	})
}

func TestPhone(t *testing.T) {
	s, b := newSite(t), browser(t)
	for _, width := range []int64{360, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			p := open(t, b, s, "m=kranj", width, 780)
			p.await(`document.querySelector(".tree")`)
			p.settled()
			height := func() float64 {
				return eval[float64](p, `document.querySelector(".panel").getBoundingClientRect().height / innerHeight`)
			}
			near := func(want float64) {
				t.Helper()
				p.await(fmt.Sprintf(`Math.abs(document.querySelector(".panel").getBoundingClientRect().height / innerHeight - %v) < 0.02`, want))
			}
			near(0.46)
			p.click(".sheet-handle")
			near(0.88)
			p.click(".sheet-handle")
			p.await(`document.querySelector(".panel").getBoundingClientRect().height < 130`)
			p.click(".sheet-handle")
			near(0.46)
			if wide := eval[float64](p, "document.documentElement.scrollWidth"); wide > float64(width) {
				t.Errorf("the page is %v px wide at %d (sheet %v)", wide, width, height())
			}
			p.shoot(fmt.Sprintf("phone-%d", width))
			small := eval[[]string](p, `[...document.querySelectorAll("button, a, select, input:not([type=checkbox])")].filter(e => e.checkVisibility() && !e.closest(".visually-hidden, .skip")
				&& e.getBoundingClientRect().height > 0 && (e.getBoundingClientRect().height < 23.5 || e.getBoundingClientRect().width < 23.5)).map(e => e.outerHTML.slice(0, 120))`)
			if len(small) > 0 {
				t.Errorf("targets under 24 px: %s", strings.Join(small, "\n"))
			}
		})
	}
}

// TestAccessible runs axe over every view in both languages.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join("..", "app", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core is not installed (npm ci in web/app)")
	}
	s, b := newSite(t), browser(t)
	views := map[string]string{
		"projects": "m=kranj&theme=TP1", "balance": "m=kranj&tab=balance", "layers": "m=kranj&tab=layers", "here": "m=kranj&sel=at:46.2387,14.3556",
		"dark": "m=kranj&tab=balance&appearance=dark", "choose": "",
	}
	for _, lang := range []string{"sl", "en"} {
		for name, state := range views {
			t.Run(lang+"/"+name, func(t *testing.T) {
				p := open(t, b, s, state+"&lang="+lang, 1440, 900)
				p.await(`document.querySelector(".tree, .picture, .layer-list, .choose .row")`)
				if strings.Contains(state, "sel=") {
					p.await(`document.querySelector(".details h2")`)
				}
				p.settled()
				eval[bool](p, string(axe)+";true")
				found := eval[[]string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.help + "\n" + v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + " — " + n.failureSummary).join("\n")))`)
				for _, v := range found {
					t.Error(v)
				}
			})
		}
	}
}

// TestAway takes the server down under an open page: it says so, keeps what it has, and recovers.
func TestAway(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj", 1440, 900)
	p.excused = []string{"Failed to load resource", "net::ERR", "Failed to fetch", "AJAXError"}
	p.await(`document.querySelector(".tree")`)
	p.settled()
	s.down()
	p.click(`[data-key="tab/balance"]`)
	p.await(`!document.querySelector(".banner").hidden && document.querySelector(".banner").innerText.includes("ni dosegljiv")`)
	p.click(`[data-key="tab/projects"]`)
	if got := p.text(".tree"); got == "" {
		t.Error("the list is gone while the server is away")
	}
	p.shoot("away-sl")
	s.up(t)
	p.await(`document.querySelector(".banner").hidden || document.querySelector(".banner").innerText.includes("spet vzpostavljena")`)
	p.click(`[data-key="tab/balance"]`)
	p.await(`document.querySelector(".picture")`)
}
