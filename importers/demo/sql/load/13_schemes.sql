INSERT INTO schemes (municipality_id, code, version, name_sl, name_en, classes, source, current)
SELECT m.id, i.code, i.version::integer, i.name_sl, i.name_en, string_to_array(i.classes, ' '), concat_ws(', ', i.source, i.source_ref),
       NOT EXISTS (SELECT FROM schemes x WHERE x.municipality_id = m.id AND x.code = i.code AND x.current)
FROM in_schemes i
JOIN municipalities m ON m.id = pg_temp.in_home()
ON CONFLICT (municipality_id, code, version) DO NOTHING
