package geo

import (
	"math"
)

// basis is what indicators compare with people: money, or projects by weight.
type basis int

const (
	byMoney basis = iota
	byProjects
)

// of is the value of a row; false where it is not known.
func (b basis) of(r BalanceRow) (float64, bool) {
	if b == byProjects {
		return r.Weight, true
	}
	if r.AmountCents == nil {
		return 0, false
	}
	return float64(*r.AmountCents), true
}

// ofSettlement is the value in a settlement. A settlement that no stated amount
// reaches has none of the money.
func (b basis) ofSettlement(s settlementFigure) float64 {
	switch {
	case b == byProjects:
		return s.weight
	case s.cents == nil:
		return 0
	}
	return float64(*s.cents)
}

// classed is a class of the scheme with its share of the value (v) and of the people (p).
type classed struct {
	class  string
	value  float64
	people float64
	v, p   float64
}

// indicators follows docs/method.md. They are null unless every class of the scheme
// has a known amount and known people: half a comparison is none.
func indicators(rows []BalanceRow, settlements []settlementFigure, of basis) BalanceIndicators {
	var list []classed
	var values, people float64
	for _, r := range rows {
		if r.PeopleShare == nil || r.People == nil {
			continue // not a class of the scheme, or its people are unknown
		}
		value, known := of.of(r)
		if !known {
			return BalanceIndicators{}
		}
		list = append(list, classed{class: r.Class, value: value, people: float64(*r.People)})
		values += value
		people += float64(*r.People)
	}
	if values <= 0 || people <= 0 {
		return BalanceIndicators{}
	}
	for i := range list {
		list[i].v, list[i].p = list[i].value/values, list[i].people/people
	}
	in := BalanceIndicators{Parity: parity(list), Hoover: hoover(list), Gini: gini(list)}
	in.theil(list, settlements, of)
	return in
}

// parity is the value per head in the countryside over that in the city.
func parity(list []classed) *float64 {
	var rural, urban *classed
	for i := range list {
		switch list[i].class {
		case "rural":
			rural = &list[i]
		case "urban":
			urban = &list[i]
		}
	}
	if rural == nil || urban == nil || rural.people == 0 || urban.people == 0 || urban.value == 0 {
		return nil
	}
	r := (rural.value / rural.people) / (urban.value / urban.people)
	return &r
}

// hoover is ½ Σ|v − p|: the part that would have to move for equal value per head.
func hoover(list []classed) *float64 {
	sum := 0.0
	for _, c := range list {
		sum += math.Abs(c.v - c.p)
	}
	sum /= 2
	return &sum
}

// gini is ½ ΣΣ|v_i p_j − v_j p_i| over classes.
func gini(list []classed) *float64 {
	sum := 0.0
	for i, a := range list {
		for _, b := range list[i+1:] {
			sum += math.Abs(a.v*b.p - b.v*a.p)
		}
	}
	return &sum
}

// theil is Σ v ln(v/p) over settlements; its part between classes is the same sum
// over classes, and the rest is within. Where people are known by class only, so is
// the part between.
func (in *BalanceIndicators) theil(list []classed, settlements []settlementFigure, of basis) {
	type sums struct{ value, people float64 }
	var whole sums
	classes := map[string]sums{}
	for _, s := range settlements {
		if s.people == nil || *s.people == 0 || s.class == "unclassified" {
			in.LeftOut++
			continue
		}
		c := classes[s.class]
		c.value += of.ofSettlement(s)
		c.people += float64(*s.people)
		classes[s.class] = c
		whole.value += of.ofSettlement(s)
		whole.people += float64(*s.people)
	}
	if whole.people == 0 { // printed class totals: nothing is known of settlements
		in.LeftOut = 0
		between := 0.0
		for _, c := range list {
			if c.people == 0 {
				return
			}
			between += theilTerm(c.v, c.p)
		}
		in.TheilBetween = &between
		return
	}
	if whole.value == 0 {
		return
	}
	total, between := 0.0, 0.0
	for _, s := range settlements {
		if s.people != nil && *s.people > 0 && s.class != "unclassified" {
			total += theilTerm(of.ofSettlement(s)/whole.value, float64(*s.people)/whole.people)
		}
	}
	for _, name := range Classes { // in fixed order: the same sum every time
		if c, ok := classes[name]; ok {
			between += theilTerm(c.value/whole.value, c.people/whole.people)
		}
	}
	within := total - between
	in.Theil, in.TheilBetween, in.TheilWithin = &total, &between, &within
}

// theilTerm is v ln(v/p), with 0 ln 0 = 0.
func theilTerm(v, p float64) float64 {
	if v == 0 {
		return 0
	}
	return v * math.Log(v/p)
}
