-- The weights that planners set in municipality $1, of project $2 unless that is empty.
SELECT p.code, coalesce(s.code, w.special), coalesce(s.name, ''), w.weight::text, w.author, w.reason
FROM project_weights w JOIN projects p ON p.id = w.project_id LEFT JOIN settlements s ON s.id = w.settlement_id
WHERE p.municipality_id = $1 AND ($2 = '' OR p.code = $2)
ORDER BY p.code COLLATE kraj.natural, w.special NULLS FIRST, s.name COLLATE "sl-x-icu"
