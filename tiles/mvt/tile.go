package mvt

import "sync"

// Tile gathers layers and encodes them. Not safe for concurrent use; Free gives it back for the next one.
type Tile struct {
	grid   grid
	layers []*Layer
	spare  []*Layer
}

var tiles = sync.Pool{New: func() any { return new(Tile) }}

// New is an empty tile of the Web Mercator pyramid.
func New(z, x, y int) *Tile {
	t, _ := tiles.Get().(*Tile)
	t.grid = gridOf(z, x, y)
	return t
}

// tooLarge is from which size on a tile's buffers are not kept: one huge tile must not hold its memory for ever.
const tooLarge = 8 << 20

// Free ends the use of the tile.
func (t *Tile) Free() {
	for _, l := range t.layers {
		if cap(l.out)+cap(l.props)+cap(l.body)+cap(l.values.written) < tooLarge {
			t.spare = append(t.spare, l)
		}
	}
	t.layers = t.layers[:0]
	tiles.Put(t)
}

// Layer adds one, after those there are.
func (t *Tile) Layer(name string) *Layer {
	var l *Layer
	if n := len(t.spare); n > 0 {
		l, t.spare = t.spare[n-1], t.spare[:n-1]
	} else {
		l = new(Layer)
	}
	l.reset(name, t.grid)
	t.layers = append(t.layers, l)
	return l
}

// Dropped says how many features of a layer a tile had no room for.
type Dropped struct {
	Layer    string
	Features int
}

// Encode writes the tile; nil when it has no features. Of one that would have more than limit bytes the features of lowest rank are left
// out, as dropped tells.
func (t *Tile) Encode(limit int) (body []byte, dropped []Dropped) {
	size := 0
	for _, l := range t.layers {
		l.write()
		size += l.size()
	}
	if size > limit {
		dropped, size = t.cut(limit)
	}
	if size == 0 {
		return nil, dropped
	}
	body = make([]byte, 0, size)
	for _, l := range t.layers {
		body = l.appendTo(body)
	}
	return body, dropped
}
