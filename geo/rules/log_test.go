package rules_test

import (
	"testing"
)

// Every base table records its changes; a table that is neither listed as a base
// table nor known here is a gap in the log.
func TestEveryTableIsLoggedOrKnown(t *testing.T) {
	t.Parallel()
	p := world(t)
	is(t, p.Owner, `{atoms,changes,class_lines,class_people,class_sums,commit_order,demo_rows,extents,gaps,import_profiles,imports,migrations,migrations_code,name_forms,outlines,pending,project_words,revision_areas,revisions,sessions,settings,settle_locks,settle_requests,settlement_communities,sums,ties,tile_features,tile_touched,undo,users,weights}`,
		`SELECT array_agg(relname::text ORDER BY relname::text COLLATE "C")::text FROM pg_class
		 WHERE relnamespace = 'kraj'::regnamespace AND relkind IN ('r', 'p') AND relname NOT IN (SELECT kraj.base_tables())`)
	is(t, p.Owner, `{}`, `SELECT coalesce(array_agg(b), '{}')::text FROM kraj.base_tables() b WHERE 8 <> (
		SELECT count(*) FROM pg_trigger WHERE tgrelid = ('kraj.' || b)::regclass AND tgname ~ '^(a_log|b_pend)_(ins|upd|del|trunc)$')`)
}

func TestChangesKeepRowsBeforeAndAfter(t *testing.T) {
	t.Parallel()
	p := world(t)
	tx := begin(t, p)
	do(t, tx, `SET LOCAL kraj.actor = 'ana'; SET LOCAL kraj.source = 'map'; SET LOCAL kraj.message = 'new name'; SET LOCAL kraj.import = '7'`)
	do(t, tx, `UPDATE kraj.settlements SET name = 'Britof pri Kranju' WHERE id = 1`)
	do(t, tx, `UPDATE kraj.settlements SET geom = ST_Translate(geom, 0, 1) WHERE id = 2`)
	do(t, tx, `DELETE FROM kraj.sites WHERE id = 2`)
	do(t, tx, `INSERT INTO kraj.project_links (project_id, title, url) VALUES (2, 'Načrt', 'https://example.org')`)
	commit(t, tx)
	r := lastRevision(t, p)
	is(t, p.Owner, `ana kraj map new name 7`, `SELECT concat_ws(' ', actor, login, source, message, import_id) FROM kraj.revisions WHERE id = $1`, r)
	is(t, p.Owner, `settlements/1/U settlements/2/U sites/2/D project_links/1/I`,
		`SELECT string_agg(relation || '/' || row_key || '/' || op::text, ' ' ORDER BY id) FROM kraj.changes WHERE revision = $1`, r)
	is(t, p.Owner, `Britof → Britof pri Kranju true`, `SELECT (before->>'name') || ' → ' || (after->>'name') || ' ' || (before_geom = after_geom)
		FROM kraj.changes WHERE revision = $1 AND relation = 'settlements' AND row_key = '1'`, r)
	// Geometry as EWKB in its own SRID, no geometry in the JSON, no derived and no generated column.
	is(t, p.Owner, `t t`, `SELECT concat_ws(' ', ST_Equals(ST_GeomFromEWKB(after_geom), (SELECT geom FROM kraj.settlements WHERE id = 2)), NOT after ? 'geom')
		FROM kraj.changes WHERE revision = $1 AND row_key = '2' AND relation = 'settlements'`, r)
	is(t, p.Owner, `0`, `SELECT count(*)::text FROM kraj.changes WHERE
		(relation = 'projects' AND (after ? 'is_leaf' OR after ? 'effective_visibility')) OR (relation = 'sites' AND after ? 'visibility')
		OR (relation = 'municipalities' AND after ? 'slug') OR (relation = 'project_funding' AND after ? 'effective_cents')`)
	// Old and new areas in Web Mercator.
	is(t, p.Owner, `true`, `SELECT (ST_Area(ST_Transform(ST_SetSRID(after_area::geometry, 3857), 3794)) BETWEEN 4e6 AND 4.3e6
		AND ST_YMin(after_area) - ST_YMin(before_area) BETWEEN 1 AND 2)::text FROM kraj.changes WHERE revision = $1 AND row_key = '2' AND relation = 'settlements'`, r)
	is(t, p.Owner, `0 0 0`, `SELECT (SELECT count(*) FROM kraj.pending) || ' ' || (SELECT count(*) FROM kraj.settle_requests) || ' ' || (SELECT count(*) FROM kraj.undo)`)
}

