package main

import (
	"errors"
	"math"
)

// ring is a closed line of corners, counter-clockwise, without a closing point.
type ring []point

func (r ring) area() float64 {
	var s float64
	o := r[0]
	for k := range r {
		a, b := r[k], r[(k+1)%len(r)]
		s += (a.x-o.x)*(b.y-o.y) - (b.x-o.x)*(a.y-o.y)
	}
	return s / 2
}

// errHole says that cells enclose land that is not theirs.
var errHole = errors.New("the cells enclose a hole")

// dissolve joins cells that share borders. Because shared corners are equal bit by bit, an inner border is an
// edge that also occurs in the opposite direction; what is left over is the outline.
func dissolve(cells []ring) ([]ring, error) {
	type edge struct{ from, to point }
	open := map[edge]bool{}
	var order []edge // maps have no order, but the output shall have one
	for _, c := range cells {
		for k := range c {
			e := edge{c[k], c[(k+1)%len(c)]}
			if back := (edge{e.to, e.from}); open[back] {
				delete(open, back)
				continue
			}
			open[e] = true
			order = append(order, e)
		}
	}
	from := map[point][]point{}
	for _, e := range order {
		if open[e] {
			from[e.from] = append(from[e.from], e.to)
		}
	}
	var out []ring
	for _, e := range order {
		if !open[e] {
			continue
		}
		r := ring{e.from}
		before, at := e.from, e.to
		delete(open, e)
		for at != e.from {
			next := leftmost(before, at, from[at], func(p point) bool { return open[edge{at, p}] })
			delete(open, edge{at, next})
			r = append(r, at)
			before, at = at, next
		}
		if r.area() <= 0 {
			return nil, errHole
		}
		out = append(out, r)
	}
	return out, nil
}

// leftmost chooses the way on that turns most to the left, so that two cells that meet in one corner only
// become two rings.
func leftmost(before, at point, ways []point, usable func(point) bool) point {
	best, turn := before, math.Inf(-1)
	back := math.Atan2(at.y-before.y, at.x-before.x)
	for _, w := range ways {
		if !usable(w) {
			continue
		}
		t := math.Remainder(math.Atan2(w.y-at.y, w.x-at.x)-back, 2*math.Pi)
		if t > turn {
			best, turn = w, t
		}
	}
	return best
}
