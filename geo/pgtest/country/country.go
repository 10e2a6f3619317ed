// Package country makes a made-up country of the size of a real one, to measure
// and to test on: 6 000 settlements that cover it without gaps, municipalities
// made of them, business zones, cycling routes, agglomerations, and 125 000
// projects with sites, money and themes. Nothing in it is real.
//
// The same Options always give the same country, to the last digit. It is loaded
// through kraj's own tables with all triggers on, as an import would.
package country

import (
	"math"
	"math/rand/v2"
)

// Numbers of a whole country, at Scale 1.
const (
	wholeSettlements    = 6000
	wholeMunicipalities = 212
	wholeZones          = 5000
	wholeRoutes         = 20000
	wholeAgglomerations = 400
	wholePoints         = 100_000 // projects with points …
	wholeLines          = 20_000
	wholeAreas          = 5_000
	wholeTowns          = 70
	ringSize            = 8 // settlements of the smallest country
)

// Options choose a country.
type Options struct {
	// Scale multiplies every number; 0 means 1, a whole country. The land shrinks
	// with it, so that densities stay. A test is content with 0.01.
	Scale float64
	// OneMunicipality puts everything into a single municipality instead of the
	// usual 212, so that one balance has every project to go over.
	OneMunicipality bool
	// Seed makes another country of the same kind; 0 means the usual one.
	Seed uint64
	// WithoutProjects leaves the projects, their sites and their money away.
	WithoutProjects bool
}

func (o Options) scale() float64 {
	if o.Scale <= 0 {
		return 1
	}
	return o.Scale
}

// number scales one of the numbers above; at least one of everything.
func (o Options) number(whole int) int { return max(1, int(math.Round(float64(whole)*o.scale()))) }

// stream is a source of chance of its own for each part of the country, so that a
// change to one part leaves the others as they are.
func (o Options) stream(part uint64) *rand.Rand {
	return rand.New(rand.NewPCG(o.Seed^0x6b72616a, part))
}

// The parts that have a stream.
const (
	streamMunicipalities = iota + 1
	streamTowns
	streamZones
	streamRoutes
	streamAgglomerations
	streamThemes
	streamProjects
	streamSites
	streamMoney
)

// Country is the plan of a country: where everything lies, before it is loaded.
type Country struct {
	options        Options
	settlements    []settlement
	municipalities []municipality
	towns          []int // indices of settlements
	// crowd is where chance puts things: the running sum of the settlements' people.
	crowd []float64
}

// New plans the country of the options.
func New(o Options) *Country {
	c := &Country{options: o}
	c.settlements = newLattice(o).settlements()
	c.municipalities = c.divide()
	c.people()
	return c
}

// municipality has the settlements of one connected region.
type municipality struct {
	id          int64
	name        string
	settlements []int
}

// divide lets municipalities grow from random settlements, neighbour by neighbour,
// until all land is taken: each is connected, and their sizes differ.
func (c *Country) divide() []municipality {
	n := c.options.number(wholeMunicipalities)
	if c.options.OneMunicipality {
		n = 1
	}
	n = min(n, len(c.settlements))
	r := c.options.stream(streamMunicipalities)
	owner := make([]int, len(c.settlements))
	for i := range owner {
		owner[i] = -1
	}
	var frontier []int
	for m, s := range r.Perm(len(c.settlements))[:n] {
		owner[s] = m
		frontier = append(frontier, s)
	}
	for len(frontier) > 0 {
		k := r.IntN(len(frontier))
		s := frontier[k]
		frontier[k] = frontier[len(frontier)-1]
		frontier = frontier[:len(frontier)-1]
		for _, next := range c.settlements[s].neighbours {
			if owner[next] < 0 {
				owner[next] = owner[s]
				frontier = append(frontier, next)
			}
		}
	}
	all := make([]municipality, n)
	for m := range all {
		all[m] = municipality{id: int64(m + 1), name: "Občina " + placeName(r, m)}
	}
	for s, m := range owner {
		c.settlements[s].municipality = m
		all[m].settlements = append(all[m].settlements, s)
	}
	return all
}

// people gives every settlement its inhabitants: most live in few towns.
func (c *Country) people() {
	r := c.options.stream(streamTowns)
	for _, s := range r.Perm(len(c.settlements))[:min(c.options.number(wholeTowns), len(c.settlements))] {
		c.towns = append(c.towns, s)
		c.settlements[s].urban = true
	}
	sum := 0.0
	c.crowd = make([]float64, len(c.settlements))
	for i := range c.settlements {
		s := &c.settlements[i]
		s.name = placeName(r, i)
		s.people = int(20 + 600*r.Float64()*r.Float64())
		switch {
		case s.urban:
			s.people = int(3000 * math.Exp(1.1*math.Abs(r.NormFloat64())))
		case c.nextToTown(i):
			s.suburban = true
			s.people *= 4
		}
		// Projects follow people, but the smallest village has some too.
		sum += float64(s.people) + 250
		c.crowd[i] = sum
	}
}

func (c *Country) nextToTown(i int) bool {
	for _, n := range c.settlements[i].neighbours {
		if c.settlements[n].urban {
			return true
		}
	}
	return false
}

// somewhere draws a spot, where more people live more often, and its settlement (or,
// near a border, the one beside it).
func (c *Country) somewhere(r *rand.Rand) (int, point) {
	for {
		home, spot := c.anywhere(r)
		// Few are to lie beyond the country's border, not all of a border town.
		if centre := c.settlements[home].centre; math.Hypot(centre.x-spot.x, centre.y-spot.y) < 0.8*cellWidth {
			return home, spot
		}
	}
}

func (c *Country) anywhere(r *rand.Rand) (int, point) {
	sought := r.Float64() * c.crowd[len(c.crowd)-1]
	low, high := 0, len(c.crowd)-1
	for low < high {
		if middle := (low + high) / 2; c.crowd[middle] < sought {
			low = middle + 1
		} else {
			high = middle
		}
	}
	// A town's doings reach as far as it is large.
	s := c.settlements[low]
	far := max(cellWidth/4, cellWidth/4*math.Sqrt(float64(s.people)/700))
	spot := point{s.centre.x + r.NormFloat64()*far, s.centre.y + r.NormFloat64()*far*cellHeight/cellWidth}
	return c.nearest(low, spot), spot
}

// nearest walks from a settlement towards the one whose centre is nearest to a spot.
func (c *Country) nearest(from int, spot point) int {
	distance := func(i int) float64 {
		return math.Hypot(c.settlements[i].centre.x-spot.x, c.settlements[i].centre.y-spot.y)
	}
	for {
		best := from
		for _, n := range c.settlements[from].neighbours {
			if distance(n) < distance(best) {
				best = n
			}
		}
		if best == from {
			return from
		}
		from = best
	}
}
