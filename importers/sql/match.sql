-- Which stored row is it: by municipality and code; by the code alone where registers make it unique, or where one side has no
-- municipality yet; by name where a register changed its codes, or the file has none.
WITH rows AS (SELECT * FROM pg_temp.import_rows WHERE ok AND kind IS NULL),
exact AS (
    SELECT r.number, s.id, 1 AS rank FROM rows r JOIN {layer} s ON s.code = r.code AND {same_municipality}),
by_code AS (
    SELECT r.number, min(s.id) AS id, 2 AS rank FROM rows r JOIN {layer} s ON s.code = r.code AND ($1 OR {no_municipality})
    GROUP BY r.number HAVING count(*) = 1),
names AS (
    SELECT r.number, kraj.fold(r.name) AS folded, {row_municipality} AS municipality, r.code IS NULL AS nameless, r.geom FROM rows r WHERE r.name IS NOT NULL),
stored AS (
    SELECT s.id, kraj.fold(s.{title}) AS folded, {stored_municipality} AS municipality, {stored_geom} AS geom FROM {layer} s
    WHERE NOT EXISTS (SELECT FROM rows r WHERE r.code = s.code AND {code_is_here})),
by_name AS (
    SELECT n.number, min(s.id) AS id, 3 AS rank FROM names n JOIN stored s USING (folded, municipality)
    WHERE ($2 OR n.nameless)
      AND NOT EXISTS (SELECT FROM names o WHERE o.folded = n.folded AND o.municipality = n.municipality AND o.number <> n.number)
    GROUP BY n.number HAVING count(*) = 1),
by_shape AS ( -- several of one name, without codes: the geometry tells them apart
    SELECT n.number, s.id, 4 AS rank FROM names n JOIN stored s USING (folded, municipality)
    WHERE n.nameless AND n.geom IS NOT NULL AND s.geom && n.geom AND pg_temp.same_geometry(s.geom, n.geom, $3)),
found AS (
    SELECT DISTINCT ON (number) number, id, rank FROM (
        SELECT * FROM exact UNION ALL SELECT * FROM by_code UNION ALL SELECT * FROM by_name UNION ALL SELECT * FROM by_shape) f
    ORDER BY number, rank, id),
once AS (SELECT DISTINCT ON (id) number, id, rank FROM found ORDER BY id, rank, number),
done AS (
    UPDATE pg_temp.import_rows i SET place = o.id FROM once o WHERE o.number = i.number RETURNING i.number)
SELECT count(*) FILTER (WHERE o.rank = 3 AND i.code IS NOT NULL)::int FROM once o JOIN done USING (number) JOIN rows i USING (number)
