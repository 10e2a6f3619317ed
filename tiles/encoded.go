package tiles

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// ContentType of a vector tile.
const ContentType = "application/vnd.mapbox-vector-tile"

// Encoding is an HTTP content coding.
type Encoding string

// The codings of a tile.
const (
	Identity Encoding = "" // as it is
	Gzip     Encoding = "gzip"
)

// Encoded is a tile ready to be sent. An empty Bytes is a tile without features: 204.
type Encoded struct {
	Bytes    []byte
	ETag     string   // strong, quoted; of the uncompressed tile and the coding
	Encoding Encoding // for Content-Encoding
}

// Encode compresses a tile (level 1: rendering waits for it, and higher levels gain little on tiles) and tags it.
// The tag hashes the uncompressed bytes, so compressing better later does not change what clients already hold.
func Encode(tile []byte, e Encoding) (Encoded, error) {
	out := Encoded{Bytes: tile, ETag: ETag(tile, e), Encoding: e}
	if e != Gzip || len(tile) == 0 {
		out.Encoding = Identity
		return out, nil
	}
	packed, err := pack(tile)
	if err != nil {
		return Encoded{}, fmt.Errorf("compressing a tile: %w", err)
	}
	out.Bytes = packed
	return out, nil
}

// ETag is the strong entity tag of a tile in a coding, quoted as HTTP wants it.
func ETag(tile []byte, e Encoding) string {
	sum := sha256.Sum256(tile)
	tag := base64.RawURLEncoding.EncodeToString(sum[:15])
	if e != Identity {
		tag += "-" + string(e)
	}
	return `"` + tag + `"`
}

var packers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant of the package
	}
	return w
}}

func pack(tile []byte) ([]byte, error) {
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	out := &appender{make([]byte, 0, len(tile)*6/10+64)}
	w.Reset(out)
	if _, err := w.Write(tile); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.b, nil
}

type appender struct{ b []byte }

func (a *appender) Write(p []byte) (int, error) {
	a.b = append(a.b, p...)
	return len(p), nil
}
