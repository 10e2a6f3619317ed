package rules_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kraj/geo/pgtest"
)

// shell runs a client of the database as a user would.
func shell(t *testing.T, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput() //nolint:gosec // fixed names
	if err != nil {
		t.Fatalf("%s %s\n%v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPsqlCopy(t *testing.T) {
	t.Parallel()
	p := world(t)
	var lines strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&lines, "4,SRID=3794;POINT(%d %d)\n", 450000+i%90*88, 120001+i%40*98)
	}
	path := file(t, "sites.csv", lines.String())
	shell(t, "psql", pgtest.URL(t, p), "-v", "ON_ERROR_STOP=1", "-qc", `\copy kraj.sites (project_id, geom) from '`+path+`' with (format csv)`)
	is(t, p.Owner, `2001 2000`, `SELECT count(*) || ' ' || (SELECT count(*) FROM kraj.changes WHERE revision = (SELECT max(id) FROM kraj.revisions)) FROM kraj.sites WHERE project_id = 4 AND visibility = 'public'`)
	if problem := verify(t, p); problem != "" {
		t.Error(problem)
	}
}

func TestOgr2ogrAppends(t *testing.T) {
	t.Parallel()
	p := world(t)
	c := p.Owner.Config().ConnConfig
	u := fmt.Sprintf("PG:host=%s port=%d dbname=%s user=%s", c.Host, c.Port, c.Database, c.User)
	settlements := file(t, "naselja.geojson", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3794"}},"features":[
		{"type":"Feature","properties":{"code":"010","name":"Žablje"},"geometry":{"type":"Polygon","coordinates":[[[450000,120000],[450500,120000],[450500,120500],[450000,120500],[450000,120000]]]}},
		{"type":"Feature","properties":{"code":null,"name":"Šutna"},"geometry":{"type":"MultiPolygon","coordinates":[[[[455000,121000],[455500,121000],[455500,121500],[455000,121000]]]]}}]}`)
	shell(t, "ogr2ogr", "-append", "-nlt", "PROMOTE_TO_MULTI", "-nln", "kraj.settlements", u, settlements)
	is(t, p.Owner, `010/1 k102/2`, `SELECT string_agg(code || '/' || municipality_id, ' ' ORDER BY id) FROM kraj.settlements WHERE id > 100`)
	zones := file(t, "cone.geojson", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3794"}},"features":[
		{"type":"Feature","properties":{"name":"PC Hrastje","plan_state":"adopted","stated_area_ha":14.6},"geometry":{"type":"Polygon","coordinates":[[[450500,121000],[451500,121000],[451500,121500],[450500,121000]]]}},
		{"type":"Feature","properties":{"name":"PC brez načrta"},"geometry":{"type":"Point","coordinates":[455000,121000]}}]}`)
	for _, mode := range []string{"NO", "YES"} {
		shell(t, "ogr2ogr", "--config", "PG_USE_COPY", mode, "-append", "-nln", "kraj.business_zones", u, zones)
	}
	is(t, p.Owner, `MULTIPOLYGON/1/adopted POINT/2/unknown MULTIPOLYGON/1/adopted POINT/2/unknown`,
		`SELECT string_agg(GeometryType(geom) || '/' || municipality_id || '/' || plan_state, ' ' ORDER BY id) FROM kraj.business_zones`)
	is(t, p.Owner, `2`, `SELECT count(*)::text FROM kraj.ties WHERE layer = 'business_zones' AND relation = 'crosses' AND project_id = 2`)
	sites := file(t, "trase.geojson", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3794"}},"features":[
		{"type":"Feature","properties":{"project_code":"2.3/1/2","name":"odsek"},"geometry":{"type":"LineString","coordinates":[[450000,121000],[455000,121000]]}}]}`)
	shell(t, "ogr2ogr", "-append", "-nlt", "PROMOTE_TO_MULTI", "-nln", "kraj.sites_lines", u, sites)
	is(t, p.Owner, `3 public {1,2,4}`, `SELECT project_id || ' ' || visibility || ' ' || (SELECT array_agg(DISTINCT place_id ORDER BY place_id)::text FROM kraj.ties WHERE project_id = 3 AND layer = 'settlements')
		FROM kraj.sites WHERE name = 'odsek'`)
}

// As QGIS writes: one statement a feature, inside one transaction, the code left
// empty, no municipality; then attributes one by one; then deletes.
func TestManySingleStatements(t *testing.T) {
	t.Parallel()
	p := world(t)
	tx := begin(t, p)
	for i := range 300 {
		do(t, tx, `INSERT INTO kraj.cycling_routes (code, name, geom) VALUES ('', $1, ST_SetSRID(ST_MakeLine(ST_Point($2, 120500), ST_Point($2 + 50, 123500)), 3794))`,
			fmt.Sprintf("pot %d", i), 450000+float64(i)*20)
	}
	for i := range 100 {
		do(t, tx, `UPDATE kraj.cycling_routes SET state = 'planned' WHERE name = $1`, fmt.Sprintf("pot %d", i))
	}
	do(t, tx, `SAVEPOINT s; DELETE FROM kraj.cycling_routes; ROLLBACK TO s`)
	for i := range 50 {
		do(t, tx, `DELETE FROM kraj.cycling_routes WHERE name = $1`, fmt.Sprintf("pot %d", i))
	}
	commit(t, tx)
	is(t, p.Owner, `250 250 50 151 MULTILINESTRING`, `SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE code = 'k' || id), count(*) FILTER (WHERE state = 'planned'),
		count(*) FILTER (WHERE municipality_id = 1), min(GeometryType(geom))) FROM kraj.cycling_routes`)
	is(t, p.Owner, `450`, `SELECT count(*)::text FROM kraj.changes WHERE revision = $1`, lastRevision(t, p))
	if problem := verify(t, p); problem != "" {
		t.Error(problem)
	}
	if _, err := p.Owner.Exec(t.Context(), `SELECT kraj.revert($1)`, lastRevision(t, p)); err != nil {
		t.Error(describe(err))
	}
	is(t, p.Owner, `0`, `SELECT count(*)::text FROM kraj.cycling_routes`)
}

func TestSiteViews(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Planner, `INSERT INTO kraj.sites_points (project_code, name, geom) VALUES ('2.3/2', 'a', ST_SetSRID(ST_Multi(ST_Point(451000, 121000)), 3794))`)
	do(t, p.Planner, `INSERT INTO kraj.sites_polygons (project_id, name, geom) VALUES (4, 'b', ST_Multi(ST_MakeEnvelope(451000, 121000, 452000, 122000, 3794)))`)
	is(t, p.Owner, `MULTIPOINT 1 1 1`, `SELECT concat_ws(' ', min(type) FILTER (WHERE f_table_name = 'sites_points'), (SELECT count(*) FROM kraj.sites_lines),
		(SELECT count(*) FROM kraj.sites_polygons), (SELECT count(*) FROM kraj.sites_points WHERE name = 'a' AND project_code = '2.3/2' AND municipality = '052'))
		FROM geometry_columns WHERE f_table_schema = 'kraj'`)
	do(t, p.Planner, `UPDATE kraj.sites_points SET project_code = '2.3/1/2' WHERE name = 'a'`)
	is(t, p.Owner, `3`, `SELECT project_id::text FROM kraj.sites WHERE name = 'a'`)
	// Editing an attribute leaves the stored geometry as it was, single or multi.
	do(t, p.Planner, `UPDATE kraj.sites_points SET name = 'c' WHERE id = 2`)
	is(t, p.Owner, `POINT c`, `SELECT GeometryType(geom) || ' ' || name FROM kraj.sites WHERE id = 2`)
	refused(t, p.Planner, "23503", []string{`"9.9"`, "project_code"}, `INSERT INTO kraj.sites_points (project_code, geom) VALUES ('9.9', ST_SetSRID(ST_Multi(ST_Point(1, 1)), 3794))`)
	do(t, p.Owner, `INSERT INTO kraj.projects (municipality_id, code, title) VALUES (2, '2.3/2', 'Isto ime drugje')`)
	refused(t, p.Planner, "23503", []string{"more than one"}, `INSERT INTO kraj.sites_points (project_code, geom) VALUES ('2.3/2', ST_SetSRID(ST_Multi(ST_Point(455000, 121000)), 3794))`)
	do(t, p.Planner, `INSERT INTO kraj.sites_points (project_code, municipality, geom) VALUES ('2.3/2', 'sencur', ST_SetSRID(ST_Multi(ST_Point(455000, 121000)), 3794))`)
	is(t, p.Owner, `2`, `SELECT municipality_id::text FROM kraj.sites ORDER BY id DESC LIMIT 1`)
	do(t, p.Planner, `DELETE FROM kraj.sites_polygons`)
	is(t, p.Owner, `0`, `SELECT count(*)::text FROM kraj.sites WHERE name = 'b'`)
}

// A planner's own layer works like the builtin ones.
func TestCreateLayer(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Planner, `SELECT kraj.create_layer('land_use', 'Namenska raba', 'Land use', 'polygon')`)
	do(t, p.Planner, `INSERT INTO kraj.land_use (code, name, attributes, geom) VALUES ('', 'IG', '{"raba":"IG"}', ST_MakeEnvelope(452500, 120500, 453500, 121500, 3794))`)
	is(t, p.Owner, `k1 1 MULTIPOLYGON`, `SELECT code || ' ' || municipality_id || ' ' || GeometryType(geom) FROM kraj.land_use`)
	is(t, p.Owner, `{4}`, `SELECT array_agg(DISTINCT project_id)::text FROM kraj.ties WHERE layer = 'land_use' AND relation = 'within'`)
	is(t, p.Public, `IG 1 true`, `SELECT name || ' ' || (SELECT count(*) FROM places WHERE layer = 'land_use') || ' ' ||
		(EXISTS (SELECT FROM tile_features WHERE layer = 'land_use')) FROM land_use`)
	is(t, p.Owner, `land_use`, `SELECT relation FROM kraj.changes WHERE revision = $1`, lastRevision(t, p))
	refused(t, p.Planner, "geometry_type", []string{"land_use", "MULTIPOLYGON"}, `INSERT INTO kraj.land_use (name, geom) VALUES ('x', ST_SetSRID(ST_Point(1, 1), 3794))`)
	refused(t, p.Planner, "42710", []string{"taken"}, `SELECT kraj.create_layer('sites', 'x', 'x', 'point')`)
	refused(t, p.Planner, "23514", nil, `SELECT kraj.create_layer('Bad name; drop', 'x', 'x', 'point')`)
	refused(t, p.Planner, "23514", nil, `SELECT kraj.create_layer('stavbe', 'x', 'x', 'cube')`)
	refused(t, p.Owner, "layers_keep", []string{"land_use", "rows", "drop_layer"}, `DELETE FROM kraj.layers WHERE id = 'land_use'`)
	refused(t, p.Owner, "layers_keep", []string{"belongs to kraj"}, `DELETE FROM kraj.layers WHERE id = 'settlements'`)
	refused(t, p.Planner, "42704", nil, `SELECT kraj.drop_layer('settlements')`)
	do(t, p.Owner, `SELECT kraj.revert($1)`, lastRevision(t, p))
	is(t, p.Owner, `0 0`, `SELECT (SELECT count(*) FROM kraj.land_use) || ' ' || count(*) FROM kraj.ties WHERE layer = 'land_use'`)
	do(t, p.Owner, `SELECT kraj.revert($1)`, lastRevision(t, p))
	do(t, p.Planner, `INSERT INTO kraj.project_places (project_id, layer, place_id, relation) VALUES (2, 'land_use', 1, 'manual')`)
	do(t, p.Planner, `SELECT kraj.drop_layer('land_use')`)
	is(t, p.Owner, `true 0 0 0`, `SELECT (to_regclass('kraj.land_use') IS NULL AND to_regclass('kraj_public.land_use') IS NULL) || ' ' || (SELECT count(*) FROM kraj.ties WHERE layer = 'land_use')
		|| ' ' || (SELECT count(*) FROM kraj.tile_features WHERE layer = 'land_use') || ' ' || (SELECT count(*) FROM kraj.project_places WHERE layer = 'land_use')`)
	do(t, p.Planner, `SELECT kraj.create_layer('land_use', 'Namenska raba', 'Land use', 'mixed')`)
}

// 100 000 rows in one COPY, changed, deleted and brought back: every step works on
// the whole set, so none of them may take a time that grows with its square.
func TestACountryOfSites(t *testing.T) {
	if os.Getenv("KRAJ_TEST_LONG") == "" {
		t.Skip("long: set KRAJ_TEST_LONG=1")
	}
	p := world(t)
	do(t, p.Owner, `INSERT INTO kraj.projects (id, municipality_id, code, title) SELECT i, 1 + i % 2, 'x' || i, 'P' || i FROM generate_series(1000, 20999) i`)
	var lines strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&lines, "%d,SRID=3794;POINT(%d %d)\n", 1000+i/5, 450000+i*7919%8000, 120000+i*7907%4000)
	}
	path := file(t, "sites.csv", lines.String())
	start := time.Now()
	step := func(what string) {
		t.Helper()
		t.Logf("%-10s %6.1f s", what, time.Since(start).Seconds())
		start = time.Now()
	}
	shell(t, "psql", pgtest.URL(t, p), "-v", "ON_ERROR_STOP=1", "-qc", `\copy kraj.sites (project_id, geom) from '`+path+`' with (format csv)`)
	step("COPY")
	inside := `SELECT count(*) || ' ' || count(DISTINCT project_id) FROM kraj.ties WHERE layer = 'settlements' AND project_id >= 1000`
	tied := one[string](t, p.Owner, inside)
	do(t, p.Owner, `UPDATE kraj.sites SET geom = ST_Translate(geom, 0, 50)`)
	step("UPDATE")
	do(t, p.Owner, `SELECT kraj.revert($1)`, lastRevision(t, p))
	step("revert")
	is(t, p.Owner, tied, inside)
	do(t, p.Owner, `DELETE FROM kraj.sites`)
	step("DELETE")
	do(t, p.Owner, `SELECT kraj.revert($1)`, lastRevision(t, p))
	step("revert")
	is(t, p.Owner, tied, inside)
	is(t, p.Owner, `100002`, `SELECT count(*)::text FROM kraj.sites`)
}
