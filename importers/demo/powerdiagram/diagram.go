package main

import (
	"errors"
	"fmt"
	"math"
)

// A point is a position in metres (EPSG:3794: easting, northing).
type point struct{ x, y float64 }

// A site is the seed of one cell. A site with area > 0 gets a cell of exactly that area; a free site
// (area 0) keeps its weight and only marks land that belongs to nobody we know.
type site struct {
	at   point
	area float64 // square metres; 0 = free
}

// vertex is a corner of a cell, named by the two neighbours whose borders meet there. The name, not the
// coordinate, is what neighbouring cells have in common: each computes the corner from the same three
// sites in the same order, so that shared corners are equal bit by bit.
type vertex struct {
	at          point
	left, right int // indices of the sites across the edges before and after this corner
}

// cell is the convex polygon of one site, counter-clockwise, without a closing point.
type cell []vertex

// diagram is a power diagram (weighted Voronoi diagram) inside a frame.
type diagram struct {
	sites   []site
	weights []float64
	frame   [2]point // lower left, upper right
}

// errNoProgress says that the areas could not be met, for example because too little free land is left.
var errNoProgress = errors.New("the weights do not converge")

// newDiagram starts with all weights at zero, the ordinary Voronoi diagram, where no cell is empty.
func newDiagram(sites []site, frame [2]point) *diagram {
	return &diagram{sites: sites, weights: make([]float64, len(sites)), frame: frame}
}

// cells computes every cell for the present weights.
func (d *diagram) cells() []cell {
	out := make([]cell, len(d.sites))
	for i := range d.sites {
		out[i] = d.cell(i)
	}
	return out
}

// boundCells computes the cells of the sites whose area is prescribed; the others stay nil.
func (d *diagram) boundCells() []cell {
	out := make([]cell, len(d.sites))
	for i, s := range d.sites {
		if s.area > 0 {
			out[i] = d.cell(i)
		}
	}
	return out
}

// cell cuts the frame by the border to every other site. Sites of the frame's four sides have the
// indices -1 … -4.
func (d *diagram) cell(i int) cell {
	lo, hi := d.frame[0], d.frame[1]
	c := cell{
		{point{lo.x, lo.y}, -4, -1},
		{point{hi.x, lo.y}, -1, -2},
		{point{hi.x, hi.y}, -2, -3},
		{point{lo.x, hi.y}, -3, -4},
	}
	for j := range d.sites {
		if j == i {
			continue
		}
		if c = d.cut(c, i, j); len(c) == 0 {
			return nil
		}
	}
	return c
}

// cut keeps the part of c that is nearer (in the power distance) to site i than to site j.
func (d *diagram) cut(c cell, i, j int) cell {
	inside := func(p point) bool { return d.excess(p, i, j) <= 0 }
	n := len(c)
	first, all := -1, true
	for k := range c {
		if !inside(c[k].at) {
			all = false
		} else if first < 0 {
			first = k
		}
	}
	if all {
		return c
	}
	if first < 0 {
		return nil
	}
	out := make(cell, 0, n+2)
	for k := range n {
		a, b := c[(first+k)%n], c[(first+k+1)%n]
		ain, bin := inside(a.at), inside(b.at)
		if ain {
			out = append(out, a)
		}
		switch {
		case ain && !bin: // the edge a→b lies on the border with a.right
			out = append(out, vertex{d.between(a.at, b.at, i, j), a.right, j})
		case !ain && bin:
			out = append(out, vertex{d.between(a.at, b.at, i, j), j, b.left})
		}
	}
	return out
}

// excess is positive where p is nearer to site j than to site i.
func (d *diagram) excess(p point, i, j int) float64 {
	a, b := d.sites[i].at, d.sites[j].at
	return sq(p.x-a.x) + sq(p.y-a.y) - d.weights[i] - sq(p.x-b.x) - sq(p.y-b.y) + d.weights[j]
}

// between is the point of the segment from a to b that is as near to i as to j.
func (d *diagram) between(a, b point, i, j int) point {
	ea, eb := d.excess(a, i, j), d.excess(b, i, j)
	t := ea / (ea - eb)
	return point{a.x + t*(b.x-a.x), a.y + t*(b.y-a.y)}
}

func sq(v float64) float64 { return v * v }

// area is the cell's area in square metres.
func (c cell) area() float64 {
	if len(c) < 3 {
		return 0
	}
	var s float64
	o := c[0].at // relative to a corner: coordinates of 10⁵ m would eat the digits
	for k := range c {
		a, b := c[k].at, c[(k+1)%len(c)].at
		s += (a.x-o.x)*(b.y-o.y) - (b.x-o.x)*(a.y-o.y)
	}
	return s / 2
}

