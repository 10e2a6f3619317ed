package geo

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Tie says that a project is at a place, how, how much of it, and why.
type Tie struct {
	PlaceRef
	LayerTitle Text     `json:"layer_title"`
	Relation   string   `json:"relation"` // within, crosses, near, serves, manual, named
	Dimension  *int     `json:"dimension"`
	Measure    *float64 `json:"measure"` // in unit
	Unit       *string  `json:"unit"`    // count, m, m2
	Share      *float64 `json:"share"`   // of the project's geometry of this dimension
	DistanceM  *float64 `json:"distance_m"`
	Origin     string   `json:"origin"` // geometry, planner, words
	Reason     Text     `json:"reason"`
}

// reason puts the tie into a sentence. It never inflects a name.
func (t Tie) reason() Text {
	switch t.Relation {
	case "within":
		return Text{"V celoti leži tu: " + t.Name + ".", "Lies wholly in " + t.Name + "."}
	case "crosses":
		return t.crosses()
	case "near":
		if t.DistanceM == nil {
			return Text{"Leži v bližini: " + t.Name + ".", "Lies near " + t.Name + "."}
		}
		sl, en := metres(*t.DistanceM)
		return Text{"Oddaljenost: " + sl + " (" + t.Name + ").", "Lies " + en + " from " + t.Name + "."}
	case "serves":
		return Text{"Načrtovalec navaja, da služi temu kraju: " + t.Name + ".", "A planner states that it serves " + t.Name + "."}
	case "named":
		return Text{"Besedilo projekta omenja kraj: " + t.Name + ".", "The project's words name " + t.Name + "."}
	}
	return Text{"Določil načrtovalec: " + t.Name + ".", "Stated by a planner: " + t.Name + "."}
}

func (t Tie) crosses() Text {
	if t.Measure == nil || t.Unit == nil {
		return Text{"Deloma leži tu: " + t.Name + ".", "Lies partly in " + t.Name + "."}
	}
	var sl, en string
	switch *t.Unit {
	case "m":
		sl, en = metres(*t.Measure)
	case "m2":
		sl, en = hectares(*t.Measure)
	default:
		n := strconv.Itoa(int(*t.Measure))
		sl, en = "število točk "+n, "points: "+n
	}
	if t.Share != nil {
		percent := strconv.FormatFloat(*t.Share*100, 'f', 1, 64)
		sl += ", " + strings.Replace(percent, ".", ",", 1) + "\u00a0%"
		en += ", " + percent + "%"
	}
	return Text{"Deloma leži tu: " + t.Name + " (" + sl + ").", "Lies partly in " + t.Name + " (" + en + ")."}
}

// metres writes a length in both languages.
func metres(m float64) (sl, en string) {
	if m < 1000 {
		n := strconv.Itoa(int(math.Round(m)))
		return n + "\u00a0m", n + "\u00a0m"
	}
	n := fmt.Sprintf("%.1f", m/1000)
	return strings.Replace(n, ".", ",", 1) + "\u00a0km", n + "\u00a0km"
}

func hectares(m2 float64) (sl, en string) {
	n := fmt.Sprintf("%.2f", m2/10000)
	return strings.Replace(n, ".", ",", 1) + "\u00a0ha", n + "\u00a0ha"
}
