-- The overlaps of layers $1 and $2 in the municipality with code $3, as JSON: $4 of them from $5 on; in all rows how many there are.
WITH found AS MATERIALIZED (
    SELECT * FROM overlaps($1, $2, $3) WITH ORDINALITY x (a_code, a_name, b_municipality, b_code, b_name, measure, unit, a_share, b_share, n)
)
SELECT (SELECT count(*) FROM found), r.item
FROM (SELECT 1) one LEFT JOIN (
    SELECT f.n, jsonb_build_object(
        'a', jsonb_build_object('municipality', (SELECT m.slug FROM municipalities m WHERE m.code = $3), 'code', f.a_code, 'name', f.a_name, 'share', round(f.a_share::numeric, 9)),
        'b', jsonb_build_object('municipality', f.b_municipality, 'code', f.b_code, 'name', f.b_name, 'share', round(f.b_share::numeric, 9)),
        'measure', round(f.measure::numeric, 2), 'unit', f.unit) AS item
    FROM found f ORDER BY f.n LIMIT $4 OFFSET $5) r ON true
ORDER BY r.n
