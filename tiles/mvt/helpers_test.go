package mvt_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	decoder "github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/planar"

	"kraj/tiles/mvt"
)

// The tile in which the tests draw: a place in Slovenia.
const tz, tx, ty = 12, 2211, 1453

var side = 2 * math.Pi * 6378137 / math.Exp2(tz)

// onGround is a position of the tile's grid in EPSG:3857.
func onGround(x, y float64) orb.Point {
	const half = math.Pi * 6378137
	return orb.Point{tx*side - half + x*side/mvt.Extent, half - ty*side - y*side/mvt.Extent}
}

// move takes a geometry drawn in units of the tile to the ground.
func move(g orb.Geometry) orb.Geometry {
	switch g := g.(type) {
	case orb.Point:
		return onGround(g[0], g[1])
	case orb.MultiPoint:
		return orb.MultiPoint(moveAll(g))
	case orb.LineString:
		return orb.LineString(moveAll(g))
	case orb.Ring:
		return orb.Ring(moveAll(g))
	case orb.MultiLineString:
		return orb.MultiLineString(each(g))
	case orb.Polygon:
		return orb.Polygon(each(g))
	case orb.MultiPolygon:
		return orb.MultiPolygon(each(g))
	case orb.Collection:
		return orb.Collection(each(g))
	}
	panic("no such geometry")
}

func moveAll(list []orb.Point) []orb.Point {
	out := make([]orb.Point, len(list))
	for i, p := range list {
		out[i] = onGround(p[0], p[1])
	}
	return out
}

func each[G orb.Geometry](list []G) []G {
	out := make([]G, len(list))
	for i, g := range list {
		out[i], _ = move(g).(G)
	}
	return out
}

func binary(t interface{ Fatal(...any) }, g orb.Geometry) []byte {
	b, err := ewkb.Marshal(g, 3857)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// encode makes a tile of one layer and tells what went wrong with any of the features.
func encode(features ...mvt.Feature) (body []byte, err error) {
	tile := mvt.New(tz, tx, ty)
	defer tile.Free()
	l := tile.Layer("layer")
	for _, f := range features {
		if e := l.Add(f); e != nil {
			err = e
		}
	}
	body, _ = tile.Encode(math.MaxInt)
	return body, err
}

// drawn decodes the features of a tile's first layer with a decoder that is not ours.
func drawn(t interface{ Fatalf(string, ...any) }, body []byte) *decoder.Layer {
	layers, err := decoder.Unmarshal(body)
	if err != nil {
		t.Fatalf("the tile cannot be decoded: %v\n%x", err, body)
	}
	if len(layers) == 0 {
		return &decoder.Layer{}
	}
	return layers[0]
}

// fault is what is wrong with a geometry of a tile; "" for one that is as the specification wants it.
func fault(g orb.Geometry) string {
	if b := g.Bound(); b.Min[0] < -mvt.Buffer || b.Min[1] < -mvt.Buffer || b.Max[0] > mvt.Extent+mvt.Buffer || b.Max[1] > mvt.Extent+mvt.Buffer {
		return "it reaches beyond the buffer"
	}
	var rings []orb.Polygon
	switch g := g.(type) {
	case orb.Point, orb.MultiPoint:
	case orb.LineString:
		return faultOfLine(g)
	case orb.MultiLineString:
		for _, l := range g {
			if f := faultOfLine(l); f != "" {
				return f
			}
		}
	case orb.Polygon:
		rings = []orb.Polygon{g}
	case orb.MultiPolygon:
		rings = g
	default:
		return "a tile has no such geometry"
	}
	for _, polygon := range rings {
		for i, ring := range polygon {
			if f := faultOfRing(ring, i == 0); f != "" {
				return f
			}
		}
	}
	return ""
}

func faultOfLine(l orb.LineString) string {
	if len(l) < 2 {
		return "a line of one point"
	}
	for i := range l[1:] {
		if l[i] == l[i+1] {
			return "a line repeats a point"
		}
	}
	return ""
}

func faultOfRing(r orb.Ring, outer bool) string {
	switch {
	case len(r) < 4 || !r.Closed():
		return "a ring is not closed"
	case planar.Area(orb.Polygon{r}) == 0:
		return "a ring has no area"
	case outer != (r.Orientation() == orb.CCW): // of numbers, whichever way y points
		return "a ring turns the wrong way"
	}
	n := len(r) - 1
	for i := range n {
		a, b, c := r[i], r[(i+1)%n], r[(i+2)%n]
		if (b[0]-a[0])*(c[1]-b[1]) == (b[1]-a[1])*(c[0]-b[0]) {
			return "a ring has a vertex that says nothing"
		}
	}
	return ""
}

// surface is the area that a geometry's rings enclose, signed as they turn; length that of its lines.
func measures(g orb.Geometry) (area, length float64) {
	switch g := g.(type) {
	case orb.Polygon:
		for _, r := range g {
			area += signed(r)
			length += planar.Length(orb.LineString(r))
		}
	case orb.MultiPolygon:
		for _, p := range g {
			a, l := measures(p)
			area, length = area+a, length+l
		}
	case orb.LineString, orb.MultiLineString:
		length = planar.Length(g)
	}
	return area, length
}

func signed(r orb.Ring) (sum float64) {
	for i := 1; i < len(r); i++ {
		sum += r[i-1][0]*r[i][1] - r[i][0]*r[i-1][1]
	}
	return sum / 2
}

func same(t *testing.T, what string, a, b []byte) {
	t.Helper()
	if !bytes.Equal(a, b) {
		t.Errorf("%s: %d bytes and %d bytes that differ", what, len(a), len(b))
	}
}
