package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"kraj/geo"
	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// What the public may touch, by name. A relation or function that appears in
// neither list is refused by the catalogue walk: forgetting is not granting.
const (
	publicRelations = `agglomerations atoms business_zones changes class_lines class_people class_sums cycling_routes degraded_areas extents facts gaps gazetteer goals indicator_values
		indicators known_names layers limits local_communities measures mechanism_lists mechanism_territory mechanisms municipalities name_forms place_proposals places population_classes population_sets population_settlements
		project_funding project_links project_phases project_places project_weights project_words projects revision_areas revisions scheme_classes schemes settlement_communities settlements sites
		sites_lines sites_points sites_polygons sums themes ties tile_features told_changes told_revisions weights`
	publicFunctions = `fold srid bbox84 from_lonlat to_storage`
)

func TestThePublicReachesOnlyWhatIsListed(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Owner, `SELECT kraj.create_layer('land_use', 'Namenska raba', 'Land use', 'polygon')`)
	// Tables and views: none in kraj or kraj_tiles, nor a single column of one.
	is(t, p.Owner, ``, `SELECT coalesce(string_agg(c.oid::regclass::text, ' '), '') FROM pg_class c
		WHERE c.relnamespace IN ('kraj'::regnamespace, 'kraj_tiles'::regnamespace) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (
		  has_table_privilege('kraj_public', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
		  OR has_any_column_privilege('kraj_public', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))`)
	is(t, p.Owner, ``, `SELECT coalesce(string_agg(c.oid::regclass::text, ' '), '') FROM pg_class c
		WHERE c.relnamespace IN ('kraj'::regnamespace, 'kraj_tiles'::regnamespace) AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege('kraj_public', c.oid, 'USAGE, SELECT, UPDATE') END`)
	is(t, p.Owner, `false`, `SELECT has_schema_privilege('kraj_public', 'kraj_tiles', 'USAGE')::text`)
	is(t, p.Owner, `false false`, `SELECT has_schema_privilege('kraj_public', 'kraj', 'CREATE') || ' ' || has_schema_privilege('kraj_public', 'kraj_public', 'CREATE')`)
	// Functions.
	is(t, p.Owner, ``, `SELECT coalesce(string_agg(DISTINCT proname::text, ' '), '') FROM pg_proc WHERE pronamespace = 'kraj'::regnamespace
		AND has_function_privilege('kraj_public', oid, 'EXECUTE') <> (proname = ANY (string_to_array($1, ' ')))`, publicFunctions)
	is(t, p.Owner, ``, `SELECT coalesce(string_agg(oid::regprocedure::text, ' '), '') FROM pg_proc
		WHERE pronamespace = 'kraj_public'::regnamespace AND prosecdef`)
	// kraj_public: plain views, readable, nothing else.
	is(t, p.Owner, strings.Join(strings.Fields(publicRelations), " "), `SELECT string_agg(relname::text, ' ' ORDER BY relname::text COLLATE "C") FROM pg_class
		WHERE relnamespace = 'kraj_public'::regnamespace AND relname <> 'land_use' AND relname NOT IN (SELECT 'gaps_' || name FROM kraj.gaps)`)
	is(t, p.Owner, ``, `SELECT coalesce(string_agg(relname, ' '), '') FROM pg_class WHERE relnamespace = 'kraj_public'::regnamespace AND (relkind <> 'v'
		OR reloptions IS NOT NULL OR NOT has_table_privilege('kraj_public', oid, 'SELECT')
		OR has_table_privilege('kraj_public', oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'))`)
	is(t, p.Owner, ``, `SELECT coalesce(string_agg(attrelid::regclass || '.' || attname, ' '), '') FROM pg_attribute
		WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'kraj_public'::regnamespace) AND attname IN ('keeper', 'author', 'login', 'actor', 'before', 'after')`)
	// The second fence stands on every table.
	is(t, p.Owner, ``, `SELECT coalesce(string_agg(relname, ' '), '') FROM pg_class WHERE relnamespace = 'kraj'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity`)
	do(t, p.Owner, `GRANT SELECT ON ALL TABLES IN SCHEMA kraj TO kraj_public`)
	is(t, p.Public, `0 0 0 0`, `SELECT concat_ws(' ', (SELECT count(*) FROM kraj.projects), (SELECT count(*) FROM kraj.sites), (SELECT count(*) FROM kraj.changes), (SELECT count(*) FROM kraj.ties))`)
}

