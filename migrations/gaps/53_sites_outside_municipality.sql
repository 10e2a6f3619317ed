-- title_sl: Lokacije zunaj občine
-- title_en: Sites outside their municipality
-- about_sl: Projekti, ki so v celoti ali deloma narisani zunaj svoje občine; številka je del, ki je zunaj (število točk, metri ali kvadratni metri). Neznano: občina nima meje.
-- about_en: Projects drawn wholly or partly outside their municipality; the figure is the part outside (number of points, metres or square metres). Unknown: the municipality has no boundary.
-- parameter: tolerance number = 1 from 0 to 1000000; kolikšen del zunaj se spregleda: m od točke, m črte, m² površine; what is overlooked: m from a point, m of a line, m² of an area
WITH here AS MATERIALIZED (
    SELECT m.id, m.slug, m.code, m.name, m.geom FROM (SELECT town_of(town) AS id) h JOIN municipalities m ON m.id = h.id
), outside AS (
    SELECT e.project_id, e.dimension, e.measure AS whole, x.geom,
           CASE e.dimension WHEN 0 THEN ST_NumGeometries(x.geom) WHEN 1 THEN ST_Length(x.geom) ELSE ST_Area(x.geom) END::double precision AS part
    FROM here h JOIN extents e ON e.municipality_id = h.id AND NOT ST_CoveredBy(e.geom, h.geom)
    CROSS JOIN LATERAL (SELECT CASE e.dimension
        WHEN 0 THEN (SELECT ST_Collect(d.geom) FROM ST_Dump(e.geom) d WHERE NOT ST_DWithin(d.geom, h.geom, tolerance))
        ELSE ST_Difference(e.geom, h.geom) END AS geom) x
)
SELECT x.layer, x.code, x.name, h.slug, x.state, x.part, x.unit, NULL::bigint, x.sl, x.en, x.projects, x.geom
FROM here h CROSS JOIN LATERAL (
    SELECT 'projects' AS layer, p.code, p.title AS name, 'gap' AS state, o.part, u.unit, project_list(ARRAY[p.id]) AS projects, o.geom,
           CASE WHEN o.part >= o.whole * (1 - 1e-9) THEN 'V celoti zunaj občine: ' ELSE 'Deloma zunaj občine: ' END || CASE o.dimension
               WHEN 0 THEN sl_count(o.part::bigint, 'točka', 'točki', 'točke', 'točk') WHEN 1 THEN sl_metres(o.part) ELSE sl_number(o.part::numeric) || ' m²' END || '.' AS sl,
           CASE WHEN o.part >= o.whole * (1 - 1e-9) THEN 'Wholly outside the municipality: ' ELSE 'Partly outside the municipality: ' END || CASE o.dimension
               WHEN 0 THEN en_count(o.part::bigint, 'point', 'points') WHEN 1 THEN en_metres(o.part) ELSE en_number(o.part::numeric) || ' m²' END || '.' AS en
    FROM outside o JOIN projects p ON p.id = o.project_id
    CROSS JOIN LATERAL (SELECT CASE o.dimension WHEN 0 THEN 'count' WHEN 1 THEN 'm' ELSE 'm2' END AS unit) u
    WHERE CASE o.dimension WHEN 0 THEN o.part > 0 ELSE o.part > tolerance END
    UNION ALL
    SELECT 'municipalities', h.code, h.name, 'unknown', NULL, NULL, '[]', NULL,
           'Občina nima meje, zato ni znano, kaj leži zunaj nje.', 'The municipality has no boundary, so it is not known what lies outside it.'
    WHERE h.geom IS NULL
) x
ORDER BY x.state, x.unit, x.part DESC, x.code COLLATE kraj.natural
