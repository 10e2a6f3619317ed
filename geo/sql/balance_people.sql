-- The people of each settlement of municipality $1, of the set named $2 where that is one by settlement, else of the preferred one by
-- settlement: printed totals of classes say nothing of a settlement. The order is that of kraj.balance_people.
WITH chosen AS (
    SELECT s.* FROM population_sets s
    WHERE (s.municipality_id = $1 OR s.municipality_id IS NULL) AND s.kind = 'settlements'
    ORDER BY coalesce(s.code = $2::text, false) DESC, s.preferred DESC, s.municipality_id NULLS LAST, s.source_date DESC, s.id DESC LIMIT 1
)
SELECT c.code, c.kind, c.source, c.source_date::text, p.code, p.people
FROM chosen c CROSS JOIN balance_people($1, c.id) p
