package sources

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"kraj/importers/words"
)

// WKB type numbers by GeoJSON name.
var wkbTypes = map[string]uint32{
	"Point": 1, "LineString": 2, "Polygon": 3,
	"MultiPoint": 4, "MultiLineString": 5, "MultiPolygon": 6, "GeometryCollection": 7,
}

// maxNesting limits collections in collections: real data have one level.
const maxNesting = 8

type jsonGeometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometries  []jsonGeometry  `json:"geometries"`
}

// geometryWKB turns a GeoJSON geometry into WKB, dropping heights and measures.
// null gives nil. closed tells of rings that had to be closed. Errors name what
// is malformed; validity in the OGC sense is not looked at.
func geometryWKB(raw json.RawMessage) (wkb []byte, closed bool, err error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, false, nil
	}
	var g jsonGeometry
	if err := json.Unmarshal(raw, &g); err != nil {
		return nil, false, words.Refuse("geometrija ni geometrija GeoJSON: %v", "the geometry is not a GeoJSON geometry: %v", err)
	}
	e := &wkbEncoder{}
	if err := e.geometry(g, 0); err != nil {
		return nil, false, err
	}
	return e.out, e.closed > 0, nil
}

// wkbEncoder appends WKB, little endian.
type wkbEncoder struct {
	out    []byte
	closed int // rings that were not closed
}

func (e *wkbEncoder) header(kind uint32) {
	e.out = append(e.out, 1)
	e.out = binary.LittleEndian.AppendUint32(e.out, kind)
}

func (e *wkbEncoder) count(n int) {
	e.out = binary.LittleEndian.AppendUint32(e.out, uint32(n)) //nolint:gosec // bounded by the file's size
}

func (e *wkbEncoder) geometry(g jsonGeometry, depth int) error {
	kind, ok := wkbTypes[g.Type]
	if !ok {
		return words.Refuse("%q ni vrsta geometrije GeoJSON", "%q is not a GeoJSON geometry type", g.Type)
	}
	if depth > maxNesting {
		return words.Refuse("zbirke geometrij so vgnezdene več kot %d ravni globoko", "geometry collections are nested more than %d deep", maxNesting)
	}
	if kind == 7 {
		e.header(kind)
		e.count(len(g.Geometries))
		for _, part := range g.Geometries {
			if err := e.geometry(part, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return e.simple(kind, g.Coordinates)
}

// simple decodes the coordinates by the type's depth of nesting.
func (e *wkbEncoder) simple(kind uint32, raw json.RawMessage) error {
	switch kind {
	case 1:
		return decode(raw, func(p position) error { return e.point(p) })
	case 2:
		return decode(raw, func(l []position) error { return e.line(l) })
	case 3:
		return decode(raw, func(r [][]position) error { return e.polygon(r) })
	case 4:
		return decode(raw, func(l []position) error { return multi(e, kind, l, e.point) })
	case 5:
		return decode(raw, func(l [][]position) error { return multi(e, kind, l, e.line) })
	default:
		return decode(raw, func(l [][][]position) error { return multi(e, kind, l, e.polygon) })
	}
}

func decode[T any](raw json.RawMessage, use func(T) error) error {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		return words.Refuse("koordinate so napačno zapisane: %v", "the coordinates are malformed: %v", err)
	}
	return use(v)
}

func multi[T any](e *wkbEncoder, kind uint32, parts []T, part func(T) error) error {
	e.header(kind)
	e.count(len(parts))
	for _, p := range parts {
		if err := part(p); err != nil {
			return err
		}
	}
	return nil
}

// position is a pair; what follows (height, measure) is dropped.
type position [2]float64

// UnmarshalJSON reads [x, y, …].
func (p *position) UnmarshalJSON(raw []byte) error {
	var all []*float64
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	if len(all) < 2 {
		return fmt.Errorf("a position has %d numbers, it needs 2", len(all))
	}
	if all[0] == nil || all[1] == nil {
		return errors.New("a coordinate is null")
	}
	p[0], p[1] = *all[0], *all[1]
	return nil
}

func (e *wkbEncoder) position(p position) {
	e.out = binary.LittleEndian.AppendUint64(e.out, math.Float64bits(p[0]))
	e.out = binary.LittleEndian.AppendUint64(e.out, math.Float64bits(p[1]))
}

func (e *wkbEncoder) point(p position) error {
	e.header(1)
	e.position(p)
	return nil
}

func (e *wkbEncoder) line(l []position) error {
	if len(l) == 1 {
		return words.Refuse("črta ima eno samo točko", "a line has only one position")
	}
	e.header(2)
	e.count(len(l))
	for _, p := range l {
		e.position(p)
	}
	return nil
}

func (e *wkbEncoder) polygon(rings [][]position) error {
	e.header(3)
	e.count(len(rings))
	for _, ring := range rings {
		if n := len(ring); n > 0 && ring[0] != ring[n-1] {
			ring = append(ring, ring[0])
			e.closed++
		}
		if n := len(ring); n > 0 && n < 4 {
			return words.Refuse("obroč ima %d točk, potrebuje 4 (tri oglišča in prvo ponovljeno)", "a ring has %d positions, it needs 4 (three corners and the first again)", n)
		}
		e.count(len(ring))
		for _, p := range ring {
			e.position(p)
		}
	}
	return nil
}
