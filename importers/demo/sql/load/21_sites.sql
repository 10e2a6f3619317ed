-- A site is copied from the place that the project's words name. Points of several projects at one place are set apart in a
-- spiral of 60 m, or they would hide each other; one that would leave its settlement stays. All are approximate.
INSERT INTO sites (project_id, name, approximate, attributes, source, geom)
SELECT s.id, s.name, true, jsonb_build_object('demo', true, 'placed_by', s.placed_by), 'lega po imenu kraja',
       CASE WHEN EXISTS (SELECT FROM settlements x WHERE x.municipality_id = s.municipality_id
                         AND ST_Contains(x.geom, s.geom) AND ST_Contains(x.geom, t.geom)) THEN t.geom ELSE s.geom END
FROM (
    SELECT p.id, p.municipality_id, a.name, i.placed_by, a.geom,
           row_number() OVER (PARTITION BY i.layer, i.place, i.geom ORDER BY i.project COLLATE kraj.natural) - 1 AS turn
    FROM in_sites i
    JOIN municipalities m ON m.id = pg_temp.in_home()
    JOIN projects p ON p.municipality_id = m.id AND p.code = i.project
    JOIN in_loaded l ON l.relation = 'projects' AND l.row_id = p.id
    CROSS JOIN LATERAL (
        SELECT NULL AS name, pg_temp.in_geometry(i.geom) AS geom WHERE i.geom IS NOT NULL
        UNION ALL
        SELECT g.name, g.geom FROM gazetteer g WHERE i.layer = 'gazetteer' AND g.municipality_id = m.id AND g.name = i.place
        UNION ALL
        SELECT s.name, CASE WHEN ST_Contains(s.geom, c.geom) THEN c.geom ELSE ST_PointOnSurface(s.geom) END
        FROM settlements s, ST_SetSRID(ST_MakePoint(s.centroid_e, s.centroid_n), kraj.srid()) c (geom)
        WHERE i.layer = 'settlements' AND s.municipality_id = m.id AND s.code = i.place
        UNION ALL
        SELECT z.name, z.geom FROM business_zones z WHERE i.layer = 'business_zones' AND z.municipality_id = m.id AND z.code = i.place
        UNION ALL
        SELECT d.name, d.geom FROM degraded_areas d WHERE i.layer = 'degraded_areas' AND d.municipality_id = m.id AND d.code = i.place
        UNION ALL
        SELECT r.name, r.geom FROM cycling_routes r WHERE i.layer = 'cycling_routes' AND r.municipality_id = m.id AND r.code = i.place
        UNION ALL
        SELECT a.name, a.geom FROM agglomerations a WHERE i.layer = 'agglomerations' AND a.municipality_id = m.id AND a.code = i.place
    ) a
    WHERE a.geom IS NOT NULL) s
CROSS JOIN LATERAL (
    SELECT CASE WHEN GeometryType(s.geom) = 'POINT' AND s.turn > 0
                THEN ST_Translate(s.geom, 60 * sqrt(s.turn) * cos(s.turn * 2.39996), 60 * sqrt(s.turn) * sin(s.turn * 2.39996))
                ELSE s.geom END AS geom) t
