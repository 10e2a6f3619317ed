package web

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"kraj/geo"
)

// filterParams are the parameters that narrow projects, in every question about them.
var filterParams = []string{
	"theme", "measure", "status", "horizon", "strategic", "settlement", "class", "scope", "holder", "mechanism", "source", "year",
	"place", "local_community", "min_amount", "max_amount", "located", "eligible", "q",
}

// projectFilter reads filterParams. The scheme of the classes is the question's own affair.
func projectFilter(p *params) geo.ProjectFilter {
	f := geo.ProjectFilter{
		Themes:           p.List("theme"),
		Measures:         p.List("measure"),
		Statuses:         p.Words("status", geo.Statuses...),
		Horizons:         horizons(p),
		Strategic:        p.Bool("strategic"),
		Settlements:      p.List("settlement"),
		Classes:          p.Words("class", geo.Classes...),
		Scopes:           p.Words("scope", geo.Scopes...),
		Holders:          p.List("holder"),
		Mechanisms:       p.List("mechanism"),
		Sources:          p.Words("source", geo.Sources...),
		Years:            p.Years("year"),
		Places:           p.List("place"),
		LocalCommunities: p.List("local_community"),
		Eligible:         p.List("eligible"),
		MinCents:         p.Cents("min_amount"),
		MaxCents:         p.Cents("max_amount"),
		Located:          p.Bool("located"),
		Text:             p.Text("q"),
	}
	for _, place := range f.Places {
		if layer, code, ok := strings.Cut(place, ":"); !ok || layer == "" || code == "" {
			p.fail("place=%q must be layer:code, e.g. business_zones:PC-1", place)
		}
	}
	for _, wanted := range f.Eligible {
		mechanism, state, stated := strings.Cut(wanted, ":")
		if mechanism == "" || stated && !slices.Contains(geo.EligibilityStates, state) {
			p.fail("eligible=%q must be a mechanism, or mechanism:state with one of %s", wanted, strings.Join(geo.EligibilityStates, ", "))
		}
	}
	if len(f.Text) > maxWords {
		p.fail("q has at most %d bytes", maxWords)
	}
	return f
}

// horizons forgives a "+" that was not percent-encoded and so arrived as a space.
func horizons(p *params) []string {
	list := p.List("horizon")
	for i, h := range list {
		if list[i] = strings.ReplaceAll(h, " ", "+"); !slices.Contains(geo.Horizons, list[i]) {
			p.fail("horizon=%q is not known; accepted: %s", h, strings.Join(geo.Horizons, ", "))
		}
	}
	return list
}

// Years is a List of years; "none" stands for lines without one.
func (p *params) Years(name string) []string {
	list := p.List(name)
	for _, year := range list {
		if n, err := strconv.Atoi(year); year != noGroup && (err != nil || n < 1900 || n > 2200) {
			p.fail("%s=%q must be years from 1900 to 2200, or %s", name, year, noGroup)
		}
	}
	return list
}

// Cents is an amount in euros, with a decimal point, as cents; nil when nothing is given.
func (p *params) Cents(name string) *int64 {
	if !p.Has(name) {
		return nil
	}
	const most = 1e13
	euros, ok := number(p.Text(name))
	if !ok || euros < 0 || euros > most {
		p.fail("%s=%q must be an amount in euros, with a decimal point, e.g. 125000.50", name, p.values.Get(name))
		return nil
	}
	cents := int64(math.Round(euros * 100))
	return &cents
}
