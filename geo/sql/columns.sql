-- The columns of a layer's relation as this audience sees it, without its geometry and its keys. $1: the relation, quoted.
SELECT a.attname::text, coalesce(nullif(t.typbasetype, 0), t.oid)::regtype::text
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
  AND t.typname <> 'geometry' AND a.attname <> ALL ('{id,municipality_id,slug,folded}')
ORDER BY a.attnum