func TestThePublicWritesNothing(t *testing.T) {
	t.Parallel()
	p := world(t)
	tx, err := p.Public.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	do(t, tx, `SET TRANSACTION READ WRITE`)
	for _, sql := range []string{
		`INSERT INTO kraj.themes (municipality_id, code, name) VALUES (1, 'x', 'x')`, `INSERT INTO themes (municipality_id, code, name) VALUES (1, 'x', 'x')`,
		`UPDATE settlements SET name = 'x'`, `DELETE FROM sites`, `TRUNCATE kraj.sites`, `INSERT INTO sites_points (project_id, geom) VALUES (1, NULL)`,
		`SELECT kraj.revert(1)`, `SELECT kraj.settle()`, `SELECT kraj.create_layer('a', 'a', 'a', 'point')`, `SELECT keeper FROM kraj.projects`,
		`COPY kraj.projects TO STDOUT`, `SELECT * FROM kraj.changes`, `SELECT * FROM kraj.users`, `SELECT kraj.current_revision()`,
		`CREATE TABLE kraj.x ()`, `CREATE TABLE kraj_public.x ()`, `CREATE TABLE public.x ()`, `ALTER TABLE kraj.sites DISABLE TRIGGER ALL`,
		`SELECT * FROM kraj.project_trees('{1}')`, `SELECT * FROM kraj.notices(1, '1')`, `SELECT * FROM kraj.compute_ties('{1}')`,
	} {
		do(t, tx, `SAVEPOINT s`)
		refused(t, tx, "42501", nil, sql)
		do(t, tx, `ROLLBACK TO s`)
	}
}

func TestThePlannersRights(t *testing.T) {
	t.Parallel()
	p := world(t)
	do(t, p.Planner, `INSERT INTO kraj.projects (measure_id, code, title, keeper) VALUES (1, '5', 'Nov', 'Ana'); UPDATE kraj.sites SET name = 'x'; DELETE FROM kraj.sites WHERE id = 1;
		UPDATE kraj.layers SET near_m = 300 WHERE id = 'cycling_routes'; INSERT INTO kraj.settlements (name, geom) VALUES ('Novo', ST_Multi(ST_MakeEnvelope(450000, 120000, 450100, 120100, 3794)))`)
	is(t, p.Planner, `kraj Ana`, `SELECT (SELECT login FROM kraj.revisions ORDER BY id DESC LIMIT 1) || ' ' || (SELECT after->>'keeper' FROM kraj.changes WHERE relation = 'projects' AND op = 'I' ORDER BY id DESC LIMIT 1)`)
	for _, sql := range []string{
		`SELECT * FROM kraj.users`, `SELECT * FROM kraj.sessions`, `DELETE FROM kraj.changes`, `UPDATE kraj.revisions SET actor = 'x'`, `INSERT INTO kraj.pending (relation) VALUES ('x')`,
		`UPDATE kraj.ties SET share = 1`, `UPDATE kraj.settings SET value = 'x'`, `TRUNCATE kraj.sites`, `DELETE FROM kraj.layers`, `SELECT kraj.settle_ties()`, `SELECT kraj.current_revision()`,
		`ALTER TABLE kraj.sites DISABLE TRIGGER USER`, `UPDATE kraj.settle_requests SET reverting = true`,
	} {
		refused(t, p.Planner, "42501", nil, sql)
	}
	// The setting of an undo alone does not switch the row rules off.
	do(t, p.Planner, `SET kraj.reverting = 'on'; INSERT INTO kraj.degraded_areas (code, name, geom) VALUES ('', 'x', ST_SetSRID(ST_Point(451000, 121000), 3794)); RESET kraj.reverting`)
	is(t, p.Owner, `1`, `SELECT municipality_id::text FROM kraj.degraded_areas`)
}

