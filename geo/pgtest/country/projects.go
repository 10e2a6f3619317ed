package country

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// project is what the tables of projects have in common.
type project struct {
	id     int64
	home   int // the settlement it was put into
	spot   point
	group  int64 // the project it is a part of; 0: none
	theme  int
	kind   int // 0 point, 1 line, 2 area, 3 nowhere
	wide   bool
	isNode bool
}

const (
	kindPoint = iota
	kindLine
	kindArea
	kindNone
)

// plan draws all projects: groups first, because their parts name them.
func (c *Country) plan() []project {
	o, r := c.options, c.options.stream(streamProjects)
	kinds := [...]int{kindPoint: o.number(wholePoints), kindLine: o.number(wholeLines), kindArea: o.number(wholeAreas), kindNone: o.number(wholeAreas / 5)}
	groups := map[int][]int64{} // by municipality
	var all []project
	add := func(p project) {
		p.id = int64(len(all) + 1)
		all = append(all, p)
	}
	for range o.number(wholeAreas / 10) {
		home, _ := c.somewhere(r)
		add(project{home: home, theme: r.IntN(themes), kind: kindNone, isNode: true})
		m := c.settlements[home].municipality
		groups[m] = append(groups[m], int64(len(all)))
	}
	for kind, n := range kinds {
		for range n {
			home, spot := c.somewhere(r)
			p := project{home: home, spot: spot, theme: r.IntN(themes), kind: kind, wide: kind == kindNone && r.Float64() < 0.5}
			if in := groups[c.settlements[home].municipality]; in != nil && r.Float64() < 0.04 {
				p.group = pick(r, in)
				p.theme = all[p.group-1].theme
			}
			add(p)
		}
	}
	return all
}

func (c *Country) projectTables(e encoder, all []project) []table {
	return []table{
		{"projects", "id, municipality_id, parent_id, theme_id, measure_id, code, title, holder, status, horizon, strategic, cost_cents, scope, visibility, source", c.projectRows(all)},
		{"project_funding", "project_id, year, source, mechanism, amount_cents, kind", c.fundingRows(all)},
		{"sites", "id, project_id, code, source, geom", c.siteRows(e, all)},
	}
}

var (
	statuses = []string{"idea", "preparation", "preparation", "implementation", "implementation", "realised", "not_realised", "dropped", "unknown"}
	horizons = []string{"2030", "2030", "2035", "2030+2035", "none"}
	holders  = []string{"Občina", "Občina", "Občina", "Država", "Javno podjetje", "Zavod", "Zasebni vlagatelj"}
)

func (c *Country) projectRows(all []project) func(func(...any)) {
	return func(row func(...any)) {
		r := c.options.stream(streamThemes)
		for _, p := range all {
			m := c.municipalityOf(p.home)
			var parent, cost any
			if p.group != 0 {
				parent = p.group
			}
			if !p.isNode {
				cost = maybe(r, 0.7, cents(r))
			}
			scope := [...]string{kindPoint: "sites", kindLine: "sites", kindArea: "sites", kindNone: "unplaced"}[p.kind]
			if p.wide {
				scope = "municipality"
			}
			row(p.id, m.id, parent, themeID(m, p.theme), measureID(m, p.theme, int(p.group+p.id*boolean(p.group == 0))%measures),
				fmt.Sprintf("%d-%d", p.theme+1, p.id), fmt.Sprintf("%s %s %s", pick(r, works), pick(r, things), c.settlements[p.home].name),
				maybe(r, 0.9, pick(r, holders)), pick(r, statuses), pick(r, horizons), r.Float64() < 0.05, cost, scope,
				[2]string{"public", "internal"}[boolean(r.Float64() < 0.03)], source)
		}
	}
}

// fundingRows: none to three lines a project, with a year or without, some without
// an amount. Groups have none: money stands at one level of a branch.
func (c *Country) fundingRows(all []project) func(func(...any)) {
	return func(row func(...any)) {
		r := c.options.stream(streamMoney)
		for _, p := range all {
			if p.isNode {
				continue
			}
			for range r.IntN(4) {
				from := pick(r, []string{"own", "own", "eu", "eu", "state", "private", "other"})
				var mechanism any
				if from == "eu" {
					mechanism = maybe(r, 0.8, pick(r, mechanisms))
				}
				row(p.id, maybe(r, 0.7, 2024+r.IntN(12)), from, mechanism, maybe(r, 0.85, cents(r)), pick(r, []string{"estimated", "estimated", "budgeted", "contracted", "paid"}))
			}
		}
	}
}

func (c *Country) siteRows(e encoder, all []project) func(func(...any)) {
	return func(row func(...any)) {
		r := c.options.stream(streamSites)
		for _, p := range all {
			var geom shape
			switch p.kind {
			case kindPoint:
				geom = e.point(p.spot)
			case kindLine: // one to seven settlements
				geom = e.line(path(r, p.spot, 20+r.IntN(180), 20+40*r.Float64()))
			case kindArea:
				geom = e.polygon(blob(r, p.spot, 150*math.Exp(math.Abs(0.8*r.NormFloat64())), 10+r.IntN(60)))
			default:
				continue
			}
			row(p.id, p.id, fmt.Sprintf("L%d", p.id), source, geom)
		}
	}
}

// cents is an amount as projects have: mostly small, few very large.
func cents(r *rand.Rand) int64 {
	return int64(10_000_000 * math.Exp(1.4*r.NormFloat64()))
}

func boolean(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
