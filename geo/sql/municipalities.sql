-- One page of municipalities in Slovene order, after the name $2 and code $3 unless $2 is null. $1: how many.
WITH page AS (
    SELECT m.* FROM municipalities m
    WHERE $2::text IS NULL OR (m.name COLLATE "sl-x-icu", m.code COLLATE kraj.natural) > ($2 COLLATE "sl-x-icu", $3::text COLLATE kraj.natural)
    ORDER BY m.name COLLATE "sl-x-icu", m.code COLLATE kraj.natural
    LIMIT $1
)
SELECT (SELECT count(*) FROM municipalities) AS total, page.name, page.code, CASE WHEN page.id IS NOT NULL THEN jsonb_build_object(
    'code', page.code, 'slug', page.slug, 'name', page.name, 'name_alt', page.name_alt, 'short_name', page.short_name,
    'strategy', CASE WHEN page.strategy_sl IS NOT NULL THEN jsonb_build_object('sl', page.strategy_sl, 'en', coalesce(page.strategy_en, page.strategy_sl)) END,
    'approximate', page.approximate,
    'projects', p.projects, 'settlements', (SELECT count(*) FROM settlements s WHERE s.municipality_id = page.id),
    'population', (
        SELECT coalesce((SELECT sum(n.people) FROM population_settlements n JOIN settlements s ON s.id = n.settlement_id
                         WHERE n.set_id = x.id AND s.municipality_id = page.id), x.printed_total)
        FROM population_sets x WHERE x.municipality_id = page.id OR x.municipality_id IS NULL
        ORDER BY x.preferred DESC, x.kind DESC, x.municipality_id NULLS LAST, x.source_date DESC, x.id LIMIT 1),
    'bbox', kraj.bbox84(page.geom),
    'has_amounts', p.costed OR EXISTS (
        SELECT FROM project_funding f JOIN projects q ON q.id = f.project_id WHERE q.municipality_id = page.id AND f.effective_cents IS NOT NULL),
    'schemes', coalesce((
        SELECT jsonb_agg(jsonb_build_object('code', x.code, 'name', jsonb_build_object('sl', x.name_sl, 'en', x.name_en), 'classes', x.classes) ORDER BY x.code = 'municipal' DESC, x.code)
        FROM (SELECT DISTINCT ON (c.code) c.* FROM schemes c
              WHERE c.current AND (c.municipality_id = page.id OR c.municipality_id IS NULL)
              ORDER BY c.code, c.municipality_id NULLS LAST) x), '[]'),
    'themes', coalesce((
        SELECT jsonb_agg(jsonb_build_object('code', t.code, 'name', jsonb_build_object('sl', t.name, 'en', coalesce(t.name_en, t.name)), 'kind', t.kind, 'color', t.color,
            'goal', CASE WHEN t.goal IS NOT NULL THEN jsonb_build_object('sl', t.goal, 'en', coalesce(t.goal_en, t.goal)) END,
            'measures', coalesce((
                SELECT jsonb_agg(jsonb_build_object('code', u.code, 'name', jsonb_build_object('sl', u.name, 'en', coalesce(u.name_en, u.name))) ORDER BY u.code COLLATE kraj.natural)
                FROM measures u WHERE u.theme_id = t.id), '[]')) ORDER BY t.kind DESC, t.code COLLATE kraj.natural)
        FROM themes t WHERE t.municipality_id = page.id), '[]')
) END AS item
FROM (SELECT 1) one
LEFT JOIN page ON true
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE is_leaf) AS projects, coalesce(bool_or(cost_cents IS NOT NULL), false) AS costed
    FROM projects p WHERE p.municipality_id = page.id) p ON true
ORDER BY page.name COLLATE "sl-x-icu", page.code COLLATE kraj.natural
