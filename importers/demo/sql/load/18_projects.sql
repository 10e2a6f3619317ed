-- One level of the tree at a time: a row goes in once its parent is there. The loader repeats this until nothing is added.
INSERT INTO projects (municipality_id, parent_id, theme_id, measure_id, code, source_code, title, description, holder, participants,
                      status, horizon, strategic, responsible, plan_state, cost_cents, cost_text, cost_qualifier, scope, visibility,
                      attributes, source, source_ref)
SELECT m.id, p.id, t.id, e.id, i.code, i.source_code, i.title, i.description, i.holder, string_to_array(i.participants, '; '),
       coalesce(i.status, 'unknown'), coalesce(i.horizon, 'none'), coalesce(i.strategic::boolean, false), i.responsible, i.plan_state,
       i.cost_cents::bigint, i.cost_text, coalesce(i.cost_qualifier, 'exact'), coalesce(i.scope, 'unplaced'), 'public',
       jsonb_strip_nulls(jsonb_build_object('demo', true, 'kind', i.kind, 'title_source', i.title_source, 'note', i.note,
           'degraded', i.degraded::boolean, 'timetable', i.timetable)),
       i.source, i.source_ref
FROM in_projects i
JOIN municipalities m ON m.id = pg_temp.in_home()
LEFT JOIN projects p ON p.municipality_id = m.id AND p.code = i.parent
LEFT JOIN themes t ON t.municipality_id = m.id AND t.code = i.theme
LEFT JOIN measures e ON e.municipality_id = m.id AND e.code = i.measure
WHERE i.parent IS NULL OR p.id IS NOT NULL
ON CONFLICT (municipality_id, code) DO NOTHING