// A draft, and all that hangs on it, changes nothing of what the public reads: not
// a row, not a sum, not a tile.
func TestADraftIsFoundOnNoPath(t *testing.T) {
	t.Parallel()
	for name, draft := range map[string]string{
		"an internal project": `INSERT INTO kraj.projects (id, measure_id, code, title, visibility, keeper, cost_cents, scope) VALUES (70, 1, 'skrivnost', 'Skrivnost', 'internal', 'Skrivnost', 777777, 'sites')`,
		"a public one in internal group": `INSERT INTO kraj.projects (id, measure_id, code, title, visibility) VALUES (69, 1, 'skrivnost0', 'Skrivnost', 'internal');
			INSERT INTO kraj.projects (id, parent_id, code, title, keeper, cost_cents, scope) VALUES (70, 69, 'skrivnost', 'Skrivnost', 'Skrivnost', 777777, 'sites')`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := world(t)
			before := publicContent(t, p)
			do(t, p.Owner, draft)
			do(t, p.Owner, `INSERT INTO kraj.sites (project_id, code, name, geom) VALUES (70, 'skrivnost', 'Skrivnost', ST_SetSRID(ST_Point(450777, 120777), 3794)),
				(70, 'skrivnost', 'Skrivnost', ST_MakeEnvelope(450777, 120777, 450877, 120877, 3794));
				UPDATE kraj.projects SET cost_cents = 888888 WHERE id = 70;
				INSERT INTO kraj.project_funding (project_id, source, amount_cents, text) VALUES (70, 'eu', 777, 'Skrivnost');
				INSERT INTO kraj.project_phases (project_id, kind, name) VALUES (70, 'IP', 'Skrivnost');
				INSERT INTO kraj.project_links (project_id, title, url) VALUES (70, 'Skrivnost', 'https://skrivnost.example');
				INSERT INTO kraj.project_places (project_id, layer, place_id, relation) VALUES (70, 'settlements', 3, 'serves');
				INSERT INTO kraj.project_weights (project_id, settlement_id, weight, author, reason) VALUES (70, 2, 1, 'Skrivnost', 'Skrivnost')`)
			if after := publicContent(t, p); after != before {
				t.Errorf("the public sees a difference:\n%s", firstDifference(before, after))
			}
			if hits, err := geo.Search(t.Context(), p.Public, "skrivnost", "", 10, 0); err != nil || !strings.Contains(string(hits), `"total" : 0`) {
				t.Errorf("search finds %v %v", hits, err)
			}
			do(t, p.Owner, `DELETE FROM kraj.projects WHERE id >= 69`)
			if after := publicContent(t, p); after != before {
				t.Errorf("the public sees a difference after its end:\n%s", firstDifference(before, after))
			}
		})
	}
}

// publicContent is everything that the public can read, rows and sums.
func publicContent(t *testing.T, p *pg.Pools) string {
	t.Helper()
	var all []string
	for _, name := range strings.Fields(publicRelations) {
		if name == "revisions" || name == "told_revisions" { // that something was changed, and in which way it came, is no secret
			continue
		}
		all = append(all, name+"\n"+one[string](t, p.Public, fmt.Sprintf(`SELECT coalesce(string_agg(x::text, E'\n' ORDER BY x::text), '') FROM %s x`, name)))
	}
	// Each gap of the registry has a view.
	for _, name := range strings.Fields(one[string](t, p.Public, `SELECT string_agg(name, ' ' ORDER BY name) FROM gaps`)) {
		all = append(all, "gap "+name+"\n"+one[string](t, p.Public, fmt.Sprintf(`SELECT coalesce(string_agg(x::text, E'\n' ORDER BY x::text), '') FROM gaps_%s x`, name)))
	}
	for _, by := range []string{"theme", "measure", "status", "settlement"} {
		all = append(all, "balance by "+by+"\n"+one[string](t, p.Public, `SELECT coalesce(string_agg(b::text, E'\n' ORDER BY b::text), '') FROM balance('kranj', $1) b`, by))
	}
	return strings.Join(all, "\n")
}

