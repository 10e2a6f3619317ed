-- One page of projects by municipality and natural code. Filters that are null do not filter:
-- $1 municipality id, $2 themes, $3 measures, $4 statuses, $5 horizons, $6 strategic, $7 settlements (code, surs_code or folded
-- name), $8 classes of the scheme "municipal", $9 scopes, $10 folded words, each of which must occur in code or title.
-- $11 how many; after the municipality's name $12 and id $13, the code $14 and id $15 unless $12 is null.
WITH matching AS (
    SELECT p.id, p.code, m.id AS municipality_id, m.name AS municipality_name
    FROM projects p
    JOIN municipalities m ON m.id = p.municipality_id
    LEFT JOIN themes t ON t.id = p.theme_id
    LEFT JOIN measures u ON u.id = p.measure_id
    WHERE ($1::bigint IS NULL OR p.municipality_id = $1)
      AND ($2::text[] IS NULL OR t.code = ANY ($2))
      AND ($3::text[] IS NULL OR u.code = ANY ($3))
      AND ($4::text[] IS NULL OR p.status = ANY ($4))
      AND ($5::text[] IS NULL OR p.horizon = ANY ($5))
      AND ($6::boolean IS NULL OR p.strategic = $6)
      AND ($7::text[] IS NULL OR p.id IN (
            SELECT tie.project_id FROM ties tie JOIN settlements s ON s.id = tie.place_id
            WHERE tie.layer = 'settlements' AND tie.relation <> 'near'
              AND (s.code = ANY ($7) OR s.surs_code = ANY ($7) OR kraj.fold(s.name) IN (SELECT kraj.fold(w) FROM unnest($7) w))))
      AND ($8::text[] IS NULL OR p.id IN (
            SELECT tie.project_id FROM ties tie
            JOIN settlements s ON s.id = tie.place_id
            LEFT JOIN LATERAL (
                SELECT c.class FROM scheme_classes c JOIN schemes x ON x.id = c.scheme_id
                WHERE c.settlement_id = s.id AND x.current AND x.code = 'municipal' AND (x.municipality_id = s.municipality_id OR x.municipality_id IS NULL)
                ORDER BY x.municipality_id NULLS LAST LIMIT 1) c ON true
            WHERE tie.layer = 'settlements' AND tie.relation <> 'near' AND coalesce(c.class, 'unclassified') = ANY ($8)))
      AND ($9::text[] IS NULL OR p.scope = ANY ($9))
      AND ($10::text[] IS NULL OR kraj.fold(p.code || ' ' || p.title) LIKE ALL ($10))
), page AS (
    SELECT * FROM matching x
    WHERE $12::text IS NULL OR (x.municipality_name COLLATE "sl-x-icu", x.municipality_id, x.code COLLATE kraj.natural, x.id)
        > ($12 COLLATE "sl-x-icu", $13::bigint, $14::text COLLATE kraj.natural, $15::bigint)
    ORDER BY x.municipality_name COLLATE "sl-x-icu", x.municipality_id, x.code COLLATE kraj.natural, x.id
    LIMIT $11
)
SELECT (SELECT count(*) FROM matching) AS total, page.municipality_name, page.municipality_id, page.code, page.id,
    CASE WHEN page.id IS NOT NULL THEN jsonb_build_object(
    'id', p.id, 'municipality', m.slug, 'code', p.code, 'source_code', p.source_code, 'title', p.title, 'title_en', p.title_en,
    'theme', t.code, 'measure', u.code, 'status', p.status, 'horizon', p.horizon, 'strategic', p.strategic,
    'is_group', NOT p.is_leaf, 'parent', parent.code, 'depth', (
        WITH RECURSIVE up AS (
            SELECT p.parent_id AS id, 0 AS steps
            UNION ALL
            SELECT q.parent_id, up.steps + 1 FROM up JOIN projects q ON q.id = up.id)
        SELECT max(up.steps) FROM up),
    'scope', p.scope, 'holder', p.holder, 'responsible', p.responsible,
    'amount_cents', greatest(p.cost_cents, (SELECT sum(f.effective_cents)::bigint FROM project_funding f WHERE f.project_id = p.id)),
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
