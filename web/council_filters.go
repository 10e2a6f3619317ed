package web

import (
	"strings"

	"kraj/geo"
)

// filters says in words which projects were chosen.
func (p *councilPage) filters(c *geo.CouncilPaper) string {
	f := c.Query.ProjectFilter
	var parts []string
	put := func(name string, values []string, word func(string) string) {
		if len(values) == 0 {
			return
		}
		words := make([]string, len(values))
		for i, v := range values {
			words[i] = word(v)
		}
		parts = append(parts, p.lang.Of(councilFilters[name])+": "+strings.Join(words, ", "))
	}
	coded := func(what string) func(string) string {
		return func(code string) string {
			name := p.lang.Of(c.Name(what, code))
			if what == "theme" || what == "measure" {
				return strings.TrimSuffix(code+" "+name, " "+code)
			}
			return name
		}
	}
	fixed := func(what string) func(string) string {
		return func(key string) string { return p.lang.Of(geo.Word(what, key)) }
	}
	of := func(texts map[string]geo.Text) func(string) string {
		return func(key string) string { return p.lang.Of(texts[key]) }
	}
	plain := func(v string) string { return v }
	put("theme", f.Themes, coded("theme"))
	put("measure", f.Measures, coded("measure"))
	put("status", f.Statuses, fixed("status"))
	put("horizon", f.Horizons, fixed("horizon"))
	put("strategic", truths(f.Strategic), p.truth)
	put("settlement", f.Settlements, coded("settlement"))
	put("class", f.Classes, of(councilClasses))
	put("scope", f.Scopes, of(councilScopes))
	put("holder", f.Holders, plain)
	put("mechanism", f.Mechanisms, coded("mechanism"))
	put("source", f.Sources, fixed("source"))
	put("year", f.Years, plain)
	put("place", f.Places, plain)
	put("local_community", f.LocalCommunities, coded("local_community"))
	put("eligible", f.Eligible, plain)
	put("min_amount", p.amounts(f.MinCents), plain)
	put("max_amount", p.amounts(f.MaxCents), plain)
	put("located", truths(f.Located), p.truth)
	if f.Text != "" {
		put("q", []string{f.Text}, plain)
	}
	if len(parts) == 0 {
		return p.T["noFilters"]
	}
	return strings.Join(parts, "; ")
}

func truths(v *bool) []string {
	switch {
	case v == nil:
		return nil
	case *v:
		return []string{"true"}
	}
	return []string{"false"}
}

func (p *councilPage) truth(v string) string { return p.lang.Of(councilTruths[v == "true"]) }

func (p *councilPage) amounts(cents *int64) []string {
	if cents == nil {
		return nil
	}
	return []string{p.lang.Euro(*cents)}
}
