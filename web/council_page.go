package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"kraj/geo"
)

// councilPage is the paper as the template writes it: every figure is text already.
type councilPage struct {
	Lang, OtherLang      string
	T                    map[string]string
	Base                 string // the server's own address, without a slash at its end
	Self, Other, Map     string // addresses: of this paper, of it in the other language, of the map
	Municipality, By     string
	State                string // of the data: revision and day
	Pinned               bool
	Summary              string
	Money                bool // amounts are known; else the paper counts projects
	Empty                bool
	Picture              *councilPicture
	Classes, Groups      councilTable
	Indicators           []councilFact
	Rule, Missing, Facts []councilFact
	Sensitivity          councilTable
	Projects             []councilProject
	Shortened            int
	TableAddress         string // of all projects as data

	lang geo.Language
}

type councilTable struct {
	Label    string
	Heads    []string
	Rows     []councilRow
	Pictured bool // the lines end in a small picture
	Wordy    bool // the cells are words, not numbers
}

// councilRow is a line: its head, its cells, and perhaps a small picture at its end.
type councilRow struct {
	Code, Name string
	Cells      []councilCell
	Mini       *miniature
	Foot       bool
}

// councilCell is a figure; Unknown: there is none, and the page says so.
type councilCell struct {
	Text    string
	Unknown bool
}

type councilFact struct{ Name, Text, Note string }

type councilProject struct {
	Code, Title, Status, Share, Amount, Reason string
	Unpriced                                   bool
}

func newCouncilPage(c *geo.CouncilPaper, lang geo.Language, base string, values url.Values) *councilPage {
	b := c.Balance
	p := &councilPage{
		Lang: string(lang), OtherLang: string(geo.English), T: councilWords[string(lang)], Base: base, Municipality: c.Municipality.Name,
		By: lang.Of(councilBys[c.Query.By]), Summary: lang.Of(c.Summary), Pinned: b.AsOf != nil,
		Money: b.Total.AmountCents != nil && *b.Total.AmountCents != 0, Empty: b.Total.Projects == 0, lang: lang,
	}
	if lang == geo.English {
		p.OtherLang = string(geo.Slovene)
	}
	p.addresses(c, values)
	p.State = p.T["unpinned"]
	if b.AsOf != nil {
		p.State = p.T["revisionNumber"] + " " + strconv.FormatInt(b.AsOf.Revision, 10) + ", " + lang.Moment(b.AsOf.At)
	}
	if p.Empty {
		p.rule(c)
		p.facts(c)
		return p
	}
	p.Picture = p.newPicture(b)
	p.classTable(b)
	p.groupTable(b)
	p.indicators(b)
	p.rule(c)
	p.sensitivity(b)
	p.missing(b)
	p.facts(c)
	p.projects(c)
	return p
}

// addresses of the paper itself, of its other language, of the map in the same state, and of the projects as data.
func (p *councilPage) addresses(c *geo.CouncilPaper, values url.Values) {
	own := url.Values{}
	for name := range values {
		own.Set(name, values.Get(name))
	}
	own.Set("municipality", c.Municipality.Slug)
	own.Set("lang", p.Lang)
	p.Self = p.Base + "/gradivo?" + own.Encode()
	data := url.Values{}
	state := url.Values{"m": {c.Municipality.Slug}, "tab": {"balance"}, "lang": {p.Lang}}
	for name := range own {
		if name != "lang" {
			data.Set(name, own.Get(name))
		}
		if name != "lang" && name != "municipality" && name != "as_of" && name != "population" && name != "include" {
			state.Set(name, own.Get(name))
		}
	}
	if state.Get("strategic") == "true" {
		state.Set("strategic", "1")
	}
	p.Map = p.Base + "/#" + strings.ReplaceAll(state.Encode(), "+", "%20")
	p.TableAddress = p.Base + "/api/v1/balance/projects?" + data.Encode()
	own.Set("lang", p.OtherLang)
	p.Other = p.Base + "/gradivo?" + own.Encode()
}

