package pmtiles

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/gzip"
)

// Entry says where the tile of an id lies in the tile data, and that the next Run−1 ids have the same. With Run 0 it says
// where the leaf directory lies, among the leaf directories, whose first id is ID.
type Entry struct {
	ID     uint64
	Offset uint64
	Length uint32
	Run    uint32
}

// maxDirectory bounds a directory in memory, so that a small file cannot ask for a large one.
const maxDirectory = 64 << 20

// encodeDirectory writes entries column by column: ids as differences, runs, lengths, offsets; where a tile follows the
// one before without a gap its offset is 0.
func encodeDirectory(entries []Entry) []byte {
	b := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.ID-last)
		last = e.ID
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.Run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.Length))
	}
	for i, e := range entries {
		if i > 0 && e.Offset == entries[i-1].Offset+uint64(entries[i-1].Length) {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, e.Offset+1)
	}
	return b
}

// decodeDirectory reads what encodeDirectory wrote. It believes no number before it is checked: an entry takes four bytes
// at least.
func decodeDirectory(b []byte) ([]Entry, error) {
	n, size := binary.Uvarint(b)
	if size <= 0 {
		return nil, errors.New("the directory has no number of entries")
	}
	b = b[size:]
	if n > uint64(len(b))/4 {
		return nil, fmt.Errorf("the directory claims %d entries but has only %d bytes", n, len(b))
	}
	entries := make([]Entry, n)
	column := func(name string, limit uint64, set func(i int, v uint64) error) error {
		for i := range entries {
			v, size := binary.Uvarint(b)
			if size <= 0 || v > limit {
				return fmt.Errorf("entry %d of the directory has no readable %s", i, name)
			}
			b = b[size:]
			if err := set(i, v); err != nil {
				return fmt.Errorf("entry %d of the directory: %w", i, err)
			}
		}
		return nil
	}
	const most32 = 1<<32 - 1
	err := column("tile id", 1<<63, func(i int, v uint64) error {
		if i > 0 {
			if v == 0 {
				return errors.New("its tile id is that of the entry before")
			}
			v += entries[i-1].ID
		}
		if v > 1<<63 {
			return errors.New("its tile id is beyond all zooms")
		}
		entries[i].ID = v
		return nil
	})
	if err == nil {
		err = column("run length", most32, func(i int, v uint64) error { entries[i].Run = uint32(v); return nil })
	}
	if err == nil {
		err = column("length", most32, func(i int, v uint64) error {
			if v == 0 {
				return errors.New("its length is 0")
			}
			entries[i].Length = uint32(v)
			return nil
		})
	}
	if err == nil {
		err = column("offset", 1<<62, func(i int, v uint64) error {
			switch {
			case v > 0:
				entries[i].Offset = v - 1
			case i == 0:
				return errors.New("its offset follows nothing")
			default:
				entries[i].Offset = entries[i-1].Offset + uint64(entries[i-1].Length)
			}
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	if len(b) > 0 {
		return nil, fmt.Errorf("%d bytes follow the directory's last entry", len(b))
	}
	return entries, nil
}

// find is the entry whose run, or leaf, may hold an id.
func find(entries []Entry, id uint64) (Entry, bool) {
	i, exact := slices.BinarySearchFunc(entries, id, func(e Entry, id uint64) int {
		switch {
		case e.ID < id:
			return -1
		case e.ID > id:
			return 1
		}
		return 0
	})
	if !exact {
		i--
	}
	if i < 0 || (entries[i].Run > 0 && id-entries[i].ID >= uint64(entries[i].Run)) {
		return Entry{}, false
	}
	return entries[i], true
}

// buildDirectories makes a root that fits into room, and leaves when one directory does not. Leaves grow until the root fits.
func buildDirectories(entries []Entry, room int) (root, leaves []byte, err error) {
	if root, err = compressed(encodeDirectory(entries)); err != nil || len(root) <= room {
		return root, nil, err
	}
	for size := 4096; ; size *= 2 {
		var pointers []Entry
		leaves = nil
		for chunk := range slices.Chunk(entries, size) {
			leaf, err := compressed(encodeDirectory(chunk))
			if err != nil {
				return nil, nil, err
			}
			pointers = append(pointers, Entry{ID: chunk[0].ID, Offset: uint64(len(leaves)), Length: uint32(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		if root, err = compressed(encodeDirectory(pointers)); err != nil || len(root) <= room {
			return root, leaves, err
		}
	}
}

// compressed is gzip with a header that tells nothing of when and where.
func compressed(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// expanded undoes a compression, up to a limit in bytes.
func expanded(b []byte, c Compression, limit int64) ([]byte, error) {
	switch c {
	case None:
		return b, nil
	case Gzip:
	default:
		return nil, fmt.Errorf("the compression %d cannot be read by this program", c)
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("it is no gzip: %w", err)
	}
	out, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("its gzip is damaged: %w", err)
	}
	if int64(len(out)) > limit {
		return nil, fmt.Errorf("it is larger than %d bytes when expanded", limit)
	}
	return out, nil
}
