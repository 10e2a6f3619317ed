package browsertest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/png"
	"math"
	"os"
	"strings"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestLocate: the place of the device is asked for by a press, shown, said with how exact it is, and goes away by another; a
// refusal and a device that does not know are told in words.
func TestLocate(t *testing.T) {
	s, b := newSite(t), browser(t)
	for _, c := range []struct {
		name, lang    string
		width, height int64
		lat, lon      float64
		words         string
	}{
		{"in the municipality", "sl", 1440, 900, 46.2387, 14.3556, "Tu ste, na približno 25\u00a0m natančno."},
		{"outside, on a phone", "en", 360, 760, 46.0511, 14.5051, "This is outside the chosen municipality."},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(t, b, s, "m=kranj&lang="+c.lang, c.width, c.height)
			p.settled()
			p.permit(cdpbrowser.PermissionSettingGranted)
			accuracy := 24.2
			p.stands(&c.lat, &c.lon, &accuracy)
			p.click(`[data-key="locate"]`)
			p.await(`document.querySelector(".me")`)
			if got := p.text(".toast"); !strings.Contains(got, c.words) {
				t.Errorf("it says %q, want %q", got, c.words)
			}
			if got := p.text(".visually-hidden[role=status]"); !strings.Contains(got, c.words) {
				t.Errorf("it is announced as %q", got)
			}
			p.await(`location.hash.includes("sel=")`)
			away := eval[float64](p, fmt.Sprintf(`(c => Math.hypot(c.lng - %v, c.lat - %v))(window.kraj.map.getCenter())`, c.lon, c.lat))
			if away > 0.02 {
				t.Errorf("the map's middle is %.3f° away from the place", away)
			}
			p.shoot("locate-" + c.lang)
			p.click(`[data-key="locate"]`)
			p.await(`!document.querySelector(".me") && !location.hash.includes("sel=")`)
		})
	}
	p := open(t, b, s, "m=kranj", 1440, 900)
	p.settled()
	p.permit(cdpbrowser.PermissionSettingDenied)
	p.click(`[data-key="locate"]`)
	p.await(`document.querySelector(".toast")?.innerText.includes("Brskalnik ne dovoli dostopa do lege")`)
	p.permit(cdpbrowser.PermissionSettingGranted)
	p.stands(nil, nil, nil)
	p.click(`[data-key="locate"]`)
	p.await(`document.querySelector(".toast")?.innerText.includes("ni mogoče")`)
}

// permit decides what the browser answers when the page asks for the device's place.
func (p *page) permit(setting cdpbrowser.PermissionSetting) {
	p.t.Helper()
	if _, err := chromedp.CallBrowser(p.ctx, cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{Permission: &cdpbrowser.PermissionDescriptor{Name: "geolocation"}, Setting: setting}); err != nil {
		p.t.Fatal(err)
	}
}

// stands puts the device at a place; without one it does not know where it is.
func (p *page) stands(lat, lon, accuracy *float64) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{Latitude: lat, Longitude: lon, Accuracy: accuracy}); err != nil {
		p.t.Fatal(err)
	}
}

// TestFullScreen: the page takes the whole screen and gives it back, by its button.
func TestFullScreen(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj", 1440, 900)
	p.settled()
	label := p.label(`[data-key="full"]`)
	p.press(`[data-key="full"]`)
	p.await(`document.fullscreenElement === document.documentElement`)
	p.await(fmt.Sprintf(`document.querySelector('[data-key="full"]').getAttribute("aria-label") !== %q`, label))
	p.press(`[data-key="full"]`)
	p.await(`document.fullscreenElement === null`)
	p.await(fmt.Sprintf(`document.querySelector('[data-key="full"]').getAttribute("aria-label") === %q`, label))
}

// press clicks as a person does: what needs a gesture of theirs takes nothing less.
func (p *page) press(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

func (p *page) label(selector string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf(`document.querySelector(%q).getAttribute("aria-label")`, selector))
}

// TestPrintPNG: the sheet as a picture is the paper's size at its resolution, and what the preview shows.
func TestPrintPNG(t *testing.T) {
	s, b := newSite(t), browser(t)
	p := open(t, b, s, "m=kranj&v=13.00/46.23870/14.35560&tool=print", 1440, 900)
	p.await(`document.querySelector('[data-key="print-dpi"]')`)
	eval[bool](p, `(e => (e.value = "150", e.dispatchEvent(new Event("change")), true))(document.querySelector('[data-key="print-dpi"]'))`)
	p.await(`!document.querySelector('[data-key="print-png"]').disabled`)
	eval[bool](p, `(() => { window.saved = null; let made; const make = URL.createObjectURL; URL.createObjectURL = b => (made = b, make.call(URL, b));
		HTMLAnchorElement.prototype.click = function () { const name = this.download, r = new FileReader(); r.onload = () => window.saved = {name, data: r.result.split(",")[1]}; r.readAsDataURL(made) }; return true })()`)
	p.click(`[data-key="print-png"]`)
	p.await(`window.saved`)
	saved := eval[struct{ Name, Data string }](p, `window.saved`)
	data, err := base64.StdEncoding.DecodeString(saved.Data)
	if err != nil {
		t.Fatal(err)
	}
	if path, ok := artefact("print-sheet"); ok {
		_ = os.WriteFile(path, data, 0o644) //nolint:gosec // a picture for everybody
	}
	picture, kind, err := image.Decode(bytes.NewReader(data))
	if err != nil || kind != "png" {
		t.Fatalf("%s: %v", kind, err)
	}
	scale := eval[string](p, `document.querySelector('[data-key="print-scale"]').value`)
	if !strings.HasSuffix(saved.Name, "-1-"+scale+".png") {
		t.Errorf("the file is called %s, at a scale of %s", saved.Name, scale)
	}
	size := picture.Bounds().Size()
	for _, c := range []struct {
		got int
		mm  float64
	}{{size.X, 297}, {size.Y, 210}} {
		if want := c.mm / 25.4 * 150; math.Abs(float64(c.got)-want) > 2 {
			t.Errorf("%d pixels for %.0f mm, want %.0f", c.got, c.mm, want)
		}
	}
	// The margin is paper, the map is not: many colours in its middle.
	colours := map[[3]uint32]bool{}
	for y := size.Y / 4; y < size.Y*3/4; y += 7 {
		for x := size.X / 4; x < size.X*3/4; x += 7 {
			r, g, b, _ := picture.At(x, y).RGBA()
			colours[[3]uint32{r >> 12, g >> 12, b >> 12}] = true
		}
	}
	if r, g, b, _ := picture.At(3, 3).RGBA(); r>>8 < 250 || g>>8 < 250 || b>>8 < 250 {
		t.Error("the margin is not white")
	}
	if len(colours) < 8 {
		t.Errorf("the map has %d colours", len(colours))
	}
}
