-- The features of a place layer: id, municipality_id, geom and the properties.
SELECT f.*, m.slug AS municipality
FROM %[1]s f LEFT JOIN municipalities m ON m.id = f.municipality_id
