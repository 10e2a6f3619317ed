package pmtiles

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// Writer gathers tiles and then writes an archive of them: clustered, each content once, equal neighbours as one entry,
// directories gzipped. Directories come before the tiles and are known only at the end, so tiles wait in a scratch file.
type Writer struct {
	scratch   io.ReadWriteSeeker
	size      uint64
	entries   []Entry
	seen      map[[sha256.Size]byte]place
	addressed uint64
	next      uint64 // the lowest id that may come
	minZoom   int
	maxZoom   int
}

type place struct {
	offset uint64
	length uint32
}

// NewWriter makes a writer whose tiles wait in scratch, an empty file that is the caller's to remove.
func NewWriter(scratch io.ReadWriteSeeker) *Writer {
	return &Writer{scratch: scratch, seen: make(map[[sha256.Size]byte]place), minZoom: math.MaxInt}
}

// Add appends a tile, compressed as the header will say. Tiles come in the order of their ids; an empty one is left out.
func (w *Writer) Add(z, x, y int, tile []byte) error {
	if len(tile) == 0 {
		return nil
	}
	id := ID(z, x, y)
	if id < w.next {
		return fmt.Errorf("tile %d/%d/%d comes too late: tiles are added in the order of their ids", z, x, y)
	}
	w.next = id + 1
	w.addressed++
	w.minZoom, w.maxZoom = min(w.minZoom, z), max(w.maxZoom, z)
	key := sha256.Sum256(tile)
	at, ok := w.seen[key]
	if !ok {
		at = place{w.size, uint32(len(tile))}
		if _, err := w.scratch.Write(tile); err != nil {
			return fmt.Errorf("keeping tile %d/%d/%d: %w", z, x, y, err)
		}
		w.size += uint64(len(tile))
		w.seen[key] = at
	}
	if n := len(w.entries) - 1; n >= 0 {
		if last := &w.entries[n]; last.Offset == at.offset && last.ID+uint64(last.Run) == id && last.Run < math.MaxUint32 {
			last.Run++
			return nil
		}
	}
	w.entries = append(w.entries, Entry{ID: id, Offset: at.offset, Length: at.length, Run: 1})
	return nil
}

// Finish writes the archive. Of the header the caller says the compression and type of tiles, bounds and centre; the
// rest, and the zooms there are, is the writer's to know. It returns the header as written.
func (w *Writer) Finish(out io.Writer, h Header, metadata any) (Header, error) {
	if len(w.entries) == 0 {
		return h, errors.New("an archive has at least one tile, and there is none")
	}
	text, err := json.Marshal(metadata)
	if err != nil {
		return h, fmt.Errorf("writing the metadata: %w", err)
	}
	if text, err = compressed(text); err != nil {
		return h, fmt.Errorf("writing the metadata: %w", err)
	}
	root, leaves, err := buildDirectories(w.entries, RootEnd-HeaderSize)
	if err != nil {
		return h, fmt.Errorf("writing the directories: %w", err)
	}
	h.Internal, h.Clustered = Gzip, true
	h.Addressed, h.Entries, h.Contents = w.addressed, uint64(len(w.entries)), uint64(len(w.seen))
	h.MinZoom, h.MaxZoom = uint8(w.minZoom), uint8(w.maxZoom)
	h.CenterZoom = min(max(h.CenterZoom, h.MinZoom), h.MaxZoom)
	at := uint64(HeaderSize)
	for _, s := range []struct {
		section *Section
		length  int
	}{{&h.Root, len(root)}, {&h.Metadata, len(text)}, {&h.Leaves, len(leaves)}} {
		*s.section = Section{at, uint64(s.length)}
		at += uint64(s.length)
	}
	h.Data = Section{at, w.size}
	for _, part := range [][]byte{h.Bytes(), root, text, leaves} {
		if _, err := out.Write(part); err != nil {
			return h, fmt.Errorf("writing the archive: %w", err)
		}
	}
	if _, err := w.scratch.Seek(0, io.SeekStart); err != nil {
		return h, fmt.Errorf("reading the tiles again: %w", err)
	}
	if n, err := io.Copy(out, w.scratch); err != nil || uint64(n) != w.size {
		return h, fmt.Errorf("writing the tiles: %d of %d bytes: %w", n, w.size, err)
	}
	return h, nil
}