// Publishing shows a draft everywhere; from then on its changes may be heard of.
func TestPublishing(t *testing.T) {
	t.Parallel()
	p := world(t)
	seen := `SELECT concat_ws(' ', (SELECT count(*) FROM projects WHERE id = 4), (SELECT count(*) FROM sites WHERE project_id = 4), (SELECT count(*) FROM project_funding WHERE project_id = 4),
		(SELECT count(*) FROM ties WHERE project_id = 4 AND layer = 'settlements'), (SELECT count(*) FROM atoms WHERE project_id = 4), (SELECT count(*) FROM tile_features WHERE layer = 'projects' AND band = 15 AND id / 4 = 4))`
	is(t, p.Public, `1 1 1 1 1 1`, seen)
	do(t, p.Owner, `UPDATE kraj.projects SET visibility = 'internal' WHERE id = 4`)
	is(t, p.Public, `0 0 0 0 0 0`, seen)
	is(t, p.Public, `1`, `SELECT count(*)::text FROM changes WHERE revision = $1`, lastRevision(t, p))
	do(t, p.Owner, `UPDATE kraj.projects SET status = 'idea' WHERE id = 4`)
	is(t, p.Public, `0`, `SELECT count(*)::text FROM changes WHERE revision = $1`, lastRevision(t, p))
	do(t, p.Owner, `UPDATE kraj.projects SET visibility = 'public' WHERE id = 4`)
	is(t, p.Public, `1 1 1 1 1 1`, seen)
	is(t, p.Public, `1`, `SELECT count(*)::text FROM changes WHERE revision = $1`, lastRevision(t, p))
}

