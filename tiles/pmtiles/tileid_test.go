package pmtiles

import (
	"testing"

	"pgregory.net/rapid"
)

// The examples of the specification, and the corners of deep zooms as other implementations number them.
func TestID(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		z, x, y int
		want    uint64
	}{
		{0, 0, 0, 0},
		{1, 0, 0, 1},
		{1, 0, 1, 2},
		{1, 1, 1, 3},
		{1, 1, 0, 4},
		{2, 0, 0, 5},
		{2, 1, 0, 6},
		{2, 3, 0, 20},
		{12, 3423, 1763, 19078479},
	} {
		if got := ID(c.z, c.x, c.y); got != c.want {
			t.Errorf("%d/%d/%d: %d, want %d", c.z, c.x, c.y, got, c.want)
		}
	}
}

func TestIDIsReversible(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.IntRange(0, MaxZoom).Draw(t, "z")
		x, y := rapid.IntRange(0, 1<<z-1).Draw(t, "x"), rapid.IntRange(0, 1<<z-1).Draw(t, "y")
		gz, gx, gy, ok := Tile(ID(z, x, y))
		if !ok || gz != z || gx != x || gy != y {
			t.Fatalf("%d/%d/%d came back as %d/%d/%d (%v)", z, x, y, gz, gx, gy, ok)
		}
	})
	if _, _, _, ok := Tile(firstOf(MaxZoom) + 1<<(2*MaxZoom)); ok {
		t.Error("an id beyond all zooms is a tile")
	}
}

// The curve never jumps: the next id of a zoom is a neighbour, and each tile has one id.
func TestIDsAreACurve(t *testing.T) {
	t.Parallel()
	for z := range 7 {
		seen := make(map[[2]int]bool)
		lastX, lastY := -1, -1
		for i := range 1 << (2 * z) {
			gz, x, y, _ := Tile(firstOf(z) + uint64(i))
			if gz != z || seen[[2]int{x, y}] {
				t.Fatalf("zoom %d: id %d is %d/%d/%d", z, i, gz, x, y)
			}
			seen[[2]int{x, y}] = true
			if dx, dy := x-lastX, y-lastY; i > 0 && dx*dx+dy*dy != 1 {
				t.Fatalf("zoom %d: from %d/%d the curve jumps to %d/%d", z, lastX, lastY, x, y)
			}
			lastX, lastY = x, y
		}
	}
}
