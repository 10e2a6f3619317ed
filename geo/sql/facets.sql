-- How many projects there would be behind every value of filters: $1 the municipality's code or slug, $2 the filter (see projects_in), $3 the
-- kinds of values, $4 how many values of each at most: the most frequent ones, and always those that the filter names. In the order of lists.
WITH town AS MATERIALIZED (
    SELECT municipality_of($1) AS id
), found AS MATERIALIZED (
    SELECT facets(town.id, $2::jsonb, $3::text[]) AS answer FROM town WHERE town.id IS NOT NULL
), counted AS MATERIALIZED (
    SELECT c.value ->> 0 AS kind, c.value ->> 1 AS key, (c.value ->> 2)::bigint AS n FROM found, jsonb_array_elements(found.answer -> 'counts') c
), asked AS MATERIALIZED (  -- a chosen value stays in sight when it selects nothing
    SELECT k.kind, w.key FROM unnest($3::text[]) k (kind) CROSS JOIN LATERAL unnest(filter_words($2::jsonb, k.kind)) w (key)
), value AS MATERIALIZED (
    SELECT kind, key, n, EXISTS (SELECT FROM asked a WHERE a.kind = c.kind AND a.key = c.key) AS chosen FROM counted c
    UNION ALL SELECT a.kind, a.key, 0, true FROM asked a WHERE NOT EXISTS (SELECT FROM counted c WHERE c.kind = a.kind AND c.key = a.key)
), ranked AS MATERIALIZED (
    SELECT v.*, row_number() OVER (PARTITION BY v.kind ORDER BY v.chosen DESC, v.n DESC, v.key COLLATE kraj.natural) AS place FROM value v
), named AS MATERIALIZED (
    SELECT r.kind, r.key, r.n, coalesce(t.name, u.name, s.name, l.name, x.name_sl) AS name,
           coalesce(t.name_en, t.name, u.name_en, u.name, s.name, l.name, x.name_en) AS name_en, ut.code AS parent
    FROM ranked r CROSS JOIN town
    LEFT JOIN themes t ON r.kind = 'theme' AND t.municipality_id = town.id AND t.code = r.key
    LEFT JOIN measures u ON r.kind = 'measure' AND u.municipality_id = town.id AND u.code = r.key
    LEFT JOIN themes ut ON ut.id = u.theme_id
    LEFT JOIN settlements s ON r.kind = 'settlement' AND s.municipality_id = town.id AND s.code = r.key
    LEFT JOIN local_communities l ON r.kind = 'local_community' AND l.municipality_id = town.id AND l.code = r.key
    LEFT JOIN mechanisms x ON r.kind IN ('mechanism', 'eligible') AND x.code = split_part(r.key, ':', 1)
    WHERE r.place <= $4
), ordered AS MATERIALIZED (
    SELECT n.*, row_number() OVER (PARTITION BY n.kind ORDER BY
        CASE WHEN n.kind IN ('theme', 'measure', 'mechanism', 'holder', 'year') AND n.key = 'none' THEN 1 ELSE 0 END,
        CASE n.kind WHEN 'status' THEN array_position('{idea,preparation,implementation,realised,not_realised,dropped,unknown}', n.key)
            WHEN 'horizon' THEN array_position('{2030,2035,2030+2035,none}', n.key) WHEN 'scope' THEN array_position('{sites,municipality,unplaced}', n.key)
            WHEN 'class' THEN array_position('{urban,suburban,rural,unclassified,outside,municipality_wide,unplaced}', n.key)
            WHEN 'source' THEN array_position('{own,eu,state,private,other,not_stated}', n.key) WHEN 'holder' THEN -n.n
            WHEN 'theme' THEN (n.key NOT IN (SELECT t.code FROM themes t WHERE t.municipality_id = (SELECT id FROM town) AND t.kind = 'theme'))::int END,
        CASE WHEN n.kind IN ('settlement', 'local_community', 'holder') THEN coalesce(n.name, n.key) END COLLATE "sl-x-icu", n.key COLLATE kraj.natural) AS place
    FROM named n
)
SELECT (SELECT id IS NOT NULL FROM town) AS known, jsonb_build_object(
    'municipality', (SELECT m.slug FROM municipalities m, town WHERE m.id = town.id),
    'projects', answer -> 'projects', 'amount_cents', answer -> 'amount_cents', 'without_amount', answer -> 'without_amount', 'all_projects', answer -> 'all_projects',
    'least_cents', answer -> 'least_cents', 'most_cents', answer -> 'most_cents',
    'facets', (SELECT coalesce(jsonb_object_agg(k.kind, jsonb_build_object(
        'total', (SELECT count(*) FROM value v WHERE v.kind = k.kind),
        'values', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('key', o.key, 'parent', o.parent,
            'name', CASE WHEN o.name IS NOT NULL THEN jsonb_build_object('sl', o.name, 'en', o.name_en) END)) || jsonb_build_object('projects', o.n) ORDER BY o.place), '[]')
            FROM ordered o WHERE o.kind = k.kind))), '{}') FROM unnest($3::text[]) k (kind)))::text AS answer
FROM (SELECT 1) one LEFT JOIN found ON true
