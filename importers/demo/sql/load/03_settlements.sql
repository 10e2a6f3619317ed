SELECT i.code, i.name, i.name_alt, m.code AS municipality, i.surs_code, i.area_km2::float8 * 1e6 AS registered_area_m2,
       ST_X(c.geom) AS centroid_e, ST_Y(c.geom) AS centroid_n, jsonb_strip_nulls(jsonb_build_object('demo', true, 'source_ref', i.source_ref)) AS attributes,
       i.source, 'CC BY 4.0 (GURS)' AS licence, true AS approximate, ST_Multi(s.geom) AS geom
FROM in_settlements i
JOIN municipalities m ON m.id = pg_temp.in_home()
CROSS JOIN LATERAL (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(i.easting::float8, i.northing::float8), 3794), kraj.srid()) AS geom) c
LEFT JOIN in_shapes s ON s.layer = 'settlements' AND s.code = i.code
