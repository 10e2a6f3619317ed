-- Every geometry checked, repaired and stored with its row. Returns what was repaired or refused.
WITH done AS (
    UPDATE pg_temp.import_rows r SET geom = c.geom, ok = r.ok AND c.reject IS NULL
    FROM (SELECT i.number, (pg_temp.import_geometry(i.wkb, coalesce(i.srid, $1), $2 AND i.srid IS NULL, $3 AND i.srid IS NULL, $4, $5::box2d)).*
          FROM pg_temp.import_rows i WHERE i.wkb IS NOT NULL AND i.kind IS NULL) c
    WHERE c.number = r.number
    RETURNING r.number, c.repair, c.reject, c.detail)
SELECT number, coalesce(repair, ''), coalesce(reject, ''), coalesce(detail, '') FROM done
WHERE repair IS NOT NULL OR reject IS NOT NULL ORDER BY number
