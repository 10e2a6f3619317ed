package mvt_test

import (
	"encoding/hex"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kraj/tiles/mvt"
)

func square(x, y, side float64) orb.Ring {
	return orb.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
}

func reversed(r orb.Ring) orb.Ring {
	r = slices.Clone(r)
	slices.Reverse(r)
	return r
}

func TestGeometry(t *testing.T) {
	t.Parallel()
	const far = mvt.Extent + mvt.Buffer
	for name, c := range map[string]struct{ in, want orb.Geometry }{
		"a point":                    {orb.Point{10.4, 20.6}, orb.Point{10, 21}},
		"a point in the buffer":      {orb.Point{-64, 4160}, orb.Point{-64, 4160}},
		"a point beyond":             {orb.Point{-65, 10}, nil},
		"points, one twice, one off": {orb.MultiPoint{{5, 5}, {1, 1}, {5.2, 4.9}, {9999, 1}}, orb.MultiPoint{{1, 1}, {5, 5}}},
		"no points":                  {orb.MultiPoint{}, nil},
		"a line":                     {orb.LineString{{0, 0}, {10, 0}, {20, 0}, {20, 20}}, orb.LineString{{0, 0}, {20, 0}, {20, 20}}},
		"a line there and back":      {orb.LineString{{0, 0}, {20, 0}, {10, 0}}, orb.LineString{{0, 0}, {20, 0}, {10, 0}}},
		"a line shorter than a unit": {orb.LineString{{5, 5}, {5.2, 5.3}}, nil},
		"a line through":             {orb.LineString{{-1000, 100}, {9000, 100}}, orb.LineString{{-64, 100}, {far, 100}}},
		"a line out and in again": {
			orb.LineString{{100, 100}, {100, -500}, {200, -500}, {200, 100}},
			orb.MultiLineString{{{100, 100}, {100, -64}}, {{200, -64}, {200, 100}}},
		},
		"a line beyond":         {orb.LineString{{-100, 0}, {-100, 100}, {-200, 4000}}, nil},
		"a line past a corner":  {orb.LineString{{-200, 0}, {0, -200}}, nil},
		"lines":                 {orb.MultiLineString{{{0, 0}, {5, 5}}, {{7, 7}, {7, 7}}, {{9, 9}, {8, 0}}}, orb.MultiLineString{{{0, 0}, {5, 5}}, {{9, 9}, {8, 0}}}},
		"an area":               {orb.Polygon{square(10, 10, 5)}, orb.Polygon{{{10, 10}, {15, 10}, {15, 15}, {10, 15}, {10, 10}}}},
		"an area turned round":  {orb.Polygon{reversed(square(10, 10, 5))}, orb.Polygon{{{15, 10}, {15, 15}, {10, 15}, {10, 10}, {15, 10}}}},
		"an area with a hole":   {orb.Polygon{square(0, 0, 50), square(10, 10, 5)}, orb.Polygon{square(0, 0, 50), {{10, 15}, {15, 15}, {15, 10}, {10, 10}, {10, 15}}}},
		"a hole without area":   {orb.Polygon{square(0, 0, 50), square(10, 10, .3)}, orb.Polygon{square(0, 0, 50)}},
		"an area without area":  {orb.Polygon{square(10, 10, .3), square(10.1, 10.1, .1)}, nil},
		"an area with a spike":  {orb.Polygon{{{0, 0}, {50, 0}, {50, 50}, {80, 80}, {50, 50}, {0, 50}, {0, 0}}}, orb.Polygon{square(0, 0, 50)}},
		"an area over the tile": {orb.Polygon{square(-5000, -5000, 20000)}, orb.Polygon{{{-64, -64}, {far, -64}, {far, far}, {-64, far}, {-64, -64}}}},
		"an area beside":        {orb.Polygon{square(-500, 0, 400)}, nil},
		"an area round a corner": {
			orb.Polygon{{{-500, -500}, {5000, -500}, {5000, -300}, {-300, -300}, {-300, 5000}, {-500, 5000}, {-500, -500}}}, nil,
		},
		"an empty area": {orb.Polygon{}, nil},
		"areas, one empty": {
			orb.MultiPolygon{{square(0, 0, 5)}, {}, {square(20, 20, 5)}}, orb.MultiPolygon{{square(0, 0, 5)}, {square(20, 20, 5)}},
		},
		"the areas of a collection": {orb.Collection{orb.Point{1, 1}, orb.Polygon{square(0, 0, 5)}, orb.LineString{{0, 0}, {5, 5}}}, orb.Polygon{square(0, 0, 5)}},
		"the lines of a collection": {orb.Collection{orb.Point{1, 1}, orb.Collection{orb.LineString{{0, 0}, {5, 5}}}}, orb.LineString{{0, 0}, {5, 5}}},
		"the points of one":         {orb.Collection{orb.MultiPoint{{2, 2}}, orb.Point{1, 1}}, orb.MultiPoint{{1, 1}, {2, 2}}},
		"an empty collection":       {orb.Collection{}, nil},
		"numbers beyond all":        {orb.LineString{{-1e300, 100}, {1e300, 100}}, orb.LineString{{-64, 100}, {far, 100}}},
	} {
		body, err := encode(mvt.Feature{ID: 7, Geometry: binary(t, move(c.in))})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got orb.Geometry
		if l := drawn(t, body); len(l.Features) > 0 {
			got = l.Features[0].Geometry
			if f := fault(got); f != "" {
				t.Errorf("%s: %s", name, f)
			}
		}
		if !same3(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// same3 compares geometries; rings may begin anywhere.
func same3(a, b orb.Geometry) bool {
	turn := func(g orb.Geometry) orb.Geometry {
		var list orb.MultiPolygon
		switch g := g.(type) {
		case orb.Polygon:
			list = orb.MultiPolygon{g}
		case orb.MultiPolygon:
			list = g
		default:
			return g
		}
		out := orb.MultiPolygon{}
		for _, p := range list {
			var q orb.Polygon
			for _, r := range p {
				at := slices.IndexFunc(r, func(p orb.Point) bool {
					return p == slices.MinFunc(r, func(a, b orb.Point) int { return slices.Compare(a[:], b[:]) })
				})
				q = append(q, append(append(orb.Ring{}, r[at:len(r)-1]...), r[:at]...))
			}
			out = append(out, q)
		}
		return out
	}
	return cmp.Equal(turn(a), turn(b))
}

// What two areas share they share in every tile, also where it is cut.
func TestNeighboursMeet(t *testing.T) {
	t.Parallel()
	shared := []orb.Point{{-900, 333.3}, {-17.7, 1203.4}, {700.2, 811.9}, {2222.2, -401.1}, {3101.7, 77.7}, {5012.3, 1999.9}, {3900.4, 4500.8}}
	left := append(slices.Clone(shared), orb.Point{-900, 4500}, shared[0])
	back := slices.Clone(shared)
	slices.Reverse(back)
	right := append(slices.Clone(back), orb.Point{-900, -900}, orb.Point{6000, -900}, orb.Point{6000, 4501}, back[0])
	sum := 0.0
	for _, r := range []orb.Ring{orb.Ring(left), orb.Ring(right)} {
		body, err := encode(mvt.Feature{ID: 1, Geometry: binary(t, move(orb.Polygon{r}))})
		if err != nil {
			t.Fatal(err)
		}
		area, _ := measures(drawn(t, body).Features[0].Geometry)
		sum += area
	}
	const all = (mvt.Extent + 2*mvt.Buffer) * (mvt.Extent + 2*mvt.Buffer)
	if gap := all - sum; gap != 0 {
		t.Errorf("two areas that fill the tile leave %v square units", gap)
	}
}

func TestWhatCannotBeDrawn(t *testing.T) {
	t.Parallel()
	polygon := binary(t, move(orb.Polygon{square(0, 0, 50), square(10, 10, 5)}))
	for n := range polygon {
		if body, err := encode(mvt.Feature{ID: 1, Geometry: polygon[:n]}); err == nil || body != nil {
			t.Errorf("cut short after %d bytes: %v, %d bytes", n, err, len(body))
		}
	}
	for name, in := range map[string]string{
		"no bytes":                "",
		"a type nobody knows":     "0115000000",
		"a curve":                 "010800000000000000",
		"more points than bytes":  "0102000000ffffffff0000000000000000",
		"more rings than bytes":   "0103000000ffffffff",
		"more parts than bytes":   "0106000000ffffffff",
		"a line among points":     "010400000001000000010200000000000000",
		"a line that is infinite": hex.EncodeToString(binary(t, orb.LineString{{0, 0}, {math.Inf(1), 0}})),
		"a line to nowhere":       hex.EncodeToString(binary(t, orb.LineString{{0, 0}, {5, math.NaN()}})),
	} {
		b, err := hex.DecodeString(in)
		if err != nil {
			t.Fatal(err)
		}
		good := mvt.Feature{ID: 2, Geometry: binary(t, move(orb.Point{5, 5}))}
		body, err := encode(mvt.Feature{ID: 1, Geometry: b}, good)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		want, _ := encode(good)
		same(t, name, body, want)
	}
	deep := binary(t, move(orb.Point{5, 5}))
	for range 100 {
		deep = append([]byte{1, 7, 0, 0, 0, 1, 0, 0, 0}, deep...)
	}
	if _, err := encode(mvt.Feature{ID: 1, Geometry: deep}); err == nil {
		t.Error("a hundred collections, one in the other: no error")
	}
}

// The same geometry in other words: ISO's, either order of bytes, with heights and measures, empty points.
func TestDialects(t *testing.T) {
	t.Parallel()
	want, _ := encode(mvt.Feature{ID: 1, Geometry: binary(t, orb.LineString{onGround(1, 1), onGround(100, 50)})})
	a, b := onGround(1, 1), onGround(100, 50)
	write := func(big bool, kind uint32, extra ...float64) []byte {
		var out []byte
		put := func(v uint64, n int) {
			for i := range n {
				shift := 8 * i
				if big {
					shift = 8 * (n - 1 - i)
				}
				out = append(out, byte(v>>shift))
			}
		}
		out = append(out, 1)
		if big {
			out[0] = 0
		}
		put(uint64(kind), 4)
		if kind&(1<<29) != 0 {
			put(3857, 4)
		}
		put(2, 4)
		for _, p := range []orb.Point{a, b} {
			for _, v := range append([]float64{p[0], p[1]}, extra...) {
				put(math.Float64bits(v), 8)
			}
		}
		return out
	}
	for name, g := range map[string][]byte{
		"big-endian": write(true, 2), "EWKB Z": write(false, 2|1<<31, 7), "EWKB ZM with SRID": write(true, 2|1<<31|1<<30|1<<29, 7, math.NaN()),
		"ISO Z": write(false, 1002, 7), "ISO M": write(false, 2002, 7), "ISO ZM": write(true, 3002, 7, 8),
	} {
		got, err := encode(mvt.Feature{ID: 1, Geometry: g})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		same(t, name, got, want)
	}
	nan := math.NaN()
	for _, g := range []orb.Geometry{orb.Point{nan, nan}, orb.Collection{orb.Point{nan, nan}}} {
		if body, err := encode(mvt.Feature{ID: 1, Geometry: binary(t, g)}); err != nil || body != nil {
			t.Errorf("an empty point: %v, %d bytes", err, len(body))
		}
	}
}
