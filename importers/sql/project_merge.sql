-- Parents, by code, once all rows are stored.
UPDATE kraj.projects t SET parent_id = p.id
FROM pg_temp.import_rows r LEFT JOIN kraj.projects p ON p.code = r.extra->>'parent' AND p.municipality_id = r.municipality
WHERE t.id = r.place AND r.ok AND (r.kind = 'new' AND r.extra->>'parent' IS NOT NULL OR r.kind = 'changed' AND 'parent' = ANY (r.fields))
  AND $1::text IS NOT NULL
-- next
DELETE FROM kraj.project_funding f USING pg_temp.import_rows r
WHERE f.project_id = r.place AND r.ok AND r.kind = 'changed' AND 'funding' = ANY (r.fields) AND $1::text IS NOT NULL
  AND (NOT r.extra ? 'managed' OR r.extra->'managed' ? f.source AND f.year IS NULL AND f.mechanism IS NULL AND f.nrp_code IS NULL AND f.kind = 'estimated')
-- next
INSERT INTO kraj.project_funding (project_id, year, source, mechanism, nrp_code, amount_cents, kind, text, qualifier, period, period_years, years)
SELECT r.place, f.year, f.source, f.mechanism, f.nrp_code, f.amount_cents, f.kind, f.text, f.qualifier, f.period, f.period_years, f.years
FROM pg_temp.import_rows r, jsonb_array_elements(r.extra->'funding') WITH ORDINALITY e (line, place),
    LATERAL jsonb_populate_record(NULL::kraj.project_funding, '{"kind": "estimated", "qualifier": "exact", "period": "once"}'::jsonb || e.line) f
WHERE r.ok AND (r.kind = 'new' OR r.kind = 'changed' AND 'funding' = ANY (r.fields)) AND $1::text IS NOT NULL
ORDER BY r.number, e.place
-- next
DELETE FROM kraj.sites s USING pg_temp.import_rows r
WHERE s.project_id = r.place AND r.ok AND r.kind = 'changed' AND 'sites' = ANY (r.fields) AND $1::text IS NOT NULL
-- next
INSERT INTO kraj.sites (project_id, source, geom)
SELECT r.place, $1::text, CASE WHEN ST_Dimension(p.part) = 0 AND ST_NumGeometries(p.part) = 1 THEN ST_GeometryN(p.part, 1) ELSE ST_Multi(p.part) END
FROM pg_temp.import_rows r, generate_series(1, 3) d (n), LATERAL (SELECT ST_CollectionExtract(r.geom, d.n) AS part) p
WHERE r.ok AND r.geom IS NOT NULL AND NOT ST_IsEmpty(p.part) AND (r.kind = 'new' OR r.kind = 'changed' AND 'sites' = ANY (r.fields))
  AND coalesce(jsonb_typeof(r.extra->'site_details'), 'null') = 'null'
ORDER BY r.number, d.n
-- next
INSERT INTO kraj.sites (project_id, name, approximate, attributes, source, geom)
SELECT r.place, e.detail->>'name', coalesce((e.detail->>'approximate')::boolean, false), coalesce(nullif(e.detail->'attributes', 'null'), '{}'),
       coalesce(e.detail->>'source', $1::text), ST_GeometryN(r.geom, e.n::integer)
FROM pg_temp.import_rows r, jsonb_array_elements(nullif(r.extra->'site_details', 'null')) WITH ORDINALITY e (detail, n)
WHERE r.ok AND r.geom IS NOT NULL AND (r.kind = 'new' OR r.kind = 'changed' AND 'sites' = ANY (r.fields))
ORDER BY r.number, e.n
