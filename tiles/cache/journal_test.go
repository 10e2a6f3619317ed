package cache

import (
	"testing"
	"time"

	"kraj/geo/notice"

	"pgregory.net/rapid"
)

// trust is a listener that connects and stays.
func trust(j *Journal) {
	j.Connected()
	j.Hold(time.Now().Add(time.Hour))
}

func TestTileBox(t *testing.T) {
	b := TileBox(0, 0, 0, 0)
	if b.MinX > -half || b.MaxX < half || b.MinY > -half || b.MaxY < half || b.MaxX > half+3 {
		t.Errorf("the whole world is %v", b)
	}
	// Kranj's tile at zoom 10; EPSG:3857 of ST_TileEnvelope(10, 552, 363), with a buffer of 1/64.
	b = TileBox(10, 552, 363, 1.0/64)
	side := 2 * half / 1024
	want := Box{1565430.3392 - side/64 - 2, 5792092.2553 - side/64 - 2, 1604566.0977 + side/64 + 2, 5831228.0137 + side/64 + 2}
	for _, d := range []float64{b.MinX - want.MinX, b.MinY - want.MinY, b.MaxX - want.MaxX, b.MaxY - want.MaxY} {
		if d > 0.01 || d < -0.01 {
			t.Errorf("tile 10/552/363 is %v, want %v", b, want)
			break
		}
	}
}

// Touched must never miss a change that touches, whatever was forgotten meanwhile; and as long as nothing had to be
// forgotten and no change was of a whole layer, it must not invent one.
func TestJournalAgainstAList(t *testing.T) {
	t.Parallel()
	layers := []string{"a", "b", "c"}
	box := rapid.Custom(func(t *rapid.T) Box {
		x, y := rapid.Float64Range(0, 100).Draw(t, "x"), rapid.Float64Range(0, 100).Draw(t, "y")
		return Box{x, y, x + rapid.Float64Range(0, 20).Draw(t, "w"), y + rapid.Float64Range(0, 20).Draw(t, "h")}
	})
	change := rapid.Custom(func(t *rapid.T) Change {
		c := Change{Layer: rapid.SampledFrom(append(layers, "")).Draw(t, "layer"), Internal: rapid.Bool().Draw(t, "internal")}
		if c.Layer != "" && rapid.IntRange(0, 9).Draw(t, "everywhere") > 0 {
			c.Boxes = rapid.SliceOfN(box, 0, 4).Draw(t, "boxes")
			if c.Boxes == nil {
				c.Boxes = []Box{}
			}
		}
		return c
	})
	rapid.Check(t, func(t *rapid.T) {
		var j Journal
		list := rapid.SliceOfN(change, 0, 40).Draw(t, "changes")
		for _, c := range list {
			j.Add(c)
		}
		if j.Now() != uint64(len(list)) {
			t.Fatalf("the journal is at %d after %d changes", j.Now(), len(list))
		}
		s := &Scope{
			Audience: rapid.SampledFrom([]Audience{Public, Internal}).Draw(t, "audience"), Box: box.Draw(t, "tile"),
			Layers:   rapid.SliceOfNDistinct(rapid.SampledFrom(layers), 0, 3, rapid.ID).Draw(t, "layers"),
			Anything: rapid.Bool().Draw(t, "anything"),
		}
		since := rapid.Uint64Range(0, uint64(len(list))).Draw(t, "since")
		until := rapid.Uint64Range(since, uint64(len(list))).Draw(t, "until")
		must, may := false, false
		for i, c := range list {
			at := uint64(i + 1)
			if at <= since || (c.Internal && s.Audience == Public) || !concerns(s, c) {
				continue
			}
			whole := c.Boxes == nil || s.Anything
			must = must || at <= until
			may = may || at <= until || (whole && since < until)
		}
		got := j.Touched(s, since, until)
		if must && !got {
			t.Fatalf("a change was missed: %v, since %d until %d, %v", s, since, until, list)
		}
		if got && !may {
			t.Fatalf("a change was invented: %v, since %d until %d, %v", s, since, until, list)
		}
	})
}

func concerns(s *Scope, c Change) bool {
	if c.Layer == "" || s.Anything {
		return true
	}
	if !contains(s.Layers, c.Layer) {
		return false
	}
	if c.Boxes == nil {
		return true
	}
	for _, b := range c.Boxes {
		if s.Box.Meets(b) {
			return true
		}
	}
	return false
}

func contains(list []string, one string) bool {
	for _, v := range list {
		if v == one {
			return true
		}
	}
	return false
}

// More changes than are remembered: who looked before them is told that they may have been touched, who looks later is not.
func TestJournalForgetsButNeverLies(t *testing.T) {
	var j Journal
	near, far := Box{0, 0, 1, 1}, Box{50, 50, 51, 51}
	s := &Scope{Layers: []string{"a"}, Box: near}
	for range 10 * remembered {
		j.Add(Change{Layer: "a", Boxes: []Box{far}})
	}
	if !j.Touched(s, 0, j.Now()) {
		t.Error("changes that are no longer remembered were taken for none")
	}
	if since := j.Now() - remembered/4; j.Touched(s, since, j.Now()) {
		t.Error("changes elsewhere touched")
	}
	if n := len(j.layers["a"].recent); n > remembered {
		t.Errorf("%d changes are remembered", n)
	}
}

func TestJournalTrust(t *testing.T) {
	var j Journal
	if j.Certain() {
		t.Error("certain before anything was heard")
	}
	s := &Scope{Layers: []string{"a"}}
	before := j.Now()
	trust(&j)
	if !j.Certain() || !j.Touched(s, before, j.Now()) {
		t.Error("what came before trust must be forgotten")
	}
	j.Hold(time.Now().Add(-time.Millisecond))
	if j.Certain() {
		t.Error("certain although nobody said so lately")
	}
	trust(&j)
	j.Dropped()
	if j.Certain() {
		t.Error("certain in doubt")
	}
}

func TestJournalHearsNotices(t *testing.T) {
	public := &Scope{Layers: []string{"projects"}, Box: Box{0, 0, 10, 10}}
	planner := &Scope{Audience: Internal, Layers: public.Layers, Box: public.Box}
	for _, test := range []struct {
		notice          notice.Notice
		public, planner bool
	}{
		{notice.Notice{Layer: "projects", Boxes: [][4]float64{{5, 5, 6, 6}}}, true, true},
		{notice.Notice{Layer: "projects", Boxes: [][4]float64{{15, 15, 16, 16}}}, false, false},
		{notice.Notice{Layer: "projects", Everywhere: true}, true, true},
		{notice.Notice{Layer: "projects", Drafts: true}, false, true},
		{notice.Notice{Layer: "projects", Boxes: [][4]float64{{15, 15, 16, 16}}, Drafts: true}, false, true},
		{notice.Notice{Layer: "indicators"}, false, false},
	} {
		var j Journal
		j.Heard(test.notice)
		if got := j.Touched(public, 0, j.Now()); got != test.public {
			t.Errorf("%+v: public %v", test.notice, got)
		}
		if got := j.Touched(planner, 0, j.Now()); got != test.planner {
			t.Errorf("%+v: planner %v", test.notice, got)
		}
	}
}
