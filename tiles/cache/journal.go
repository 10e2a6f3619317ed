package cache

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kraj/geo/notice"
)

// Box is an area in EPSG:3857 metres.
type Box struct{ MinX, MinY, MaxX, MaxY float64 }

// Meets reports whether two boxes have a point in common.
func (b Box) Meets(o Box) bool {
	return b.MinX <= o.MaxX && o.MinX <= b.MaxX && b.MinY <= o.MaxY && o.MinY <= b.MaxY
}

// Change says that a layer is drawn differently in some areas.
type Change struct {
	Layer    string // empty: every layer
	Boxes    []Box  // nil: everywhere
	Internal bool   // only what planners see changed
}

// remembered is how many changes with boxes a layer's log holds. A tile that nobody asked for while more than that many
// came is taken for touched.
const remembered = 2048

var _ notice.Subscriber = (*Journal)(nil)

// Journal is the order of changes; a notice.Subscriber. The zero value is in doubt: nothing has been heard yet. Safe for
// concurrent use.
type Journal struct {
	now   atomic.Uint64 // the number of the last change
	until atomic.Pointer[time.Time]

	mu     sync.RWMutex
	all    [2]uint64 // the last change of every layer, by audience
	any    [2]uint64 // the last change of anything
	layers map[string]*layerLog
}

// layerLog is what is remembered of one layer.
type layerLog struct {
	everywhere [2]uint64 // the last change of the whole layer, by audience
	anything   [2]uint64 // the last change of any sort
	floor      uint64    // changes up to here are no longer in recent
	recent     []logged  // in order
}

type logged struct {
	at       uint64
	internal bool
	boxes    []Box
}

// Now is the present place in the journal.
func (j *Journal) Now() uint64 { return j.now.Load() }

// Certain reports whether every change that was committed up to a moment ago has been added.
func (j *Journal) Certain() bool {
	until := j.until.Load()
	return until != nil && time.Now().Before(*until)
}

// Hold says that every change is known, until a moment. It is a lease, not a state: a process that was stopped for a while
// wakes up in doubt.
func (j *Journal) Hold(until time.Time) { j.until.Store(&until) }

// Connected forgets everything: what came before may have been missed.
func (j *Journal) Connected() { j.Add(Change{}) }

// Dropped says that changes may be missing from now on.
func (j *Journal) Dropped() { j.until.Store(nil) }

// Heard adds what a notice tells. Where drafts changed it does not tell, so planners' tiles of the layer are all forgotten.
func (j *Journal) Heard(n notice.Notice) {
	c := Change{Layer: n.Layer}
	if !n.Everywhere {
		c.Boxes = make([]Box, len(n.Boxes))
		for i, b := range n.Boxes {
			c.Boxes[i] = Box{MinX: b[0], MinY: b[1], MaxX: b[2], MaxY: b[3]}
		}
	}
	// A notice of drafts alone concerns the public in nothing.
	if n.Everywhere || len(n.Boxes) > 0 || !n.Drafts {
		j.Add(c)
	}
	if n.Drafts {
		j.Add(Change{Layer: n.Layer, Internal: true})
	}
}

// Add writes a change down. When it returns, no tile that the change touches is served from what was rendered before.
func (j *Journal) Add(c Change) {
	j.mu.Lock()
	defer j.mu.Unlock()
	at := j.now.Load() + 1
	first := Public
	if c.Internal {
		first = Internal
	}
	for a := first; a <= Internal; a++ {
		j.any[a] = at
	}
	if c.Layer == "" {
		for a := first; a <= Internal; a++ {
			j.all[a] = at
		}
	} else {
		j.layer(c.Layer).add(at, first, c)
	}
	j.now.Store(at)
}

func (j *Journal) layer(name string) *layerLog {
	l := j.layers[name]
	if l == nil {
		if j.layers == nil {
			j.layers = make(map[string]*layerLog)
		}
		l = &layerLog{}
		j.layers[name] = l
	}
	return l
}

func (l *layerLog) add(at uint64, first Audience, c Change) {
	for a := first; a <= Internal; a++ {
		l.anything[a] = at
		if c.Boxes == nil {
			l.everywhere[a] = at
		}
	}
	if c.Boxes == nil {
		return
	}
	if len(l.recent) == remembered {
		// Half at a time, so that moving the rest is rare.
		l.floor = l.recent[remembered/2-1].at
		l.recent = slices.Delete(l.recent, 0, remembered/2)
	}
	l.recent = append(l.recent, logged{at: at, internal: c.Internal, boxes: slices.Clone(c.Boxes)})
}

// Touched reports whether a change after since and up to until touches what scope describes.
func (j *Journal) Touched(s *Scope, since, until uint64) bool {
	if since >= until {
		return false
	}
	j.mu.RLock()
	defer j.mu.RUnlock()
	// Of changes of a whole layer only the last is known, not whether one came before until: better once too often.
	if j.all[s.Audience] > since || (s.Anything && j.any[s.Audience] > since) {
		return true
	}
	for _, name := range s.Tables {
		if l := j.layers[name]; l != nil && l.anything[s.Audience] > since {
			return true
		}
	}
	for _, name := range s.Layers {
		if l := j.layers[name]; l != nil && l.touched(s, since, until) {
			return true
		}
	}
	return false
}

func (l *layerLog) touched(s *Scope, since, until uint64) bool {
	if l.anything[s.Audience] <= since {
		return false
	}
	if l.everywhere[s.Audience] > since || since < l.floor {
		return true
	}
	first, _ := slices.BinarySearchFunc(l.recent, since+1, func(c logged, at uint64) int {
		switch {
		case c.at < at:
			return -1
		case c.at > at:
			return 1
		}
		return 0
	})
	for _, c := range l.recent[first:] {
		if c.at > until {
			break
		}
		if c.internal && s.Audience == Public {
			continue
		}
		if slices.ContainsFunc(c.boxes, s.Box.Meets) {
			return true
		}
	}
	return false
}
