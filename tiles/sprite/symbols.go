package sprite

import (
	"fmt"
	"image/color"
)

// Statuses have a form each; the key "unknown" is the last.
var Statuses = []string{"realised", "implementation", "preparation", "idea", "not_realised", "dropped", "unknown"}

// Op is a part of a symbol. Names and measures are those of web/app/src/symbols.ts.
type Op struct {
	Kind  string    `json:"kind"` // disc, half, ring, stroke
	R     float64   `json:"r"`
	Width float64   `json:"width,omitempty"`
	Ink   string    `json:"ink"` // color, paper, grey
	Dash  []float64 `json:"dash,omitempty"`
	Angle float64   `json:"angle,omitempty"`
}

// Symbol is what a project's symbol is made of, bottom up. The status is told by form: realised solid, in implementation half
// filled, in preparation a ring, an idea a broken ring, not realised a grey ring with a stroke, dropped with two, unknown a small
// dot. Strategic ones are larger and ringed.
func Symbol(status string, strategic bool) []Op {
	r := 6.0
	if strategic {
		r = 7.5
	}
	small := status == "unknown"
	outer := r
	switch {
	case strategic && small:
		outer = r + 1.4
	case strategic:
		outer = r + 3.6
	}
	ground := outer + 1.6
	if small && !strategic {
		ground = 4 + 1.6
	}
	ops := []Op{{Kind: "disc", R: ground, Ink: "paper"}}
	tone := "color"
	if status == "not_realised" || status == "dropped" {
		tone = "grey"
	}
	if strategic {
		ops = append(ops, Op{Kind: "ring", R: outer - 0.5, Width: 1.3, Ink: tone})
	}
	pen := func(width float64, dash ...float64) Op {
		return Op{Kind: "ring", R: r - width/2, Width: width, Ink: tone, Dash: dash}
	}
	crossed := func(angle float64) Op { return Op{Kind: "stroke", R: r, Width: 1.7, Ink: tone, Angle: angle} }
	switch status {
	case "realised":
		return append(ops, Op{Kind: "disc", R: r, Ink: tone})
	case "implementation":
		return append(ops, Op{Kind: "half", R: r - 0.5, Ink: tone}, pen(1.9))
	case "preparation":
		return append(ops, pen(2.3))
	case "idea":
		return append(ops, pen(2, 2.7, 1.9))
	case "not_realised":
		return append(ops, pen(1.7), crossed(-45))
	case "dropped":
		return append(ops, pen(1.7), crossed(-45), crossed(45))
	}
	return append(ops, Op{Kind: "disc", R: r * 0.6, Ink: tone})
}

func (o Op) shape() shape {
	switch o.Kind {
	case "disc":
		return disc(o.R)
	case "half":
		return lowerHalf(o.R)
	case "ring":
		return ring(o.R, o.Width, o.Dash)
	}
	return stroke(o.R, o.Width, o.Angle)
}

// Look is the colours of a mode, as #rrggbb or #rrggbbaa.
type Look struct {
	Paper, Grey, Hatch, Bridge    string
	TextureUrban, TextureSuburban string
}

// Color is a theme's: as stored, which names the images, and as drawn.
type Color struct{ Stored, Drawn string }

// picture is an image of a sheet.
type picture struct {
	name   string
	like   string // pictures that are alike lie in the sheet once
	size   int    // a square's side in pixels of the style
	layers []layer
}

// namedMarks tell in the diamond of what only words place, by the form of the other symbols, that it is done or under way; the
// others' is empty.
var namedMarks = map[string]shape{"": nil, "-realised": disc(2.8), "-implementation": lowerHalf(2.8)}

// pictures are all images for some colours: each status, plain and strategic; what only words place; patterns.
func pictures(look Look, colors []Color) []picture {
	one := func(s shape, hex string) []layer { return []layer{{s, ink(hex)}} }
	all := []picture{
		{"hatch-degraded", "hatch-degraded", 8, one(diagonals(8, 1.5), look.Hatch)},
		{"texture-urban", "texture-urban", 7, one(dots(7, 0.65), look.TextureUrban)},
		{"texture-suburban", "texture-suburban", 12, one(dots(12, 0.65), look.TextureSuburban)},
		{"bridge", "bridge", 16, one(bars(6, 3.5, 2), look.Bridge)},
	}
	for _, c := range colors {
		inks := map[string]color.NRGBA{"color": ink(c.Drawn), "paper": ink(look.Paper), "grey": ink(look.Grey)}
		for _, status := range Statuses {
			for strategic, size := range map[bool]int{false: 18, true: 28} {
				p := picture{name: "project-" + c.Stored + "-" + status + "-" + map[bool]string{false: "0", true: "1"}[strategic], like: fmt.Sprint(status, strategic), size: size}
				for _, op := range Symbol(status, strategic) {
					if op.Ink == "color" {
						p.like = p.name
					}
					p.layers = append(p.layers, layer{op.shape(), inks[op.Ink]})
				}
				all = append(all, p)
			}
		}
		for state, dash := range map[string][]float64{"confirmed": nil, "proposed": {2.4, 2}} {
			for status, mark := range namedMarks {
				name := "named-" + c.Stored + "-" + state + status
				layers := []layer{{diamond(6.5, 3.5, nil), inks["paper"]}, {diamond(6.5, 1.5, dash), inks["color"]}}
				if mark != nil {
					layers = append(layers, layer{mark, inks["color"]})
				}
				all = append(all, picture{name, name, 18, layers})
			}
		}
	}
	return all
}
