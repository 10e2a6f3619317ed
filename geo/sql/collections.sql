-- The layers that have features of their own, with the box around what this audience sees of them. $1: one layer, or null for all.
SELECT l.id, l.title_sl, l.title_en, l.geometry, l.builtin,
    kraj.bbox84((CASE WHEN l.id = 'projects' THEN (SELECT ST_SetSRID(ST_Extent(s.geom)::geometry, kraj.srid()) FROM sites s)
        ELSE (SELECT ST_SetSRID(ST_Extent(p.geom)::geometry, kraj.srid()) FROM places p WHERE p.layer = l.id) END)) AS bbox
FROM layers l
WHERE NOT l.derived AND ($1::text IS NULL OR l.id = $1)
ORDER BY l.sort, l.id
