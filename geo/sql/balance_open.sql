-- The projects behind a figure; see kraj.balance_open.
SELECT project_id, code, title, status, theme, share, amount_cents, coalesce(origin, ''), coalesce(note, ''), served, spread_over,
       coalesce(parts, '[]'), coalesce(extents, '[]')
FROM balance_open($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
