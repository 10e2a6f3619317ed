package importers

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kraj/geo/pgtest"
)

// place is what a file says of one place in the model.
type place struct {
	name, note string
	x          int
}

// Whatever two files say after each other, the diff is that of the two, the store
// then says what the second says, and the second once more changes nothing.
func TestAnyTwoFiles(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a test's own dice
		layer := fmt.Sprintf("places_%d", seed)
		own(t, pools, layer, "polygon")
		stored := map[string]place{}
		for range 3 {
			said := edited(random, stored)
			o := Options{Layer: layer, File: file(t, "p.geojson", collection("3794", features(random, said)...)), DeleteGone: true}
			expect(t, pools, o, difference(stored, said))
			got := scalar[string](t, pools, fmt.Sprintf(`SELECT coalesce(string_agg(concat_ws('|', code, name, attributes->>'note', round(ST_X(ST_Centroid(geom)))), ',' ORDER BY code COLLATE "C"), '') FROM kraj.%s`, layer))
			if want := listed(said); got != want {
				t.Fatalf("seed %d: stored %s; want %s", seed, got, want)
			}
			expect(t, pools, o, fmt.Sprintf("0 new, 0 changed, 0 gone, %d same, 0 rejected", len(said)))
			stored = said
		}
	}
}

func edited(random *rand.Rand, from map[string]place) map[string]place {
	said := map[string]place{"a": {"always", "", 450000}} // a file with no row is refused
	for code, p := range from {
		switch random.IntN(6) {
		case 0: // gone
			continue
		case 1:
			p.name += "č"
		case 2:
			p.note = [...]string{"", "x", "ž;\"'"}[random.IntN(3)]
		case 3:
			p.x += 10
		}
		said[code] = p
	}
	for range random.IntN(5) {
		said[fmt.Sprint(random.IntN(30))] = place{fmt.Sprintf("n%d", random.IntN(3)), "", 440000 + random.IntN(1000)}
	}
	return said
}

func features(random *rand.Rand, said map[string]place) []string {
	var list []string
	for code, p := range said {
		note := "null"
		if p.note != "" {
			note = fmt.Sprintf("%q", p.note)
		}
		list = append(list, polygon(fmt.Sprintf(`"code":%q,"name":%q,"note":%s`, code, p.name, note), square(float64(p.x), 120000, 5)))
	}
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func difference(stored, said map[string]place) string {
	added, changed, gone, same := 0, 0, 0, 0
	for code, p := range said {
		switch old, ok := stored[code]; {
		case !ok:
			added++
		case old != p:
			changed++
		default:
			same++
		}
	}
	for code := range stored {
		if _, ok := said[code]; !ok {
			gone++
		}
	}
	return fmt.Sprintf("%d new, %d changed, %d gone, %d same, 0 rejected", added, changed, gone, same)
}

func listed(said map[string]place) string {
	var list []string
	for _, code := range slices.Sorted(maps.Keys(said)) {
		p := said[code]
		parts := []string{code, p.name}
		if p.note != "" {
			parts = append(parts, p.note)
		}
		list = append(list, strings.Join(append(parts, fmt.Sprint(p.x)), "|"))
	}
	return strings.Join(list, ",")
}
