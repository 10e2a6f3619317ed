INSERT INTO goals (theme_id, number, text, text_en, source)
SELECT t.id, i.number, i.text, i.text_en, concat_ws(', ', i.source, i.source_ref)
FROM in_goals i
JOIN municipalities m ON m.id = pg_temp.in_home()
JOIN themes t ON t.municipality_id = m.id AND t.code = i.theme
JOIN in_loaded l ON l.relation = 'themes' AND l.row_id = t.id
ON CONFLICT (theme_id, number) DO NOTHING
