-- Every foreign key that points at a table: the rows that point (but not proposals, which nobody stated), their column, and the column it
-- points at. Of a key of several columns the first is the one that tells rows apart.
SELECT kraj.logged_rows(k.conrelid::regclass::text, r.relname::text) AS child, c.attname AS child_column, p.attname AS column
FROM pg_constraint k
JOIN pg_class r ON r.oid = k.conrelid
JOIN pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = k.conkey[1]
JOIN pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = k.confkey[1]
WHERE k.contype = 'f' AND k.confrelid = ('kraj.' || quote_ident($1))::regclass
ORDER BY 1, 2
