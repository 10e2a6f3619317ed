INSERT INTO business_zones (code, name, municipality_id, stated_area_ha, spatial_units, land_use, plan_state, jobs_existing,
                            jobs_expected, attributes, source, approximate, geom)
SELECT i.code, i.name, m.id, i.stated_area_ha::numeric, string_to_array(i.spatial_units, ';'), string_to_array(i.land_use, ';'),
       i.plan_state, i.jobs_existing::integer, i.jobs_expected::integer, pg_temp.in_attributes(i.placed_by, i.note),
       concat_ws(', ', i.source, i.source_ref), true, pg_temp.in_geometry(i.geom)
FROM in_business_zones i
JOIN municipalities m ON m.id = pg_temp.in_home()
ON CONFLICT (municipality_id, code) DO NOTHING