// contains reports whether p lies in the cell or on its border.
func (c cell) contains(p point) bool {
	for k := range c {
		a, b := c[k].at, c[(k+1)%len(c)].at
		if (b.x-a.x)*(p.y-a.y)-(b.y-a.y)*(p.x-a.x) < 0 {
			return false
		}
	}
	return len(c) > 2
}

// solve finds the weights for which every site with an area has it, to the given share (0.001 = 0.1 %).
// It is the damped Newton method for semi-discrete transport: the derivative of an area by a neighbour's
// weight is the length of the common border over twice the distance of the two sites, and a step is
// halved until no cell vanishes and the error falls.
func (d *diagram) solve(tolerance float64, maxSteps int) (steps int, err error) {
	bound := d.bound()
	smallest := math.Inf(1)
	cells := d.boundCells()
	for _, i := range bound {
		smallest = math.Min(smallest, math.Min(cells[i].area(), d.sites[i].area))
	}
	for steps = range maxSteps {
		residual, worst := d.residual(bound, cells)
		if worst <= tolerance {
			return steps, nil
		}
		step, err := d.newtonStep(bound, cells, residual)
		if err != nil {
			return steps, err
		}
		if cells, err = d.damped(bound, step, norm(residual), smallest/2); err != nil {
			return steps, fmt.Errorf("after %d steps, worst area off by %.3g %%: %w", steps, worst*100, err)
		}
	}
	return maxSteps, errNoProgress
}

// bound lists the sites whose area is prescribed.
func (d *diagram) bound() []int {
	var out []int
	for i, s := range d.sites {
		if s.area > 0 {
			out = append(out, i)
		}
	}
	return out
}

// residual returns the missing area of each bound site and the largest relative error.
func (d *diagram) residual(bound []int, cells []cell) (missing []float64, worst float64) {
	missing = make([]float64, len(bound))
	for k, i := range bound {
		missing[k] = d.sites[i].area - cells[i].area()
		worst = math.Max(worst, math.Abs(missing[k])/d.sites[i].area)
	}
	return missing, worst
}

// newtonStep solves (d area / d weight) · step = missing.
func (d *diagram) newtonStep(bound []int, cells []cell, missing []float64) ([]float64, error) {
	row := make(map[int]int, len(bound))
	for k, i := range bound {
		row[i] = k
	}
	m := make([][]float64, len(bound))
	for k := range m {
		m[k] = make([]float64, len(bound))
	}
	for k, i := range bound {
		c := cells[i]
		for v := range c {
			j := c[v].right
			if j < 0 {
				continue
			}
			a, b := c[v].at, c[(v+1)%len(c)].at
			rate := math.Hypot(b.x-a.x, b.y-a.y) /
				(2 * math.Hypot(d.sites[i].at.x-d.sites[j].at.x, d.sites[i].at.y-d.sites[j].at.y))
			m[k][k] += rate
			if l, ok := row[j]; ok {
				m[k][l] -= rate
			}
		}
	}
	return cholesky(m, missing)
}

// damped applies as much of the step as leaves every bound cell at least minArea and lowers the error.
func (d *diagram) damped(bound []int, step []float64, before, minArea float64) ([]cell, error) {
	start := append([]float64(nil), d.weights...)
	for t := 1.0; t > 1e-6; t /= 2 {
		for k, i := range bound {
			d.weights[i] = start[i] + t*step[k]
		}
		cells := d.boundCells()
		ok := true
		for _, i := range bound {
			if cells[i].area() < minArea {
				ok = false
				break
			}
		}
		if missing, _ := d.residual(bound, cells); ok && norm(missing) <= (1-t/2)*before {
			return cells, nil
		}
	}
	copy(d.weights, start)
	return nil, errNoProgress
}

func norm(v []float64) float64 {
	var s float64
	for _, x := range v {
		s += x * x
	}
	return math.Sqrt(s)
}

// cholesky solves m·x = b for a symmetric positive definite m, which it overwrites.
func cholesky(m [][]float64, b []float64) ([]float64, error) {
	n := len(b)
	x := append([]float64(nil), b...)
	for j := range n {
		for k := range j {
			m[j][j] -= m[j][k] * m[j][k]
		}
		if m[j][j] <= 0 {
			return nil, fmt.Errorf("row %d of the system is singular: a group of cells has no free land beside it", j)
		}
		m[j][j] = math.Sqrt(m[j][j])
		for i := j + 1; i < n; i++ {
			for k := range j {
				m[i][j] -= m[i][k] * m[j][k]
			}
			m[i][j] /= m[j][j]
		}
	}
	for i := range n {
		for k := range i {
			x[i] -= m[i][k] * x[k]
		}
		x[i] /= m[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= m[k][i] * x[k]
		}
		x[i] /= m[i][i]
	}
	return x, nil
}
