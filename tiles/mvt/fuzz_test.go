package mvt_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kraj/tiles/mvt"
)

// FuzzGeometry: whatever bytes come as geometry, the tile is one, holds only what the specification allows, and the other
// features are in it as if the bytes had never been there.
func FuzzGeometry(f *testing.F) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, g := range []orb.Geometry{
		orb.Point{5, 5},
		orb.MultiPoint{{5, 5}, {5, 5}, {-1e300, 1e300}},
		orb.LineString{{0, 0}, {9000, 100}, {0, 0}},
		orb.LineString{},
		orb.Polygon{square(-100, -100, 5000), square(10, 10, 50)},
		orb.Polygon{square(0, 0, 0), square(1, 1, 1)},
		orb.Polygon{{}},
		orb.Polygon{},
		orb.Polygon{{{0, 0}, {100, 100}, {100, 0}, {0, 100}, {0, 0}}},
		orb.MultiPolygon{{square(0, 0, 5)}, {square(5, 0, 5)}},
		orb.MultiLineString{{{0, 0}, {5, 5}}, {}},
		orb.Collection{orb.Point{1, 1}, orb.Collection{orb.Polygon{square(0, 0, 5)}}},
		orb.Point{nan, nan},
		orb.Point{inf, 0},
		orb.LineString{{0, 0}, {nan, 5}},
		orb.Polygon{{{-inf, 0}, {5, 5}, {0, 5}}},
	} {
		f.Add(binary(f, move(g)))
	}
	f.Add([]byte{0, 0, 0, 0, 3, 255, 255, 255, 255})
	other := mvt.Feature{ID: 2, Geometry: binary(f, move(orb.Point{5, 5})), Props: []byte(`{"a": 1}`)}
	f.Fuzz(func(t *testing.T, g []byte) {
		in := bytes.Clone(g)
		body, err := encode(other, mvt.Feature{ID: 1, Geometry: g, Props: []byte(`{"b": 2}`)})
		if !bytes.Equal(in, g) {
			t.Error("the geometry was changed")
		}
		features := drawn(t, body).Features
		if n := len(features); n == 0 || n > 2 || (err != nil && n > 1) {
			t.Fatalf("%d features, %v", n, err)
		}
		for _, feature := range features {
			if fault := fault(feature.Geometry); fault != "" {
				t.Errorf("%s: %v", fault, feature.Geometry)
			}
		}
		again, _ := encode(mvt.Feature{ID: 1, Geometry: g, Props: []byte(`{"b": 2}`)}, other)
		same(t, "in another order", again, body)
	})
}

// FuzzAttributes: whatever comes as attributes, the tile can be read; of what is JSON it says the same.
func FuzzAttributes(f *testing.F) {
	for _, s := range attributeSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, props []byte) {
		body, err := encode(mvt.Feature{ID: 1, Geometry: binary(t, move(orb.Point{5, 5})), Props: props})
		if err != nil {
			t.Fatal(err)
		}
		got := drawn(t, body).Features[0].Properties
		var want map[string]any
		d := json.NewDecoder(bytes.NewReader(props))
		d.UseNumber()
		if d.Decode(&want) != nil || d.More() || !json.Valid(props) || bytes.ContainsRune(props, '�') || repeats(props) {
			return
		}
		for key, v := range want {
			checkValue(t, key, got[key], v)
		}
		if len(got) > len(want) {
			t.Errorf("%v holds more than %v", got, want)
		}
	})
}

// repeats reports whether a key may come twice, which jsonb cannot: or is written with escapes, which may hide it.
func repeats(props []byte) bool {
	seen := map[string]bool{}
	for _, part := range strings.Split(string(props), `"`) {
		if strings.Contains(part, `\`) || seen[part] && strings.TrimSpace(part) != "," && strings.TrimSpace(part) != ":" {
			return true
		}
		seen[part] = true
	}
	return strings.ContainsFunc(string(props), func(r rune) bool { return r == 0xfffd })
}

func checkValue(t *testing.T, key string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case nil, []any, map[string]any:
		if got != nil {
			t.Errorf("%s is %v, want nothing", key, got)
		}
	case json.Number:
		v, err := want.Float64()
		if err != nil || math.IsInf(v, 0) {
			if got != nil {
				t.Errorf("%s is %v, for a number beyond all, %s", key, got, want)
			}
			return
		}
		if got != v {
			t.Errorf("%s is %v, want %s", key, got, want)
		}
	default:
		if got != want {
			t.Errorf("%s is %#v, want %#v", key, got, want)
		}
	}
}
