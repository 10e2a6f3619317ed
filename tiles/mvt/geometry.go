package mvt

import (
	"cmp"
	"slices"
)

// Kinds of a feature's geometry, as the specification numbers them.
const (
	kindPoint = iota + 1
	kindLine
	kindPolygon
)

// Commands of the specification.
const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// drawing turns one geometry after the other into commands. Its buffers are used again and again.
type drawing struct {
	grid
	out    []byte  // commands of all features so far
	at     point   // where the pen is
	points []point // of one ring, line or set of points
	spare  []point
	outer  int64 // twice the area of the outer ring of the polygon being drawn; 0: it is not in the tile
}

// draw appends the commands of a geometry to out; kind is 0 when nothing of it is in the tile. After an error out is as it was.
func (d *drawing) draw(geometry []byte) (kind int, err error) {
	start := len(d.out)
	d.at, d.points = point{}, d.points[:0]
	r := wkb{rest: geometry}
	kind, err = d.choose(&r)
	if err == nil && kind == kindPoint {
		d.dots()
	}
	if err != nil {
		d.out = d.out[:start]
		return 0, err
	}
	if len(d.out) == start {
		return 0, nil
	}
	return kind, nil
}

// choose draws a geometry; of a collection what has the highest dimension.
func (d *drawing) choose(r *wkb) (kind int, err error) {
	whole := *r
	first, err := r.head()
	if err != nil {
		return 0, err
	}
	if first != wkbCollection {
		return kindOf(first), d.part(r, first, kindOf(first), 0)
	}
	look := whole
	dimension, err := look.dimension(maxDepth)
	if err != nil || dimension < 0 {
		return 0, err
	}
	return dimension + 1, d.part(r, first, dimension+1, maxDepth)
}

// kindOf is the kind of a type that is no collection.
func kindOf(t uint32) int {
	if t > wkbPolygon {
		t -= wkbPolygon
	}
	return int(t)
}

// part draws what has the kind wanted and passes over the rest.
func (d *drawing) part(r *wkb, t uint32, wanted, depth int) error {
	if t != wkbCollection && kindOf(t) != wanted {
		return r.skip(t)
	}
	switch t {
	case wkbPoint:
		return d.dot(r)
	case wkbLine:
		return d.line(r)
	case wkbPolygon:
		return d.polygon(r)
	}
	if t == wkbCollection {
		if depth == 0 {
			return errDepth
		}
		depth--
	}
	return r.each(5, func() error {
		inner, err := r.head()
		if err != nil {
			return err
		}
		if t != wkbCollection && inner != t-wkbPolygon { // a member of another type than its whole
			return errType
		}
		return d.part(r, inner, wanted, depth)
	})
}

// dot keeps a point for dots. A point without a place (NaN, NaN) is PostGIS's way to write an empty one.
func (d *drawing) dot(r *wkb) error {
	if len(r.rest) < r.stride {
		return errShort
	}
	x, y := r.xy(r.positions(1))
	if x != x && y != y {
		return nil
	}
	p, ok := d.grid.at(x, y)
	if !ok {
		return errNotFinite
	}
	if p.beyond() == 0 {
		d.points = append(d.points, p)
	}
	return nil
}

