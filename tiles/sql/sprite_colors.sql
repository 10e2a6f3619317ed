-- The colours of themes, those of most themes first. $1: 0, or a municipality's id; $2: how many at most.
SELECT color FROM themes
WHERE color IS NOT NULL AND ($1::bigint = 0 OR municipality_id = $1)
GROUP BY color ORDER BY count(*) DESC, color LIMIT $2
