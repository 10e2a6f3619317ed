INSERT INTO facts (municipality_id, code, name, name_en, year, value_text, value, unit, source)
SELECT m.id, i.code, i.name, i.name_en, i.year, i.value_text, i.value::numeric, i.unit, concat_ws(', ', i.source, i.source_ref)
FROM in_facts i
JOIN municipalities m ON m.id = pg_temp.in_home()
ON CONFLICT (municipality_id, code, year) DO NOTHING
