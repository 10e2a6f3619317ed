package pmtiles

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// HeaderSize is the length of the header at the start of each archive.
const HeaderSize = 127

// RootEnd is where the root directory must end at the latest, so that one request fetches header and root.
const RootEnd = 16384

const magic = "PMTiles"

// Compression of directories and metadata, or of tiles.
type Compression uint8

// Compressions of the specification. Of these this package reads and writes None and Gzip.
const (
	Unknown Compression = iota
	None
	Gzip
	Brotli
	Zstd
)

// Kinds of tiles.
const (
	TypeUnknown uint8 = iota
	TypeMVT
)

// Section is where a part of the archive lies.
type Section struct{ Offset, Length uint64 }

// Header is the fixed part at the start, in the order of the specification.
type Header struct {
	Root, Metadata, Leaves, Data Section

	Addressed   uint64 // tiles with an address; 0 in the three: not known
	Entries     uint64 // entries of directories that point at tiles
	Contents    uint64 // different tiles in the data
	Clustered   bool   // data in the order of tile ids
	Internal    Compression
	Tiles       Compression
	Type        uint8
	MinZoom     uint8
	MaxZoom     uint8
	Bounds      [4]float64 // west, south, east, north in degrees
	CenterZoom  uint8
	Center      [2]float64 // longitude, latitude
	unsupported string
}

// degrees are kept as whole numbers of 1e-7.
const degree = 1e7

func fixed(v float64) uint32 { return uint32(int32(math.Round(v * degree))) }

func float(v uint32) float64 { return float64(int32(v)) / degree }

// Bytes is the header as it is written.
func (h Header) Bytes() []byte {
	b := make([]byte, 0, HeaderSize)
	b = append(append(b, magic...), 3)
	for _, s := range []Section{h.Root, h.Metadata, h.Leaves, h.Data} {
		b = binary.LittleEndian.AppendUint64(b, s.Offset)
		b = binary.LittleEndian.AppendUint64(b, s.Length)
	}
	for _, n := range []uint64{h.Addressed, h.Entries, h.Contents} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	clustered := byte(0)
	if h.Clustered {
		clustered = 1
	}
	b = append(b, clustered, byte(h.Internal), byte(h.Tiles), h.Type, h.MinZoom, h.MaxZoom)
	for _, v := range h.Bounds {
		b = binary.LittleEndian.AppendUint32(b, fixed(v))
	}
	b = append(b, h.CenterZoom)
	for _, v := range h.Center {
		b = binary.LittleEndian.AppendUint32(b, fixed(v))
	}
	return b
}

// ParseHeader reads a header. It judges only whether these bytes are one; Check says whether it fits its file.
func ParseHeader(b []byte) (Header, error) {
	var h Header
	if len(b) < HeaderSize {
		return h, fmt.Errorf("the file has %d bytes and a header needs %d: this is no PMTiles archive, or it is cut off", len(b), HeaderSize)
	}
	if string(b[:len(magic)]) != magic {
		return h, errors.New("the file does not begin with “PMTiles”: this is no PMTiles archive")
	}
	if v := b[len(magic)]; v != 3 {
		return h, fmt.Errorf("the archive has version %d; this program knows version 3", v)
	}
	next := func() uint64 {
		v := binary.LittleEndian.Uint64(b)
		b = b[8:]
		return v
	}
	b = b[8:]
	for _, s := range []*Section{&h.Root, &h.Metadata, &h.Leaves, &h.Data} {
		s.Offset, s.Length = next(), next()
	}
	for _, n := range []*uint64{&h.Addressed, &h.Entries, &h.Contents} {
		*n = next()
	}
	h.Clustered, h.Internal, h.Tiles, h.Type = b[0] == 1, Compression(b[1]), Compression(b[2]), b[3]
	h.MinZoom, h.MaxZoom = b[4], b[5]
	if b[0] > 1 {
		h.unsupported = fmt.Sprintf("the header's field “clustered” is %d; it can be 0 or 1", b[0])
	}
	b = b[6:]
	degrees := func() float64 {
		v := float(binary.LittleEndian.Uint32(b))
		b = b[4:]
		return v
	}
	for i := range h.Bounds {
		h.Bounds[i] = degrees()
	}
	h.CenterZoom, b = b[0], b[1:]
	h.Center = [2]float64{degrees(), degrees()}
	return h, nil
}

// Check lists, in sentences, what is wrong with the header of a file of some size.
func (h Header) Check(size uint64) []string {
	var bad []string
	say := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	for _, s := range []struct {
		name string
		Section
	}{{"root directory", h.Root}, {"metadata", h.Metadata}, {"leaf directories", h.Leaves}, {"tile data", h.Data}} {
		if end := s.Offset + s.Length; end < s.Offset || end > size {
			say("the %s (%d bytes from byte %d) reach beyond the file's end at %d: the file is cut off or its header is damaged", s.name, s.Length, s.Offset, size)
		}
	}
	if h.Root.Length == 0 {
		say("there is no root directory")
	}
	if h.Root.Offset < HeaderSize || h.Root.Offset+h.Root.Length > RootEnd {
		say("the root directory does not lie between the header and byte %d, where readers expect it", RootEnd)
	}
	if h.Internal != None && h.Internal != Gzip {
		say("directories have compression %d; this program reads 1 (none) and 2 (gzip)", h.Internal)
	}
	if h.Tiles > Zstd {
		say("tiles have the compression %d, which the specification does not know", h.Tiles)
	}
	if h.MinZoom > h.MaxZoom || h.MaxZoom > MaxZoom {
		say("zooms %d to %d are no range from 0 to %d", h.MinZoom, h.MaxZoom, MaxZoom)
	}
	b := h.Bounds
	if b[0] < -180 || b[1] < -90 || b[2] > 180 || b[3] > 90 || b[0] > b[2] || b[1] > b[3] {
		say("the bounds %v are no box of west, south, east, north in degrees", b)
	}
	if c := h.Center; c[0] < -180 || c[0] > 180 || c[1] < -90 || c[1] > 90 {
		say("the centre %v is no position in degrees", c)
	}
	if h.unsupported != "" {
		say("%s", h.unsupported)
	}
	return bad
}