// dots draws the points, each place once.
func (d *drawing) dots() {
	if len(d.points) == 0 {
		return
	}
	if len(d.points) > 1 {
		slices.SortFunc(d.points, func(a, b point) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
		d.points = slices.Compact(d.points)
	}
	d.command(moveTo, len(d.points))
	for _, p := range d.points {
		d.to(p)
	}
}

// read puts positions on the grid, into points: none that repeats the one before, and of a stretch beyond one side of the square only
// its ends. some are the sides that any lies beyond, all those that all lie beyond.
func (d *drawing) read(r *wkb, n int) (some, all uint8, err error) {
	points, b := d.points[:0], r.positions(n)
	all = beyondWest | beyondEast | beyondNorth | beyondSouth
	var last, before uint8 // what the last two lie beyond
	for ; len(b) > 0; b = b[r.stride:] {
		p, ok := d.grid.at(r.xy(b))
		if !ok {
			return 0, 0, errNotFinite
		}
		k := len(points)
		if k > 0 && points[k-1] == p {
			continue
		}
		sides := p.beyond()
		some |= sides
		all &= sides
		if k >= 2 && sides&last&before != 0 {
			points[k-1] = p
			last = sides
			continue
		}
		points = append(points, p)
		before, last = last, sides
	}
	d.points = points
	return some, all, nil
}

func (d *drawing) line(r *wkb) error {
	n, err := r.count(r.stride)
	if err != nil {
		return err
	}
	some, all, err := d.read(r, n)
	if err != nil || all != 0 {
		return err
	}
	if some == 0 {
		d.stretch(d.points)
		return nil
	}
	run := d.spare[:0]
	for i := 1; i < len(d.points); i++ {
		a, b, ok := cutSegment(d.points[i-1], d.points[i])
		if ok && len(run) > 0 && run[len(run)-1] == a {
			run = append(run, b)
			continue
		}
		if ok || len(run) > 0 {
			d.stretch(run)
			run = run[:0]
		}
		if ok {
			run = append(run, a, b)
		}
	}
	d.stretch(run)
	d.spare = run
	return nil
}

// stretch draws a line within the square, unless it has no length. It may change the points.
func (d *drawing) stretch(line []point) {
	n := 0
	for _, p := range line {
		if n > 0 && line[n-1] == p {
			continue
		}
		if n >= 2 && cross(line[n-2], line[n-1], p) == 0 && dot(line[n-2], line[n-1], p) > 0 {
			n--
		}
		line[n] = p
		n++
	}
	if n < 2 {
		return
	}
	d.command(moveTo, 1)
	d.to(line[0])
	d.command(lineTo, n-1)
	for _, p := range line[1:n] {
		d.to(p)
	}
}

func (d *drawing) polygon(r *wkb) error {
	outer := true
	d.outer = 0
	return r.each(4, func() error {
		n, err := r.count(r.stride)
		if err != nil {
			return err
		}
		if !outer && d.outer == 0 {
			r.positions(n) // a hole in nothing
			return nil
		}
		err = d.ring(r, n, outer)
		outer = false
		return err
	})
}

func (d *drawing) ring(r *wkb, n int, outer bool) error {
	some, all, err := d.read(r, n)
	if err != nil || all != 0 {
		return err
	}
	ring := d.points
	if some != 0 {
		ring, d.spare = cutRing(ring, d.spare, some)
		d.points = ring
	}
	ring = cleanRing(ring)
	if ring == nil {
		return nil
	}
	area := area2(ring)
	if area > 0 != outer {
		slices.Reverse(ring)
	}
	area = max(area, -area)
	switch {
	case area == 0:
		return nil
	case outer:
		d.outer = area
	case area >= d.outer: // rounding made the hole as large as what it is in
		return nil
	}
	d.command(moveTo, 1)
	d.to(ring[0])
	d.command(lineTo, len(ring)-1)
	for _, p := range ring[1:] {
		d.to(p)
	}
	d.command(closePath, 1)
	return nil
}

func (d *drawing) command(id, count int) {
	d.out = appendVarint(d.out, uint64(count)<<3|uint64(id))
}

// to draws on to a point, relative to where the pen is.
func (d *drawing) to(p point) {
	out := d.out
	for _, v := range [2]int32{p.x - d.at.x, p.y - d.at.y} {
		u := uint32(v<<1) ^ uint32(v>>31)
		for u >= 0x80 {
			out = append(out, byte(u)|0x80)
			u >>= 7
		}
		out = append(out, byte(u))
	}
	d.out, d.at = out, p
}
