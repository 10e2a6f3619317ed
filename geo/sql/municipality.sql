-- The municipality that a code or a folded name means ($1), or all of them when it is empty; two rows are enough to know.
SELECT m.id, m.code, m.slug, m.name
FROM municipalities m
WHERE $1 = '' OR m.code = $1 OR m.slug = kraj.fold($1)
ORDER BY (m.code = $1) DESC, m.name COLLATE "sl-x-icu", m.code COLLATE kraj.natural
LIMIT 300
