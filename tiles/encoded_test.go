package tiles_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/klauspost/compress/gzip"

	"kraj/tiles"
)

func TestEncode(t *testing.T) {
	t.Parallel()
	tile := bytes.Repeat([]byte("naselje "), 1000)
	plain, err := tiles.Encode(tile, tiles.Identity)
	if err != nil || !bytes.Equal(plain.Bytes, tile) || plain.Encoding != tiles.Identity {
		t.Fatalf("%v, %v", plain.Encoding, err)
	}
	packed, err := tiles.Encode(tile, tiles.Gzip)
	if err != nil || packed.Encoding != tiles.Gzip || len(packed.Bytes) > len(tile)/4 {
		t.Fatalf("%d bytes, %v", len(packed.Bytes), err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, tile) {
		t.Errorf("unpacked %d bytes, %v", len(back), err)
	}
	if plain.ETag == packed.ETag || plain.ETag != tiles.ETag(tile, tiles.Identity) || packed.ETag[0] != '"' {
		t.Errorf("tags %s and %s", plain.ETag, packed.ETag)
	}
	if tiles.ETag(tile[1:], tiles.Gzip) == packed.ETag {
		t.Error("another tile has the same tag")
	}
	if empty, err := tiles.Encode(nil, tiles.Gzip); err != nil || len(empty.Bytes) != 0 || empty.Encoding != tiles.Identity {
		t.Errorf("nothing: %v, %v", empty, err)
	}
}
