-- A community whose settlements are known has their shape; of a part of a settlement only the register's centroid is known.
INSERT INTO local_communities (code, name, municipality_id, kind, registered_area_m2, attributes, source, licence, approximate, geom)
SELECT i.code, i.name, m.id, i.kind, i.area_km2::float8 * 1e6,
       jsonb_strip_nulls(jsonb_build_object('demo', true, 'odo_id', i.odo_id, 'note', i.note, 'settlements', string_to_array(i.settlements, ' '))),
       concat_ws(', ', i.source, i.source_ref), 'CC BY 4.0 (GURS)', true,
       coalesce((SELECT ST_Multi(ST_Union(s.geom)) FROM in_shapes s
                 WHERE s.layer = 'settlements' AND s.code = ANY (string_to_array(i.settlements, ' '))), pg_temp.in_geometry(i.geom))
FROM in_local_communities i
JOIN municipalities m ON m.code = (SELECT code FROM in_municipality)
ON CONFLICT (municipality_id, code) DO NOTHING