func (p *councilPage) class(class string) string { return p.lang.Of(councilClasses[class]) }

func (p *councilPage) unknown() councilCell { return councilCell{p.T["none"], true} }

func (p *councilPage) euro(cents *int64) councilCell {
	if cents == nil {
		return p.unknown()
	}
	return councilCell{Text: p.lang.Euro(*cents)}
}

func (p *councilPage) percent(share *float64) councilCell {
	if share == nil {
		return p.unknown()
	}
	return councilCell{Text: p.lang.Percent(*share)}
}

func (p *councilPage) number(v *float64, decimals int) councilCell {
	if v == nil {
		return p.unknown()
	}
	return councilCell{Text: p.lang.Number(*v, decimals)}
}

func (p *councilPage) integer(n int64) councilCell { return councilCell{Text: p.lang.Int(n)} }

func (p *councilPage) people(n *int64) councilCell {
	if n == nil {
		return p.unknown()
	}
	return p.integer(*n)
}

// classTable has every class and special row, with zeros: they are always shown.
func (p *councilPage) classTable(b *geo.Balance) {
	t := &p.Classes
	t.Label = p.T["numbers"]
	t.Heads = []string{p.T["class"], p.T["people"], p.T["share"], p.T["projects"], p.T["weight"], p.T["share"]}
	if p.Money {
		t.Heads = append(t.Heads, p.T["euros"], p.T["share"], p.T["perHead"], p.T["quotient"], p.T["gap"])
	} else {
		t.Heads = append(t.Heads, p.T["perThousand"], p.T["quotient"])
	}
	for _, r := range b.Total.Rows {
		row := councilRow{Name: p.class(r.Class)}
		compared := r.PeopleShare != nil || r.WeightShare != nil && r.Weight > 0
		blank := func(c councilCell) councilCell { // what has no meaning in a row without settlements stays empty
			if !compared && c.Unknown {
				return councilCell{}
			}
			return c
		}
		row.Cells = append(row.Cells, blank(p.people(r.People)), blank(p.percent(r.PeopleShare)), p.integer(int64(r.Projects)),
			councilCell{Text: p.lang.Number(r.Weight, 2)}, blank(p.percent(r.WeightShare)))
		if p.Money {
			row.Cells = append(row.Cells, p.euro(r.AmountCents), blank(p.percent(r.Share)), blank(p.euro(r.PerHeadCents)),
				blank(p.number(r.LocationQuotient, 2)), blank(p.euro(r.GapCents)))
		} else {
			row.Cells = append(row.Cells, blank(p.number(perThousand(r), 2)), blank(p.number(quotientOfProjects(r), 2)))
		}
		t.Rows = append(t.Rows, row)
	}
	foot := councilRow{Name: p.T["total"], Foot: true}
	people := councilCell{}
	if b.Population != nil {
		people = p.people(b.Population.Total)
	}
	foot.Cells = append(foot.Cells, people, councilCell{}, p.integer(int64(b.Total.Projects)), councilCell{Text: p.lang.Number(b.Total.Weight, 2)}, councilCell{})
	if p.Money {
		foot.Cells = append(foot.Cells, p.euro(b.Total.AmountCents), councilCell{}, councilCell{}, councilCell{}, councilCell{})
	} else {
		foot.Cells = append(foot.Cells, councilCell{}, councilCell{})
	}
	t.Rows = append(t.Rows, foot)
}

func perThousand(r geo.BalanceRow) *float64 {
	if r.People == nil || *r.People == 0 {
		return nil
	}
	v := r.Weight / float64(*r.People) * 1000
	return &v
}

func quotientOfProjects(r geo.BalanceRow) *float64 {
	if r.WeightShare == nil || r.PeopleShare == nil || *r.PeopleShare == 0 {
		return nil
	}
	v := *r.WeightShare / *r.PeopleShare
	return &v
}

