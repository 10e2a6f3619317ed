SELECT i.code, i.name, m.code AS municipality, i.kind, i.area_km2::float8 * 1e6 AS registered_area_m2,
       jsonb_build_object('demo', true, 'odo_id', i.odo_id, 'note', i.note, 'settlements', string_to_array(i.settlements, ' '), 'source_ref', i.source_ref) AS attributes,
       i.source, 'CC BY 4.0 (GURS)' AS licence, true AS approximate, ST_Multi(s.geom) AS geom
FROM in_local_communities i
JOIN municipalities m ON m.id = pg_temp.in_home()
LEFT JOIN in_shapes s ON s.layer = 'local_communities' AND s.code = i.code
