-- Nodes of the loaded project tree by theme and measure, and what is open in them.
SELECT m.slug, t.code AS theme, coalesce(e.code, '') AS measure, coalesce(e.name, t.name) AS name,
       count(*) AS nodes,
       count(*) FILTER (WHERE p.parent_id IS NULL AND p.attributes->>'kind' = 'numbered') AS activities,
       count(*) FILTER (WHERE p.attributes->>'kind' = 'numbered') AS numbered,
       count(*) FILTER (WHERE p.is_leaf) AS leaves,
       count(*) FILTER (WHERE p.strategic) AS strategic,
       count(*) FILTER (WHERE p.cost_cents IS NOT NULL
           OR EXISTS (SELECT FROM project_funding f WHERE f.project_id = p.id AND f.amount_cents IS NOT NULL)) AS with_amount,
       count(*) FILTER (WHERE p.status <> 'unknown') AS with_status,
       count(*) FILTER (WHERE p.plan_state IS NOT NULL AND p.plan_state <> 'unknown') AS with_plan_state,
       count(*) FILTER (WHERE p.is_leaf AND p.scope = 'sites' AND x.located) AS placed,
       count(*) FILTER (WHERE p.is_leaf AND p.scope = 'sites' AND NOT x.located) AS named,
       count(*) FILTER (WHERE p.is_leaf AND p.scope = 'municipality') AS municipality_wide,
       count(*) FILTER (WHERE p.is_leaf AND p.scope = 'unplaced') AS unplaced,
       count(*) FILTER (WHERE p.attributes ? 'note') AS notes
FROM demo_rows d
JOIN projects p ON p.id = d.row_id
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM sites s WHERE s.project_id = p.id) AS located) x
JOIN municipalities m ON m.id = p.municipality_id
JOIN themes t ON t.id = p.theme_id
LEFT JOIN measures e ON e.id = p.measure_id
WHERE d.relation = 'projects' AND d.municipality = $1
GROUP BY m.slug, t.code, t.kind, t.name, e.code, e.name
ORDER BY t.kind DESC, t.code COLLATE kraj.natural, e.code COLLATE kraj.natural
