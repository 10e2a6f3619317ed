-- Ties of projects to places: $1 municipality id or null, $2 project code or '', $3 layer or '', $4 relation or '', $5 limit.
SELECT m.slug, p.code, p.title, l.id, jsonb_build_object('sl', l.title_sl, 'en', l.title_en), there.code, there.name,
    tie.relation, tie.dimension::int, tie.measure, tie.unit, tie.share, tie.distance_m, tie.origin
FROM ties tie
JOIN projects p ON p.id = tie.project_id
JOIN municipalities m ON m.id = p.municipality_id
JOIN layers l ON l.id = tie.layer
JOIN places there ON there.layer = tie.layer AND there.id = tie.place_id
WHERE ($1::bigint IS NULL OR p.municipality_id = $1) AND ($2 = '' OR p.code = $2) AND ($3 = '' OR tie.layer = $3) AND ($4 = '' OR tie.relation = $4)
ORDER BY m.name COLLATE "sl-x-icu", p.code COLLATE kraj.natural, p.id, l.sort, tie.relation = 'near', tie.share DESC NULLS LAST,
    there.name COLLATE "sl-x-icu", there.code, tie.dimension
LIMIT $5::int
