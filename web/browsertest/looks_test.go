package browsertest

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write the pictures in testdata/looks anew")

// The pictures are kept small, each dot the mean of a square: what is somewhere else, missing, or of another colour shows, the
// edges of letters, which differ from one browser to the next, do not.
const (
	square     = 12 // pixels a side
	meanLimit  = 4  // of 255: the mean difference over all dots and colours
	dotLimit   = 48 // of 255: from here on a dot is another one
	otherLimit = 0.01
)

// TestLooks compares the views that look the same each time with what they looked like when somebody last looked at them.
func TestLooks(t *testing.T) {
	s, b := newSite(t), browser(t)
	for _, v := range []struct {
		name, state   string
		width, height int64
		ready         string
	}{
		{"overview-sl", "m=kranj", 1440, 900, `document.querySelector(".tree")`},
		{"filtered-sl", "m=kranj&theme=TP2", 1440, 900, `document.querySelector(".tree")`},
		{"balance-sl", "m=kranj&tab=balance", 1440, 900, `document.querySelector(".bars, .balance svg")`},
		{"project-dark-en", "m=kranj&sel=project:kranj:2.3/2/4&lang=en&appearance=dark", 1440, 900, `document.querySelector(".details h2")`},
		{"place-sl", "m=kranj&sel=settlements:kranj:10102626", 1440, 900, `document.querySelector(".details h2")`},
		{"table-sl", "m=kranj&table=50", 1440, 900, `document.querySelectorAll(".grid-row[data-code]").length > 3`},
		{"print-en", "m=kranj&v=12.00/46.23870/14.35560&tool=print&lang=en", 1440, 900, `document.querySelector('[data-key="print-png"]:not([disabled])')`},
		{"phone-sl", "m=kranj", 360, 760, `document.querySelector(".tree")`},
		{"koper-balance-en", "m=koper&tab=balance&lang=en", 1440, 900, `document.querySelector(".balance svg, .bars")`},
	} {
		t.Run(v.name, func(t *testing.T) {
			p := open(t, b, s, v.state, v.width, v.height)
			p.settled()
			p.await(v.ready)
			p.looks(v.name)
		})
	}
}

// looks compares the page with the kept picture of it.
func (p *page) looks(name string) {
	p.t.Helper()
	now, raw := p.still()
	if path, ok := artefact("looks-" + name); ok {
		_ = os.WriteFile(path, raw, 0o644) //nolint:gosec // a picture for everybody
	}
	file := filepath.Join("testdata", "looks", name+".png")
	if *update {
		var out bytes.Buffer
		if err := png.Encode(&out, now); err != nil {
			p.t.Fatal(err)
		}
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil { //nolint:gosec // a picture for everybody
			p.t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		p.t.Fatalf("there is no picture to compare with (%v): look at the page, then run this test with -update", err)
	}
	then, err := png.Decode(bytes.NewReader(kept))
	if err != nil {
		p.t.Fatal(err)
	}
	if then.Bounds() != now.Bounds() {
		p.t.Fatalf("the picture has %v dots, the kept one %v", now.Bounds().Size(), then.Bounds().Size())
	}
	mean, others, where := differences(then, now)
	p.t.Logf("mean difference %.2f, other dots %.2f %%", mean, others*100)
	if mean > meanLimit || others > otherLimit {
		p.t.Errorf("%s looks different: mean %.2f (at most %d), other dots %.2f %% (at most %.0f %%), the first at %v; KRAJ_ARTIFACTS=FOLDER keeps the picture; when it is right, run this test with -update",
			name, mean, meanLimit, others*100, otherLimit*100, where)
	}
}

// still is the page, small, once two pictures in a row are the same; and the last of them as it is.
func (p *page) still() (image.Image, []byte) {
	p.t.Helper()
	var last []byte
	for deadline := time.Now().Add(patience); ; time.Sleep(700 * time.Millisecond) {
		raw, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			p.t.Fatal(err)
		}
		if bytes.Equal(raw, last) || time.Now().After(deadline) {
			full, err := png.Decode(bytes.NewReader(raw))
			if err != nil {
				p.t.Fatal(err)
			}
			return smaller(full), raw
		}
		last = raw
	}
}

// smaller makes a dot of each square.
func smaller(full image.Image) image.Image {
	b := full.Bounds()
	small := image.NewRGBA(image.Rect(0, 0, b.Dx()/square, b.Dy()/square))
	for y := range small.Bounds().Dy() {
		for x := range small.Bounds().Dx() {
			var sum [3]uint32
			for i := range square * square {
				r, g, bl, _ := full.At(b.Min.X+x*square+i%square, b.Min.Y+y*square+i/square).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+bl>>8
			}
			small.SetRGBA(x, y, color.RGBA{uint8(sum[0] / (square * square)), uint8(sum[1] / (square * square)), uint8(sum[2] / (square * square)), 255}) //nolint:gosec // means of bytes
		}
	}
	return small
}

// differences are the mean over all dots and colours, the share of dots that are others, and where the first of them is.
func differences(a, b image.Image) (mean, others float64, first fmt.Stringer) {
	first = image.Point{-1, -1}
	n, sum, other := 0, 0, 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r, g, bl, _ := a.At(x, y).RGBA()
			r2, g2, bl2, _ := b.At(x, y).RGBA()
			most := 0
			for _, d := range [3]int{int(r>>8) - int(r2>>8), int(g>>8) - int(g2>>8), int(bl>>8) - int(bl2>>8)} {
				d = max(d, -d)
				sum, most = sum+d, max(most, d)
			}
			if n++; most >= dotLimit {
				if other++; other == 1 {
					first = image.Point{x * square, y * square}
				}
			}
		}
	}
	return float64(sum) / float64(3*n), float64(other) / float64(n), first
}

// TestLooksSees: the comparison tells a page without its map, or with a panel elsewhere, from the page; and not letters that are drawn a
// little differently.
func TestLooksSees(t *testing.T) {
	kept, err := os.ReadFile(filepath.Join("testdata", "looks", "overview-sl.png"))
	if err != nil {
		t.Fatal(err)
	}
	then, err := png.Decode(bytes.NewReader(kept))
	if err != nil {
		t.Fatal(err)
	}
	size := then.Bounds().Size()
	changed := func(f func(x, y int, c color.Color) color.Color) image.Image {
		out := image.NewRGBA(then.Bounds())
		for y := range size.Y {
			for x := range size.X {
				out.Set(x, y, f(x, y, then.At(x, y)))
			}
		}
		return out
	}
	for _, c := range []struct {
		name string
		now  image.Image
		same bool
	}{
		{"the same", then, true},
		{"a little lighter", changed(func(_, _ int, c color.Color) color.Color {
			r, g, b, _ := c.RGBA()
			return color.RGBA{uint8(min(255, r>>8+2)), uint8(min(255, g>>8+2)), uint8(min(255, b>>8+2)), 255} //nolint:gosec // at most 255
		}), true},
		{"no panel", changed(func(x, y int, c color.Color) color.Color {
			if x < 33 && y > 5 {
				return then.At(size.X/2-5, 8)
			}
			return c
		}), false},
		{"no map", changed(func(x, y int, c color.Color) color.Color {
			if x > 38 && y > 5 && x < 95 {
				return color.White
			}
			return c
		}), false},
	} {
		mean, others, _ := differences(then, c.now)
		if same := mean <= meanLimit && others <= otherLimit; same != c.same {
			t.Errorf("%s: mean %.2f, other dots %.2f %%", c.name, mean, others*100)
		}
	}
}
