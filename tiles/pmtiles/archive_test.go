package pmtiles

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// made writes an archive of some tiles in the order of their ids.
func made(t testing.TB, tiles []tile) []byte {
	t.Helper()
	scratch, err := os.Create(filepath.Join(t.TempDir(), "scratch"))
	if err != nil {
		t.Fatal(err)
	}
	defer scratch.Close()
	w := NewWriter(scratch)
	for _, one := range tiles {
		if err := w.Add(one.z, one.x, one.y, []byte(one.content)); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	h := Header{Tiles: None, Type: TypeMVT, Bounds: [4]float64{13.5, 45.25, 16.5, 47}, Center: [2]float64{15, 46.125}, CenterZoom: 2}
	if _, err := w.Finish(&out, h, map[string]any{"name": "čšž", "vector_layers": []any{}}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type tile struct {
	z, x, y int
	content string
}

// pyramid is all tiles down to a zoom; of each sixteen one content repeats, and one is missing.
func pyramid(depth int) (all []tile) {
	for id := range firstOf(depth + 1) {
		z, x, y, _ := Tile(id)
		switch {
		case id%16 == 7 && id > 100:
		case id%16 < 4:
			all = append(all, tile{z, x, y, "sea"})
		default:
			all = append(all, tile{z, x, y, fmt.Sprint("tile ", id, rand.N(1<<30))})
		}
	}
	return all
}

func opened(t testing.TB, b []byte) *Reader {
	t.Helper()
	r, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What is written is read again: small enough for one directory, and with leaves.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for depth, leaves := range map[int]bool{0: false, 3: false, 8: true} {
		all := pyramid(depth)
		b := made(t, all)
		r := opened(t, b)
		if bad := r.Check(uint64(len(b))); len(bad) > 0 {
			t.Errorf("depth %d: %v", depth, bad)
		}
		if (r.Leaves.Length > 0) != leaves || !r.Clustered || r.Addressed != uint64(len(all)) || int(r.MaxZoom) != depth {
			t.Errorf("depth %d: header %+v", depth, r.Header)
		}
		var n, addressed, end uint64
		contents := make(map[uint64]bool)
		err := r.Walk(func(e Entry) error {
			n++
			addressed += uint64(e.Run)
			if !contents[e.Offset] && e.Offset != end {
				t.Fatalf("the content at %d is not in order", e.Offset)
			}
			contents[e.Offset] = true
			end = max(end, e.Offset+uint64(e.Length))
			return nil
		})
		if err != nil || n != r.Entries || addressed != r.Addressed || uint64(len(contents)) != r.Contents || end != r.Data.Length {
			t.Errorf("depth %d: walked %d entries, %d tiles, %d contents, %d bytes: %v\n%+v", depth, n, addressed, len(contents), end, err, r.Header)
		}
		if depth > 0 && r.Contents >= r.Addressed*13/16 {
			t.Errorf("depth %d: %d contents of %d tiles: what repeats is stored again", depth, r.Contents, r.Addressed)
		}
		want := make(map[[3]int]string)
		for _, one := range all {
			want[[3]int{one.z, one.x, one.y}] = one.content
		}
		step := max(1, firstOf(depth+1)/300)
		for id := uint64(0); id < firstOf(depth+1); id += step {
			z, x, y, _ := Tile(id)
			got, err := r.Tile(z, x, y)
			if err != nil || string(got) != want[[3]int{z, x, y}] {
				t.Errorf("%d/%d/%d: %q, %v, want %q", z, x, y, got, err, want[[3]int{z, x, y}])
			}
		}
		if got, err := r.Tile(depth+1, 0, 0); got != nil || err != nil {
			t.Errorf("below the deepest zoom: %q, %v", got, err)
		}
		if text, err := r.MetadataJSON(); err != nil || !strings.Contains(string(text), `"čšž"`) {
			t.Errorf("metadata %s, %v", text, err)
		}
	}
}

func TestHeaderRoundTrip(t *testing.T) {
	t.Parallel()
	want := Header{
		Root: Section{127, 1}, Metadata: Section{128, 2}, Leaves: Section{130, 3}, Data: Section{133, 4}, Addressed: 5, Entries: 6, Contents: 7, Clustered: true,
		Internal: Gzip, Tiles: Brotli, Type: TypeMVT, MinZoom: 1, MaxZoom: 15, Bounds: [4]float64{-13.5, -45.1234567, 180, 47}, CenterZoom: 9, Center: [2]float64{-0.5, 0.25},
	}
	b := want.Bytes()
	if len(b) != HeaderSize {
		t.Fatalf("%d bytes", len(b))
	}
	got, err := ParseHeader(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(Header{})); d != "" {
		t.Error(d)
	}
}

func TestWriterRefuses(t *testing.T) {
	t.Parallel()
	scratch, err := os.Create(filepath.Join(t.TempDir(), "scratch"))
	if err != nil {
		t.Fatal(err)
	}
	defer scratch.Close()
	w := NewWriter(scratch)
	if _, err := w.Finish(&bytes.Buffer{}, Header{}, nil); err == nil {
		t.Error("an archive without tiles was written")
	}
	if err := w.Add(2, 0, 0, []byte("a")); err != nil {
		t.Fatal(err)
	}
	for _, at := range [][3]int{{2, 0, 0}, {1, 0, 0}} {
		if err := w.Add(at[0], at[1], at[2], []byte("b")); err == nil {
			t.Errorf("%v was added out of order", at)
		}
	}
}

// rootOf makes an archive around directories as they are given, true or not.
func rootOf(t *testing.T, root, leaf []Entry, change func(*Header)) *Reader {
	t.Helper()
	dir, err := compressed(encodeDirectory(root))
	if err != nil {
		t.Fatal(err)
	}
	var leaves []byte
	if leaf != nil {
		if leaves, err = compressed(encodeDirectory(leaf)); err != nil {
			t.Fatal(err)
		}
	}
	h := Header{Internal: Gzip, Tiles: None, Root: Section{HeaderSize, uint64(len(dir))}}
	h.Leaves = Section{HeaderSize + uint64(len(dir)), uint64(len(leaves))}
	h.Data = Section{h.Leaves.Offset + h.Leaves.Length, 10}
	if change != nil {
		change(&h)
	}
	return opened(t, append(append(append(h.Bytes(), dir...), leaves...), "0123456789"...))
}

func TestDamagedDirectories(t *testing.T) {
	t.Parallel()
	whole := func(h *Header) { h.Leaves.Length = 1000 }
	leaf := []Entry{{ID: 5, Length: 1, Run: 1}}
	packed, _ := compressed(encodeDirectory(leaf))
	at := uint32(len(packed))
	for name, c := range map[string]struct {
		r    *Reader
		want string
	}{
		"a leaf that is reached twice": {rootOf(t, []Entry{{ID: 5, Length: at}, {ID: 9, Length: at}}, leaf, func(h *Header) { h.Data.Length = 5; h.Leaves.Length += 5 }), "reached twice"},
		"a leaf that points at itself": {rootOf(t, []Entry{{ID: 0, Length: 26}}, []Entry{{ID: 0, Length: 26}}, nil), "reached twice"},
		"a leaf with other tiles":      {rootOf(t, []Entry{{ID: 6, Length: at}}, leaf, nil), "promises"},
		"a leaf outside":               {rootOf(t, []Entry{{ID: 5, Offset: 1 << 40, Length: 9}}, leaf, whole), "outside"},
		"a leaf that is no gzip":       {rootOf(t, []Entry{{ID: 5, Offset: uint64(at), Length: 5}}, leaf, func(h *Header) { h.Leaves.Length += 5 }), "gzip"},
		"a section beyond the end":     {rootOf(t, leaf, nil, func(h *Header) { h.Root.Length = 1 << 40 }), "larger"},
		"an offset that overflows":     {rootOf(t, leaf, nil, func(h *Header) { h.Root.Offset = 1<<64 - 4 }), "outside"},
	} {
		err := c.r.Walk(func(Entry) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, b := range map[string][]byte{
		"more entries than bytes": {0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1, 1},
		"ids that do not rise":    {2, 5, 0, 1, 1, 1, 1, 1, 0},
		"no length":               {1, 5, 1, 0, 1},
		"an offset after nothing": {1, 5, 1, 1, 0},
		"bytes left over":         {1, 5, 1, 1, 1, 9},
		"cut off":                 {2, 5, 1, 1, 1, 1, 1, 0x80, 0x80},
		"nothing":                 {},
	} {
		if _, err := decodeDirectory(b); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// No file, however damaged, makes the reader panic, allocate without bound or go in circles.
func FuzzReader(f *testing.F) {
	f.Add(made(f, pyramid(3)))
	f.Add(made(f, pyramid(0)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		r.Check(uint64(len(b)))
		_, _ = r.MetadataJSON()
		n := 0
		_ = r.Walk(func(e Entry) error {
			if n++; n < 1000 {
				_, _ = r.Content(e)
			}
			return nil
		})
		_, _ = r.Tile(3, 1, 2)
	})
}

func FuzzDirectory(f *testing.F) {
	f.Add(encodeDirectory([]Entry{{ID: 1, Length: 5, Run: 1}, {ID: 2, Offset: 5, Length: 7, Run: 3}, {ID: 9, Length: 5, Run: 1}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := decodeDirectory(b)
		if err != nil || len(entries) == 0 {
			return
		}
		again, err := decodeDirectory(encodeDirectory(entries))
		if d := cmp.Diff(entries, again); err != nil || d != "" {
			t.Errorf("%v %s", err, d)
		}
	})
}
