-- Projects with what hangs on them: parents, amounts, sites. Those are stored by the importers together with the project.
WITH home AS (SELECT m.id, m.code FROM municipalities m WHERE m.id = pg_temp.in_home()),
-- A site is copied from the place that the project's words name. Points of several projects at one place are set apart in a
-- spiral of 60 m, or they would hide each other; one that would leave its settlement stays. All are approximate.
placed AS (
    SELECT i.project, a.name, i.placed_by, a.geom,
           row_number() OVER (PARTITION BY i.layer, i.place, i.geom ORDER BY i.project COLLATE kraj.natural) - 1 AS turn
    FROM in_sites i
    CROSS JOIN home h
    CROSS JOIN LATERAL (
        SELECT NULL AS name, pg_temp.in_geometry(i.geom) AS geom WHERE i.geom IS NOT NULL
        UNION ALL
        SELECT g.name, g.geom FROM gazetteer g WHERE i.layer = 'gazetteer' AND g.municipality_id = h.id AND g.name = i.place
        UNION ALL
        SELECT s.name, CASE WHEN ST_Contains(s.geom, c.geom) THEN c.geom ELSE ST_PointOnSurface(s.geom) END
        FROM settlements s, ST_SetSRID(ST_MakePoint(s.centroid_e, s.centroid_n), kraj.srid()) c (geom)
        WHERE i.layer = 'settlements' AND s.municipality_id = h.id AND s.code = i.place
        UNION ALL
        SELECT z.name, z.geom FROM business_zones z WHERE i.layer = 'business_zones' AND z.municipality_id = h.id AND z.code = i.place
        UNION ALL
        SELECT d.name, d.geom FROM degraded_areas d WHERE i.layer = 'degraded_areas' AND d.municipality_id = h.id AND d.code = i.place
        UNION ALL
        SELECT r.name, r.geom FROM cycling_routes r WHERE i.layer = 'cycling_routes' AND r.municipality_id = h.id AND r.code = i.place
        UNION ALL
        SELECT a.name, a.geom FROM agglomerations a WHERE i.layer = 'agglomerations' AND a.municipality_id = h.id AND a.code = i.place
    ) a
    WHERE a.geom IS NOT NULL),
moved AS (
    SELECT p.*, CASE WHEN EXISTS (SELECT FROM settlements x WHERE x.municipality_id = h.id AND ST_Contains(x.geom, p.geom) AND ST_Contains(x.geom, t.geom))
                     THEN t.geom ELSE p.geom END AS apart
    FROM placed p CROSS JOIN home h
    CROSS JOIN LATERAL (
        SELECT CASE WHEN GeometryType(p.geom) = 'POINT' AND p.turn > 0
                    THEN ST_Translate(p.geom, 60 * sqrt(p.turn) * cos(p.turn * 2.39996), 60 * sqrt(p.turn) * sin(p.turn * 2.39996))
                    ELSE p.geom END AS geom) t),
sited AS (
    SELECT s.project, ST_Collect(s.apart ORDER BY s.name, s.apart) AS geom, jsonb_agg(jsonb_build_object('name', s.name, 'approximate', true,
           'attributes', jsonb_build_object('demo', true, 'placed_by', s.placed_by), 'source', 'lega po imenu kraja') ORDER BY s.name, s.apart) AS details
    FROM moved s GROUP BY s.project),
funded AS (
    SELECT f.project, jsonb_agg(jsonb_strip_nulls(jsonb_build_object('year', f.year::integer, 'source', f.source, 'amount_cents', f.amount_cents::bigint,
           'text', f.text, 'qualifier', f.qualifier, 'period', f.period, 'period_years', f.period_years::integer, 'years', f.years::integer))) AS lines
    FROM in_funding f GROUP BY f.project)
SELECT h.code AS municipality, i.parent, i.theme, i.measure, i.code, i.source_code, i.title, i.description, i.holder,
       string_to_array(i.participants, '; ') AS participants, coalesce(i.status, 'unknown') AS status, coalesce(i.horizon, 'none') AS horizon,
       coalesce(i.strategic::boolean, false) AS strategic, i.responsible, i.plan_state, i.cost_cents::bigint / 100.0 AS cost, i.cost_text,
       coalesce(i.cost_qualifier, 'exact') AS cost_qualifier, coalesce(i.scope, 'unplaced') AS scope, 'public' AS visibility,
       jsonb_build_object('demo', true, 'kind', i.kind, 'title_source', i.title_source, 'note', i.note,
           'degraded', i.degraded::boolean, 'timetable', i.timetable) AS attributes,
       i.source, i.source_ref, f.lines AS funding, s.details AS site_details, s.geom
FROM in_projects i
CROSS JOIN home h
LEFT JOIN funded f ON f.project = i.code
LEFT JOIN sited s ON s.project = i.code
ORDER BY i.code COLLATE kraj.natural
