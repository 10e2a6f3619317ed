package importers

import (
	"testing"

	"kraj/geo/pgtest"
)

// The files that have to load completely, and a second time without a change. The
// settlements come before any municipality is stored.
func TestSharedFiles(t *testing.T) {
	t.Parallel()
	pools := pgtest.New(t)
	files := []struct {
		layer, folder, file, first, second string
	}{
		{"settlements", "naselja", "si_settlements_approx.gpkg", "6035 new, 0 changed, 0 gone, 0 same, 0 rejected", "0 new, 0 changed, 0 gone, 6035 same, 0 rejected"},
		{"municipalities", "obcine", "wof_si_localadmin.geojson", "212 new, 0 changed, 0 gone, 0 same, 0 rejected", "0 new, 0 changed, 0 gone, 212 same, 0 rejected"},
		{"local_communities", "obcine", "rpe_odo_cm.geojson", "69 new, 0 changed, 0 gone, 0 same, 0 rejected", "0 new, 0 changed, 0 gone, 69 same, 0 rejected"},
		{"degraded_areas", "degradirana", "fro_gorenjska_osrednjeslovenska.geojson", "355 new, 0 changed, 0 gone, 0 same, 0 rejected", "0 new, 0 changed, 0 gone, 355 same, 0 rejected"},
	}
	for _, f := range files {
		o := Options{Layer: f.layer, File: pgtest.Shared(t, f.folder, f.file)}
		if got, want := load(t, pools, o).Summary(), f.layer+": "+f.first; got != want {
			t.Errorf("%s: %s; want %s", f.file, got, want)
		}
	}
	var revision int64
	if err := pools.Owner.QueryRow(t.Context(), `SELECT max(id) FROM kraj.revisions`).Scan(&revision); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		o := Options{Layer: f.layer, File: pgtest.Shared(t, f.folder, f.file)}
		if got, want := load(t, pools, o).Summary(), f.layer+": "+f.second; got != want {
			t.Errorf("%s again: %s; want %s", f.file, got, want)
		}
	}
	var after, without int64
	err := pools.Owner.QueryRow(t.Context(), `SELECT (SELECT max(id) FROM kraj.revisions),
		(SELECT count(*) FROM kraj.settlements WHERE municipality_id IS NULL)`).Scan(&after, &without)
	if err != nil {
		t.Fatal(err)
	}
	if after != revision {
		t.Errorf("the second time made revision %d after %d", after, revision)
	}
	if without != 0 {
		t.Errorf("%d settlements have no municipality although all are stored", without)
	}
}
