package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/klauspost/compress/gzip"

	"kraj/tiles"
)

// Verdict is what an archive holds and what is wrong with it.
type Verdict struct {
	File     string      `json:"file"`
	Format   string      `json:"format"`
	MinZoom  int         `json:"minzoom"`
	MaxZoom  int         `json:"maxzoom"`
	Bounds   *[4]float64 `json:"bounds"`
	Layers   []string    `json:"layers"`
	Tiles    int64       `json:"tiles"`
	Contents int64       `json:"contents"`
	Bytes    int64       `json:"bytes"`
	// Problems are sentences; none: the archive is sound. Beyond the first twenty they are only counted.
	Problems []string `json:"problems"`
	Further  int64    `json:"further_problems"`
}

// Sound tells whether nothing is wrong.
func (v *Verdict) Sound() bool { return len(v.Problems) == 0 }

// enoughProblems tell the story; a damaged file has thousands.
const enoughProblems = 20

func (v *Verdict) say(format string, args ...any) {
	if len(v.Problems) == enoughProblems {
		v.Further++
		return
	}
	v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
}

// Verify reads a whole archive: structure, order, counts, and every tile. The error is of reading the file at all; what is
// wrong with it stands in the verdict.
func Verify(ctx context.Context, file string, progress func(done, total int64)) (*Verdict, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("opening the archive: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("opening the archive: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", file)
	}
	v := &Verdict{File: file, Bytes: info.Size(), Layers: []string{}, Problems: []string{}}
	head := make([]byte, 16)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF { //nolint:errorlint // ReadAt returns it as it is
		return nil, fmt.Errorf("reading the archive: %w", err)
	}
	c := &check{Verdict: v, ctx: ctx, progress: progress, known: make(map[string]tiles.VectorLayer)}
	if bytes.Equal(head[:n], []byte("SQLite format 3\x00")) {
		v.Format = "MBTiles"
		err = c.mbtiles(file)
	} else {
		v.Format = "PMTiles"
		err = c.pmtiles(f, info.Size())
	}
	return v, err
}

// check goes through one archive.
type check struct {
	*Verdict
	ctx      context.Context //nolint:containedctx // a check is one call
	progress func(done, total int64)
	known    map[string]tiles.VectorLayer // by id, as the metadata say
	seen     [tiles.MaxZoom + 1 + 16]int64
}

// metadata reads the description of the layers.
func (c *check) metadata(text []byte) {
	var m struct {
		VectorLayers []tiles.VectorLayer `json:"vector_layers"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		c.say("The metadata are no JSON object with “vector_layers”: %v.", err)
		return
	}
	if len(m.VectorLayers) == 0 {
		c.say("The metadata have no “vector_layers”: programs cannot tell which layers there are.")
	}
	for _, l := range m.VectorLayers {
		if l.ID == "" || l.Fields == nil {
			c.say("A layer of “vector_layers” lacks its id or its fields.")
		}
		c.known[l.ID] = l
		c.Layers = append(c.Layers, l.ID)
	}
}

// tile judges one tile's address and content, which is gzipped or not.
func (c *check) tile(z, x, y int, content []byte) {
	name := fmt.Sprintf("%d/%d/%d", z, x, y)
	if z < 0 || z >= len(c.seen) || x < 0 || y < 0 || x >= 1<<z || y >= 1<<z {
		c.say("Tile %s lies outside of the pyramid.", name)
		return
	}
	c.seen[z]++
	if z < c.MinZoom || z > c.MaxZoom {
		c.say("Tile %s lies outside of the zooms %d to %d that the archive states.", name, c.MinZoom, c.MaxZoom)
	}
	if c.Bounds != nil && !touches(*c.Bounds, z, x, y) {
		c.say("Tile %s lies outside of the bounds that the archive states.", name)
	}
	layers, err := layersOf(content)
	if err != nil {
		c.say("Tile %s cannot be decoded: %v.", name, err)
		return
	}
	for _, l := range layers {
		known, ok := c.known[l]
		if !ok && len(c.known) > 0 {
			c.say("Tile %s has a layer “%s” that the metadata do not know.", name, l)
		}
		if ok && (z < known.MinZoom || z > known.MaxZoom) {
			c.say("Tile %s has the layer “%s”, which by the metadata has zooms %d to %d only.", name, l, known.MinZoom, known.MaxZoom)
		}
	}
}

// stated compares the zooms that the archive states with those it has.
func (c *check) stated() {
	for _, z := range []int{c.MinZoom, c.MaxZoom} {
		if z >= 0 && z < len(c.seen) && c.seen[z] == 0 && c.Tiles > 0 {
			c.say("The archive states zooms %d to %d, but has no tile of zoom %d.", c.MinZoom, c.MaxZoom, z)
		}
	}
	if c.Tiles == 0 {
		c.say("The archive has no tile.")
	}
	slices.Sort(c.Layers)
}

func (c *check) step(total int64) {
	if c.progress != nil {
		c.progress(c.Tiles, total)
	}
}

// maxTile bounds a tile in memory.
const maxTile = 64 << 20

// unzipped expands what is gzipped.
func unzipped(b []byte) ([]byte, error) {
	if len(b) < 2 || b[0] != 0x1f || b[1] != 0x8b {
		return b, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("it is no gzip: %w", err)
	}
	out, err := io.ReadAll(io.LimitReader(r, maxTile+1))
	if err != nil {
		return nil, fmt.Errorf("its gzip is damaged: %w", err)
	}
	if len(out) > maxTile {
		return nil, fmt.Errorf("it has more than %d bytes", maxTile)
	}
	return out, nil
}
