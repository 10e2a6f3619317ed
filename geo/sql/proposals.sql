-- Proposals from words: $1 municipality id or null, $2 project code or '', $3 least score (open choices count as what they are), $4 only
-- open choices, $5 limit.
SELECT d.id, m.slug, p.code, p.title, d.layer, x.code, x.name, d.score, coalesce(d.words, ''), coalesce(d.choice, '')
FROM project_places d
JOIN projects p ON p.id = d.project_id
JOIN municipalities m ON m.id = p.municipality_id
JOIN places x ON x.layer = d.layer AND x.id = d.place_id
WHERE d.relation = 'named' AND d.state = 'proposed' AND ($1::bigint IS NULL OR p.municipality_id = $1) AND ($2 = '' OR p.code = $2)
  AND (d.score >= $3 OR d.choice IS NOT NULL) AND (NOT $4 OR d.choice IS NOT NULL)
ORDER BY m.name COLLATE "sl-x-icu", p.code COLLATE kraj.natural, p.id, d.choice NULLS FIRST, d.score DESC, x.name COLLATE "sl-x-icu", x.code, d.layer
LIMIT $5::int
