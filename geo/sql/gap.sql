-- The rows of gap $1 in the municipality with code $2 and parameters $3, as JSON: $4 of them from $5 on. With none, one row says how many there are.
WITH found AS MATERIALIZED (
    SELECT * FROM open_gap($1, $2, $3::jsonb) WITH ORDINALITY
    x (layer, code, name, municipality, state, figure, unit, people, reason_sl, reason_en, projects, geom, n)
)
SELECT (SELECT count(*) FROM found), r.item
FROM (SELECT 1) one LEFT JOIN (
    SELECT f.n, jsonb_build_object('layer', f.layer, 'code', f.code, 'name', f.name, 'municipality', f.municipality, 'state', f.state,
        'figure', f.figure, 'unit', f.unit, 'people', f.people, 'reason', jsonb_build_object('sl', f.reason_sl, 'en', f.reason_en),
        'projects', f.projects, 'bbox', kraj.bbox84(f.geom), 'geometry', ST_AsGeoJSON(ST_Transform(f.geom, 4326), 6)::jsonb) AS item
    FROM found f ORDER BY f.n LIMIT $4 OFFSET $5) r ON true
ORDER BY r.n