// The views let PostgreSQL use the indexes below them, for the public as for the owner.
func TestPublicViewsUseIndexes(t *testing.T) {
	t.Parallel()
	p := pgtest.New(t)
	do(t, p.Owner, `
		DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY '{municipalities,settlements,projects,sites,project_funding,project_phases,project_places}'::text[] LOOP
			EXECUTE format('ALTER TABLE kraj.%I DISABLE TRIGGER USER', t); END LOOP; END $$;
		INSERT INTO kraj.municipalities (id, code, name) SELECT i, i, 'M' || i FROM generate_series(1, 200) i;
		INSERT INTO kraj.settlements (id, code, name, municipality_id, geom) SELECT i, i, 'S' || i, 1 + i / 31, ST_Multi(ST_MakeEnvelope(400000 + i % 80 * 2000, 50000 + i / 80 * 2000, 402000 + i % 80 * 2000, 52000 + i / 80 * 2000, 3794)) FROM generate_series(0, 5999) i;
		INSERT INTO kraj.projects (id, municipality_id, code, title, effective_visibility) SELECT i, 1 + i % 200, i, 'P' || i, CASE i % 20 WHEN 0 THEN 'internal' ELSE 'public' END FROM generate_series(1, 20000) i;
		INSERT INTO kraj.sites (project_id, municipality_id, visibility, geom) SELECT i, 1 + i % 200, CASE i % 20 WHEN 0 THEN 'internal' ELSE 'public' END,
			ST_SetSRID(ST_Point(400000 + (i * 7919) % 160000, 50000 + (i * 104729) % 150000), 3794) FROM generate_series(1, 20000) i;
		INSERT INTO kraj.project_funding (project_id, source, amount_cents) SELECT i, 'own', 100 FROM generate_series(1, 20000) i;
		INSERT INTO kraj.project_phases (project_id, kind) SELECT i, 'IP' FROM generate_series(1, 20000) i;
		INSERT INTO kraj.project_places (project_id, layer, place_id, relation) SELECT i, 'settlements', i % 6000, 'serves' FROM generate_series(1, 20000) i;
		INSERT INTO kraj.ties (project_id, municipality_id, visibility, layer, place_id, relation, origin) SELECT project_id, municipality_id, visibility, 'settlements', project_id % 6000, 'within', 'geometry' FROM kraj.sites;
		INSERT INTO kraj.weights (project_id, municipality_id, visibility, settlement_id, extent, population, equal, served, origin) SELECT project_id, municipality_id, visibility, project_id % 6000, 1, 1, 1, 1, 'explicit' FROM kraj.sites;
		INSERT INTO kraj.atoms (project_id, funding_id, municipality_id, visibility, source, settlement_id, row_key, line_cents, extent, population, equal, served) SELECT project_id, project_id, municipality_id, visibility, 'own', project_id % 6000, project_id % 6000, 1, 1, 1, 1, 1 FROM kraj.sites;
		INSERT INTO kraj.tile_features (layer, band, id, municipality_id, visibility, props, geom) SELECT 'projects', 15, project_id * 4, municipality_id, visibility, '{}', ST_Transform(geom, 3857) FROM kraj.sites;
		INSERT INTO kraj.revisions (id, actor, instance, at) OVERRIDING SYSTEM VALUE SELECT i, 'x', '', now() + i * interval '1 s' FROM generate_series(1, 20000) i;
		INSERT INTO kraj.changes (revision, xid, relation, row_key, op, shown) SELECT i, (i::text)::xid8, 'sites', i, 'I', true FROM generate_series(1, 20000) i;
		ANALYZE`)
	const box = `ST_MakeEnvelope(450000, 100000, 453000, 103000, 3794)`
	for _, sql := range []string{
		`SELECT * FROM settlements WHERE geom && ` + box,
		`SELECT * FROM settlements s WHERE ST_Intersects(s.geom, ST_SetSRID(ST_Point(450500, 100500), 3794))`,
		`SELECT * FROM sites WHERE geom && ` + box,
		`SELECT * FROM sites WHERE ST_DWithin(geom, ST_SetSRID(ST_Point(450500, 100500), 3794), 500)`,
		`SELECT * FROM sites s JOIN projects p ON p.id = s.project_id JOIN municipalities m ON m.id = p.municipality_id WHERE ST_DWithin(s.geom, ST_SetSRID(ST_Point(450500, 100500), 3794), 500)`,
		`SELECT * FROM sites_points WHERE project_id = 17`,
		`SELECT * FROM projects WHERE municipality_id = 17 AND code = '16'`,
		`SELECT * FROM projects WHERE id = 17`,
		`SELECT * FROM project_funding WHERE project_id = 17`,
		`SELECT * FROM project_phases WHERE project_id = 17`,
		`SELECT * FROM project_places WHERE layer = 'settlements' AND place_id = 17`,
		`SELECT * FROM ties WHERE project_id = 17`,
		`SELECT * FROM ties t JOIN projects p ON p.id = t.project_id WHERE t.layer = 'settlements' AND t.place_id = 17`,
		`SELECT * FROM weights WHERE project_id = 17`,
		`SELECT * FROM atoms WHERE municipality_id = 17`,
		`SELECT * FROM atoms WHERE project_id = 17`,
		`SELECT * FROM tile_features WHERE layer = 'projects' AND band = 15 AND geom && ST_Transform(` + box + `, 3857)`,
		`SELECT * FROM changes WHERE revision = 17`,
		`SELECT * FROM changes WHERE xid >= '19990' ORDER BY xid`,
	} {
		plan := one[string](t, p.Public, `EXPLAIN (FORMAT JSON) `+sql)
		if strings.Contains(plan, `"Seq Scan"`) && !strings.Contains(plan, `"Relation Name": "municipalities"`) {
			t.Errorf("%s\n%s", sql, plan)
		}
	}
}
