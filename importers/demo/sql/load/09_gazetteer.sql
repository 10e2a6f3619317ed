INSERT INTO gazetteer (municipality_id, name, kind, source, note, geom)
SELECT m.id, i.name, i.kind, i.source, i.placed_by, pg_temp.in_geometry(i.geom)
FROM in_gazetteer i
JOIN municipalities m ON m.id = pg_temp.in_home()
ON CONFLICT (municipality_id, name, kind) DO NOTHING
