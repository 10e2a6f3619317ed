package tiles_test

import (
	"strconv"
	"strings"
	"testing"

	"kraj/geo"
	"kraj/tiles"
)

func TestParseAddress(t *testing.T) {
	t.Parallel()
	a, err := tiles.ParseAddress("settlements,projects", "14", "8845", "5813")
	if err != nil || a.String() != "settlements,projects/14/8845/5813" {
		t.Errorf("got %v, %v", a, err)
	}
	if a, err := tiles.ParseAddress("projects", "0", "0", "0"); err != nil || a.Z != 0 {
		t.Errorf("the whole world: %v, %v", a, err)
	}
	for _, bad := range [][4]string{
		{"projects", "16", "0", "0"},
		{"projects", "-1", "0", "0"},
		{"projects", "1", "2", "0"},
		{"projects", "1", "0", "2"},
		{"projects", "1", "0", "-0"},
		{"projects", "01", "0", "0"},
		{"projects", "1.0", "0", "0"},
		{"projects", "", "0", "0"},
		{"projects", "1", "", "0"},
		{"projects", "1", "0", "٣"},
		{"projects", "15", "99999999999999999999", "0"},
		{"", "1", "0", "0"},
		{"projects,", "1", "0", "0"},
		{"projects,projects", "1", "0", "0"},
		{"projects'; DROP TABLE kraj.projects --", "1", "0", "0"},
		{"Projects", "1", "0", "0"},
		{strings.Repeat("a,", 100) + "b", "1", "0", "0"},
	} {
		if _, err := tiles.ParseAddress(bad[0], bad[1], bad[2], bad[3]); geo.KindOf(err) != geo.NotFound {
			t.Errorf("%q: %v, want not found", bad, err)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("settlements,projects", "14", "8845", "5813")
	f.Add("x", "0", "-1", "00")
	f.Add("", "9999999999", "", "1e3")
	f.Fuzz(func(t *testing.T, layers, z, x, y string) {
		a, err := tiles.ParseAddress(layers, z, x, y)
		if err != nil {
			if geo.KindOf(err) != geo.NotFound {
				t.Fatalf("kind %s", geo.KindOf(err))
			}
			return
		}
		if a.Z < 0 || a.Z > tiles.MaxZoom || a.X < 0 || a.X >= 1<<a.Z || a.Y < 0 || a.Y >= 1<<a.Z {
			t.Fatalf("%v lies outside the pyramid", a)
		}
		if back := layers + "/" + strconv.Itoa(a.Z) + "/" + x + "/" + y; a.String() != back {
			t.Fatalf("%s and %s are the same tile", a, back)
		}
	})
}
