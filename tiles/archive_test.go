package tiles_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"kraj/geo"
	"kraj/geo/pg"
	"kraj/tiles"
	"kraj/tiles/archive"
	"kraj/tiles/mbtiles"
	"kraj/tiles/pmtiles"
)

// exported writes an archive of the public's tiles.
func exported(t *testing.T, p *pg.Pools, o archive.Options) *archive.Report {
	t.Helper()
	if o.MaxZoom == 0 {
		o.MaxZoom = archive.DefaultMaxZoom
	}
	r, err := archive.Run(t.Context(), p.Public, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func verified(t *testing.T, file string) *archive.Verdict {
	t.Helper()
	v, err := archive.Verify(t.Context(), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func gunzip(t *testing.T, b []byte) []byte {
	t.Helper()
	if b == nil {
		return nil
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Both formats have exactly the tiles that the server gives the public, no more and no fewer, and nothing of the draft.
func TestArchivesHaveTheServersTiles(t *testing.T) {
	t.Parallel()
	p := world(t)
	dir := t.TempDir()
	pm, mb := filepath.Join(dir, "karta.pmtiles"), filepath.Join(dir, "karta.mbtiles")
	one, two := exported(t, p, archive.Options{File: pm}), exported(t, p, archive.Options{File: mb})
	if one.Tiles != two.Tiles || one.Contents != two.Contents || one.Tiles < 100 {
		t.Errorf("PMTiles %+v\nMBTiles %+v", one, two)
	}
	for _, file := range []string{pm, mb} {
		v := verified(t, file)
		if !v.Sound() || v.Tiles != one.Tiles || v.Contents != one.Contents || v.MinZoom != one.MinZoom || v.MaxZoom != 14 {
			t.Errorf("%+v", v)
		}
	}
	f, err := os.Open(pm)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	flat, err := pmtiles.Open(f, one.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	table, err := mbtiles.Open(t.Context(), mb)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Close() }() // it is only read
	// The world, and a rim of empty tiles around it, at zooms before and after each band's border.
	found := 0
	for _, z := range []int{0, 4, 8, 9, 10, 11, 12, 13} {
		shift := 13 - z
		west, east, north, south := 4418>>shift, 4427>>shift, 2902>>shift, 2911>>shift
		for x := west; x <= east; x++ {
			for y := north; y <= south; y++ {
				want := render(t, p.Public, [3]int{z, x, y})
				got, err := flat.Tile(z, x, y)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("PMTiles %d/%d/%d: %d bytes, the server has %d (%v)", z, x, y, len(got), len(want), err)
				}
				stored, err := table.Tile(t.Context(), z, x, y)
				if err != nil || !bytes.Equal(gunzip(t, stored), want) {
					t.Errorf("MBTiles %d/%d/%d: %d bytes, the server has %d (%v)", z, x, y, len(stored), len(want), err)
				}
				if bytes.Contains(got, []byte("Osnutek")) {
					t.Errorf("%d/%d/%d has the draft", z, x, y)
				}
				if len(want) > 0 {
					found++
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d tiles were compared", found)
	}
	text, err := flat.MetadataJSON()
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Attribution  string
		VectorLayers []tiles.VectorLayer `json:"vector_layers"`
	}
	if err := json.Unmarshal(text, &m); err != nil || len(m.VectorLayers) != len(one.Layers) || m.Attribution == "" || m.VectorLayers[0].Fields["name"] != "String" {
		t.Errorf("metadata %s, %v", text, err)
	}
}

func TestArchiveOptions(t *testing.T) {
	t.Parallel()
	p := world(t)
	file := filepath.Join(t.TempDir(), "cone.pmtiles")
	r := exported(t, p, archive.Options{File: file, Layers: []string{"business_zones"}, MaxZoom: 11, Lang: "en", Municipality: "Kranj"})
	v := verified(t, file)
	if !v.Sound() || r.MaxZoom != 11 || strings.Join(v.Layers, " ") != "business_zones" || v.MaxZoom != 11 {
		t.Errorf("%+v", v)
	}
	for name, o := range map[string]archive.Options{
		"ending":       {File: file + ".zip"},
		"zoom":         {File: file, MaxZoom: 16},
		"municipality": {File: file, Municipality: "atlantis"},
		"layer":        {File: file, Layers: []string{"users"}},
	} {
		if o.MaxZoom == 0 {
			o.MaxZoom = 3
		}
		var e *geo.Error
		if _, err := archive.Run(t.Context(), p.Public, o); !errors.As(err, &e) || e.Detail == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	run(t, p, `DELETE FROM kraj.business_zones`)
	if _, err := archive.Run(t.Context(), p.Public, archive.Options{File: file, Layers: []string{"business_zones"}, MaxZoom: 9}); geo.KindOf(err) != geo.NotFound {
		t.Errorf("nothing to export: %v", err)
	}
	if !verified(t, file).Sound() {
		t.Error("an export that failed damaged the file there was")
	}
}

// What is written while an export runs is not in it, in none of its connections.
func TestArchiveIsOfOneMoment(t *testing.T) {
	t.Parallel()
	p := world(t)
	dir := t.TempDir()
	before, during := filepath.Join(dir, "before.pmtiles"), filepath.Join(dir, "during.pmtiles")
	exported(t, p, archive.Options{File: before})
	edited := false
	exported(t, p, archive.Options{File: during, Workers: 4, Progress: func(int64, int64) {
		if !edited {
			edited = true
			run(t, p, `DELETE FROM kraj.sites; UPDATE kraj.settlements SET name = 'drugače'`)
		}
	}})
	a, errA := os.ReadFile(before)
	b, errB := os.ReadFile(during)
	if errA != nil || errB != nil || !edited || !bytes.Equal(a, b) {
		t.Errorf("an archive of %d bytes and one of %d: the edit between came in, or exports differ by themselves", len(a), len(b))
	}
}

// An export that is interrupted leaves what was there, and nothing else.
func TestInterruptedExportLeavesNothing(t *testing.T) {
	t.Parallel()
	p := world(t)
	for _, ending := range []string{"pmtiles", "mbtiles"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "karta."+ending)
		if err := os.WriteFile(file, []byte("the old one"), 0o644); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		_, err := archive.Run(ctx, p.Public, archive.Options{File: file, MaxZoom: 14, Progress: func(done, _ int64) {
			if done == 20 {
				cancel()
			}
		}})
		cancel()
		entries, readErr := os.ReadDir(dir)
		content, _ := os.ReadFile(file)
		if err == nil || readErr != nil || len(entries) != 1 || string(content) != "the old one" {
			t.Errorf("%s: %v, in the folder %v, the file has %q", ending, err, entries, content)
		}
	}
}

// Whatever is damaged is found, in words, and nothing that is damaged stops the one who looks.
func TestVerifyFindsDamage(t *testing.T) {
	t.Parallel()
	p := world(t)
	dir := t.TempDir()
	pm, mb := filepath.Join(dir, "karta.pmtiles"), filepath.Join(dir, "karta.mbtiles")
	exported(t, p, archive.Options{File: pm, MaxZoom: 11})
	exported(t, p, archive.Options{File: mb, MaxZoom: 11})
	sound, err := os.ReadFile(pm)
	if err != nil {
		t.Fatal(err)
	}
	h, err := pmtiles.ParseHeader(sound)
	if err != nil {
		t.Fatal(err)
	}
	header := func(change func(*pmtiles.Header)) func([]byte) []byte {
		return func(b []byte) []byte {
			c := h
			change(&c)
			return append(c.Bytes(), b[pmtiles.HeaderSize:]...)
		}
	}
	flip := func(at uint64) func([]byte) []byte {
		return func(b []byte) []byte { b[at] ^= 0x55; return b }
	}
	for name, c := range map[string]struct {
		damage func([]byte) []byte
		want   string
	}{
		"another file":             {func([]byte) []byte { return []byte("PK\x03\x04 and so on") }, "header needs"},
		"another magic":            {flip(0), "PMTiles"},
		"version 2":                {func(b []byte) []byte { b[7] = 2; return b }, "version 2"},
		"cut off":                  {func(b []byte) []byte { return b[:len(b)-100] }, "beyond the file's end"},
		"cut off in the header":    {func(b []byte) []byte { return b[:50] }, "50 bytes"},
		"a flipped root":           {flip(h.Root.Offset + h.Root.Length/2), "directories cannot be followed"},
		"flipped metadata":         {flip(h.Metadata.Offset + h.Metadata.Length/2), "Metadata"},
		"a flipped tile":           {flip(h.Data.Offset + h.Data.Length/2), "Tile "},
		"a count":                  {header(func(h *pmtiles.Header) { h.Addressed++ }), "addressed tiles"},
		"another count":            {header(func(h *pmtiles.Header) { h.Contents-- }), "tile contents"},
		"a third count":            {header(func(h *pmtiles.Header) { h.Entries-- }), "tile entries"},
		"too few zooms":            {header(func(h *pmtiles.Header) { h.MaxZoom-- }), "outside of the zooms"},
		"too many zooms":           {header(func(h *pmtiles.Header) { h.MaxZoom++ }), "no tile of zoom 12"},
		"bounds elsewhere":         {header(func(h *pmtiles.Header) { h.Bounds = [4]float64{0, 0, 1, 1} }), "outside of the bounds"},
		"no bounds":                {header(func(h *pmtiles.Header) { h.Bounds = [4]float64{9, 9, 1, 1} }), "no box"},
		"raster tiles":             {header(func(h *pmtiles.Header) { h.Type = 2 }), "type 2"},
		"another compression":      {header(func(h *pmtiles.Header) { h.Tiles = pmtiles.Brotli }), "compression"},
		"a root far away":          {header(func(h *pmtiles.Header) { h.Root.Offset = 1 << 62 }), "beyond the file's end"},
		"data that begin too late": {header(func(h *pmtiles.Header) { h.Data.Offset++ }), "beyond the file's end"},
		"nothing":                  {func([]byte) []byte { return nil }, "0 bytes"},
	} {
		file := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".pmtiles")
		if err := os.WriteFile(file, c.damage(bytes.Clone(sound)), 0o644); err != nil {
			t.Fatal(err)
		}
		if v := verified(t, file); !strings.Contains(strings.Join(v.Problems, "\n"), c.want) {
			t.Errorf("%s: nothing of %q in %q", name, c.want, v.Problems)
		}
	}
	if !verified(t, mb).Sound() {
		t.Fatal("the MBTiles are not sound to begin with")
	}
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Log("sqlite3 is not installed: MBTiles are damaged by bytes only")
	} else {
		for sql, want := range map[string]string{
			`DELETE FROM images WHERE tile_id = 3`:                                   "no content",
			`DELETE FROM map WHERE tile_id = 3`:                                      "no address",
			`UPDATE images SET tile_data = x'1f8b00' WHERE tile_id = 2`:              "gzip",
			`UPDATE images SET tile_data = x'1a00' WHERE tile_id = 2`:                "not gzipped",
			`UPDATE map SET tile_row = tile_row + 9000 WHERE zoom_level = 11`:        "does not have",
			`UPDATE map SET tile_row = tile_row - 20 WHERE zoom_level = 8`:           "outside of the bounds",
			`DELETE FROM metadata WHERE name = 'json'`:                               "“json”",
			`UPDATE metadata SET value = '{"vector_layers":[]}' WHERE name = 'json'`: "vector_layers",
			`UPDATE metadata SET value = '1,2,3' WHERE name = 'bounds'`:              "four numbers",
			`UPDATE metadata SET value = '9' WHERE name = 'maxzoom'`:                 "outside of the zooms",
			`DROP VIEW tiles`: "no readable table",
		} {
			file := filepath.Join(dir, "damaged.mbtiles")
			copied(t, mb, file)
			if out, err := exec.CommandContext(t.Context(), "sqlite3", file, sql).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v %s", sql, err, out)
			}
			if v := verified(t, file); !strings.Contains(strings.Join(v.Problems, "\n"), want) {
				t.Errorf("%s: nothing of %q in %q", sql, want, v.Problems)
			}
		}
	}
	table, err := os.ReadFile(mb)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "cut.mbtiles")
	if err := os.WriteFile(cut, table[:len(table)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if verified(t, cut).Sound() {
		t.Error("half of an MBTiles file is sound")
	}
}

func copied(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The npm library reads the archive: header, metadata, and each tile as the server has it.
func TestJavaScriptReadsPMTiles(t *testing.T) {
	t.Parallel()
	dir := packages(t)
	p := world(t)
	file := filepath.Join(t.TempDir(), "karta.pmtiles")
	r := exported(t, p, archive.Options{File: file})
	script := `
import { PMTiles, FileSource } from 'pmtiles'; import { readFile } from 'node:fs/promises';
const bytes = await readFile(process.argv[1]);
const archive = new PMTiles({ getKey: () => 'f', getBytes: async (at, n) => ({ data: bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + at + n) }) });
const header = await archive.getHeader(), metadata = await archive.getMetadata(), tiles = {};
for (const at of JSON.parse(process.argv[2])) { const t = await archive.getZxy(...at); tiles[at.join('/')] = t ? Buffer.from(t.data).toString('base64') : ''; }
console.log(JSON.stringify({ header, metadata, tiles }));`
	places := [][3]int{whole, middle, {13, 4422, 2906}, {14, 0, 0}, {8, 138, 90}}
	asked, _ := json.Marshal(places)
	cmd := exec.CommandContext(t.Context(), "node", "--input-type=module", "-e", script, file, string(asked))
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, stderr(err))
	}
	var seen struct {
		Header struct {
			SpecVersion, TileType, TileCompression int
			NumAddressedTiles                      int64
			MinZoom, MaxZoom                       int
			Clustered                              bool
		}
		Metadata struct {
			VectorLayers []tiles.VectorLayer `json:"vector_layers"`
		}
		Tiles map[string][]byte
	}
	if err := json.Unmarshal(out, &seen); err != nil {
		t.Fatal(err)
	}
	if h := seen.Header; h.SpecVersion != 3 || h.TileType != 1 || h.TileCompression != 2 || h.NumAddressedTiles != r.Tiles || h.MaxZoom != 14 || !h.Clustered {
		t.Errorf("header %+v", h)
	}
	if len(seen.Metadata.VectorLayers) != len(r.Layers) {
		t.Errorf("metadata %+v", seen.Metadata)
	}
	for _, at := range places {
		a := tiles.Address{Z: at[0], X: at[1], Y: at[2]}
		if got, want := seen.Tiles[strings.TrimPrefix(a.String(), "/")], render(t, p.Public, at); !bytes.Equal(got, want) {
			t.Errorf("%v: %d bytes, the server has %d", at, len(got), len(want))
		}
	}
}

// GDAL opens MBTiles with all layers and fields, and finds every settlement.
func TestGDALReadsMBTiles(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ogrinfo"); err != nil {
		t.Skip("ogrinfo is not installed")
	}
	p := world(t)
	file := filepath.Join(t.TempDir(), "karta.mbtiles")
	r := exported(t, p, archive.Options{File: file})
	out, err := exec.CommandContext(t.Context(), "ogrinfo", "-al", "-so", file).CombinedOutput()
	if err != nil {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	for _, layer := range r.Layers {
		if !strings.Contains(string(out), "Layer name: "+layer+"\n") {
			t.Errorf("GDAL does not see %s", layer)
		}
	}
	for _, want := range []string{"format=pbf", "amount: Real", "class: String", "maxzoom=14"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("GDAL does not see %q in\n%s", want, out)
		}
	}
	if strings.Contains(string(out), "ERROR") || strings.Contains(string(out), "Warning") {
		t.Errorf("GDAL complains:\n%s", out)
	}
	names, err := exec.CommandContext(t.Context(), "ogrinfo", "-q", file, "-sql", "SELECT DISTINCT name FROM settlements").CombinedOutput()
	if err != nil {
		t.Fatalf("ogrinfo: %v\n%s", err, names)
	}
	for _, name := range query[string](t, p, `SELECT name FROM kraj.settlements`) {
		if !strings.Contains(string(names), name) {
			t.Errorf("GDAL does not find %s", name)
		}
	}
}
