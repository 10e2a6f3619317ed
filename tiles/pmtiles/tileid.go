package pmtiles

// MaxZoom is the deepest zoom whose tiles all have an id in 64 bits.
const MaxZoom = 31

// ID numbers the tiles of the whole pyramid: zoom after zoom, each zoom along the Hilbert curve of order z. Tiles near to
// each other mostly have near ids, so a map's tiles lie together in the file.
func ID(z, x, y int) uint64 {
	id := firstOf(z)
	px, py := uint64(x), uint64(y)
	for s := uint64(1) << z >> 1; s > 0; s >>= 1 {
		right, lower := px&s != 0, py&s != 0
		switch {
		case right && !lower:
			id += 3 * s * s
		case right:
			id += 2 * s * s
		case lower:
			id += s * s
		}
		px, py = px&(s-1), py&(s-1)
		px, py = turned(s, px, py, right, lower)
	}
	return id
}

// Tile is the inverse of ID; ok is false for an id beyond MaxZoom.
func Tile(id uint64) (z, x, y int, ok bool) {
	for z < MaxZoom && firstOf(z+1) <= id {
		z++
	}
	at := id - firstOf(z)
	if at >= 1<<(2*z) {
		return 0, 0, 0, false
	}
	var px, py uint64
	for s := uint64(1); s < 1<<z; s <<= 1 {
		quarter := at & 3
		at >>= 2
		right, lower := quarter >= 2, quarter == 1 || quarter == 2
		px, py = turned(s, px, py, right, lower)
		if right {
			px += s
		}
		if lower {
			py += s
		}
	}
	return z, int(px), int(py), true
}

// firstOf is how many tiles the zooms above z have.
func firstOf(z int) uint64 { return (1<<(2*z) - 1) / 3 }

// turned mirrors a position inside a quarter of side s as the curve runs there: its own inverse.
func turned(s, x, y uint64, right, lower bool) (uint64, uint64) {
	if lower {
		return x, y
	}
	if right {
		x, y = s-1-x, s-1-y
	}
	return y, x
}
