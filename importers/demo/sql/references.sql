-- Every foreign key that points at a table: the column that points, and the column it points at.
SELECT k.conrelid::regclass::text AS child, c.attname AS child_column, p.attname AS column
FROM pg_constraint k
JOIN pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = k.conkey[1]
JOIN pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = k.confkey[1]
WHERE k.contype = 'f' AND k.confrelid = ('kraj.' || quote_ident($1))::regclass AND cardinality(k.conkey) = 1
ORDER BY 1, 2
