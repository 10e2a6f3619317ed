-- The tiles: more of the zooms that people use most; seven of ten where projects are, because people look where things are,
-- the others anywhere in the country. Always the same.
CREATE TABLE bench.tiles AS
WITH mix (z, n) AS (VALUES (7, 2), (8, 10), (9, 24), (10, 40), (11, 54), (12, 70), (13, 84), (14, 74), (15, 42)),
wanted AS (SELECT z, i, row_number() OVER (ORDER BY z, i) AS k FROM mix, generate_series(1, 3 * n) i),
everything AS (SELECT (SELECT array_agg(id ORDER BY id) FROM bench.projects) AS projects, (SELECT array_agg(id ORDER BY id) FROM bench.settlements) AS settlements),
spots AS (
    SELECT w.z, w.i, CASE WHEN w.k % 10 < 7 THEN (SELECT ST_PointOnSurface(p.geom) FROM bench.projects p WHERE p.id = e.projects[1 + (w.k * 7919) % cardinality(e.projects)])
        ELSE (SELECT ST_PointOnSurface(s.geom) FROM bench.settlements s WHERE s.id = e.settlements[1 + (w.k * 131) % cardinality(e.settlements)]) END AS p
    FROM wanted w, everything e),
found AS (
    SELECT z, floor((ST_X(p) + 20037508.342789244) / (40075016.685578488 / 2 ^ z))::integer AS x,
        floor((20037508.342789244 - ST_Y(p)) / (40075016.685578488 / 2 ^ z))::integer AS y, min(i) AS i
    FROM spots GROUP BY 1, 2, 3),
chosen AS (SELECT f.*, row_number() OVER (PARTITION BY f.z ORDER BY f.i) AS n FROM found f)
SELECT (row_number() OVER (ORDER BY md5(c.z || '/' || c.x || '/' || c.y)))::integer AS id, c.z, c.x, c.y
FROM chosen c JOIN mix m ON m.z = c.z AND c.n <= m.n;
ALTER TABLE bench.tiles ADD PRIMARY KEY (id);
ANALYZE bench.tiles;
