package main

import "math"

// spread moves the places' seeds apart. The registered centroid is the middle of the village, not of its
// land: Predoslje and Britof lie 400 m from each other, and a border drawn between the two would be thrown
// far off by the difference of their weights. So each place is a disc of its registered area; overlapping
// discs push each other away, the smaller one further, and none further than the leash, a share of its own
// radius, from its centroid. The result depends only on the places, in their order.
func spread(places []place, leash float64) []point {
	const (
		rounds  = 400
		touch   = 0.95 // discs count as overlapping below this share of the sum of their radii
		damping = 0.2
	)
	radius := make([]float64, len(places))
	at := make([]point, len(places))
	for i, p := range places {
		radius[i] = math.Sqrt(p.area / math.Pi)
		at[i] = p.at
	}
	for range rounds {
		move := make([]point, len(at))
		for i := range at {
			for j := range i {
				dx, dy := at[j].x-at[i].x, at[j].y-at[i].y
				d := math.Hypot(dx, dy)
				overlap := touch*(radius[i]+radius[j]) - d
				if overlap <= 0 || d == 0 {
					continue
				}
				share := places[j].area / (places[i].area + places[j].area)
				push := damping * overlap / d
				move[i] = point{move[i].x - push*share*dx, move[i].y - push*share*dy}
				move[j] = point{move[j].x + push*(1-share)*dx, move[j].y + push*(1-share)*dy}
			}
		}
		for i := range at {
			at[i] = within(point{at[i].x + move[i].x, at[i].y + move[i].y}, places[i].at, leash*radius[i])
		}
	}
	return at
}

// pull moves the seed of each place whose centroid lies outside its cell, or within 60 m of its border, a
// third of the missing way towards the centroid.
func (d *diagram) pull(places []place, cells []cell) {
	const margin, part = 60, 0.3
	for i, p := range places {
		if gap, toward := cells[i].short(p.at, margin); gap > 0 {
			s := &d.sites[i].at
			*s = point{s.x + part*gap*toward.x, s.y + part*gap*toward.y}
		}
	}
}

// short tells by how many metres p misses being at least margin inside the cell, and in which direction:
// outwards over the worst edge.
func (c cell) short(p point, margin float64) (gap float64, toward point) {
	gap = math.Inf(-1)
	for k := range c {
		a, b := c[k].at, c[(k+1)%len(c)].at
		length := math.Hypot(b.x-a.x, b.y-a.y)
		if length == 0 {
			continue
		}
		out := point{(b.y - a.y) / length, -(b.x - a.x) / length}
		if g := (p.x-a.x)*out.x + (p.y-a.y)*out.y + margin; g > gap {
			gap, toward = g, out
		}
	}
	return gap, toward
}

// within is p, or the nearest point to it at the given distance from c.
func within(p, c point, distance float64) point {
	d := math.Hypot(p.x-c.x, p.y-c.y)
	if d <= distance {
		return p
	}
	return point{c.x + (p.x-c.x)*distance/d, c.y + (p.y-c.y)*distance/d}
}
