package geo_test

import (
	"math/big"
	"slices"
)

// The rules of docs/eligibility.md written once more, over what was drawn and over
// the exact fractions of the balance's independent computation.

// territoryList is a list as drawn. Places are settlements 1–5, local communities
// 1–2 or municipalities 1–2; town 0: it names places of several municipalities.
type territoryList struct {
	id         int64
	mechanism  string
	town       int
	layer      string
	rule       string
	from, to   *int
	places     map[int]string
	code, fund string
}

// drawnProject is a project as drawn: where it lies by settlement and by local
// community, in fractions; nil where that is not known.
type drawnProject struct {
	id           int64
	bySettlement map[string]*big.Rat    // A–D, outside, municipality_wide, unplaced
	byCommunity  [2]map[string]*big.Rat // K1, K2, outside, elsewhere (in the municipality, in no drawn one), municipality_wide; with K2 undrawn and drawn
	second       bool                   // K2 is drawn
	money        string                 // the mechanism of its line of money
	year         *int                   // of the line
}

type verdict struct {
	state                                string
	inside, conditional, outside, hidden *big.Rat // nil: cannot be told
}

// about says whether a list says anything about municipality 1.
func (l territoryList) about() bool { return l.town == 1 || l.town == 0 && l.names() }

// names says whether it names a place of municipality 1.
func (l territoryList) names() bool {
	for place := range l.places {
		if l.layer == "local_communities" || l.layer == "settlements" && place < 5 || place == 1 {
			return true
		}
	}
	return false
}

// in says whether the list is valid in a year; stated is false where its source states no period.
func (l territoryList) in(year int) (valid, stated bool) {
	return (l.from == nil || *l.from <= year) && (l.to == nil || year <= *l.to), l.from != nil || l.to != nil
}

func (l territoryList) rest() string {
	if l.layer == "municipalities" {
		return l.places[1]
	}
	return map[string]string{"whole_municipality": "included", "listed": "excluded", "conditional": "conditional", "partial": "unknown"}[l.rule]
}

func (l territoryList) says(place int) string {
	if state, ok := l.places[place]; ok && l.layer != "municipalities" {
		return state
	}
	return l.rest()
}

// whole is what the list says of the municipality as a whole.
func (l territoryList) whole() string {
	count := map[string]int{"settlements": 4, "local_communities": 2, "municipalities": 1}[l.layer]
	states := []string{}
	for place := 1; place <= count; place++ {
		states = append(states, l.says(place))
	}
	some := func(s string) bool { return slices.Contains(states, s) }
	switch {
	case some("unknown"):
		return "unknown"
	case some("excluded") && (some("included") || some("conditional")):
		return "partly"
	case some("excluded"):
		return "excluded"
	case some("conditional"):
		return "conditional"
	}
	return "included"
}

// judge says what a list says of a project; year nil: whenever.
func (l territoryList) judge(p drawnProject, year *int) verdict {
	if year != nil {
		if _, stated := l.in(*year); !stated {
			return verdict{state: "unknown"}
		}
	}
	if l.rule != "whole_municipality" && !l.names() {
		return verdict{state: "unknown"}
	}
	sums := map[string]*big.Rat{}
	for _, state := range []string{"included", "conditional", "excluded", "unknown", "partly"} {
		sums[state] = new(big.Rat)
	}
	parts := p.bySettlement
	if l.layer == "local_communities" {
		parts = p.byCommunity[0]
		if p.second {
			parts = p.byCommunity[1]
		}
	}
	for name, share := range parts {
		sums[l.of(name, p)].Add(sums[l.of(name, p)], share)
	}
	if parts == nil {
		sums["unknown"].SetInt64(1)
	}
	counts := func(states ...string) bool { // more than a thousandth
		sum := new(big.Rat)
		for _, s := range states {
			sum.Add(sum, sums[s])
		}
		return sum.Cmp(big.NewRat(1, 1000)) > 0
	}
	v := verdict{inside: sums["included"], conditional: sums["conditional"], outside: sums["excluded"], hidden: sums["unknown"]}
	if sums["partly"].Sign() > 0 || sums["unknown"].Cmp(big.NewRat(1, 1)) == 0 {
		v = verdict{}
	}
	switch {
	case counts("unknown"):
		v.state = "unknown"
	case counts("partly"), counts("excluded") && counts("included", "conditional"):
		v.state = "partly"
	case counts("excluded"):
		v.state = "not_eligible"
	case counts("conditional"):
		v.state = "conditional"
	default:
		v.state = "eligible"
	}
	return v
}

// of says what the list says of one part of a project.
func (l territoryList) of(part string, p drawnProject) string {
	switch part {
	case "unplaced":
		return "unknown"
	case "municipality_wide":
		return l.whole()
	case "outside":
		if l.town == 0 {
			return "unknown"
		}
		return "excluded"
	case "elsewhere":
		if _, named := l.places[2]; named && !p.second {
			return "unknown"
		}
		return l.rest()
	}
	return l.says(map[string]int{"A": 1, "B": 2, "C": 3, "D": 4, "K1": 1, "K2": 2}[part])
}

// verdicts are those of a mechanism, by the code of the list; "" where no list says anything.
func verdicts(lists []territoryList, mechanism string, p drawnProject, year *int) map[string]verdict {
	out := map[string]verdict{}
	for _, l := range lists {
		if l.mechanism != mechanism || !l.about() {
			continue
		}
		if year != nil {
			if valid, _ := l.in(*year); !valid {
				continue
			}
		}
		out[l.code] = l.judge(p, year)
	}
	if len(out) == 0 {
		out[""] = verdict{state: "unknown"}
	}
	return out
}

// warning is the kind of the warning about a line of money, or "".
func warning(lists []territoryList, mechanism string, p drawnProject, year *int) string {
	known, timely := false, false
	best := ""
	order := []string{"eligible", "unknown", "conditional", "partly", "not_eligible"}
	for _, l := range lists {
		if l.mechanism != mechanism || !l.about() {
			continue
		}
		known = true
		if year != nil {
			if valid, _ := l.in(*year); !valid {
				continue
			}
		}
		timely = true
		if state := l.judge(p, nil).state; best == "" || slices.Index(order, state) < slices.Index(order, best) {
			best = state
		}
	}
	switch {
	case known && !timely:
		return "period"
	case best == "conditional":
		return "justification"
	case best == "partly":
		return "partly"
	case best == "not_eligible":
		return "outside"
	}
	return ""
}
