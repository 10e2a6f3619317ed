-- The change log as it may be told: once for planners, once for everybody. One statement (geo/sql/told.sql) asks either.

-- changed_fields lists what differs between two images of a row. Internal columns are no field: nobody but planners may know that they
-- are there, and planners find them in the log.
CREATE OR REPLACE FUNCTION kraj_public.changed_fields(before jsonb, after jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(a.key ORDER BY a.key) FROM jsonb_each(after) a
    WHERE before -> a.key IS DISTINCT FROM a.value AND a.key <> ALL ('{id,keeper,author,words,score,choice,visibility}')
$$;

-- Planners: everything, with the images for what was and what is.
CREATE OR REPLACE VIEW kraj.told_changes AS
    SELECT c.id, c.revision, c.relation, c.row_key, c.op,
        CASE c.relation WHEN 'projects' THEN c.row_key ELSE coalesce(c.after, c.before) ->> 'project_id' END AS project_key,
        CASE c.relation WHEN 'municipalities' THEN c.row_key ELSE coalesce(c.after, c.before) ->> 'municipality_id' END::bigint AS municipality_id,
        coalesce(c.after, c.before) ->> 'code' AS code, coalesce(c.after, c.before) ->> CASE c.relation WHEN 'projects' THEN 'title' ELSE 'name' END AS name,
        CASE c.op WHEN 'U' THEN kraj_public.changed_fields(c.before, c.after) || CASE WHEN c.before_geom IS DISTINCT FROM c.after_geom THEN '{geom}'::text[] END END AS fields,
        CASE c.op WHEN 'U' THEN c.before END AS was, CASE c.op WHEN 'U' THEN c.after END AS became
    FROM kraj.changes c;

-- Everybody: rows that are or were public, by what the public saw of them: a draft that is published is new, a project that is taken back
-- is gone. Never a value out of an image, because an image may be a draft's: which fields changed, and only where the row was public before
-- and after. The name of a project comes from the project as it is public now; of one that is no more, from its last public image,
-- unless the same revision rewrote it.
SELECT kraj.publish_view('told_changes', $view$
    SELECT c.id, c.revision, c.relation, c.row_key,
        CASE WHEN c.relation <> 'projects' THEN c.op WHEN c.before ->> 'visibility' = 'internal' THEN 'I' WHEN c.after ->> 'visibility' = 'internal' THEN 'D' ELSE c.op END::"char" AS op,
        CASE c.relation WHEN 'projects' THEN c.row_key ELSE coalesce(c.after, c.before) ->> 'project_id' END AS project_key,
        CASE c.relation WHEN 'municipalities' THEN c.row_key ELSE coalesce(c.after, c.before) ->> 'municipality_id' END::bigint AS municipality_id,
        CASE WHEN t.told THEN coalesce(c.after, c.before) ->> 'code' END AS code,
        CASE WHEN t.told THEN coalesce(c.after, c.before) ->> CASE c.relation WHEN 'projects' THEN 'title' ELSE 'name' END END AS name,
        CASE WHEN c.op = 'U' AND t.open THEN kraj_public.changed_fields(c.before, c.after) || CASE WHEN c.before_geom IS DISTINCT FROM c.after_geom THEN '{geom}'::text[] END END AS fields,
        NULL::jsonb AS was, NULL::jsonb AS became
    FROM kraj.changes c CROSS JOIN LATERAL (SELECT
        CASE WHEN c.relation = 'projects' THEN c.op = 'D' AND c.before ->> 'visibility' = 'public'
                AND NOT EXISTS (SELECT FROM kraj.changes o WHERE o.relation = c.relation AND o.row_key = c.row_key AND o.revision = c.revision AND o.id <> c.id)
             ELSE coalesce(c.after, c.before) ->> 'project_id' IS NULL END AS told,
        c.before ->> 'visibility' IS DISTINCT FROM 'internal' AND c.after ->> 'visibility' IS DISTINCT FROM 'internal' AS open OFFSET 0) t
    WHERE c.shown$view$);

-- kind says how a change came about, without naming anybody.
CREATE OR REPLACE VIEW kraj.told_revisions AS
    SELECT r.id, r.at, k.kind, r.actor AS by_whom, r.source AS origin, r.message AS words, r.reverts AS undid FROM kraj.revisions r CROSS JOIN LATERAL (SELECT
        CASE WHEN r.reverts IS NOT NULL THEN 'revert' WHEN r.source = 'demo' THEN 'demo' WHEN r.source = 'import' OR r.import_id IS NOT NULL THEN 'import' ELSE 'edit' END AS kind) k;
SELECT kraj.publish_view('told_revisions', 'SELECT r.id, r.at, r.kind, NULL::text AS by_whom, NULL::text AS origin, NULL::text AS words, NULL::bigint[] AS undid FROM kraj.told_revisions r');
GRANT SELECT ON kraj.told_changes, kraj.told_revisions TO kraj_planner;
