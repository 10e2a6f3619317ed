package mvt_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	decoder "github.com/paulmach/orb/encoding/mvt"

	"kraj/tiles/mvt"
)

// crowd adds features with long names; rank says which matter.
func crowd(t *testing.T, tile *mvt.Tile, layer string, n int, rank func(i int) float64, order []int) {
	l := tile.Layer(layer)
	for _, i := range order {
		f := mvt.Feature{
			ID: int64(i), Rank: rank(i), Geometry: binary(t, move(orb.Point{float64(i % 4096), float64(i / 4096)})),
			Props: fmt.Appendf(nil, `{"code": "%s-%d", "name": "Ureditev pešpoti in razsvetljave št. %d", "n": %d}`, layer, i, i, i%7),
		}
		if i < n {
			if err := l.Add(f); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A tile that has no room for all keeps the features of highest rank, whole, in the order of their ids, and says how many are missing;
// layers that take little lose nothing.
func TestCut(t *testing.T) {
	t.Parallel()
	const limit = 100_000
	order := rand.New(rand.NewPCG(1, 2)).Perm(5000)
	rank := func(i int) float64 { return float64(i * 7919 % 1000) } // each rank five times
	tile := func(order []int) ([]byte, []mvt.Dropped) {
		tile := mvt.New(tz, tx, ty)
		defer tile.Free()
		crowd(t, tile, "many", 5000, rank, order)
		crowd(t, tile, "few", 20, rank, order)
		crowd(t, tile, "more", 3000, func(int) float64 { return 1 }, order)
		return tile.Encode(limit)
	}
	body, dropped := tile(order)
	if len(body) > limit || len(body) < limit*97/100 {
		t.Errorf("%d bytes; it may have %d", len(body), limit)
	}
	layers, err := decoder.Unmarshal(body)
	if err != nil || len(layers) != 3 || len(dropped) != 2 {
		t.Fatalf("%d layers, %v, %v", len(layers), dropped, err)
	}
	if layers[1].Name != "few" || len(layers[1].Features) != 20 {
		t.Errorf("the small layer has %d features, want all 20", len(layers[1].Features))
	}
	for i, want := range []struct {
		name string
		all  int
		rank func(int) float64
	}{{"many", 5000, rank}, {"", 0, nil}, {"more", 3000, func(int) float64 { return 1 }}} {
		if want.name == "" {
			continue
		}
		l, d := layers[i], dropped[min(i, 1)]
		if d.Layer != want.name || d.Features+len(l.Features) != want.all || d.Features == 0 {
			t.Errorf("%s: %d features, and %+v", want.name, len(l.Features), d)
		}
		var kept []int
		for _, f := range l.Features {
			id := int(f.ID.(float64))
			kept = append(kept, id)
			if f.Properties["code"] != fmt.Sprintf("%s-%d", want.name, id) || f.Properties["n"] != float64(id%7) {
				t.Fatalf("%s %d has %v", want.name, id, f.Properties)
			}
		}
		if !slices.IsSorted(kept) {
			t.Errorf("%s is not in the order of ids", want.name)
		}
		// Of those kept none is behind one that is dropped.
		all := make([]int, want.all)
		for i := range all {
			all[i] = i
		}
		slices.SortStableFunc(all, func(a, b int) int { return int(want.rank(b) - want.rank(a)) })
		best := slices.Clone(all[:len(kept)])
		slices.Sort(best)
		if !slices.Equal(best, kept) {
			t.Errorf("%s: others than the best are kept", want.name)
		}
	}
	slices.Reverse(order)
	again, _ := tile(order)
	same(t, "in another order", again, body)
}

func TestNothingFits(t *testing.T) {
	t.Parallel()
	tile := mvt.New(tz, tx, ty)
	defer tile.Free()
	crowd(t, tile, "one", 1, func(int) float64 { return 0 }, []int{0})
	if body, dropped := tile.Encode(10); body != nil || len(dropped) != 1 || dropped[0] != (mvt.Dropped{Layer: "one", Features: 1}) {
		t.Errorf("%d bytes, %v", len(body), dropped)
	}
	full := mvt.New(tz, tx, ty)
	defer full.Free()
	crowd(t, full, "one", 1, func(int) float64 { return 0 }, []int{0})
	all, _ := full.Encode(1 << 20)
	if body, dropped := full.Encode(len(all)); len(body) != len(all) || dropped != nil {
		t.Errorf("it fits exactly, but there are %d bytes, %v", len(body), dropped)
	}
}
