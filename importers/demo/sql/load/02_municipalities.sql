-- The municipality is the union of its settlements' approximate shapes, so it is approximate too.
INSERT INTO municipalities (code, name, name_alt, short_name, surs_code, registered_area_m2, strategy_sl, strategy_en,
                            attributes, source, licence, approximate, geom)
SELECT i.code, i.name, i.name_alt, i.short_name, i.surs_code, i.area_km2::float8 * 1e6, i.strategy_sl, i.strategy_en,
       '{"demo": true}', concat_ws(', ', i.source, i.source_ref), 'CC BY 4.0 (GURS)', true,
       (SELECT ST_Multi(ST_Union(s.geom)) FROM in_shapes s WHERE s.layer = 'settlements')
FROM in_municipality i
WHERE pg_temp.in_home() IS NULL
ON CONFLICT (code) DO NOTHING
