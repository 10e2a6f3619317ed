INSERT INTO measures (municipality_id, theme_id, code, name, name_en, description, attributes, source)
SELECT m.id, t.id, i.code, i.name, i.name_en, i.description,
       jsonb_strip_nulls(jsonb_build_object('demo', true, 'note', i.note)), concat_ws(', ', i.source, i.source_ref)
FROM in_measures i
JOIN municipalities m ON m.id = pg_temp.in_home()
JOIN themes t ON t.municipality_id = m.id AND t.code = i.theme
ON CONFLICT (municipality_id, code) DO NOTHING
