SELECT i.code, i.name, m.code AS municipality, i.load_pe::integer, i.connected_share::numeric, i.reported_on::date,
       pg_temp.in_attributes(i.placed_by, i.note) AS attributes, concat_ws(', ', i.source, i.source_ref) AS source,
       i.reported_on::date AS source_date, true AS approximate, pg_temp.in_geometry(i.geom) AS geom
FROM in_agglomerations i
JOIN municipalities m ON m.id = pg_temp.in_home()
