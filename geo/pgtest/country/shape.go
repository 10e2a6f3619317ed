package country

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Settlements are the bricks of a wall: each row is shifted by half a brick, so that
// every corner has three edges. Corners are moved about, and edges are bent by
// displacing midpoints; both neighbours share the bent edge, so nothing gapes.
const (
	cellWidth, cellHeight = 2050.0, 1650.0 // m; 3.4 km² on average
	middleX, middleY      = 500_000.0, 110_000.0
	stretch               = 2.1 // the land is that much wider than high
)

type point struct{ x, y float64 }

// corner names a corner of the wall: half bricks from the left, rows from below.
type corner struct{ k, j int }

func (a corner) before(b corner) bool { return a.j < b.j || a.j == b.j && a.k < b.k }

type settlement struct {
	centre          point
	corners         [6]corner  // counterclockwise
	sides           [6][]point // from each corner to the next, without the next
	neighbours      []int
	municipality    int
	name            string
	people          int
	urban, suburban bool
}

type lattice struct {
	seed   uint64
	edges  map[[2]corner][]point // bent edges, from the corner that comes first
	halfX  float64               // half the land's width and height
	halfY  float64
	bricks map[corner]int // the settlement of a brick, by its lower left corner
}

func newLattice(o Options) *lattice {
	area := float64(max(ringSize, o.number(wholeSettlements))) * cellWidth * cellHeight
	// The area of the superellipse |x/a|³ + |y/b|³ ≤ 1 is 3.5332 a b.
	halfY := math.Sqrt(area / 3.5332 / stretch)
	return &lattice{seed: o.Seed ^ 0x7a656d6c6a61, edges: map[[2]corner][]point{}, halfX: halfY * stretch, halfY: halfY, bricks: map[corner]int{}}
}

func (l *lattice) inside(p point) bool {
	return math.Pow(math.Abs(p.x-middleX)/l.halfX, 3)+math.Pow(math.Abs(p.y-middleY)/l.halfY, 3) <= 1
}

// chance is a reproducible number in [0, 1) for a corner.
func (l *lattice) chance(c corner, what uint64) float64 {
	return rand.New(rand.NewPCG(l.seed+what, uint64(c.k+1<<20)<<32|uint64(c.j+1<<20))).Float64()
}

// place is where a corner lies: pulled up or down, so that bricks become hexagons,
// moved at random, and bent with the land, so that sizes differ.
func (l *lattice) place(c corner) point {
	pull := 0.16
	if (c.k-c.j)&1 != 0 { // the wall's upright joint hangs down from it
		pull = -pull
	}
	x := middleX + (float64(c.k)/2+0.2*(l.chance(c, 1)-0.5))*cellWidth
	y := middleY + (float64(c.j)+pull+0.3*(l.chance(c, 2)-0.5))*cellHeight
	return point{
		x + 3300*math.Sin(x/7900) + 1500*math.Cos(y/6100),
		y + 2600*math.Sin(y/6700) + 1700*math.Cos(x/8300),
	}
}

// edge is the bent edge from a to b without b.
func (l *lattice) edge(a, b corner) []point {
	first, last := a, b
	if b.before(a) {
		first, last = b, a
	}
	bent, ok := l.edges[[2]corner{first, last}]
	if !ok {
		levels := 5
		switch v := l.chance(first, uint64(3+last.k-first.k)); {
		case v < 0.3:
			levels = 4
		case v > 0.85:
			levels = 6
		}
		r := rand.New(rand.NewPCG(l.seed^uint64(first.k+1<<20), uint64(first.j+1<<20)<<24|uint64(last.k-first.k+8)<<8|uint64(last.j-first.j+8)))
		p, q := l.place(first), l.place(last)
		bent = append(append([]point{p}, bend(r, p, q, 0.13, levels)...), q)
		l.edges[[2]corner{first, last}] = bent
	}
	if first == a {
		return bent[:len(bent)-1]
	}
	back := slices.Clone(bent[1:])
	slices.Reverse(back)
	return back
}

// bend returns the points between a and b. Each level bends less than the one
// above, so that all turns together stay below 35° and no edge crosses itself.
func bend(r *rand.Rand, a, b point, amount float64, levels int) []point {
	if levels == 0 {
		return nil
	}
	d := (2*r.Float64() - 1) * amount
	m := point{(a.x+b.x)/2 - (b.y-a.y)*d, (a.y+b.y)/2 + (b.x-a.x)*d}
	left := bend(r, a, m, amount*0.55, levels-1)
	right := bend(r, m, b, amount*0.55, levels-1)
	return append(append(left, m), right...)
}

func (l *lattice) settlements() []settlement {
	var all []settlement
	rows := int(l.halfY/cellHeight) + 12
	columns := int(l.halfX/cellWidth) + 12
	for j := -rows; j <= rows; j++ {
		for i := -columns; i <= columns; i++ {
			k := 2*i + j&1
			corners := [6]corner{{k, j}, {k + 1, j}, {k + 2, j}, {k + 2, j + 1}, {k + 1, j + 1}, {k, j + 1}}
			var centre point
			for _, c := range corners {
				p := l.place(c)
				centre.x += p.x / 6
				centre.y += p.y / 6
			}
			if !l.inside(centre) {
				continue
			}
			s := settlement{centre: centre, corners: corners}
			for n, c := range corners {
				s.sides[n] = l.edge(c, corners[(n+1)%6])
			}
			l.bricks[corners[0]] = len(all)
			all = append(all, s)
		}
	}
	for n := range all {
		k, j := all[n].corners[0].k, all[n].corners[0].j
		for _, c := range []corner{{k - 2, j}, {k + 2, j}, {k - 1, j - 1}, {k + 1, j - 1}, {k - 1, j + 1}, {k + 1, j + 1}} {
			if next, ok := l.bricks[c]; ok {
				all[n].neighbours = append(all[n].neighbours, next)
			}
		}
	}
	return all
}

// outline joins settlements to rings of the edges that only one of them has, each
// with the land to its left. The outer ring, which is the longest, comes first.
func outline(all []settlement, members []int) [][]point {
	type side struct{ from, to corner }
	lone := map[side][]point{}
	for _, n := range members {
		for i, a := range all[n].corners {
			b := all[n].corners[(i+1)%6]
			if _, ok := lone[side{b, a}]; ok {
				delete(lone, side{b, a})
				continue
			}
			lone[side{a, b}] = all[n].sides[i]
		}
	}
	next := map[corner]side{}
	var starts []corner
	for e := range lone {
		next[e.from] = e
		starts = append(starts, e.from)
	}
	slices.SortFunc(starts, func(a, b corner) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	var rings [][]point
	for _, start := range starts {
		var ring []point
		for c := start; ; {
			e, ok := next[c]
			if !ok {
				break
			}
			delete(next, c)
			ring = append(ring, lone[e]...)
			c = e.to
		}
		if ring != nil {
			rings = append(rings, ring)
		}
	}
	slices.SortStableFunc(rings, func(a, b []point) int { return len(b) - len(a) })
	return rings
}

// ring is the settlement's outline.
func (s settlement) ring() []point { return slices.Concat(s.sides[:]...) }
