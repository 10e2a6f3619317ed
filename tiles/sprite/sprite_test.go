package sprite

import (
	"bytes"
	"encoding/json"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	look   = Look{"#fffefb", "#6f7173", "#c4571b", "#2e7d4f", "#3a546833", "#46585433"}
	colors = []Color{{"#06827c", "#2be9da"}, {"#276be6", "#276be6"}}
)

// sheet makes one and cuts it into its images.
func sheet(t *testing.T, density int) (map[string]*image.NRGBA, map[string]place) {
	t.Helper()
	s, err := Make(look, colors, density)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := png.Decode(bytes.NewReader(s.PNG))
	if err != nil {
		t.Fatal(err)
	}
	var index map[string]place
	if err := json.Unmarshal(s.JSON, &index); err != nil {
		t.Fatal(err)
	}
	images := make(map[string]*image.NRGBA)
	for name, p := range index {
		r := image.Rect(p.X, p.Y, p.X+p.Width, p.Y+p.Height)
		if !r.In(whole.Bounds()) || p.PixelRatio != density || p.Width != p.Height {
			t.Fatalf("%s at %v of %v", name, p, whole.Bounds())
		}
		one := image.NewNRGBA(image.Rect(0, 0, p.Width, p.Height))
		draw.Draw(one, one.Bounds(), whole, r.Min, draw.Src)
		images[name] = one
	}
	return images, index
}

// Each status has a form of its own, also in grey print; strategic symbols are larger; unknown is the smallest.
func TestFormsDiffer(t *testing.T) {
	t.Parallel()
	images, _ := sheet(t, 2)
	if len(images) != 4+len(colors)*(2*len(Statuses)+6) {
		t.Fatalf("%d images", len(images))
	}
	inked := func(name string) (n int) { // pixels much darker than the paper around the form
		one := images[name]
		if one == nil {
			t.Fatalf("no image %s", name)
		}
		for i := 0; i < len(one.Pix); i += 4 {
			if one.Pix[i+3] > 200 && one.Pix[i] < 160 {
				n++
			}
		}
		return n
	}
	for i, a := range Statuses {
		for _, b := range Statuses[i+1:] {
			for _, suffix := range []string{"-0", "-1"} {
				one, two := images["project-#276be6-"+a+suffix], images["project-#276be6-"+b+suffix]
				differ := 0
				for i := range one.Pix {
					if d := int(one.Pix[i]) - int(two.Pix[i]); d > 40 || d < -40 {
						differ++
					}
				}
				if differ < 100 {
					t.Errorf("%s and %s%s look alike: %d values differ", a, b, suffix, differ)
				}
			}
		}
		if plain, strategic := inked("project-#276be6-"+a+"-0"), inked("project-#276be6-"+a+"-1"); strategic <= plain {
			t.Errorf("%s: strategic has %d pixels, plain %d", a, strategic, plain)
		}
	}
	solid, half, small := inked("project-#276be6-realised-0"), inked("project-#276be6-implementation-0"), inked("project-#276be6-unknown-0")
	if half >= solid*9/10 || half <= solid/2 || small >= solid/2 {
		t.Errorf("solid %d, half filled %d, small dot %d", solid, half, small)
	}
}