// groupTable has the groups with the shares of the classes that the scheme has.
func (p *councilPage) groupTable(b *geo.Balance) {
	t := &p.Groups
	shown := p.shownClasses(b)
	t.Label, t.Pictured = p.T["groups"]+" "+p.By, true
	t.Heads = []string{p.T["group"], p.T["projects"]}
	if p.Money {
		t.Heads = append(t.Heads, p.T["without"], p.T["euros"])
	}
	for _, class := range shown {
		t.Heads = append(t.Heads, p.class(class))
	}
	line := func(g geo.BalanceGroup, foot bool) councilRow {
		row := councilRow{Name: p.lang.Of(g.Name), Foot: foot, Cells: []councilCell{p.integer(int64(g.Projects))}}
		if g.Key != nil && (b.By == "theme" || b.By == "measure") {
			row.Code = *g.Key
		}
		if foot {
			row.Name = p.T["total"]
		}
		value := rowValue(byWeight)
		if p.Money {
			row.Cells = append(row.Cells, p.integer(int64(g.WithoutAmount)), p.euro(g.AmountCents))
			value = byCents
		}
		for _, class := range shown {
			for _, r := range g.Rows {
				if r.Class == class && p.Money {
					row.Cells = append(row.Cells, p.percent(r.Share))
				} else if r.Class == class {
					row.Cells = append(row.Cells, p.percent(r.WeightShare))
				}
			}
		}
		row.Mini = p.newMiniature(g.Rows, value)
		return row
	}
	for _, g := range b.Groups {
		if g.Projects > 0 || b.By == "theme" || b.By == "settlement" {
			t.Rows = append(t.Rows, line(g, false))
		}
	}
	t.Rows = append(t.Rows, line(b.Total, true))
}

// shownClasses are those of the scheme: people or projects are there.
func (p *councilPage) shownClasses(b *geo.Balance) []string {
	var list []string
	for _, class := range comparedClasses {
		for _, r := range b.Total.Rows {
			if r.Class == class && (r.PeopleShare != nil || r.Weight > 0) {
				list = append(list, class)
			}
		}
	}
	return list
}

func (p *councilPage) indicators(b *geo.Balance) {
	from, parityNote := b.ByProjects, p.T["parityNoteCounts"]
	if p.Money {
		from, parityNote = b.Indicators, p.T["parityNote"]
	}
	for _, one := range []struct {
		name, note string
		value      *float64
		decimals   int
	}{
		{p.T["parity"], parityNote, from.Parity, 2},
		{p.T["hoover"], p.T["hooverNote"], from.Hoover, 4},
		{p.T["gini"], p.T["giniNote"], from.Gini, 4},
		{p.T["theil"], p.T["theilNote"], from.TheilBetween, 4},
	} {
		p.Indicators = append(p.Indicators, councilFact{one.name, p.number(one.value, one.decimals).Text, one.note})
	}
}

func (p *councilPage) rule(c *geo.CouncilPaper) {
	scheme := p.lang.Of(c.Scheme)
	if scheme == "" {
		scheme = p.T["noScheme"]
	} else {
		scheme += " (" + c.Balance.Scheme + ")"
	}
	p.Rule = []councilFact{
		{Name: p.T["scheme"], Text: scheme},
		{Name: p.T["method"], Text: p.lang.Of(councilMethods[c.Query.Method])},
		{Name: p.T["spread"], Text: p.lang.Of(councilSpreads[c.Query.Spread])},
		{Name: p.T["money"], Text: p.lang.Of(councilMoneys[c.Query.Money])},
		{Name: p.T["filters"], Text: p.filters(c)},
	}
	if len(c.Query.Include) > 0 {
		p.Rule = append(p.Rule, councilFact{Name: p.T["included"], Text: p.T["proposed"]})
	}
	population := p.T["noPopulation"]
	if set := c.Balance.Population; set != nil && set.Total != nil {
		population = fmt.Sprintf("%s; %s; %s %s; %s %s", p.lang.Int(*set.Total), set.Source, p.T["ofDate"], p.lang.ISODate(set.Date), p.T["populationSet"], set.Set)
		if set.Unknown > 0 {
			population += "; " + p.T["peopleUnknown"] + ": " + p.lang.Int(int64(set.Unknown))
		}
	}
	p.Rule = append(p.Rule, councilFact{Name: p.T["population"], Text: population})
}

