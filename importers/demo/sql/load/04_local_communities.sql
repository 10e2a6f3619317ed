INSERT INTO local_communities (code, name, municipality_id, kind, registered_area_m2, attributes, source, licence, approximate, geom)
SELECT i.code, i.name, m.id, i.kind, i.area_km2::float8 * 1e6,
       jsonb_strip_nulls(jsonb_build_object('demo', true, 'odo_id', i.odo_id, 'note', i.note, 'settlements', string_to_array(i.settlements, ' '))),
       concat_ws(', ', i.source, i.source_ref), 'CC BY 4.0 (GURS)', true, ST_Multi(s.geom)
FROM in_local_communities i
JOIN municipalities m ON m.id = pg_temp.in_home()
LEFT JOIN in_shapes s ON s.layer = 'local_communities' AND s.code = i.code
ON CONFLICT (municipality_id, code) DO NOTHING
