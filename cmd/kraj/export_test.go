package main

import (
	"os"
	"path/filepath"
	"testing"

	"kraj/geo/pgtest"
)

func TestExport(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	execute(t, url, `INSERT INTO kraj.municipalities (code, name, geom) VALUES ('052', 'Kranj', ST_Multi(ST_MakeEnvelope(430000, 100000, 470000, 140000, 3794)))`)
	dir := t.TempDir()
	for _, ending := range []string{"geojson", "gpkg", "csv", "xlsx", "fgb"} {
		file := filepath.Join(dir, "obcine."+ending)
		kraj(t, url, "", "export", "municipalities", file).want(t, 0, "municipalities: 1 rows in")
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", ending, err)
		}
		kraj(t, url, "", "import", "municipalities", file).want(t, 0, "municipalities: 0 new, 0 changed, 0 gone, 1 same, 0 rejected")
	}
	kraj(t, url, "", "export", "municipalities", filepath.Join(dir, "x.shp")).want(t, 1, ".gpkg .geojson .fgb .csv .xlsx")
	kraj(t, url, "", "export", "nowhere", filepath.Join(dir, "x.csv")).want(t, 1, "nowhere")
}

// Tiles go into an archive of either format, which kraj tiles verify finds sound until a byte of it is another.
func TestExportTiles(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	dir := t.TempDir()
	kraj(t, url, "", "export", "tiles", filepath.Join(dir, "x.pmtiles")).want(t, 1, "Nothing to export")
	execute(t, url, `INSERT INTO kraj.municipalities (code, name, geom) VALUES ('052', 'Kranj', ST_Multi(ST_MakeEnvelope(440000, 110000, 460000, 130000, 3794)))`)
	for _, ending := range []string{"pmtiles", "mbtiles"} {
		file := filepath.Join(dir, "karta."+ending)
		kraj(t, url, "", "export", "tiles", file, "--layers", "municipalities", "--maxzoom", "9").want(t, 0, "tiles of 1 layers, zooms 4 to 9")
		kraj(t, url, "", "tiles", "verify", file).want(t, 0, "sound:")
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b[:len(b)-200], 0o644); err != nil {
			t.Fatal(err)
		}
		kraj(t, url, "", "tiles", "verify", file).want(t, 1, "✗")
	}
	kraj(t, url, "", "export", "tiles", filepath.Join(dir, "x.zip")).want(t, 1, ".pmtiles .mbtiles")
	kraj(t, url, "", "export", "tiles", filepath.Join(dir, "x.pmtiles"), "--lang", "de").want(t, 2, "sl or en")
	kraj(t, url, "", "tiles", "verify", filepath.Join(dir, "missing.pmtiles")).want(t, 1, "opening the archive")
}
