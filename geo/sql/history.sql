-- The latest revisions with the number of rows that each changed, by relation. $1: since, or null; $2: one revision, or null; $3: limit.
WITH latest AS (
    SELECT r.* FROM kraj.revisions r
    WHERE ($1::timestamptz IS NULL OR r.at >= $1) AND ($2::bigint IS NULL OR r.id = $2)
    ORDER BY r.at DESC, r.id DESC LIMIT $3::int)
SELECT r.id, r.at, r.actor, coalesce(r.source, ''), coalesce(r.message, ''), r.reverts,
    coalesce((SELECT jsonb_agg(to_jsonb(k) ORDER BY k.relation) FROM (
        SELECT c.relation, count(*) FILTER (WHERE c.op = 'I') AS inserted, count(*) FILTER (WHERE c.op = 'U') AS updated,
            count(*) FILTER (WHERE c.op = 'D') AS deleted
        FROM kraj.changes c WHERE c.revision = r.id GROUP BY c.relation) k), '[]')
FROM latest r ORDER BY r.at DESC, r.id DESC
