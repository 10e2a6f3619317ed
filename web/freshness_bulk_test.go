package web_test

import (
	"os"
	"testing"
	"time"

	"kraj/geo/pgtest/country"
)

// One statement that changes every site of a country (with KRAJ_TEST_LONG 100 000 of them): its notices stay small, and once they have
// come every tile that was cached is as the database says.
func TestABulkUpdateShows(t *testing.T) {
	t.Parallel()
	scale := 0.01
	if os.Getenv("KRAJ_TEST_LONG") != "" {
		scale = 0.8
	}
	pools := country.Clone(t, country.Options{Scale: scale})
	s := hearing(t, pools)
	var paths []string
	rows, err := pools.Owner.Query(t.Context(), `SELECT DISTINCT format('/tiles/%s/%s/%s/%s.mvt', l, z, floor((ST_X(p) + 20037508.342789244) / side), floor((20037508.342789244 - ST_Y(p)) / side))
		FROM (SELECT ST_Transform(ST_PointOnSurface(geom), 3857) AS p FROM sites ORDER BY md5(id::text) LIMIT 8) s, generate_series(8, 14) z, LATERAL (SELECT 40075016.685578488 / 2 ^ z AS side) w,
			unnest('{projects,settlements}'::text[]) l`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var path string
		if err := rows.Scan(&path); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	before := map[string]reply{}
	for _, path := range paths {
		before[path] = s.until(path, status("hit"))
	}
	s.settled()
	s.ear.take()
	began := time.Now()
	tag, err := pools.Owner.Exec(t.Context(), `UPDATE sites SET approximate = NOT approximate`)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	s.settled()
	changed := 0
	for _, path := range paths {
		now := s.get(path)
		if want := fresh(t, pools, false, path); now.body != want {
			t.Errorf("STALE: %s: %v", path, now.header)
		}
		if now.header.Get("ETag") != before[path].header.Get("ETag") {
			changed++
		}
	}
	boxes, notices := 0, s.ear.take()
	for _, n := range notices {
		boxes += len(n.Boxes)
		if len(n.Boxes) > 16 || n.Layer != "projects" {
			t.Errorf("%d boxes of %s", len(n.Boxes), n.Layer)
		}
	}
	if changed == 0 {
		t.Error("nothing changed: this proves nothing")
	}
	t.Logf("%d sites in one statement, %s; %d notices with %d boxes; %d of %d cached tiles changed, 0 stale, the others kept their tag", tag.RowsAffected(), took.Round(time.Millisecond), len(notices), boxes, changed, len(paths))
}
