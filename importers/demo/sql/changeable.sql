-- The demonstration's own rows of a table that nobody else has touched, neither them nor what was stored with them.
WITH touched AS (
    SELECT c.relation, c.row_key, c.before, c.after FROM changes c JOIN revisions v ON v.id = c.revision
    WHERE v.source IS DISTINCT FROM 'demo' AND (c.relation = $1 OR $1 = 'projects' AND c.relation = ANY ($3::text[]))),
ids AS (
    SELECT t.row_key AS id FROM touched t WHERE t.relation = $1
    UNION SELECT p.id FROM touched t, unnest(ARRAY[t.before->>'project_id', t.after->>'project_id']) p (id) WHERE t.relation <> $1)
SELECT coalesce(array_agg(d.row_id), '{}') FROM demo_rows d
WHERE d.relation = $1 AND d.municipality = $2 AND d.row_id::text NOT IN (SELECT i.id FROM ids i WHERE i.id IS NOT NULL)
