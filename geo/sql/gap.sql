-- The rows of gap $1 in the municipality with code $2 and parameters $3, as JSON: $4 of them from $5 on. How many there are in all, and of how many
-- it is unknown, stands in every row; with none there is one row that says so.
WITH found AS MATERIALIZED (
    SELECT * FROM open_gap($1, $2, $3::jsonb) WITH ORDINALITY
    x (layer, code, name, municipality, state, figure, unit, people, reason_sl, reason_en, projects, geom, n)
)
SELECT t.gaps, t.unknown, r.item
FROM (SELECT count(*) FILTER (WHERE state = 'gap') AS gaps, count(*) FILTER (WHERE state = 'unknown') AS unknown FROM found) t LEFT JOIN (
    SELECT f.n, jsonb_build_object('layer', f.layer, 'code', f.code, 'name', f.name, 'municipality', f.municipality, 'state', f.state,
        'figure', f.figure, 'unit', f.unit, 'people', f.people, 'reason', jsonb_build_object('sl', f.reason_sl, 'en', f.reason_en),
        'projects', f.projects, 'bbox', kraj.bbox84(f.geom), 'geometry', ST_AsGeoJSON(ST_Transform(f.geom, 4326), 6)::jsonb) AS item
    FROM found f ORDER BY f.n LIMIT $4 OFFSET $5) r ON true
ORDER BY r.n
