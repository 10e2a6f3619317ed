-- One page of projects by municipality and natural code: $1 the municipality's code or slug, '' for all, $2 the filter (see projects_in), $3 how many;
-- after the municipality's name $4 and id $5, the code $6 and id $7 unless $4 is null.
WITH town AS MATERIALIZED (
    SELECT municipality_of($1) AS id
), matching AS MATERIALIZED (
    SELECT p.id, p.code, m.id AS municipality_id, m.name AS municipality_name
    FROM town CROSS JOIN LATERAL projects_in(CASE $1 WHEN '' THEN NULL ELSE coalesce(town.id, -1) END, $2::jsonb) f JOIN projects p ON p.id = f.project_id
    JOIN municipalities m ON m.id = p.municipality_id
), page AS (
    SELECT * FROM matching x
    WHERE $4::text IS NULL OR (x.municipality_name COLLATE "sl-x-icu", x.municipality_id, x.code COLLATE kraj.natural, x.id)
        > ($4 COLLATE "sl-x-icu", $5::bigint, $6::text COLLATE kraj.natural, $7::bigint)
    ORDER BY x.municipality_name COLLATE "sl-x-icu", x.municipality_id, x.code COLLATE kraj.natural, x.id
    LIMIT $3
)
SELECT $1 = '' OR (SELECT id IS NOT NULL FROM town) AS known, (SELECT count(*) FROM matching) AS total, page.municipality_name, page.municipality_id, page.code, page.id,
    CASE WHEN page.id IS NOT NULL THEN jsonb_build_object(
    'id', p.id, 'municipality', m.slug, 'code', p.code, 'source_code', p.source_code, 'title', p.title, 'title_en', p.title_en,
    'theme', t.code, 'measure', u.code, 'status', p.status, 'horizon', p.horizon, 'strategic', p.strategic,
    'is_group', NOT p.is_leaf, 'parent', parent.code, 'depth', (
        WITH RECURSIVE up AS (
            SELECT p.parent_id AS id, 0 AS steps
            UNION ALL
            SELECT q.parent_id, up.steps + 1 FROM up JOIN projects q ON q.id = up.id)
        SELECT max(up.steps) FROM up),
    'scope', p.scope, 'holder', p.holder, 'participants', p.participants, 'department', p.department, 'responsible', p.responsible,
    'starts', (SELECT min(h.starts_on) FROM project_phases h WHERE h.project_id = p.id), 'ends', (SELECT max(h.ends_on) FROM project_phases h WHERE h.project_id = p.id),
    'amount_cents', project_amount(p.id), 'money', project_money(p.id),
    'located', box.geom IS NOT NULL, 'approximate', box.approximate, 'bbox', kraj.bbox84(box.geom),
    'places', coalesce((
        SELECT jsonb_agg(jsonb_build_object('layer', w.layer, 'code', w.code, 'name', w.name) ORDER BY w.sort, w.name COLLATE "sl-x-icu", w.code COLLATE kraj.natural)
        FROM (SELECT DISTINCT l.sort, l.id AS layer, place.code, place.name
              FROM ties tie JOIN layers l ON l.id = tie.layer JOIN places place ON place.layer = tie.layer AND place.id = tie.place_id
              WHERE tie.project_id = p.id AND tie.relation <> 'near') w), '[]')
) END AS item
FROM (SELECT 1) one
LEFT JOIN page ON true
LEFT JOIN projects p ON p.id = page.id
LEFT JOIN municipalities m ON m.id = p.municipality_id
LEFT JOIN themes t ON t.id = p.theme_id
LEFT JOIN measures u ON u.id = p.measure_id
LEFT JOIN projects parent ON parent.id = p.parent_id
LEFT JOIN LATERAL (
    SELECT ST_SetSRID(ST_Extent(s.geom)::geometry, kraj.srid()) AS geom, bool_or(s.approximate) AS approximate
    FROM sites s WHERE s.project_id = p.id) box ON true
ORDER BY page.municipality_name COLLATE "sl-x-icu", page.municipality_id, page.code COLLATE kraj.natural, page.id
