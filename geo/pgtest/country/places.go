package country

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// placeTables are all tables of places, people, classes and themes, in the order of
// their references.
func (c *Country) placeTables(e encoder) []table {
	return []table{
		{"municipalities", "id, code, name, source, geom", func(row func(...any)) {
			for i, m := range c.municipalities {
				row(m.id, fmt.Sprintf("%03d", i+1), m.name, source, e.polygon(outline(c.settlements, m.settlements)...))
			}
		}},
		{"settlements", "id, code, name, municipality_id, source, geom", func(row func(...any)) {
			for _, m := range c.municipalities {
				for n, s := range m.settlements {
					row(s+1, fmt.Sprintf("%03d", n+1), c.settlements[s].name, m.id, source, e.polygon(c.settlements[s].ring()))
				}
			}
		}},
		{"business_zones", "id, code, name, municipality_id, stated_area_ha, plan_state, source, geom", c.zones(e)},
		{"cycling_routes", "id, code, name, municipality_id, route_level, state, source, geom", c.routes(e)},
		{"agglomerations", "id, code, name, municipality_id, load_pe, connected_pe, connected_share, source, geom", c.agglomerations(e)},
		{"population_sets", "id, code, name_sl, name_en, kind, source, source_date, preferred", func(row func(...any)) {
			row(1, "2025", "Prebivalci po naseljih 2025", "Inhabitants by settlement 2025", "settlements", source, "2025-01-01", true)
			row(2, "2020", "Prebivalci po naseljih 2020", "Inhabitants by settlement 2020", "settlements", source, "2020-01-01", false)
		}},
		{"population_settlements", "set_id, settlement_id, people", func(row func(...any)) {
			r := c.options.stream(streamTowns + 100)
			for i, s := range c.settlements {
				row(1, i+1, maybe(r, 0.98, s.people))
				row(2, i+1, maybe(r, 0.9, s.people*(85+r.IntN(25))/100))
			}
		}},
		{"schemes", "id, code, name_sl, name_en, classes, source", func(row func(...any)) {
			row(1, "municipal", "Mesto in podeželje", "City and countryside", "{urban,rural}", source)
			row(2, "degurba", "Stopnja urbanizacije", "Degree of urbanisation", "{urban,suburban,rural}", source)
		}},
		{"scheme_classes", "scheme_id, settlement_id, class", c.classes()},
		{"mechanisms", "id, code, name_sl, name_en", func(row func(...any)) {
			for i, code := range mechanisms {
				row(i+1, code, "Mehanizem "+code, "Mechanism "+code)
			}
		}},
		{"themes", "id, municipality_id, code, name, name_en, color", func(row func(...any)) {
			for _, m := range c.municipalities {
				for t := range themes {
					row(themeID(m, t), m.id, fmt.Sprintf("TP%d", t+1), fmt.Sprintf("Tema %d", t+1), fmt.Sprintf("Theme %d", t+1), themeColors[t])
				}
			}
		}},
		{"measures", "id, municipality_id, theme_id, code, name", func(row func(...any)) {
			for _, m := range c.municipalities {
				for t := range themes {
					for k := range measures {
						row(measureID(m, t, k), m.id, themeID(m, t), fmt.Sprintf("%d.%d", t+1, k+1), fmt.Sprintf("Ukrep %d.%d", t+1, k+1))
					}
				}
			}
		}},
	}
}

const (
	source   = "Namišljena država"
	themes   = 6 // in each municipality
	measures = 4 // in each theme
)

var (
	themeColors = [themes]string{"#8e44ad", "#16a085", "#c0392b", "#2980b9", "#d35400", "#7f8c8d"}
	mechanisms  = []string{"ETRR", "ESS", "KS", "SPN", "LIFE", "NOO", "EKSRP", "CLLD"}
)

func themeID(m municipality, t int) int64 { return (m.id-1)*themes + int64(t) + 1 }
func measureID(m municipality, t, k int) int64 {
	return ((m.id-1)*themes+int64(t))*measures + int64(k) + 1
}

func (c *Country) classes() func(func(...any)) {
	return func(row func(...any)) {
		for i, s := range c.settlements {
			municipal, degree := "rural", "rural"
			switch {
			case s.urban:
				municipal, degree = "urban", "urban"
			case s.suburban:
				degree = "suburban"
			}
			row(1, i+1, municipal)
			if i%50 != 0 { // the others are unclassified
				row(2, i+1, degree)
			}
		}
	}
}

// municipalityOf is the municipality of a settlement.
func (c *Country) municipalityOf(s int) municipality {
	return c.municipalities[c.settlements[s].municipality]
}

func (c *Country) zones(e encoder) func(func(...any)) {
	states := []string{"unknown", "none", "considered", "in_preparation", "adopted", "adopted", "amending"}
	return func(row func(...any)) {
		r := c.options.stream(streamZones)
		for i := range c.options.number(wholeZones) {
			s, centre := c.somewhere(r)
			ring := blob(r, centre, 60*math.Exp(math.Abs(r.NormFloat64())), 12+r.IntN(50))
			row(i+1, fmt.Sprintf("PC%d", i+1), "Poslovna cona "+placeName(r, i), c.municipalityOf(s).id,
				maybe(r, 0.6, fmt.Sprintf("%.1f", 1+20*r.Float64())), pick(r, states), source, e.polygon(ring))
		}
	}
}

func (c *Country) routes(e encoder) func(func(...any)) {
	return func(row func(...any)) {
		r := c.options.stream(streamRoutes)
		for i := range c.options.number(wholeRoutes) {
			s, start := c.somewhere(r)
			row(i+1, fmt.Sprintf("K%d", i+1), fmt.Sprintf("Kolesarska povezava %d", i+1), c.municipalityOf(s).id,
				pick(r, []string{"state", "local", "local", "unknown"}), pick(r, []string{"existing", "in_construction", "planned", "planned"}),
				source, e.line(path(r, start, 20+r.IntN(160), 30)))
		}
	}
}

func (c *Country) agglomerations(e encoder) func(func(...any)) {
	return func(row func(...any)) {
		r := c.options.stream(streamAgglomerations)
		for i := range c.options.number(wholeAgglomerations) {
			s, centre := c.somewhere(r)
			load := 200 + r.IntN(4000)
			share := r.Float64()
			row(i+1, fmt.Sprintf("A%d", i+1), "Aglomeracija "+placeName(r, i), c.municipalityOf(s).id, load,
				int(float64(load)*share), fmt.Sprintf("%.3f", share), source, e.polygon(blob(r, centre, 400+900*r.Float64(), 40)))
		}
	}
}

// blob is a star-shaped ring around a centre, counterclockwise.
func blob(r *rand.Rand, centre point, radius float64, vertices int) []point {
	ring := make([]point, vertices)
	for i := range ring {
		angle := 2 * math.Pi * float64(i) / float64(vertices)
		d := radius * (0.7 + 0.3*r.Float64())
		ring[i] = point{centre.x + d*math.Cos(angle), centre.y + d*math.Sin(angle)}
	}
	return ring
}

// path wanders off from a start, with steps of about so many metres. Like a real
// route it may cross itself.
func path(r *rand.Rand, start point, vertices int, step float64) []point {
	line := make([]point, 0, vertices)
	heading := 2 * math.Pi * r.Float64()
	for range vertices {
		line = append(line, start)
		heading += 0.22 * r.NormFloat64()
		d := step * (0.4 + 1.2*r.Float64())
		start = point{start.x + d*math.Cos(heading), start.y + d*math.Sin(heading)}
	}
	return line
}
