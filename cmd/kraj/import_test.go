package main

import (
	"path/filepath"
	"strings"
	"testing"

	"kraj/geo/pgtest"
)

const square = `{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"code":"052001","name":"Čadovlje"},"geometry":{"type":"Polygon","coordinates":[[[14.3,46.2],[14.31,46.2],[14.31,46.21],[14.3,46.21],[14.3,46.2]]]}},
 {"type":"Feature","properties":{"code":"052002","name":"Britof"},"geometry":{"type":"Polygon","coordinates":[[[14.32,46.2],[14.33,46.2],[14.33,46.21],[14.32,46.21],[14.32,46.2]]]}}]}`

func TestImport(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	execute(t, url, `INSERT INTO kraj.municipalities (code, name, geom) VALUES ('052', 'Kranj', ST_Multi(ST_MakeEnvelope(430000, 100000, 470000, 140000, 3794)))`)
	file := filepath.Join(t.TempDir(), "naselja.geojson")
	write(t, file, []byte(square))
	dry := kraj(t, url, "", "import", "settlements", file, "--dry-run")
	dry.want(t, 0, "Čadovlje", "settlements: 2 new, 0 changed, 0 gone, 0 same, 0 rejected")
	if n := answer[int](t, url, "SELECT count(*) FROM kraj.settlements"); n != 0 {
		t.Errorf("a dry run stored %d", n)
	}
	r := kraj(t, url, "", "import", "settlements", file)
	r.want(t, 0)
	if lines := strings.Split(strings.TrimSpace(r.out), "\n"); lines[len(lines)-1] != "settlements: 2 new, 0 changed, 0 gone, 0 same, 0 rejected" {
		t.Errorf("the last line is not the summary: %s", r.out)
	}
	kraj(t, url, "", "import", "settlements", file, "--json").want(t, 0, `"same": 2`)

	broken := filepath.Join(t.TempDir(), "broken.geojson")
	write(t, broken, []byte(strings.Replace(square, `"name":"Britof"`, `"name":""`, 1)))
	kraj(t, url, "", "import", "settlements", broken).want(t, 1, "--allow-rejects", "1 rejected")
	kraj(t, url, "", "import", "nowhere", file).want(t, 1, "nowhere")
	kraj(t, url, "", "import", "settlements", file+".missing").want(t, 1, "missing")
}
