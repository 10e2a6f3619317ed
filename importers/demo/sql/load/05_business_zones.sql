SELECT i.code, i.name, m.code AS municipality, i.stated_area_ha::numeric, string_to_array(i.spatial_units, ';') AS spatial_units,
       string_to_array(i.land_use, ';') AS land_use, i.plan_state, i.jobs_existing::integer, i.jobs_expected::integer,
       pg_temp.in_attributes(i.placed_by, i.note) || jsonb_strip_nulls(jsonb_build_object('source_ref', i.source_ref)) AS attributes, i.source,
       true AS approximate, pg_temp.in_geometry(i.geom) AS geom
FROM in_business_zones i
JOIN municipalities m ON m.id = pg_temp.in_home()
