package archive

import (
	"math"
	"os"

	"kraj/tiles"
	"kraj/tiles/pmtiles"
)

func (c *check) pmtiles(f *os.File, size int64) error {
	r, err := pmtiles.Open(f, size)
	if err != nil {
		c.say("The header cannot be read: %v.", err)
		return nil //nolint:nilerr // it is the verdict
	}
	for _, problem := range r.Check(uint64(size)) {
		c.say("Header: %s.", problem)
	}
	c.MinZoom, c.MaxZoom, c.Bounds = int(r.MinZoom), int(r.MaxZoom), &r.Bounds
	if r.Type != pmtiles.TypeMVT {
		c.say("The header says that tiles are of type %d; vector tiles are 1.", r.Type)
	}
	if text, err := r.MetadataJSON(); err != nil {
		c.say("Metadata: %v.", err)
	} else {
		c.metadata(text)
	}
	w := &entries{check: c, r: r, contents: make(map[uint64]uint32)}
	err = r.Walk(w.entry)
	if c.ctx.Err() != nil {
		return c.ctx.Err()
	}
	if err != nil {
		c.say("The directories cannot be followed to their end: %v.", err)
	} else {
		w.counts()
	}
	c.Contents = int64(len(w.contents))
	c.stated()
	return nil
}

// entries checks what the directories point at.
type entries struct {
	*check
	r         *pmtiles.Reader
	n         uint64
	next      uint64            // the lowest id that may come
	contents  map[uint64]uint32 // length by offset
	end       uint64            // of the contents so far
	scattered bool
}

func (w *entries) entry(e pmtiles.Entry) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	w.n++
	if e.ID < w.next {
		w.say("The entry of tile id %d comes after id %d: entries are not in order.", e.ID, w.next-1)
	}
	w.next = e.ID + uint64(e.Run)
	length, seen := w.contents[e.Offset]
	switch {
	case seen && length != e.Length:
		w.say("Two entries point at byte %d of the tile data, but disagree on the length: %d and %d.", e.Offset, length, e.Length)
	case !seen && e.Offset != w.end:
		w.scattered = true
	}
	w.contents[e.Offset] = e.Length
	w.end = max(w.end, e.Offset+uint64(e.Length))
	content, err := w.r.Content(e)
	if err != nil {
		z, x, y, _ := pmtiles.Tile(e.ID)
		w.say("Tile %d/%d/%d cannot be read: %v.", z, x, y, err)
		w.Tiles += int64(e.Run)
		return nil
	}
	for i := range w.run(e) {
		z, x, y, ok := pmtiles.Tile(e.ID + i)
		if !ok {
			w.say("The tile id %d is beyond all zooms.", e.ID+i)
			break
		}
		w.Tiles++
		if i == 0 {
			w.tile(z, x, y, content)
		} else {
			w.tile(z, x, y, nil)
		}
	}
	w.step(int64(min(w.r.Addressed, math.MaxInt64)))
	return nil
}

// run is how many tiles of an entry are looked at: a run longer than all the tiles that the archive states is not believed.
func (w *entries) run(e pmtiles.Entry) uint64 {
	const unstated = 1 << 20
	most := uint64(unstated)
	if stated := w.r.Addressed; stated > 0 {
		most = stated - min(stated, uint64(w.Tiles))
	}
	if uint64(e.Run) <= most {
		return uint64(e.Run)
	}
	w.say("The run of %d tiles from id %d is longer than the tiles that the archive states.", e.Run, e.ID)
	return 1
}

// counts compares the header's with what was met.
func (w *entries) counts() {
	for _, one := range []struct {
		what        string
		stated, met uint64
	}{{"addressed tiles", w.r.Addressed, uint64(w.Tiles)}, {"tile entries", w.r.Entries, w.n}, {"tile contents", w.r.Contents, uint64(len(w.contents))}} {
		if one.stated != 0 && one.stated != one.met {
			w.say("The header states %d %s; there are %d.", one.stated, one.what, one.met)
		}
	}
	if w.r.Clustered && w.scattered {
		w.say("The header says that the tiles are clustered, but their data are not in the order of their ids.")
	}
	if w.end != w.r.Data.Length && w.r.Clustered {
		w.say("The tile data have %d bytes; entries use the first %d of them.", w.r.Data.Length, w.end)
	}
}

// touches tells whether a tile, with its buffer, meets a box in degrees.
func touches(b [4]float64, z, x, y int) bool {
	n := float64(int(1) << z)
	const margin = float64(tiles.Buffer)/tiles.Extent + 1e-6
	lon := func(x float64) float64 { return x/n*360 - 180 }
	lat := func(y float64) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*y/n))) * 180 / math.Pi }
	return lon(float64(x)-margin) <= b[2] && lon(float64(x)+1+margin) >= b[0] &&
		lat(float64(y)-margin) >= b[1] && lat(float64(y)+1+margin) <= b[3]
}
