-- The municipality is the union of its settlements' approximate shapes, so it is approximate too. One that is there under a
-- code of one's own is meant as well.
SELECT i.code, i.name, i.name_alt, i.short_name, i.surs_code, i.area_km2::float8 * 1e6 AS registered_area_m2, i.strategy_sl, i.strategy_en,
       jsonb_strip_nulls(jsonb_build_object('demo', true, 'source_ref', i.source_ref)) AS attributes, i.source, 'CC BY 4.0 (GURS)' AS licence,
       true AS approximate, (SELECT ST_Multi(ST_Union(s.geom)) FROM in_shapes s WHERE s.layer = 'settlements') AS geom
FROM in_municipality i
LEFT JOIN municipalities m ON m.id = pg_temp.in_home()
WHERE m.id IS NULL OR m.code = i.code
