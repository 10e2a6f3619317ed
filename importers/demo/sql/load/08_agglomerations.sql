SELECT i.code, i.name, m.code AS municipality, i.load_pe::integer, i.connected_share::numeric, i.reported_on::date,
       pg_temp.in_attributes(i.placed_by, i.note) || jsonb_strip_nulls(jsonb_build_object('source_ref', i.source_ref)) AS attributes, i.source,
       i.reported_on::date AS source_date, true AS approximate, pg_temp.in_geometry(i.geom) AS geom
FROM in_agglomerations i
JOIN municipalities m ON m.id = pg_temp.in_home()
