-- The places that words mean: $1 a list of {row, layer, municipality_id, place}; a place is named by its code, register number or name,
-- within a municipality where one is given. A code comes before a name. One row for each word that means something: how many, and which.
WITH asked AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) a ("row" bigint, layer text, municipality_id bigint, place text)
), found AS (
    SELECT a."row", s.id, s.municipality_id, CASE WHEN a.place IN (s.code, s.surs_code) THEN 0 ELSE 1 END AS by_name
    FROM asked a JOIN settlements s ON (a.municipality_id IS NULL OR s.municipality_id = a.municipality_id)
        AND (s.code = a.place OR s.surs_code = a.place OR kraj.fold(s.name) = kraj.fold(a.place))
    WHERE a.layer = 'settlements'
    UNION ALL
    SELECT a."row", k.id, k.municipality_id, CASE WHEN k.code = a.place THEN 0 ELSE 1 END
    FROM asked a JOIN local_communities k ON (a.municipality_id IS NULL OR k.municipality_id = a.municipality_id)
        AND (k.code = a.place OR kraj.fold(k.name) IN (kraj.fold(a.place), kraj.fold('KS ' || a.place), regexp_replace(kraj.fold(a.place), '^ks ', '')))
    WHERE a.layer = 'local_communities'
    UNION ALL
    SELECT a."row", m.id, m.id, CASE WHEN a.place IN (m.code, m.surs_code) THEN 0 ELSE 1 END
    FROM asked a JOIN municipalities m ON m.code = a.place OR m.surs_code = a.place OR m.slug = kraj.fold(a.place)
    WHERE a.layer = 'municipalities'
)
SELECT DISTINCT ON (f."row") f."row", count(*) OVER (PARTITION BY f."row", f.by_name), f.id, f.municipality_id
FROM found f ORDER BY f."row", f.by_name, f.id
