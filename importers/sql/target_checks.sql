-- CHECK constraints of a layer's table as expressions over its columns.
SELECT c.conname, pg_get_expr(c.conbin, c.conrelid)
FROM pg_constraint c
WHERE c.conrelid = ('kraj.' || quote_ident($1))::regclass AND c.contype = 'c'
ORDER BY c.conname
