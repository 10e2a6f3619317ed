package tiles

import (
	"fmt"
	"math"
	"strconv"
)

// palette holds the map's colours for one mode; web/app/src/palette.ts has the same for the page.
type palette struct {
	outside, paper                       string
	urban, suburban, rural, unclassified string
	settlementLine, municipalityLine     string
	communityLine                        string
	labelUrban, labelOther, halo         string
	zone, zoneLabel                      string
	degraded                             string
	agglomeration, unequipped            string
	cycling, casing                      string
	noTheme, grey                        string
	own                                  []string // planners' own layers take them in turn
	twins                                map[string]string
}

func paletteOf(mode string) palette {
	if mode == "dark" {
		return palette{
			outside: "#111315", paper: "#171a1c",
			urban: "#2a333b", suburban: "#292e2f", rural: "#262a20", unclassified: "#1f2223",
			settlementLine: "#0e1011", municipalityLine: "#6f7069", communityLine: "#9a917c",
			labelUrban: "#dfe6ea", labelOther: "#a9ad9e", halo: "#171a1c",
			zone: "#a594c9", zoneLabel: "#bdaede", degraded: "#e8803f",
			agglomeration: "#69b3e4", unequipped: "#ff8a80", cycling: "#5cbf85", casing: "#171a1c",
			noTheme: "#a3a7ab", grey: "#9a9c9e",
			own: []string{"#d3b27a", "#8fc1c9", "#c9a0a8", "#a9c28a"},
			twins: map[string]string{
				"#276be6": "#3878fe", "#06827c": "#2be9da", "#1a5307": "#bdea3c", "#bc6102": "#e67c14", "#76008c": "#e04aa8",
				"#be0945": "#ec4a62", "#15181a": "#f1eee8", "#4a5058": "#b9b4ab", "#7a706a": "#8d98a3", noThemeColor: "#a3a7ab",
			},
		}
	}
	return palette{
		outside: "#ece9e1", paper: "#f6f3ec",
		urban: "#d3dce3", suburban: "#dfe3df", rural: "#e7e9d6", unclassified: "#efece4",
		settlementLine: "#fffefb", municipalityLine: "#8f8b7e", communityLine: "#8a7f66",
		labelUrban: "#26313a", labelOther: "#55584c", halo: "#fbfaf5",
		zone: "#6b5b8c", zoneLabel: "#544672", degraded: "#c4571b",
		agglomeration: "#1f6fa8", unequipped: "#b3261e", cycling: "#2e7d4f", casing: "#ffffff",
		noTheme: noThemeColor, grey: "#6f7173",
		own: []string{"#7d5f1f", "#2f6a73", "#8a4a57", "#56702f"},
	}
}

// noThemeColor is what a project without a theme carries as its attribute "color".
const noThemeColor = "#5f6368"

// shown is the colour to draw for one that the database stores: in the dark its twin, or one light enough.
func (p palette) shown(color string) string {
	if p.twins == nil {
		return color
	}
	if twin, ok := p.twins[color]; ok {
		return twin
	}
	return lightened(color)
}

// lightened mixes with white until the relative luminance allows 3:1 on every dark ground.
func lightened(color string) string {
	n, err := strconv.ParseUint(color[1:], 16, 32)
	if err != nil {
		return color
	}
	rgb := [3]float64{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)}
	for step := range 21 {
		var mixed [3]float64
		for i, v := range rgb {
			mixed[i] = math.Round(v + (255-v)*float64(step)*0.05)
		}
		if luminance(mixed) >= 0.22 {
			return fmt.Sprintf("#%02x%02x%02x", int(mixed[0]), int(mixed[1]), int(mixed[2]))
		}
	}
	return "#ffffff"
}

// luminance is WCAG's relative luminance of sRGB values from 0 to 255.
func luminance(rgb [3]float64) float64 {
	weights := [3]float64{0.2126, 0.7152, 0.0722}
	sum := 0.0
	for i, v := range rgb {
		s := v / 255
		if s <= 0.04045 {
			s /= 12.92
		} else {
			s = math.Pow((s+0.055)/1.055, 2.4)
		}
		sum += weights[i] * s
	}
	return sum
}
