-- The box around some layers' features in degrees (CRS84); all null when there are none. $2: 0, or a municipality's id.
SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b)
FROM (
    SELECT ST_Transform(ST_SetSRID(ST_Extent(geom)::geometry, 3857), 4326) AS b
    FROM tile_features
    WHERE layer = ANY ($1::text[]) AND band = 15 AND ($2::bigint = 0 OR municipality_id = $2)
) extent
