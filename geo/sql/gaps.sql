-- All gaps; with a municipality's code ($1) each with the numbers of its rows.
SELECT g.name, g.title_sl, g.title_en, g.about_sl, g.about_en,
       (SELECT coalesce(jsonb_agg(p - 'sl' - 'en' || jsonb_build_object('default', gap_default(p ->> 'default'), 'title', jsonb_build_object('sl', p -> 'sl', 'en', p -> 'en')) ORDER BY n), '[]')
        FROM jsonb_array_elements(g.parameters) WITH ORDINALITY x (p, n)),
       c.gaps, c.unknown
FROM gaps g
LEFT JOIN (SELECT * FROM (SELECT $1::text AS town) t CROSS JOIN LATERAL count_gaps(t.town) WHERE t.town IS NOT NULL) c ON c.name = g.name
ORDER BY g.sort, g.name
