-- Projects as features: one a project and dimension (0 points, 1 lines, 2 areas), with the id project id · 4 + dimension.
SELECT p.id * 4 + g.dimension AS id, p.municipality_id, g.geom, p.code, p.title AS name, p.title_en AS name_en, m.slug AS municipality, t.code AS theme, u.code AS measure,
    p.status, p.horizon, p.strategic, p.scope, p.holder, p.responsible, trim_scale(a.cents / 100.0) AS amount, g.approximate, p.source, p.source_ref
FROM projects p
JOIN municipalities m ON m.id = p.municipality_id
LEFT JOIN themes t ON t.id = p.theme_id
LEFT JOIN measures u ON u.id = p.measure_id
CROSS JOIN LATERAL (
    SELECT greatest(p.cost_cents::numeric, (
        SELECT sum(f.effective_cents) FROM (
            SELECT f.effective_cents, k.certainty, max(k.certainty) OVER (PARTITION BY f.year, f.source, f.mechanism, f.nrp_code) AS surest
            FROM project_funding f CROSS JOIN LATERAL (SELECT array_position('{estimated,budgeted,contracted,paid}', f.kind) AS certainty) k
            WHERE f.project_id = p.id AND f.effective_cents IS NOT NULL) f
        WHERE f.certainty = f.surest)) AS cents) a
CROSS JOIN LATERAL (
    SELECT ST_Dimension(part.geom) AS dimension, bool_or(s.approximate) AS approximate, ST_Collect(part.geom ORDER BY s.id, part.path) AS geom
    FROM sites s CROSS JOIN LATERAL ST_Dump(s.geom) part
    WHERE s.project_id = p.id GROUP BY ST_Dimension(part.geom)) g
