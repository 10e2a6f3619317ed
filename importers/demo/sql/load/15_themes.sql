INSERT INTO themes (municipality_id, code, name, name_en, goal, goal_en, kind, color, attributes, source)
SELECT m.id, i.code, i.name, i.name_en, i.goal, i.goal_en, i.kind, i.color,
       jsonb_strip_nulls(jsonb_build_object('demo', true, 'goal_variant', i.goal_variant)), concat_ws(', ', i.source, i.source_ref)
FROM in_themes i
JOIN municipalities m ON m.id = pg_temp.in_home()
ON CONFLICT (municipality_id, code) DO NOTHING
