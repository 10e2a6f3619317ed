-- Which of some tiles (zoom $1, columns $2, rows $3) have a feature of the layers $4 in the bands $5, their buffer of $6 (a share of
-- the side) included. $7: 0, or a municipality's id. The place of each in the lists, from 1.
SELECT t.place
FROM unnest($2::int[], $3::int[]) WITH ORDINALITY t (x, y, place)
WHERE EXISTS (
    SELECT FROM tile_features f
    WHERE f.layer = ANY ($4::text[]) AND f.band = ANY ($5::smallint[])
      AND f.geom && ST_TileEnvelope($1::int, t.x, t.y, margin => $6::double precision)
      AND ($7::bigint = 0 OR f.municipality_id = $7))
ORDER BY t.place
