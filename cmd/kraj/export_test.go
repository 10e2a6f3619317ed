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
