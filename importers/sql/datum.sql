-- Does the file fit better when its coordinates are read in the other of Slovenia's two datums? Compared with stored places of
-- the same code, else with the municipalities that the file names. Returns how much of the area lies where it should, as
-- declared and as the other one, and the mean offset of the file as declared.
WITH sample AS (
    SELECT i.geom, coalesce(i.srid, $1) AS srid, ref.geom AS ref
    FROM pg_temp.import_rows i
    CROSS JOIN LATERAL (
        SELECT s.geom FROM {layer} s WHERE s.code = i.code AND s.geom IS NOT NULL AND ST_Dimension(s.geom) = 2 {not_approximate}
        UNION ALL
        SELECT m.geom FROM kraj.municipalities m WHERE m.id = i.municipality AND i.given AND m.geom IS NOT NULL
        LIMIT 1) ref
    WHERE i.ok AND i.kind IS NULL AND i.geom IS NOT NULL AND ST_Dimension(i.geom) = 2
    ORDER BY md5(i.number::text) LIMIT 60),
two AS (
    SELECT s.*, ST_MakeValid(ST_Transform(ST_SetSRID(ST_Transform(s.geom, $1), $2), kraj.srid())) AS other FROM sample s WHERE s.srid = $1)
SELECT count(*)::int,
    coalesce(sum(ST_Area(ST_Intersection(geom, ref))) / nullif(sum(ST_Area(geom)), 0), 0)::float8,
    coalesce(sum(ST_Area(ST_Intersection(other, ref))) / nullif(sum(ST_Area(other)), 0), 0)::float8,
    coalesce(avg(ST_X(ST_Centroid(geom)) - ST_X(ST_Centroid(other))), 0)::float8,
    coalesce(avg(ST_Y(ST_Centroid(geom)) - ST_Y(ST_Centroid(other))), 0)::float8
FROM two
