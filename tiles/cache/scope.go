package cache

import "math"

// Audience is for whom a tile is. The public and planners never share an entry.
type Audience int

// The audiences. What the public sees, planners see as well, so that a change for the public is one for both.
const (
	Public Audience = iota
	Internal
)

// Scope is what a tile depends on.
type Scope struct {
	Audience Audience
	Layers   []string // changes of these within Box
	Box      Box
	Tables   []string // any change of these, wherever: where a filter's names are looked up
	Anything bool     // and any change, wherever and of whatever: a filter may ask for more than lies in the tile
}

// half is half the side of the Web Mercator square, in metres.
const half = math.Pi * 6378137

// TileBox is the area that a tile shows, in EPSG:3857: with the buffer, whose share of a side is margin, and two metres
// more, because areas are announced in whole metres.
func TileBox(z, x, y int, margin float64) Box {
	side := 2 * half / float64(uint64(1)<<z)
	reach := side*margin + 2
	west, north := float64(x)*side-half, half-float64(y)*side
	return Box{MinX: west - reach, MinY: north - side - reach, MaxX: west + side + reach, MaxY: north + reach}
}
