-- The areas that contain longitude $1, latitude $2.
WITH spot AS MATERIALIZED (SELECT kraj.from_lonlat($1, $2) AS geom)
SELECT (SELECT s.geom IS NOT NULL FROM spot s), coalesce((SELECT jsonb_agg(jsonb_build_object('layer', c.layer, 'code', c.code, 'name', c.name,
    'municipality', c.municipality, 'area_m2', round(c.area_m2::numeric, 2), 'common_m2', round(c.common_m2::numeric, 2), 'share_of_settlement', round(c.share_of_settlement::numeric, 9)) ORDER BY c.n)
    FROM spot s CROSS JOIN LATERAL chain(s.geom) WITH ORDINALITY c (layer, id, municipality, code, name, area_m2, common_m2, share_of_settlement, n)), '[]')
