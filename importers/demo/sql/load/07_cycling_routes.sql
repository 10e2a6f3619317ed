SELECT i.code, i.name, m.code AS municipality, i.route_number, i.route_level, i.state,
       pg_temp.in_attributes(i.placed_by, i.note) || jsonb_strip_nulls(jsonb_build_object('source_ref', i.source_ref)) AS attributes, i.source,
       true AS approximate, pg_temp.in_geometry(i.geom) AS geom
FROM in_cycling_routes i
JOIN municipalities m ON m.id = pg_temp.in_home()
