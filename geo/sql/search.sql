-- What the words $1 may mean, in the municipality $2 (null: anywhere), at most $3, among the kinds $4 (null: all).
-- rank: 0 the same, 1 begins so, 2 a word begins so, 3 contains it, 4 looks alike.
WITH hit AS (
    SELECT CASE p.layer WHEN 'settlements' THEN 'settlement' WHEN 'municipalities' THEN 'municipality' ELSE p.layer END AS kind,
           p.layer, p.id, p.code, p.name, kraj.fold(p.name) AS words, p.municipality_id, p.geom
    FROM places p
    WHERE (kraj.fold(p.name) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(p.name))
      AND ($2::bigint IS NULL OR p.municipality_id = $2)
    UNION ALL
    SELECT 'project', 'projects', p.id, p.code, p.title, kraj.fold(p.code || ' ' || p.title), p.municipality_id, NULL
    FROM projects p
    WHERE (kraj.fold(p.code || ' ' || p.title) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(p.code || ' ' || p.title))
      AND ($2::bigint IS NULL OR p.municipality_id = $2)
    UNION ALL
    SELECT 'measure', NULL, u.id, u.code, u.name, kraj.fold(u.code || ' ' || u.name), u.municipality_id, NULL
    FROM measures u
    WHERE (kraj.fold(u.code || ' ' || u.name) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(u.code || ' ' || u.name))
      AND ($2::bigint IS NULL OR u.municipality_id = $2)
    UNION ALL
    SELECT 'theme', NULL, t.id, t.code, t.name, kraj.fold(t.code || ' ' || t.name), t.municipality_id, NULL
    FROM themes t
    WHERE (kraj.fold(t.code || ' ' || t.name) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(t.code || ' ' || t.name))
      AND ($2::bigint IS NULL OR t.municipality_id = $2)
), ranked AS (
    SELECT h.*, coalesce(l.sort, 50) AS sort,
        CASE WHEN h.words = q.w OR kraj.fold(h.name) = q.w OR kraj.fold(h.code) = q.w THEN 0
             WHEN h.words LIKE q.w || '%' OR kraj.fold(h.name) LIKE q.w || '%' THEN 1
             WHEN h.words LIKE '% ' || q.w || '%' THEN 2
             WHEN h.words LIKE '%' || q.w || '%' THEN 3
             ELSE 4 END AS rank,
        round(word_similarity(q.w, h.words)::numeric, 3) AS likeness
    FROM hit h CROSS JOIN (SELECT kraj.fold($1) AS w) q LEFT JOIN layers l ON l.id = h.layer
    WHERE q.w <> '' AND ($4::text[] IS NULL OR h.kind = ANY ($4))
), best AS (
    SELECT * FROM ranked
    ORDER BY rank, CASE WHEN rank = 4 THEN -likeness END, sort, name COLLATE "sl-x-icu", code COLLATE kraj.natural, id
    LIMIT $3
)
SELECT jsonb_build_object('kind', b.kind, 'layer', b.layer, 'municipality', m.slug, 'code', b.code, 'name', b.name,
    'context', CASE b.kind
        WHEN 'project' THEN jsonb_build_object('sl', coalesce(u.code || ' ' || u.name, t.code || ' ' || t.name, m.name),
            'en', coalesce(u.code || ' ' || coalesce(u.name_en, u.name), t.code || ' ' || coalesce(t.name_en, t.name), m.name))
        WHEN 'measure' THEN jsonb_build_object('sl', v.code || ' ' || v.name, 'en', v.code || ' ' || coalesce(v.name_en, v.name))
        WHEN 'theme' THEN jsonb_build_object('sl', m.name, 'en', m.name)
        ELSE jsonb_build_object('sl', concat_ws(' · ', l.title_sl, CASE WHEN b.layer <> 'municipalities' THEN m.name END),
            'en', concat_ws(' · ', l.title_en, CASE WHEN b.layer <> 'municipalities' THEN m.name END)) END,
    'bbox', kraj.bbox84(coalesce(b.geom, (SELECT ST_SetSRID(ST_Extent(s.geom)::geometry, kraj.srid()) FROM sites s WHERE b.kind = 'project' AND s.project_id = b.id))),
    'score', round(((4 - b.rank) / 5.0 + b.likeness / 5)::numeric, 3)) AS item
FROM best b
LEFT JOIN layers l ON l.id = b.layer
LEFT JOIN municipalities m ON m.id = b.municipality_id
LEFT JOIN projects p ON b.kind = 'project' AND p.id = b.id
LEFT JOIN measures u ON u.id = p.measure_id
LEFT JOIN themes t ON t.id = p.theme_id
LEFT JOIN measures mv ON b.kind = 'measure' AND mv.id = b.id
LEFT JOIN themes v ON v.id = mv.theme_id
ORDER BY b.rank, CASE WHEN b.rank = 4 THEN -b.likeness END, b.sort, b.name COLLATE "sl-x-icu", b.code COLLATE kraj.natural, b.id
