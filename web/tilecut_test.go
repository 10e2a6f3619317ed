package web_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"

	"kraj/tiles"
)

// A crowd in one tile, each with a long name: the tile stays within its limit, keeps the most important ones and says what it left out, in
// every answer and in the metrics.
func TestATileThatIsTooLarge(t *testing.T) {
	t.Parallel()
	s := newSite(t).filled()
	const all = 4000
	if _, err := s.pools.Owner.Exec(t.Context(), `INSERT INTO kraj.tile_features (layer, band, id, municipality_id, visibility, rank, props, geom)
		SELECT 'projects', 15, 1000000 + 4 * n, (SELECT min(id) FROM kraj.municipalities), 'public', n,
			jsonb_build_object('code', 'x' || n, 'name', 'Ureditev ' || n || repeat(' in še nekaj', 20)),
			ST_SetSRID(ST_MakePoint(1597000 + n % 100, 5823000 + n / 100), 3857) FROM generate_series(1, $1::int) n`, all); err != nil {
		t.Fatal(err)
	}
	const path = "/tiles/settlements,projects/13/4422/2905.mvt"
	for _, round := range []string{"rendered", "again"} {
		r := s.get(path)
		if r.status != 200 || len(r.body) > tiles.MaxBytes || len(r.body) < tiles.MaxBytes/2 {
			t.Fatalf("%s: %d, %d bytes", round, r.status, len(r.body))
		}
		layers, err := mvt.Unmarshal([]byte(r.body))
		if err != nil {
			t.Fatal(err)
		}
		l := layers[len(layers)-1]
		dropped := regexp.MustCompile(`^projects=(\d+)$`).FindStringSubmatch(r.header.Get("Kraj-Dropped"))
		if dropped == nil {
			t.Fatalf("%s: Kraj-Dropped says %q", round, r.header.Get("Kraj-Dropped"))
		}
		n, _ := strconv.Atoi(dropped[1])
		kept := map[float64]bool{}
		for _, f := range l.Features {
			kept[f.ID.(float64)] = true
		}
		for i := range all {
			if id := float64(1_000_000 + 4*(i+1)); kept[id] != (i >= n) && i < all-10 {
				t.Fatalf("%s: %d are dropped, and the feature of rank %d is there: %v", round, n, i+1, kept[id])
			}
		}
		if held := s.get(path, "If-None-Match: "+r.header.Get("ETag")); held.status != 304 || held.header.Get("Kraj-Dropped") == "" {
			t.Errorf("%s, held: %d %v", round, held.status, held.header)
		}
		metrics := s.get("/metrics").body
		for _, want := range []string{`kraj_tile_cuts_total{layer="projects",zoom="13"}`, `kraj_tile_dropped_features_total{layer="projects",zoom="13"}`} {
			if !strings.Contains(metrics, want) {
				t.Errorf("%s: /metrics lacks %s", round, want)
			}
		}
	}
	if r := s.get("/tiles/settlements/13/4422/2905.mvt"); r.header.Get("Kraj-Dropped") != "" {
		t.Errorf("nothing is dropped, but %s", r.header.Get("Kraj-Dropped"))
	}
	if exposed := s.get(path).header.Get("Access-Control-Expose-Headers"); !strings.Contains(exposed, "Kraj-Dropped") {
		t.Error(fmt.Errorf("pages from elsewhere cannot read it: %s", exposed))
	}
}
