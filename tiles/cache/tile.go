package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Coding is an HTTP content coding.
type Coding string

// The codings of a tile.
const (
	Identity Coding = ""
	Gzip     Coding = "gzip"
	Brotli   Coding = "br"
	Zstd     Coding = "zstd"
)

// Tile is a rendered tile, compressed. It does not change but for codings that are added to it. Safe for concurrent use.
type Tile struct {
	tag  string
	note string
	size int // uncompressed

	mu    sync.RWMutex
	coded map[Coding][]byte // gzip always, unless the tile is empty
}

// tileOverhead is about what an entry takes beside its bytes.
const tileOverhead = 800

// newTile compresses at the lowest level: whoever asked is waiting. Level 1 costs a fifth of level 6 and gives
// away a tenth.
func newTile(m Made) (*Tile, error) {
	sum := sha256.Sum256(m.Body)
	t := &Tile{tag: base64.RawURLEncoding.EncodeToString(sum[:15]), note: m.Note, size: len(m.Body)}
	if t.size == 0 {
		return t, nil
	}
	packed, err := packGzip(m.Body)
	if err != nil {
		return nil, fmt.Errorf("compressing a tile: %w", err)
	}
	t.coded = map[Coding][]byte{Gzip: packed}
	return t, nil
}

// Empty reports whether the tile has no features.
func (t *Tile) Empty() bool { return t.size == 0 }

// Note is what its Made had to say.
func (t *Tile) Note() string { return t.note }

// Size is its number of bytes, uncompressed.
func (t *Tile) Size() int { return t.size }

// Tag is the strong entity tag in a coding, quoted. It hashes the uncompressed bytes: compressing better later does not
// change what clients hold.
func (t *Tile) Tag(c Coding) string {
	if c == Identity {
		return `"` + t.tag + `"`
	}
	return `"` + t.tag + "-" + string(c) + `"`
}

// Hash is the part of the tag that all codings share.
func (t *Tile) Hash() string { return t.tag }

// weight is the memory the tile takes, about.
func (t *Tile) weight() uint32 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	n := tileOverhead
	for _, b := range t.coded {
		n += len(b)
	}
	return uint32(n)
}

// Has reports whether the tile is there in a coding without work.
func (t *Tile) Has(c Coding) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.coded[c] != nil
}

// Encoded returns the tile in a coding; grown, when the coding has been made for it and is now kept. The bytes must not
// be changed.
func (t *Tile) Encoded(c Coding) (body []byte, grown bool, err error) {
	if t.size == 0 {
		return nil, false, nil
	}
	t.mu.RLock()
	body = t.coded[c]
	packed := t.coded[Gzip]
	t.mu.RUnlock()
	if body != nil {
		return body, false, nil
	}
	plain, err := unpack(packed, t.size)
	if err != nil || c == Identity {
		return plain, false, err
	}
	switch c {
	case Brotli:
		body, err = packBrotli(plain)
	case Zstd:
		body = packZstd(plain)
	default:
		err = fmt.Errorf("there is no coding %q", c)
	}
	if err != nil {
		return nil, false, fmt.Errorf("compressing a tile: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.coded[c] = body
	return body, true, nil
}

// packer is a compressor with the room it writes into.
type packer struct {
	to   *gzip.Writer
	room bytes.Buffer
}

var packers = sync.Pool{New: func() any {
	p := new(packer)
	var err error
	if p.to, err = gzip.NewWriterLevel(&p.room, gzip.BestSpeed); err != nil {
		panic(err) // the level is a constant of the package
	}
	return p
}}

func packGzip(body []byte) ([]byte, error) {
	p, _ := packers.Get().(*packer)
	defer packers.Put(p)
	p.room.Reset()
	p.to.Reset(&p.room)
	if _, err := p.to.Write(body); err != nil {
		return nil, err
	}
	if err := p.to.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(p.room.Bytes()), nil
}

func unpack(packed []byte, size int) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpacking a tile: %w", err)
	}
	plain := make([]byte, size)
	if _, err := io.ReadFull(r, plain); err != nil {
		return nil, fmt.Errorf("unpacking a tile: %w", err)
	}
	return plain, nil
}

// brotliLevel: 5 is a sixth smaller than gzip 6 and still takes only milliseconds for a large tile.
const brotliLevel = 5

func packBrotli(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotliLevel)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(out.Bytes()), nil
}

// zstdEncoder is safe for concurrent use of EncodeAll.
var zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // the options are constants of the package
	}
	return e
})

func packZstd(body []byte) []byte { return bytes.Clone(zstdEncoder().EncodeAll(body, nil)) }