// Colours are those of the look and of what is drawn for a theme; edges are smooth.
func TestColors(t *testing.T) {
	t.Parallel()
	images, _ := sheet(t, 2)
	at := func(name string, x, y int) [4]uint8 {
		c := images[name].NRGBAAt(x, y)
		return [4]uint8{c.R, c.G, c.B, c.A}
	}
	for _, c := range []struct {
		name string
		x, y int
		want [4]uint8
	}{
		{"project-#06827c-realised-0", 18, 18, [4]uint8{0x2b, 0xe9, 0xda, 255}},
		{"project-#276be6-realised-0", 18, 18, [4]uint8{0x27, 0x6b, 0xe6, 255}},
		{"project-#276be6-implementation-0", 18, 14, [4]uint8{0xff, 0xfe, 0xfb, 255}},
		{"project-#276be6-implementation-0", 18, 22, [4]uint8{0x27, 0x6b, 0xe6, 255}},
		{"project-#276be6-preparation-0", 18, 18, [4]uint8{0xff, 0xfe, 0xfb, 255}},
		{"project-#276be6-not_realised-0", 18, 17, [4]uint8{0x6f, 0x71, 0x73, 255}},
		{"project-#276be6-realised-0", 0, 0, [4]uint8{}},
		{"named-#276be6-confirmed", 18, 18, [4]uint8{}},
		{"named-#276be6-confirmed-realised", 18, 16, [4]uint8{0x27, 0x6b, 0xe6, 255}},
		{"named-#276be6-proposed-implementation", 18, 16, [4]uint8{}},
		{"named-#276be6-proposed-implementation", 18, 20, [4]uint8{0x27, 0x6b, 0xe6, 255}},
		{"texture-urban", 3, 3, [4]uint8{0x3a, 0x54, 0x68, 0x33}},
	} {
		if got := at(c.name, c.x, c.y); got != c.want {
			t.Errorf("%s at %d, %d: %v, want %v", c.name, c.x, c.y, got, c.want)
		}
	}
	smooth := 0
	one := images["project-#276be6-realised-0"]
	for i := 3; i < len(one.Pix); i += 4 {
		if a := one.Pix[i]; a > 0 && a < 255 {
			smooth++
		}
	}
	if smooth < 30 {
		t.Errorf("only %d pixels of the edge are between", smooth)
	}
}

// Patterns repeat without a seam: beyond the edge begins the same.
func TestHatchHasNoSeam(t *testing.T) {
	t.Parallel()
	images, _ := sheet(t, 2)
	hatch := images["hatch-degraded"]
	n := hatch.Bounds().Dx()
	for i := range n {
		// A line of 45° goes on: the pixel left of the first column is the last one of the column, a row below.
		if a, b := hatch.NRGBAAt(0, i), hatch.NRGBAAt(n-1, (i+1)%n); a != b {
			t.Errorf("row %d: %v and %v", i, a, b)
		}
	}
}

func TestSheetsAreTheSameEachTime(t *testing.T) {
	t.Parallel()
	a, errA := Make(look, colors, 1)
	b, errB := Make(look, colors, 1)
	if errA != nil || errB != nil || !bytes.Equal(a.PNG, b.PNG) || !bytes.Equal(a.JSON, b.JSON) {
		t.Error("two sheets of the same colours differ")
	}
	_, one := sheet(t, 1)
	_, two := sheet(t, 2)
	for name, p := range one {
		if q := two[name]; q.X != 2*p.X || q.Width != 2*p.Width {
			t.Errorf("%s: %v at one density, %v at the other", name, p, q)
		}
	}
	if one["project-#06827c-dropped-0"] != one["project-#276be6-dropped-0"] {
		t.Error("what looks the same in all colours is stored for each")
	}
}

// The page draws the same symbols: its description, run by node, is ours.
func TestThePageDrawsTheSame(t *testing.T) {
	t.Parallel()
	app := filepath.Join("..", "..", "web", "app")
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	if _, err := os.Stat(filepath.Join(app, "node_modules", "esbuild")); err != nil {
		t.Skip("the page's packages are not installed (npm ci in web/app)")
	}
	cmd := exec.CommandContext(t.Context(), "node", "--input-type=module", "-e", `
import { build } from 'esbuild';
const made = await build({ entryPoints: ['src/symbols.ts'], bundle: true, format: 'esm', write: false, logLevel: 'error' });
const { symbol, statuses } = await import('data:text/javascript,' + encodeURIComponent(made.outputFiles[0].text));
const out = {}; for (const s of statuses) for (const strategic of [false, true]) out[s + strategic] = symbol(s, strategic).map(({ fill, ...op }) => ({ ...op, ink: op.ink ?? fill }));
console.log(JSON.stringify(out));`)
	cmd.Dir = app
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	var page map[string][]Op
	if err := json.Unmarshal(text, &page); err != nil {
		t.Fatal(err)
	}
	ours := make(map[string][]Op)
	for _, status := range Statuses {
		ours[status+"false"], ours[status+"true"] = Symbol(status, false), Symbol(status, true)
	}
	near := cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })
	if d := cmp.Diff(page, ours, near); d != "" {
		t.Errorf("page (-) and server (+) differ:\n%s", d)
	}
}
