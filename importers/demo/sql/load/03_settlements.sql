INSERT INTO settlements (code, name, name_alt, municipality_id, surs_code, registered_area_m2, centroid_e, centroid_n,
                         attributes, source, licence, approximate, geom)
SELECT i.code, i.name, i.name_alt, m.id, i.surs_code, i.area_km2::float8 * 1e6, ST_X(c.geom), ST_Y(c.geom),
       '{"demo": true}', concat_ws(', ', i.source, i.source_ref), 'CC BY 4.0 (GURS)', true, ST_Multi(s.geom)
FROM in_settlements i
JOIN municipalities m ON m.id = pg_temp.in_home()
CROSS JOIN LATERAL (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(i.easting::float8, i.northing::float8), 3794), kraj.srid()) AS geom) c
LEFT JOIN in_shapes s ON s.layer = 'settlements' AND s.code = i.code
ON CONFLICT (municipality_id, code) DO NOTHING
