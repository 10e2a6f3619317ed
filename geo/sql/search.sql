-- What the words $1 may mean, in the municipality $2 (code or slug; '' anywhere), at most $3, among the kinds $4 (null: all), of each kind at most $5 (0: any number).
-- rank: 0 the same, 1 begins so, 2 a word begins so, 3 contains it, 4 a form of the name or without the endings of case, 5 looks alike (only when nothing fits better).
-- nearness is the rank, but for a name in another case: that is nearer than a title with the words in it.
WITH town AS MATERIALIZED (
    SELECT municipality_of($2) AS id
), asked AS MATERIALIZED (
    SELECT w, stem, replace(rtrim(stem, '%'), '%', '% ') || '%' AS stems FROM (SELECT kraj.fold($1) AS w, stem_pattern($1) AS stem) x
), form AS MATERIALIZED (  -- na Bobovku: the names that have this form, of the gazetteer those that planners know
    SELECT f.layer, f.place_id, k.name, k.municipality_id
    FROM (SELECT regexp_replace(kraj.fold($1), '^((v|na|ob|pri|pod|nad|za|do|iz|od|k|h|s|z|med|po|pred|skozi|proti|cez) )+', '') AS bare) b
    JOIN name_forms f ON f.first = split_part(b.bare, ' ', 1) AND f.form = b.bare
    LEFT JOIN known_names k ON f.layer = 'known_names' AND k.id = f.place_id
), hit AS (
    SELECT CASE p.layer WHEN 'settlements' THEN 'settlement' WHEN 'municipalities' THEN 'municipality' ELSE p.layer END AS kind,
           p.layer, p.id, p.code, p.name, kraj.fold(p.name) AS words, p.municipality_id, 1 AS times
    FROM places p
    WHERE (kraj.fold(p.name) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(p.name) OR kraj.fold(p.name) LIKE stem_pattern($1))
      AND ($2 = '' OR p.municipality_id = (SELECT id FROM town))
    UNION ALL
    SELECT CASE p.layer WHEN 'settlements' THEN 'settlement' WHEN 'municipalities' THEN 'municipality' ELSE p.layer END,
           p.layer, p.id, p.code, p.name, kraj.fold(p.name), p.municipality_id, 1
    FROM (SELECT DISTINCT f.layer, f.place_id FROM form f WHERE f.layer <> 'known_names') f JOIN places p ON p.layer = f.layer AND p.id = f.place_id
    WHERE (kraj.fold(p.name) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(p.name) OR kraj.fold(p.name) LIKE stem_pattern($1)) IS NOT TRUE
      AND ($2 = '' OR p.municipality_id = (SELECT id FROM town))
    UNION ALL
    SELECT 'name', g.layer, g.id, g.name, g.name, kraj.fold(g.name), g.municipality_id, 1
    FROM gazetteer g
    WHERE (kraj.fold(g.name) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(g.name) OR kraj.fold(g.name) LIKE stem_pattern($1))
      AND ($2 = '' OR g.municipality_id IS NULL OR g.municipality_id = (SELECT id FROM town))
    UNION ALL
    SELECT DISTINCT 'name', g.layer, g.id, g.name, g.name, kraj.fold(g.name), g.municipality_id, 1
    FROM form f JOIN gazetteer g ON kraj.fold(g.name) = kraj.fold(f.name) AND g.municipality_id = f.municipality_id
    WHERE f.layer = 'known_names'
      AND (kraj.fold(g.name) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(g.name) OR kraj.fold(g.name) LIKE stem_pattern($1)) IS NOT TRUE
      AND ($2 = '' OR g.municipality_id = (SELECT id FROM town))
    UNION ALL
    SELECT 'project', 'projects', p.id, p.code, p.title, p.folded, p.municipality_id, 1
    FROM projects p
    WHERE (p.folded LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% p.folded
           OR p.folded LIKE stem_pattern($1))
      AND ($2 = '' OR p.municipality_id = (SELECT id FROM town))
    UNION ALL
    SELECT 'holder', NULL, min(p.id), p.holder, p.holder, kraj.fold(p.holder), p.municipality_id, count(*)
    FROM projects p
    WHERE (kraj.fold(p.holder) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(p.holder) OR kraj.fold(p.holder) LIKE stem_pattern($1))
      AND ($2 = '' OR p.municipality_id = (SELECT id FROM town))
    GROUP BY p.holder, p.municipality_id
    UNION ALL
    SELECT 'document', NULL, k.id, p.code, k.title, kraj.fold(k.title), p.municipality_id, 1
    FROM project_links k JOIN projects p ON p.id = k.project_id
    WHERE (kraj.fold(k.title) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(k.title) OR kraj.fold(k.title) LIKE stem_pattern($1))
      AND ($2 = '' OR p.municipality_id = (SELECT id FROM town))
    UNION ALL  -- ordinances of plans: the place they are of
    SELECT 'document', z.layer, z.id, z.code, z.plan_ordinance, kraj.fold(z.plan_ordinance), z.municipality_id, 1
    FROM (SELECT 'business_zones' AS layer, id, code, plan_ordinance, municipality_id FROM business_zones
          UNION ALL SELECT 'degraded_areas', id, code, plan_ordinance, municipality_id FROM degraded_areas) z
    WHERE (kraj.fold(z.plan_ordinance) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(z.plan_ordinance) OR kraj.fold(z.plan_ordinance) LIKE stem_pattern($1))
      AND ($2 = '' OR z.municipality_id = (SELECT id FROM town))
    UNION ALL
    SELECT 'measure', NULL, u.id, u.code, u.name, kraj.fold(u.code || ' ' || u.name), u.municipality_id, 1
    FROM measures u
    WHERE (kraj.fold(u.code || ' ' || u.name) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(u.code || ' ' || u.name)
           OR kraj.fold(u.code || ' ' || u.name) LIKE stem_pattern($1))
      AND ($2 = '' OR u.municipality_id = (SELECT id FROM town))
    UNION ALL
    SELECT 'theme', NULL, t.id, t.code, t.name, kraj.fold(t.code || ' ' || t.name), t.municipality_id, 1
    FROM themes t
    WHERE (kraj.fold(t.code || ' ' || t.name) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(t.code || ' ' || t.name)
           OR kraj.fold(t.code || ' ' || t.name) LIKE stem_pattern($1))
      AND ($2 = '' OR t.municipality_id = (SELECT id FROM town))
    UNION ALL
    SELECT 'mechanism', NULL, x.id, x.code, x.name_sl, kraj.fold(x.code || ' ' || x.name_sl || ' ' || x.name_en), NULL, 1
    FROM mechanisms x
    WHERE kraj.fold(x.code || ' ' || x.name_sl || ' ' || x.name_en) LIKE '%' || kraj.fold($1) || '%' OR kraj.fold($1) <% kraj.fold(x.code || ' ' || x.name_sl || ' ' || x.name_en)
       OR kraj.fold(x.code || ' ' || x.name_sl || ' ' || x.name_en) LIKE stem_pattern($1)
), likely AS MATERIALIZED (
    SELECT h.*, coalesce(l.sort, 50) AS sort, formed.known AS formed, asked.w, kraj.fold(h.code) = asked.w AS by_code,
        CASE WHEN h.words = asked.w OR kraj.fold(h.name) = asked.w OR kraj.fold(h.code) = asked.w THEN 0
             WHEN h.words LIKE asked.w || '%' OR kraj.fold(h.name) LIKE asked.w || '%' THEN 1
             WHEN h.words LIKE '% ' || asked.w || '%' THEN 2
             WHEN h.words LIKE '%' || asked.w || '%' THEN 3
             WHEN formed.known OR ' ' || h.words LIKE asked.stems THEN 4
             ELSE 5 END AS rank,
        round(word_similarity(asked.w, h.words)::numeric, 3) AS likeness
    FROM hit h CROSS JOIN asked LEFT JOIN layers l ON l.id = h.layer
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM form f WHERE CASE h.kind WHEN 'name' THEN kraj.fold(f.name) = h.words AND f.municipality_id = h.municipality_id
        ELSE f.layer = h.layer AND f.place_id = h.id END) AS known) formed
    WHERE asked.w <> '' AND ($4::text[] IS NULL OR h.kind = ANY ($4))
), ranked AS MATERIALIZED (
    SELECT h.*, CASE WHEN h.rank IN (2, 3, 4) AND h.formed THEN 1.5 ELSE h.rank END AS nearness FROM likely h
    WHERE h.rank < 5 OR (h.likeness >= 0.45 AND NOT EXISTS (SELECT FROM likely x WHERE x.rank < 5))
), best AS (
    SELECT * FROM (SELECT r.*, row_number() OVER (PARTITION BY r.kind ORDER BY r.nearness, CASE WHEN r.rank = 5 THEN -r.likeness END, r.sort,
        r.name COLLATE "sl-x-icu", r.code COLLATE kraj.natural, r.id) AS place FROM ranked r) x
    WHERE $5 = 0 OR place <= $5
    ORDER BY nearness, CASE WHEN rank = 5 THEN -likeness END, sort, name COLLATE "sl-x-icu", code COLLATE kraj.natural, id
    LIMIT $3
)
SELECT $2 = '' OR (SELECT id IS NOT NULL FROM town) AS known, json_build_object(
    'total', (SELECT count(*) FROM ranked),
    'kinds', coalesce((SELECT json_agg(json_build_object('kind', k.kind, 'count', k.count) ORDER BY k.nearness, k.sort, k.kind)
        FROM (SELECT r.kind, count(*) AS count, min(r.nearness) AS nearness, min(r.sort) AS sort FROM ranked r GROUP BY r.kind) k), '[]'),
    'items', coalesce((SELECT json_agg(json_build_object('kind', b.kind, 'layer', b.layer, 'municipality', m.slug, 'code', b.code, 'name', b.name,
    'context', CASE b.kind
        WHEN 'project' THEN json_build_object('sl', coalesce(u.code || ' ' || u.name, t.code || ' ' || t.name, m.name),
            'en', coalesce(u.code || ' ' || coalesce(u.name_en, u.name), t.code || ' ' || coalesce(t.name_en, t.name), m.name))
        WHEN 'measure' THEN json_build_object('sl', v.code || ' ' || v.name, 'en', v.code || ' ' || coalesce(v.name_en, v.name))
        WHEN 'theme' THEN json_build_object('sl', m.name, 'en', m.name)
        WHEN 'holder' THEN json_build_object('sl', concat_ws(' · ', 'Nosilec', 'projektov: ' || b.times, m.name), 'en', concat_ws(' · ', 'Holder', 'projects: ' || b.times, m.name))
        WHEN 'document' THEN json_build_object('sl', concat_ws(' · ', CASE WHEN b.layer IS NULL THEN 'Dokument' ELSE 'Odlok' END, coalesce(there.name, b.code), m.name),
            'en', concat_ws(' · ', CASE WHEN b.layer IS NULL THEN 'Document' ELSE 'Ordinance' END, coalesce(there.name, b.code), m.name))
        WHEN 'mechanism' THEN json_build_object('sl', 'Mehanizem financiranja', 'en', 'Funding mechanism')
        WHEN 'name' THEN json_build_object('sl', concat_ws(' · ', 'Krajevno ime', there.name, m.name), 'en', concat_ws(' · ', 'Place name', there.name, m.name))
        ELSE json_build_object('sl', concat_ws(' · ', l.title_sl, CASE WHEN b.layer <> 'municipalities' THEN m.name END),
            'en', concat_ws(' · ', l.title_en, CASE WHEN b.layer <> 'municipalities' THEN m.name END)) END,
    'url', k.url, 'theme', coalesce(t.code, v.code), 'status', p.status, 'strategic', p.strategic, 'projects', CASE WHEN b.kind = 'holder' THEN b.times END,
    'place', CASE WHEN there.id IS NOT NULL THEN json_build_object('layer', there.layer, 'code', there.code, 'name', there.name) END,
    'match', json_build_object('field', CASE WHEN b.by_code THEN 'code' ELSE 'name' END,
        'text', CASE WHEN b.by_code THEN b.code ELSE b.name END,
        'how', (ARRAY['same', 'begins', 'word', 'contains', 'inflected', 'alike'])[b.rank + 1]),
    'bbox', kraj.bbox84(CASE b.kind
        WHEN 'project' THEN (SELECT ST_SetSRID(ST_Extent(s.geom)::geometry, kraj.srid()) FROM sites s WHERE s.project_id = b.id)
        WHEN 'name' THEN coalesce(g.geom, there.geom)
        WHEN 'document' THEN there.geom
        ELSE (SELECT x.geom FROM places x WHERE x.layer = b.layer AND x.id = b.id) END),
    'score', round(((5 - b.nearness) / 6.0 + b.likeness / 6)::numeric, 3))
        ORDER BY b.nearness, CASE WHEN b.rank = 5 THEN -b.likeness END, b.sort, b.name COLLATE "sl-x-icu", b.code COLLATE kraj.natural, b.id)
    FROM best b
    LEFT JOIN layers l ON l.id = b.layer
    LEFT JOIN municipalities m ON m.id = b.municipality_id
    LEFT JOIN projects p ON b.kind = 'project' AND p.id = b.id
    LEFT JOIN measures u ON u.id = p.measure_id
    LEFT JOIN themes t ON t.id = p.theme_id
    LEFT JOIN measures mv ON b.kind = 'measure' AND mv.id = b.id
    LEFT JOIN themes v ON v.id = mv.theme_id
    LEFT JOIN project_links k ON b.kind = 'document' AND b.layer IS NULL AND k.id = b.id
    LEFT JOIN gazetteer g ON b.kind = 'name' AND g.id = b.id
    LEFT JOIN places there ON there.layer = CASE b.kind WHEN 'name' THEN g.layer WHEN 'document' THEN b.layer END AND there.id = CASE b.kind WHEN 'name' THEN g.place_id ELSE b.id END), '[]'))::text
