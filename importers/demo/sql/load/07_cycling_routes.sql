INSERT INTO cycling_routes (code, name, municipality_id, route_number, route_level, state, attributes, source, approximate, geom)
SELECT i.code, i.name, m.id, i.route_number, i.route_level, i.state, pg_temp.in_attributes(i.placed_by, i.note),
       concat_ws(', ', i.source, i.source_ref), true, pg_temp.in_geometry(i.geom)
FROM in_cycling_routes i
JOIN municipalities m ON m.id = pg_temp.in_home()
ON CONFLICT (municipality_id, code) DO NOTHING
