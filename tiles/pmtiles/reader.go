package pmtiles

import (
	"errors"
	"fmt"
	"io"
)

// Limits on what is read into memory of a file that nobody has checked yet.
const (
	maxMetadata = 16 << 20
	maxTile     = 64 << 20
	maxDepth    = 4 // of directories, the root's included; the specification wants two
)

// Reader reads an archive. It trusts no number of it.
type Reader struct {
	Header
	file io.ReaderAt
	size uint64
}

// Open reads the header.
func Open(file io.ReaderAt, size int64) (*Reader, error) {
	b := make([]byte, HeaderSize)
	n, err := file.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the header: %w", err)
	}
	h, err := ParseHeader(b[:n])
	if err != nil {
		return nil, err
	}
	return &Reader{Header: h, file: file, size: uint64(max(0, size))}, nil
}

// read reads length bytes of a section. What is not in the section is not in the file, as far as readers go.
func (r *Reader) read(s Section, offset, length uint64) ([]byte, error) {
	if end := s.Offset + s.Length; end < s.Offset || end > r.size || offset > s.Length || length > s.Length-offset {
		return nil, fmt.Errorf("%d bytes from byte %d lie outside of their section or of the file", length, offset)
	}
	b := make([]byte, length)
	if _, err := r.file.ReadAt(b, int64(s.Offset+offset)); err != nil {
		return nil, fmt.Errorf("reading %d bytes: %w", length, err)
	}
	return b, nil
}

// MetadataJSON is the metadata as it stands there.
func (r *Reader) MetadataJSON() ([]byte, error) {
	if r.Metadata.Length > maxMetadata {
		return nil, fmt.Errorf("the metadata have %d bytes, more than this program reads", r.Metadata.Length)
	}
	b, err := r.read(r.Metadata, 0, r.Metadata.Length)
	if err == nil {
		b, err = expanded(b, r.Internal, maxMetadata)
	}
	if err != nil {
		return nil, fmt.Errorf("the metadata cannot be read: %w", err)
	}
	return b, nil
}

// directory reads the root or a leaf.
func (r *Reader) directory(s Section, offset, length uint64) ([]Entry, error) {
	if length > maxDirectory {
		return nil, fmt.Errorf("a directory of %d bytes is larger than this program reads", length)
	}
	b, err := r.read(s, offset, length)
	if err == nil {
		b, err = expanded(b, r.Internal, maxDirectory)
	}
	if err != nil {
		return nil, fmt.Errorf("the directory cannot be read: %w", err)
	}
	return decodeDirectory(b)
}

// Walk calls do with each entry that points at tiles, in the order of the directories. It visits each leaf once: a leaf that
// is reached again, or more leaves than there is room for, is an error, as is a tree too deep.
func (r *Reader) Walk(do func(Entry) error) error {
	entries, err := r.directory(r.Root, 0, r.Root.Length)
	if err != nil {
		return fmt.Errorf("root directory: %w", err)
	}
	w := walk{Reader: r, seen: make(map[uint64]bool), do: do}
	return w.visit(entries, 1)
}

type walk struct {
	*Reader
	seen map[uint64]bool // leaves, by offset
	read uint64          // bytes of leaves
	do   func(Entry) error
}

func (w *walk) visit(entries []Entry, depth int) error {
	for i, e := range entries {
		if e.Run > 0 {
			if err := w.do(e); err != nil {
				return err
			}
			continue
		}
		if w.seen[e.Offset] {
			return fmt.Errorf("the leaf directory at byte %d is reached twice: the directories go in a circle or overlap", e.Offset)
		}
		w.seen[e.Offset] = true
		if w.read += uint64(e.Length); w.read > w.Leaves.Length {
			return fmt.Errorf("the leaf directory at byte %d overlaps with others", e.Offset)
		}
		if depth == maxDepth {
			return fmt.Errorf("directories are nested deeper than %d", maxDepth)
		}
		leaf, err := w.directory(w.Leaves, e.Offset, uint64(e.Length))
		if err != nil {
			return fmt.Errorf("leaf directory at byte %d: %w", e.Offset, err)
		}
		if len(leaf) == 0 || leaf[0].ID < e.ID || (i+1 < len(entries) && leaf[len(leaf)-1].ID >= entries[i+1].ID) {
			return fmt.Errorf("leaf directory at byte %d: its tiles are not those that the directory above promises", e.Offset)
		}
		if err := w.visit(leaf, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// Tile is a tile, expanded; nil where there is none.
func (r *Reader) Tile(z, x, y int) ([]byte, error) {
	id := ID(z, x, y)
	section, offset, length := r.Root, uint64(0), r.Root.Length
	for range maxDepth {
		entries, err := r.directory(section, offset, length)
		if err != nil {
			return nil, fmt.Errorf("looking for tile %d/%d/%d: %w", z, x, y, err)
		}
		e, ok := find(entries, id)
		if !ok {
			return nil, nil
		}
		if e.Run > 0 {
			return r.Content(e)
		}
		section, offset, length = r.Leaves, e.Offset, uint64(e.Length)
	}
	return nil, fmt.Errorf("looking for tile %d/%d/%d: directories are nested deeper than %d", z, x, y, maxDepth)
}

// Content is what an entry points at, expanded.
func (r *Reader) Content(e Entry) ([]byte, error) {
	if e.Length > maxTile {
		return nil, fmt.Errorf("a tile of %d bytes is larger than this program reads", e.Length)
	}
	b, err := r.read(r.Data, e.Offset, uint64(e.Length))
	if err != nil {
		return nil, err
	}
	return expanded(b, r.Tiles, maxTile)
}
