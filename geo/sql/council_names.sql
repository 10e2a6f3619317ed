-- The names that a question's filters mean, in municipality $1: code, Slovene, English; of what is not known there is no row.
SELECT 'theme', t.code, t.name, coalesce(t.name_en, t.name) FROM themes t WHERE t.municipality_id = $1 AND t.code = ANY ($2::text[])
UNION ALL
SELECT 'measure', m.code, m.name, coalesce(m.name_en, m.name) FROM measures m WHERE m.municipality_id = $1 AND m.code = ANY ($3::text[])
UNION ALL
SELECT 'settlement', s.code, s.name, s.name FROM settlements s WHERE s.municipality_id = $1 AND s.code = ANY ($4::text[])
UNION ALL
SELECT 'local_community', c.code, c.name, c.name FROM local_communities c WHERE c.municipality_id = $1 AND c.code = ANY ($5::text[])
UNION ALL
SELECT 'mechanism', m.code, m.name_sl, m.name_en FROM mechanisms m WHERE m.code = ANY ($6::text[])
