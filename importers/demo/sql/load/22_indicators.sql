INSERT INTO indicators (municipality_id, theme_id, code, source_code, name, name_en, unit, note, source)
SELECT m.id, t.id, i.code, i.source_code, i.name, i.name_en, i.unit, i.note, concat_ws(', ', i.source, i.source_ref)
FROM in_indicators i
JOIN municipalities m ON m.id = pg_temp.in_home()
LEFT JOIN themes t ON t.municipality_id = m.id AND t.code = i.theme
ON CONFLICT (municipality_id, code) DO NOTHING
