package main

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawSites makes a diagram of random sites in a square of 10 km with free points around them.
func drawSites(t *rapid.T) ([]place, *diagram) {
	n := rapid.IntRange(2, 12).Draw(t, "n")
	var places []place
	for range n {
		places = append(places, place{
			at: point{
				float64(rapid.IntRange(0, 9999).Draw(t, "x")) + float64(len(places))/100,
				float64(rapid.IntRange(0, 9999).Draw(t, "y")) + float64(len(places))/100,
			},
			area: float64(rapid.IntRange(20, 400).Draw(t, "ha")) * 1e4,
		})
	}
	return places, newDiagram(layout(places, options{mesh: 3000, leash: 0.1}))
}

func TestSolveMeetsEveryArea(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		places, d := drawSites(t)
		if _, err := d.solve(tolerance, 200); err != nil {
			t.Fatalf("solve: %v", err)
		}
		for i, p := range places {
			if got := d.cell(i).area(); math.Abs(got/p.area-1) > 2*tolerance {
				t.Errorf("site %d: %.1f m², want %.1f", i, got, p.area)
			}
		}
	})
}

func TestCellsFillTheFrame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, d := drawSites(t)
		if _, err := d.solve(tolerance, 200); err != nil {
			t.Fatalf("solve: %v", err)
		}
		var sum float64
		for _, c := range d.cells() {
			sum += c.area()
		}
		frame := (d.frame[1].x - d.frame[0].x) * (d.frame[1].y - d.frame[0].y)
		if math.Abs(sum/frame-1) > 1e-9 {
			t.Errorf("the cells cover %.1f m² of %.1f", sum, frame)
		}
	})
}

func TestSolveSaysWhenThereIsNoRoom(t *testing.T) {
	t.Parallel()
	d := newDiagram([]site{{point{2, 5}, 90}, {point{8, 5}, 90}}, [2]point{{0, 0}, {10, 10}})
	if _, err := d.solve(tolerance, 50); err == nil {
		t.Error("two sites of 90 m² fitted into 100 m²")
	}
}

func TestDissolve(t *testing.T) {
	t.Parallel()
	box := func(x, y float64) ring { return ring{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}} }
	for _, c := range []struct {
		name  string
		cells []ring
		rings int
		area  float64
	}{
		{"one", []ring{box(0, 0)}, 1, 1},
		{"neighbours", []ring{box(0, 0), box(1, 0), box(0, 1)}, 1, 3},
		{"apart", []ring{box(0, 0), box(5, 5)}, 2, 2},
		{"touching in a corner", []ring{box(0, 0), box(1, 1)}, 2, 2},
	} {
		rings, err := dissolve(c.cells)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var area float64
		for _, r := range rings {
			area += r.area()
		}
		if len(rings) != c.rings || area != c.area {
			t.Errorf("%s: %d rings with %v, want %d with %v", c.name, len(rings), area, c.rings, c.area)
		}
	}
	around := []ring{box(0, 0), box(1, 0), box(2, 0), box(0, 1), box(2, 1), box(0, 2), box(1, 2), box(2, 2)}
	if _, err := dissolve(around); err == nil {
		t.Error("a hole went unnoticed")
	}
}
