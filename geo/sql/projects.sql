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
    x.item
FROM (SELECT 1) one
LEFT JOIN page ON true
LEFT JOIN project_items(ARRAY(SELECT page.id FROM page)) x ON x.id = page.id
ORDER BY page.municipality_name COLLATE "sl-x-icu", page.municipality_id, page.code COLLATE kraj.natural, page.id
