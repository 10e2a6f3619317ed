package mvt

import (
	"cmp"
	"slices"
)

// Feature is what the database knows of one.
type Feature struct {
	ID       int64   // negative ones are not written
	Rank     float64 // where not all fit: the higher stays
	Props    []byte  // a JSON object
	Geometry []byte  // well-known binary in EPSG:3857
}

// Layer gathers features. It copies what it needs of them.
type Layer struct {
	name string
	drawing
	props    []byte // of all features
	features []feature

	// What is written.
	keys   names
	values table
	body   []byte // the features' messages

	tags, scratchKey, scratchText, scratchValue []byte
}

// feature is one that is in the tile: where its parts are.
type feature struct {
	id       int64
	rank     float64
	kind     int
	geometry span // in drawing.out
	props    span // in Layer.props
}

func (l *Layer) reset(name string, g grid) {
	l.name, l.grid = name, g
	l.out, l.props, l.features = l.out[:0], l.props[:0], l.features[:0]
	l.clear()
}

func (l *Layer) clear() {
	l.keys.list = l.keys.list[:0]
	l.values.reset()
	l.body = l.body[:0]
}

// Add draws a feature. One of which nothing lies in the tile is left out; so is, with an error, one whose geometry cannot be read.
func (l *Layer) Add(f Feature) error {
	from := len(l.out)
	kind, err := l.draw(f.Geometry)
	if err != nil || kind == 0 {
		return err
	}
	at := len(l.props)
	l.props = append(l.props, f.Props...)
	l.features = append(l.features, feature{
		id: f.ID, rank: f.Rank, kind: kind,
		geometry: span{uint32(from), uint32(len(l.out))}, props: span{uint32(at), uint32(len(l.props))},
	})
	return nil
}

// write makes the messages of the features, in the order of their ids whatever order they came in: equal features, equal bytes.
func (l *Layer) write() {
	l.clear()
	byID := func(a, b feature) int { return cmp.Compare(a.id, b.id) }
	if !slices.IsSortedFunc(l.features, byID) {
		slices.SortFunc(l.features, byID)
	}
	for i := range l.features {
		l.writeFeature(&l.features[i])
	}
}

func (l *Layer) writeFeature(f *feature) {
	l.tags = l.attributes(l.tags[:0], l.props[f.props.from:f.props.to])
	geometry := l.out[f.geometry.from:f.geometry.to]
	size := 2 + bytesLen(len(geometry))
	if f.id >= 0 {
		size += 1 + varintLen(uint64(f.id))
	}
	if len(l.tags) > 0 {
		size += bytesLen(len(l.tags))
	}
	b := appendVarint(append(l.body, tagFeature), uint64(size))
	if f.id >= 0 {
		b = appendVarint(append(b, tagID), uint64(f.id))
	}
	if len(l.tags) > 0 {
		b = appendBytes(b, tagTags, l.tags)
	}
	b = append(b, tagType, byte(f.kind))
	l.body = appendBytes(b, tagGeometry, geometry)
}

// inner is the size of the layer's message, size with what stands before it: of what has been written so far.
func (l *Layer) inner() int {
	n := bytesLen(len(l.name)) + len(l.body) + len(l.values.written) + 1 + varintLen(Extent) + 2
	for _, k := range l.keys.list {
		n += bytesLen(len(k))
	}
	return n
}

func (l *Layer) size() int {
	if len(l.body) == 0 {
		return 0
	}
	return bytesLen(l.inner())
}

// appendTo adds what was written to a tile.
func (l *Layer) appendTo(b []byte) []byte {
	if len(l.body) == 0 {
		return b
	}
	b = appendVarint(append(b, tagLayer), uint64(l.inner()))
	b = appendBytes(b, tagName, l.name)
	b = append(b, l.body...)
	for _, k := range l.keys.list {
		b = appendBytes(b, tagKey, k)
	}
	b = append(b, l.values.written...)
	b = appendVarint(append(b, tagExtent), Extent)
	return append(b, tagVersion, 2)
}