func TestWhatChangesNothingIsNotLogged(t *testing.T) {
	t.Parallel()
	p := world(t)
	before := one[int64](t, p.Owner, `SELECT count(*) FROM kraj.changes`)
	do(t, p.Owner, `UPDATE kraj.settlements SET name = name, geom = geom`)
	do(t, p.Owner, `UPDATE kraj.settlements SET name = 'x' WHERE false`)
	do(t, p.Owner, `DELETE FROM kraj.sites WHERE id = 12345`)
	do(t, p.Owner, `INSERT INTO kraj.themes (municipality_id, code, name) SELECT 1, 'x', 'x' WHERE false`)
	do(t, p.Owner, `UPDATE kraj.projects SET is_leaf = NOT is_leaf, effective_visibility = 'internal'`)
	if after := one[int64](t, p.Owner, `SELECT count(*) FROM kraj.changes`); after != before {
		t.Errorf("%d changes logged by statements that changed nothing", after-before)
	}
	is(t, p.Owner, `false true true true public`, `SELECT string_agg(is_leaf::text, ' ' ORDER BY id) || ' ' || min(effective_visibility) FROM kraj.projects`)
	// One bit is a change: 1.0 and 1.00 are different numbers on paper, 0 and -0 in memory.
	do(t, p.Owner, `INSERT INTO kraj.business_zones (id, code, name, stated_area_ha) VALUES (1, 'a', 'a', 1.0)`)
	do(t, p.Owner, `UPDATE kraj.business_zones SET stated_area_ha = 1.00; `)
	is(t, p.Owner, `1.0 1.00`, `SELECT (before->>'stated_area_ha') || ' ' || (after->>'stated_area_ha') FROM kraj.changes WHERE relation = 'business_zones' AND op = 'U'`)
}

func TestRollbackAndSavepointsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	p := world(t)
	r := lastRevision(t, p)
	tx := begin(t, p)
	do(t, tx, `SAVEPOINT a; UPDATE kraj.settlements SET name = 'x'; ROLLBACK TO a`)
	do(t, tx, `INSERT INTO kraj.sites (project_id, geom) VALUES (4, ST_SetSRID(ST_Point(451000, 121000), 3794))`)
	do(t, tx, `SAVEPOINT b; DELETE FROM kraj.projects WHERE id = 4; ROLLBACK TO b`)
	commit(t, tx)
	is(t, p.Owner, `1 sites`, `SELECT count(*) || ' ' || min(relation) FROM kraj.changes WHERE revision > $1`, r)
	is(t, p.Owner, `{1,2}`, `SELECT array_agg(DISTINCT place_id ORDER BY place_id)::text FROM kraj.ties WHERE project_id = 4 AND layer = 'settlements'`)
	tx = begin(t, p)
	do(t, tx, `DELETE FROM kraj.projects WHERE id = 4`)
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	is(t, p.Owner, `1 0`, `SELECT count(*) || ' ' || (SELECT count(*) FROM kraj.pending) FROM kraj.changes WHERE revision > $1`, r)
}

func TestCascadesAndTruncateAreLogged(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Owner, `DELETE FROM kraj.projects WHERE id = 4`)
	is(t, p.Owner, `project_funding/2 projects/4 sites/2`, `SELECT string_agg(relation || '/' || row_key, ' ' ORDER BY relation) FROM kraj.changes WHERE revision = $1 AND op = 'D'`, lastRevision(t, p))
	is(t, p.Owner, `0`, `SELECT count(*)::text FROM kraj.ties WHERE project_id = 4`)
	refused(t, p.Planner, "42501", nil, `TRUNCATE kraj.sites`)
	do(t, p.Owner, `TRUNCATE kraj.sites`)
	is(t, p.Owner, `sites 1 D true`, `SELECT relation || ' ' || row_key || ' ' || op::text || ' ' || (before_geom IS NOT NULL) FROM kraj.changes WHERE revision = $1`, lastRevision(t, p))
	is(t, p.Owner, `0`, `SELECT count(*)::text FROM kraj.ties`)
	do(t, p.Owner, `SELECT kraj.revert($1)`, lastRevision(t, p))
	is(t, p.Owner, `1`, `SELECT count(*)::text FROM kraj.sites`)
}

// A key that changes is a row that goes and one that comes.
func TestChangedKeysAreLogged(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Owner, `UPDATE kraj.sites SET id = id + 1000`)
	is(t, p.Owner, `1/D 1001/I 1002/I 2/D`, `SELECT string_agg(row_key || '/' || op::text, ' ' ORDER BY row_key COLLATE "C") FROM kraj.changes WHERE revision = $1`, lastRevision(t, p))
	do(t, p.Owner, `SELECT kraj.revert($1)`, lastRevision(t, p))
	is(t, p.Owner, `{1,2}`, `SELECT array_agg(id ORDER BY id)::text FROM kraj.sites`)
}

// A table that got a column behind the log's back refuses writes and says why.
func TestColumnsAddedByHandMustBeAttached(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Owner, `ALTER TABLE kraj.business_zones ADD COLUMN rent numeric`)
	refused(t, p.Owner, "55000", []string{"business_zones", "kraj.attach_table"}, `INSERT INTO kraj.business_zones (code, name) VALUES ('a', 'a')`)
	do(t, p.Owner, `SELECT kraj.attach_layer('business_zones'); INSERT INTO kraj.business_zones (code, name, rent) VALUES ('a', 'a', 2.50)`)
	is(t, p.Owner, `2.50`, `SELECT after->>'rent' FROM kraj.changes WHERE relation = 'business_zones'`)
	is(t, p.Public, `2.50`, `SELECT rent::text FROM business_zones`)
}
