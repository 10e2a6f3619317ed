INSERT INTO agglomerations (code, name, municipality_id, load_pe, connected_share, reported_on, attributes, source, source_date, approximate, geom)
SELECT i.code, i.name, m.id, i.load_pe::integer, i.connected_share::numeric, i.reported_on::date,
       pg_temp.in_attributes(i.placed_by, i.note), concat_ws(', ', i.source, i.source_ref), i.reported_on::date, true, pg_temp.in_geometry(i.geom)
FROM in_agglomerations i
JOIN municipalities m ON m.id = pg_temp.in_home()
ON CONFLICT (municipality_id, code) DO NOTHING