// sensitivity tells the least and the most share of the countryside, and the rules that give it.
func (p *councilPage) sensitivity(b *geo.Balance) {
	p.Sensitivity = councilTable{Label: p.T["sensitivity"], Wordy: true, Heads: []string{p.T["figure"], p.T["thisRule"], p.T["least"], p.T["most"]}}
	if b.Sensitivity == nil {
		return
	}
	line := func(name string, own *float64, r *geo.BalanceRange) {
		if r == nil {
			return
		}
		p.Sensitivity.Rows = append(p.Sensitivity.Rows, councilRow{Name: name, Cells: []councilCell{
			p.percent(own), {Text: p.lang.Percent(r.Min) + ": " + p.ruleName(r.MinBy)}, {Text: p.lang.Percent(r.Max) + ": " + p.ruleName(r.MaxBy)},
		}})
	}
	rural := geo.BalanceRow{}
	for _, r := range b.Total.Rows {
		if r.Class == "rural" {
			rural = r
		}
	}
	if p.Money {
		line(p.T["ruralShare"], rural.Share, b.Sensitivity.RuralShare)
	}
	line(p.T["ruralShareProjects"], rural.WeightShare, b.Sensitivity.RuralShareProjects)
}

func (p *councilPage) ruleName(r geo.BalanceRule) string {
	return p.lang.Of(councilMethodNames[r.Method]) + ", " + p.lang.Of(councilSpreadNames[r.Spread]) + " (" + r.Scheme + ")"
}

// missingRows are the rows that the comparison of classes leaves out, and how the paper calls them.
var missingRows = []struct{ class, word string }{
	{"municipality_wide", "wide"}, {"unplaced", "unplaced"}, {"outside", "outside"}, {"unclassified", "unclassified"},
}

// missing is always told in full, with its zeros.
func (p *councilPage) missing(b *geo.Balance) {
	for _, one := range missingRows {
		for _, r := range b.Total.Rows {
			if r.Class != one.class {
				continue
			}
			text := p.count(r.Projects)
			if p.Money {
				text += ", " + p.euro(r.AmountCents).Text
			}
			p.Missing = append(p.Missing, councilFact{Name: p.T[one.word], Text: text})
		}
	}
	p.Missing = append(p.Missing, councilFact{Name: p.T["noAmount"], Text: p.count(b.Total.WithoutAmount)})
}

func (p *councilPage) count(n int) string {
	noun := p.lang.Plural(n, "projekt", "projekta", "projekti", "projektov")
	if p.lang == geo.English {
		noun = p.lang.Plural(n, "project", "", "", "projects")
	}
	return p.lang.Int(int64(n)) + " " + noun
}

func (p *councilPage) facts(*geo.CouncilPaper) {
	p.Facts = []councilFact{
		{Name: p.T["revision"], Text: p.State},
		{Name: p.T["dataSource"], Text: p.T["dataSourceIs"], Note: p.T["publicOnly"]},
	}
}

func (p *councilPage) projects(c *geo.CouncilPaper) {
	for i, one := range c.Projects {
		if i == councilProjects {
			p.Shortened = len(c.Projects) - councilProjects
			break
		}
		p.Projects = append(p.Projects, councilProject{
			Code: one.Code, Title: one.Title, Status: p.lang.Of(geo.Word("status", one.Status)), Share: p.percent(one.Share).Text,
			Amount: p.euro(one.AmountCents).Text, Reason: p.lang.Of(one.Reason), Unpriced: one.AmountCents == nil,
		})
	}
}
