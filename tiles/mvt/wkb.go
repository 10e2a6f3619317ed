package mvt

import (
	"encoding/binary"
	"errors"
	"math"
)

// Types of geometry in well-known binary.
const (
	wkbPoint = iota + 1
	wkbLine
	wkbPolygon
	wkbMultiPoint
	wkbMultiLine
	wkbMultiPolygon
	wkbCollection
)

// Flags of PostGIS's extended binary.
const (
	flagZ    = 1 << 31
	flagM    = 1 << 30
	flagSRID = 1 << 29
)

// maxDepth of collections in collections.
const maxDepth = 16

// What can be wrong with well-known binary.
var (
	errShort     = errors.New("the geometry ends too early")
	errType      = errors.New("the geometry has a type that tiles do not know")
	errDepth     = errors.New("the geometry is nested too deeply")
	errNotFinite = errors.New("the geometry has a coordinate that is not a number")
)

// wkb reads well-known binary, PostGIS's or ISO's, from the front.
type wkb struct {
	rest   []byte
	big    bool // the bytes of numbers come highest first
	stride int  // bytes a position
}

func (r *wkb) uint32() (uint32, error) {
	if len(r.rest) < 4 {
		return 0, errShort
	}
	b := r.rest
	r.rest = b[4:]
	if r.big {
		return binary.BigEndian.Uint32(b), nil
	}
	return binary.LittleEndian.Uint32(b), nil
}

// head reads the beginning of a geometry: the order of its bytes, its type and dimensions.
func (r *wkb) head() (kind uint32, err error) {
	if len(r.rest) == 0 {
		return 0, errShort
	}
	r.big = r.rest[0] == 0
	r.rest = r.rest[1:]
	if kind, err = r.uint32(); err != nil {
		return 0, err
	}
	dimensions := 2
	if kind&flagZ != 0 {
		dimensions++
	}
	if kind&flagM != 0 {
		dimensions++
	}
	if kind&flagSRID != 0 {
		if _, err = r.uint32(); err != nil {
			return 0, err
		}
	}
	kind &^= flagZ | flagM | flagSRID
	switch kind / 1000 { // ISO: 1000 Z, 2000 M, 3000 both
	case 1, 2:
		dimensions++
	case 3:
		dimensions += 2
	}
	kind %= 1000
	r.stride = 8 * dimensions
	if kind < wkbPoint || kind > wkbCollection {
		return 0, errType
	}
	return kind, nil
}

// count reads how many things follow, each of at least size bytes, and refuses more than there are bytes for.
func (r *wkb) count(size int) (int, error) {
	n, err := r.uint32()
	if err != nil {
		return 0, err
	}
	if uint64(n)*uint64(size) > uint64(len(r.rest)) {
		return 0, errShort
	}
	return int(n), nil
}

// positions takes the bytes of n positions, which count has found to be there.
func (r *wkb) positions(n int) []byte {
	b := r.rest[:n*r.stride]
	r.rest = r.rest[n*r.stride:]
	return b
}

// xy reads a position.
func (r *wkb) xy(b []byte) (x, y float64) {
	_ = b[15]
	if r.big {
		return math.Float64frombits(binary.BigEndian.Uint64(b)), math.Float64frombits(binary.BigEndian.Uint64(b[8:]))
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))
}

// dimension is that of the whole geometry, 0 points, 1 lines, 2 areas: in a collection the highest, -1 for nothing. It reads no further
// than it has to.
func (r *wkb) dimension(depth int) (int, error) {
	kind, err := r.head()
	if err != nil {
		return 0, err
	}
	switch kind {
	case wkbPoint, wkbMultiPoint:
		return 0, r.skip(kind)
	case wkbLine, wkbMultiLine:
		return 1, r.skip(kind)
	case wkbPolygon, wkbMultiPolygon:
		return 2, r.skip(kind)
	}
	if depth == 0 {
		return 0, errDepth
	}
	n, err := r.count(5)
	if err != nil {
		return 0, err
	}
	highest := -1
	for range n {
		d, err := r.dimension(depth - 1)
		if err != nil {
			return 0, err
		}
		highest = max(highest, d)
	}
	return highest, nil
}

// skip passes over the rest of a geometry whose head has been read, but not of a collection.
func (r *wkb) skip(kind uint32) error {
	switch kind {
	case wkbPoint:
		if len(r.rest) < r.stride {
			return errShort
		}
		r.rest = r.rest[r.stride:]
		return nil
	case wkbLine:
		n, err := r.count(r.stride)
		if err == nil {
			r.positions(n)
		}
		return err
	case wkbPolygon:
		return r.each(4, func() error { return r.skip(wkbLine) })
	}
	return r.each(5, func() error {
		kind, err := r.head()
		if err != nil {
			return err
		}
		if kind > wkbPolygon {
			return errType
		}
		return r.skip(kind)
	})
}

// each calls f as often as the number that comes next says.
func (r *wkb) each(size int, f func() error) error {
	n, err := r.count(size)
	if err != nil {
		return err
	}
	for range n {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}
