-- Rows with the code of an earlier row of the same municipality: joined to it when they say the same, else refused.
WITH ranked AS (
    SELECT number, code, vals, attrs, extra, geom,
        min(number) OVER same AS first, count(*) OVER same AS times
    FROM pg_temp.import_rows WHERE ok AND kind IS NULL AND code IS NOT NULL
    WINDOW same AS (PARTITION BY coalesce(municipality, -1), code)),
later AS (
    SELECT r.number, r.first, r.code, r.geom, (r.vals, r.attrs, r.extra) IS NOT DISTINCT FROM (f.vals, f.attrs, f.extra) AS same
    FROM ranked r JOIN ranked f ON f.number = r.first WHERE r.times > 1 AND r.number <> r.first),
parts AS (
    SELECT first AS number, geom FROM later WHERE same AND geom IS NOT NULL
    UNION ALL SELECT DISTINCT f.number, f.geom FROM ranked f JOIN later l ON l.first = f.number AND l.same WHERE f.geom IS NOT NULL),
united AS (
    -- Areas are dissolved, because parts of one place may overlap; lines and points are only put together. Where a layer holds
    -- one dimension a feature, the highest wins.
    SELECT number, CASE WHEN $1 THEN ST_Collect(geom)
        WHEN max(ST_Dimension(geom)) = 2 THEN ST_UnaryUnion(ST_Collect(geom) FILTER (WHERE ST_Dimension(geom) = 2))
        ELSE ST_CollectionHomogenize(ST_Collect(geom)) END AS geom
    FROM parts GROUP BY number),
done AS (
    UPDATE pg_temp.import_rows i SET
        kind = CASE WHEN l.same THEN 'joined' END,
        ok = l.same IS NULL OR l.same,
        geom = CASE WHEN u.number IS NOT NULL THEN CASE WHEN $1 OR ST_Dimension(u.geom) = 0 THEN u.geom ELSE ST_Multi(u.geom) END ELSE i.geom END
    FROM (SELECT number FROM later UNION SELECT number FROM united) n
    LEFT JOIN later l USING (number) LEFT JOIN united u USING (number)
    WHERE i.number = n.number
    RETURNING i.number)
SELECT l.number, l.first, l.code, l.same FROM later l JOIN done USING (number) ORDER BY l.number
