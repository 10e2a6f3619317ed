package mvt

import "math"

// The grid of a tile.
const (
	Extent = 4096 // units a side
	Buffer = 64   // units that geometry reaches beyond each side
)

// The square to which geometry is cut.
const (
	low  = -Buffer
	high = Extent + Buffer
)

// half is half the side of the Web Mercator square, in metres.
const half = math.Pi * 6378137

// grid turns metres of EPSG:3857 into units of a tile, y downwards.
type grid struct{ west, north, scale float64 }

func gridOf(z, x, y int) grid {
	side := 2 * half / float64(uint64(1)<<z)
	return grid{west: float64(x)*side - half, north: half - float64(y)*side, scale: Extent / side}
}

// point is a place on the grid.
type point struct{ x, y int32 }

// far bounds coordinates, so that areas and cuts cannot overflow. The world at the deepest zoom is an eighth of the width between.
const far = 1 << 29

// whole rounds to the nearest whole number: the sum has no room for fractions, and its lowest bits are the number. Much quicker than
// math.Round; right up to far, which is less than 2³¹.
func whole(v float64) int32 {
	const shift = 3 << 51
	return int32(uint32(math.Float64bits(v + shift)))
}

// at puts a position on the grid; false when it is none (NaN or infinite).
func (g grid) at(x, y float64) (point, bool) {
	fx, fy := (x-g.west)*g.scale, (g.north-y)*g.scale
	if fx > -far && fx < far && fy > -far && fy < far {
		return point{whole(fx), whole(fy)}, true
	}
	if x-x != 0 || y-y != 0 { // NaN or infinite
		return point{}, false
	}
	return point{whole(max(-far, min(far, fx))), whole(max(-far, min(far, fy)))}, true
}

// The sides of the square beyond which a point lies.
const (
	beyondWest = 1 << iota
	beyondEast
	beyondNorth
	beyondSouth
)

func (p point) beyond() (sides uint8) {
	if p.x < low {
		sides = beyondWest
	} else if p.x > high {
		sides = beyondEast
	}
	if p.y < low {
		sides |= beyondNorth
	} else if p.y > high {
		sides |= beyondSouth
	}
	return sides
}

// cross is twice the area of the triangle, positive when it turns as an outer ring does.
func cross(a, b, c point) int64 {
	return int64(b.x-a.x)*int64(c.y-b.y) - int64(b.y-a.y)*int64(c.x-b.x)
}

// dot is positive where a line through b goes on rather than back.
func dot(a, b, c point) int64 {
	return int64(b.x-a.x)*int64(c.x-b.x) + int64(b.y-a.y)*int64(c.y-b.y)
}
