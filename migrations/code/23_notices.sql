-- Notices: at commit the channel "kraj" hears, for each layer, which areas a revision touched. A hint, never the truth: that
-- is kraj.changes. No names, no geometry, below 2 KB: PostgreSQL refuses 8 000 bytes and would abort the user's edit with it.

-- show_changes: a draft that this revision published was not public yet when its change was logged.
CREATE OR REPLACE FUNCTION kraj.show_changes() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
    UPDATE kraj.changes c SET shown = true FROM kraj.revisions r
    WHERE r.xid = pg_current_xact_id() AND r.at = transaction_timestamp() AND c.revision = r.id AND NOT c.shown AND c.after IS NOT NULL
      AND EXISTS (SELECT FROM kraj.projects p WHERE p.effective_visibility = 'public'
                  AND p.id = CASE c.relation WHEN 'projects' THEN c.row_key ELSE c.after ->> 'project_id' END::bigint)
$$;

-- tile_table is the table a layer's rows come from.
CREATE OR REPLACE FUNCTION kraj.tile_table(layer text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE layer WHEN 'settlements_labels' THEN 'settlements' WHEN 'projects_named' THEN 'projects' ELSE layer END $$;

-- grid_square numbers the square of a side × side grid over a box that the middle of another box lies in.
CREATE OR REPLACE FUNCTION kraj.grid_square(box box2d, over box2d, side integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (side * coalesce(least(side - 1, floor(side * ((ST_XMin(box) + ST_XMax(box)) / 2 - ST_XMin(over)) / nullif(ST_XMax(over) - ST_XMin(over), 0))), 0)
    + coalesce(least(side - 1, floor(side * ((ST_YMin(box) + ST_YMax(box)) / 2 - ST_YMin(over)) / nullif(ST_YMax(over) - ST_YMin(over), 0))), 0))::integer;

-- logged_areas lists layer and box (EPSG:3857) of everything a revision changed that a map could show, by the log; box null: no
-- area, or with everywhere, all of the layer. A layer without any box says only that something changed.
CREATE OR REPLACE FUNCTION kraj.logged_areas(revision bigint) RETURNS TABLE (layer text, box box2d, everywhere boolean, shown boolean)
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE c AS MATERIALIZED (
        SELECT c.relation, c.row_key, c.op, c.before_area, c.after_area, c.shown,
               CASE WHEN c.relation IN ('project_funding', 'project_places', 'project_weights')
                    THEN (coalesce(c.after, c.before) ->> 'project_id')::bigint
                    WHEN c.relation = 'projects' THEN c.row_key::bigint END AS project_id,
               CASE WHEN c.relation IN ('scheme_classes', 'population_settlements')
                    THEN (coalesce(c.after, c.before) ->> 'settlement_id')::bigint END AS settlement_id,
               CASE WHEN c.relation = 'projects' AND (c.before ->> 'parent_id') IS DISTINCT FROM (c.after ->> 'parent_id')
                    THEN ARRAY[c.before ->> 'parent_id', c.after ->> 'parent_id']::bigint[] END AS parents
        FROM kraj.changes c WHERE c.revision = logged_areas.revision
    ), own AS MATERIALIZED (
        SELECT c.project_id AS id, bool_or(c.shown) AS shown FROM c WHERE c.project_id IS NOT NULL GROUP BY c.project_id
    ), below AS (
        SELECT o.id, o.shown FROM own o UNION SELECT k.id, b.shown FROM below b JOIN kraj.projects k ON k.parent_id = b.id)
    SELECT l.id, b.box, false, c.shown FROM c JOIN kraj.layers l ON kraj.tile_table(l.id) = c.relation
    CROSS JOIN LATERAL (VALUES (c.before_area), (c.after_area)) b (box) WHERE c.relation <> 'projects'
    UNION ALL SELECT 'projects', b.box, false, c.shown FROM c CROSS JOIN LATERAL (VALUES (c.before_area), (c.after_area)) b (box)
    WHERE c.relation = 'sites'
    -- A project's own columns, its money and its ties colour all of its sites, and those of what hangs below it.
    UNION ALL SELECT 'projects', kraj.area(s.geom), false, b.shown FROM below b JOIN kraj.sites s ON s.project_id = b.id
    UNION ALL SELECT 'projects', NULL, false, bool_or(o.shown) FROM own o HAVING count(*) > 0
    -- A child that comes or goes makes its parent a group, or none any more: a filter by money then finds it no longer, or again. That
    -- holds for a public parent of a draft as well.
    UNION ALL SELECT 'projects', kraj.area(s.geom), false, s.visibility = 'public'
    FROM (SELECT DISTINCT unnest(c.parents) AS id FROM c) p JOIN kraj.sites s ON s.project_id = p.id
    UNION ALL SELECT 'projects', NULL, true, true
    WHERE EXISTS (SELECT FROM c WHERE c.relation IN ('themes', 'measures') AND c.op = 'U')
    -- Also a scheme that is not the map's own: tiles of settlements and of their names may be asked for with it.
    UNION ALL SELECT l.id, kraj.area(s.geom), false, true
    FROM (SELECT DISTINCT c.settlement_id AS id FROM c) c JOIN kraj.settlements s ON s.id = c.id
    JOIN kraj.layers l ON kraj.tile_table(l.id) = 'settlements'
    UNION ALL SELECT l.id, NULL, true, true FROM kraj.layers l
    WHERE kraj.tile_table(l.id) = 'settlements' AND EXISTS (SELECT FROM c WHERE c.relation IN ('schemes', 'population_sets'))
    UNION ALL SELECT l.id, NULL, true, true FROM kraj.layers l
    WHERE EXISTS (SELECT FROM c WHERE c.relation = 'municipalities' AND c.op = 'U')
    UNION ALL SELECT x.row_key, NULL, true, true FROM (SELECT DISTINCT c.row_key FROM c WHERE c.relation = 'layers') x
    UNION ALL SELECT c.relation, NULL, false, bool_or(c.shown) FROM c
    WHERE c.relation NOT IN (SELECT l.id FROM kraj.layers l) AND c.relation NOT IN ('layers', 'sites', 'project_funding',
        'project_places', 'project_weights', 'scheme_classes', 'population_settlements', 'schemes', 'population_sets')
    GROUP BY c.relation;
END $$;

-- keep_areas stores, for the revision of this transaction (0: it has none), where the log and the copies for drawing say that
-- something changed: at most 16 boxes a layer for what everybody may learn of, and as many for drafts. Boxes that meet are one. A
-- draft's box within one that everybody learns of needs none of its own.
CREATE OR REPLACE FUNCTION kraj.keep_areas(of_revision bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $$
BEGIN
    WITH area AS MATERIALIZED (
        SELECT DISTINCT x.layer, x.shown, x.everywhere, x.box::text AS corners FROM (
            SELECT l.* FROM kraj.logged_areas(of_revision) l WHERE of_revision > 0
            UNION ALL
            SELECT t.layer, t.box, false, t.shown FROM kraj.tile_touched t WHERE t.xid = pg_current_xact_id()) x
    ), whole AS MATERIALIZED (
        SELECT a.layer, a.shown, bool_or(a.everywhere) AS everywhere, count(a.corners) AS boxes, ST_Extent(a.corners::box2d::geometry) AS box
        FROM area a GROUP BY a.layer, a.shown
    ), gathered AS (
        SELECT w.layer, w.shown, ST_Extent(a.corners::box2d::geometry)::geometry AS box
        FROM whole w JOIN area a ON a.layer = w.layer AND a.shown = w.shown
        WHERE NOT w.everywhere AND a.corners IS NOT NULL
        GROUP BY w.layer, w.shown, CASE WHEN w.boxes <= 16 THEN a.corners ELSE kraj.grid_square(a.corners::box2d, w.box, 4)::text END
    ), grouped AS (
        SELECT g.*, ST_ClusterDBSCAN(g.box, 0, 1) OVER (PARTITION BY g.layer, g.shown) AS n FROM gathered g
    ), merged AS MATERIALIZED (
        SELECT g.layer, g.shown, ST_Extent(g.box) AS box FROM grouped g GROUP BY g.layer, g.shown, g.n
    )
    INSERT INTO kraj.revision_areas (revision, layer, box, everywhere, shown)
    SELECT of_revision, w.layer, NULL, w.everywhere, w.shown FROM whole w WHERE w.everywhere OR w.box IS NULL
    UNION ALL
    SELECT of_revision, m.layer, m.box::box2d, false, m.shown FROM merged m
    WHERE m.shown OR NOT EXISTS (SELECT FROM merged o WHERE o.layer = m.layer AND o.shown AND o.box::box2d ~ m.box::box2d);
END $$;

-- notices makes one JSON text a layer: {"layer", "revision", "boxes": [[w,s,e,n] … at most 16] or "*", "drafts": true where a draft is
-- among what changed}, whole metres outward. Anybody may LISTEN, so where a draft lies only kraj.revision_areas tells.
CREATE OR REPLACE FUNCTION kraj.notices(of_revision bigint, of_xid xid8) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT (jsonb_build_object('layer', a.layer, 'revision', of_revision, 'boxes', CASE
        WHEN bool_or(a.everywhere AND a.shown) THEN to_jsonb('*'::text)
        ELSE coalesce(jsonb_agg(jsonb_build_array(floor(ST_XMin(a.box))::bigint, floor(ST_YMin(a.box))::bigint,
                                                  ceil(ST_XMax(a.box))::bigint, ceil(ST_YMax(a.box))::bigint) ORDER BY a.id)
                      FILTER (WHERE a.box IS NOT NULL AND a.shown), '[]') END)
        || CASE WHEN bool_and(a.shown) THEN '{}' ELSE '{"drafts": true}' END::jsonb)::text
    FROM kraj.revision_areas a WHERE a.revision = of_revision AND a.xid = of_xid GROUP BY a.layer ORDER BY a.layer;
END $$;
DROP FUNCTION IF EXISTS kraj.notice_areas(bigint);
DROP FUNCTION IF EXISTS kraj.notices(bigint);

-- notify_changes is the last thing before COMMIT: it stores where something changed, and tells whoever listens.
CREATE OR REPLACE FUNCTION kraj.notify_changes() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    mine bigint := (SELECT r.id FROM kraj.revisions r WHERE r.xid = pg_current_xact_id() AND r.at = transaction_timestamp());
BEGIN
    IF mine IS NULL AND NOT EXISTS (SELECT FROM kraj.tile_touched t WHERE t.xid = pg_current_xact_id()) THEN
        RETURN;
    END IF;
    PERFORM kraj.keep_areas(coalesce(mine, 0));
    DELETE FROM kraj.tile_touched t WHERE t.xid = pg_current_xact_id();
    PERFORM pg_notify('kraj', n) FROM kraj.notices(coalesce(mine, 0), pg_current_xact_id()) n;
END $$;
