-- Funding lines in one form, so that stored and stated ones can be compared. managed: the sources that a list has columns for,
-- of which only plain estimates without a year are its own; null: all lines.
CREATE OR REPLACE FUNCTION pg_temp.stored_funding(project bigint, managed jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(l.line ORDER BY l.line), '[]') FROM (
        SELECT to_jsonb(f) - '{id,project_id,effective_cents}'::text[] AS line FROM kraj.project_funding f
        WHERE f.project_id = project
          AND (managed IS NULL OR managed ? f.source AND f.year IS NULL AND f.mechanism IS NULL AND f.nrp_code IS NULL AND f.kind = 'estimated')) l
$$;
CREATE OR REPLACE FUNCTION pg_temp.stated_funding(lines jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(l.line ORDER BY l.line), '[]') FROM (
        SELECT to_jsonb(f) - '{id,project_id,effective_cents}'::text[] AS line
        FROM jsonb_array_elements(lines) e, LATERAL jsonb_populate_record(NULL::kraj.project_funding,
            '{"kind": "estimated", "qualifier": "exact", "period": "once"}'::jsonb || e.value) f) l
$$;
-- The sites of a project against a file's geometry: each dimension apart, since a file may keep them in another order.
CREATE OR REPLACE FUNCTION pg_temp.same_sites(project bigint, stated geometry, tolerance double precision) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce(bool_and(CASE WHEN ST_IsEmpty(ST_CollectionExtract(c.stored, d.n)) OR ST_IsEmpty(ST_CollectionExtract(stated, d.n))
            THEN ST_IsEmpty(ST_CollectionExtract(c.stored, d.n)) AND ST_IsEmpty(ST_CollectionExtract(stated, d.n))
        ELSE pg_temp.same_geometry(ST_Normalize(ST_Multi(ST_CollectionExtract(c.stored, d.n))),
            ST_Normalize(ST_Multi(ST_CollectionExtract(stated, d.n))), tolerance) END), false)
    FROM (SELECT ST_Collect(s.geom ORDER BY s.id) AS stored FROM kraj.sites s WHERE s.project_id = project) c,
         generate_series(1, 3) d (n)
    WHERE c.stored IS NOT NULL
$$;
-- What a list says of each part of a project's geometry (name, approximate, attributes, source), in their order, against the
-- sites; null says nothing.
CREATE OR REPLACE FUNCTION pg_temp.same_details(project bigint, stated jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_typeof(stated), 'null') = 'null' OR (
        SELECT count(*) = jsonb_array_length(stated)
           AND coalesce(bool_and(s.name IS NOT DISTINCT FROM e.d->>'name' AND s.approximate = coalesce((e.d->>'approximate')::boolean, false)
               AND s.attributes = coalesce(nullif(e.d->'attributes', 'null'), '{}') AND s.source = coalesce(e.d->>'source', s.source)), true)
        FROM (SELECT t.*, row_number() OVER (ORDER BY t.id) AS n FROM kraj.sites t WHERE t.project_id = project) s
        LEFT JOIN jsonb_array_elements(stated) WITH ORDINALITY e (d, n) USING (n))
$$;
