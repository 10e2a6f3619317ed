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

-- notice_areas lists layer and box (EPSG:3857) of everything a revision changed that a map could show; box null: no area, or
-- with everywhere, all of the layer. A layer without any box says only that something changed.
CREATE OR REPLACE FUNCTION kraj.notice_areas(revision bigint) RETURNS TABLE (layer text, box box2d, everywhere boolean)
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    WITH c AS MATERIALIZED (
        SELECT c.relation, c.row_key, c.op, c.before_area, c.after_area,
               CASE WHEN c.relation IN ('project_funding', 'project_places', 'project_weights')
                    THEN (coalesce(c.after, c.before) ->> 'project_id')::bigint
                    WHEN c.relation = 'projects' THEN c.row_key::bigint END AS project_id,
               CASE WHEN c.relation IN ('scheme_classes', 'population_settlements')
                    THEN (coalesce(c.after, c.before) ->> 'settlement_id')::bigint END AS settlement_id
        FROM kraj.changes c WHERE c.revision = notice_areas.revision)
    SELECT l.id, b.box, false FROM c JOIN kraj.layers l ON l.id = c.relation OR (l.id = 'settlements_labels' AND c.relation = 'settlements')
    CROSS JOIN LATERAL (VALUES (c.before_area), (c.after_area)) b (box) WHERE c.relation NOT IN ('projects')
    UNION ALL SELECT 'projects', b.box, false FROM c CROSS JOIN LATERAL (VALUES (c.before_area), (c.after_area)) b (box)
    WHERE c.relation = 'sites'
    -- A project's own columns, its money and its ties colour all of its sites.
    UNION ALL SELECT 'projects', kraj.area(s.geom), false
    FROM (SELECT DISTINCT c.project_id AS id FROM c WHERE c.project_id IS NOT NULL) p
    LEFT JOIN LATERAL (WITH RECURSIVE below AS (SELECT p.id UNION SELECT k.id FROM kraj.projects k JOIN below ON k.parent_id = below.id)
                       SELECT s.geom FROM below JOIN kraj.sites s ON s.project_id = below.id) s ON true
    UNION ALL SELECT 'projects', NULL, true
    WHERE EXISTS (SELECT FROM c WHERE c.relation IN ('themes', 'measures') AND c.op = 'U')
    UNION ALL SELECT 'settlements', kraj.area(s.geom), false
    FROM (SELECT DISTINCT c.settlement_id AS id FROM c) c JOIN kraj.settlements s ON s.id = c.id
    UNION ALL SELECT 'settlements', NULL, true
    WHERE EXISTS (SELECT FROM c WHERE c.relation IN ('schemes', 'population_sets'))
    UNION ALL SELECT l.id, NULL, true FROM kraj.layers l
    WHERE EXISTS (SELECT FROM c WHERE c.relation = 'municipalities' AND c.op = 'U')
    UNION ALL SELECT x.row_key, NULL, true FROM (SELECT DISTINCT c.row_key FROM c WHERE c.relation = 'layers') x
    UNION ALL SELECT x.relation, NULL, false FROM (SELECT DISTINCT c.relation FROM c
    WHERE c.relation NOT IN (SELECT l.id FROM kraj.layers l) AND c.relation NOT IN ('layers', 'sites', 'project_funding',
        'project_places', 'project_weights', 'scheme_classes', 'population_settlements', 'schemes', 'population_sets')) x
$$;

-- notices makes one JSON text a layer: {"layer", "revision", "boxes": [[w,s,e,n] … at most 16] or "*" or null}, whole metres
-- outward. null: a draft is among what changed. Anybody may LISTEN, so where it lies is only told by kraj.notice_areas(revision).
CREATE OR REPLACE FUNCTION kraj.notices(revision bigint) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    WITH a AS MATERIALIZED (SELECT * FROM kraj.notice_areas(revision)),
    extents AS (SELECT a.layer, bool_or(a.everywhere) AS everywhere, count(a.box) AS boxes, ST_Extent(a.box::geometry) AS extent
                FROM a GROUP BY a.layer),
    -- More than 16 boxes are gathered in the cells of a 4 × 4 grid over their extent.
    cells AS (
        SELECT a.layer, ST_Extent(a.box::geometry) AS box
        FROM a JOIN extents e USING (layer)
        WHERE a.box IS NOT NULL AND NOT e.everywhere
        GROUP BY a.layer, CASE WHEN e.boxes <= 16 THEN a.box::text ELSE
            least(3, floor(4 * ((ST_XMin(a.box) + ST_XMax(a.box)) / 2 - ST_XMin(e.extent)) / nullif(ST_XMax(e.extent) - ST_XMin(e.extent), 0)))::text || '/' ||
            least(3, floor(4 * ((ST_YMin(a.box) + ST_YMax(a.box)) / 2 - ST_YMin(e.extent)) / nullif(ST_YMax(e.extent) - ST_YMin(e.extent), 0)))::text END)
    SELECT json_build_object('layer', e.layer, 'revision', revision, 'boxes', CASE WHEN e.everywhere THEN to_json('*'::text)
        WHEN e.layer = 'projects' AND EXISTS (SELECT FROM kraj.changes c WHERE c.revision = notices.revision AND NOT c.shown) THEN NULL ELSE
        coalesce((SELECT json_agg(json_build_array(floor(ST_XMin(c.box))::bigint, floor(ST_YMin(c.box))::bigint,
                                                   ceil(ST_XMax(c.box))::bigint, ceil(ST_YMax(c.box))::bigint))
                  FROM cells c WHERE c.layer = e.layer), '[]') END)::text
    FROM extents e ORDER BY e.layer
$$;

CREATE OR REPLACE FUNCTION kraj.notify_changes() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
    SELECT pg_notify('kraj', n) FROM kraj.revisions r, kraj.notices(r.id) n
    WHERE r.xid = pg_current_xact_id() AND r.at = transaction_timestamp()
$$;
