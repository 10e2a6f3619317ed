-- The territory lists of funding mechanisms, with how many places they name: $1 a municipality, or null.
SELECT l.mechanism, l.code, m.slug, l.fund, l.period_from, l.period_to, l.layer, l.rule, l.source, l.source_ref, l.source_url,
       (SELECT count(*) FROM mechanism_territory t WHERE t.list_id = l.id)
FROM mechanism_lists l LEFT JOIN municipalities m ON m.id = l.municipality_id
WHERE $1::bigint IS NULL OR l.municipality_id = $1 OR l.municipality_id IS NULL
ORDER BY l.mechanism, m.name COLLATE "sl-x-icu" NULLS FIRST, l.fund NULLS FIRST, l.period_from NULLS FIRST, l.code COLLATE kraj.natural
