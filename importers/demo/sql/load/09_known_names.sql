INSERT INTO known_names (municipality_id, name, kind, layer, place_id, source, note)
SELECT m.id, i.name, i.kind, i.layer, p.id, i.source, i.note
FROM in_known_names i
JOIN municipalities m ON m.id = pg_temp.in_home()
LEFT JOIN places p ON p.layer = i.layer AND p.code = i.place AND p.municipality_id = m.id
ON CONFLICT (municipality_id, name, layer, place_id) DO NOTHING
