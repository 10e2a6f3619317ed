package importers

import (
	"testing"
	"time"

	"kraj/geo/pgtest"
)

// The files that have to load completely, and a second time without a change. The
// settlements come before any municipality is stored.
func TestSharedFiles(t *testing.T) {
	pools := pgtest.New(t)
	for _, f := range []struct {
		layer, folder, file, want string
	}{
		{"settlements", "naselja", "si_settlements_approx.gpkg", "6035 new, 0 changed, 0 gone, 0 same, 0 rejected"},
		{"municipalities", "obcine", "wof_si_localadmin.geojson", "212 new, 0 changed, 0 gone, 0 same, 0 rejected"},
		{"local_communities", "obcine", "rpe_odo_cm.geojson", "69 new, 0 changed, 0 gone, 0 same, 0 rejected"},
		{"degraded_areas", "degradirana", "fro_gorenjska_osrednjeslovenska.geojson", "355 new, 0 changed, 0 gone, 0 same, 0 rejected"},
	} {
		o := Options{Layer: f.layer, File: pgtest.Shared(t, f.folder, f.file)}
		start := time.Now()
		if got := load(t, pools, o).Summary(); got != f.layer+": "+f.want {
			t.Errorf("%s: %s; want %s", f.file, got, f.want)
		}
		t.Log(time.Since(start))
	}
}
