INSERT INTO degraded_areas (code, name, municipality_id, kind, stated_area_ha, remediation, plan_state, attributes, source, approximate, geom)
SELECT i.code, i.name, m.id, i.kind, i.stated_area_ha::numeric, i.remediation, i.plan_state, pg_temp.in_attributes(i.placed_by, i.note),
       concat_ws(', ', i.source, i.source_ref), true, pg_temp.in_geometry(i.geom)
FROM in_degraded_areas i
JOIN municipalities m ON m.id = pg_temp.in_home()
ON CONFLICT (municipality_id, code) DO NOTHING
