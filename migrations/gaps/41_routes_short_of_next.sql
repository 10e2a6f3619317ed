-- title_sl: Prekinjene kolesarske povezave
-- title_en: Cycling routes that end short of the next
-- about_sl: Konci kolesarskih povezav, od katerih je do najbližje druge povezave od {min} do {max} m; številka je dolžina vrzeli. Isto vrzel med dvema koncema pove ena vrstica. Neznano: povezava nima narisane črte.
-- about_en: Ends of cycling routes from which it is between {min} and {max} m to the nearest other route; the figure is the length of the gap. One row tells of the same gap between two ends. Unknown: the route has no line drawn.
-- parameter: min number = 1 from 0 to 100000; najkrajša vrzel v metrih; shortest gap in metres
-- parameter: max number = 500 from 0 to 100000; najdaljša vrzel v metrih; longest gap in metres
-- parameter: states list = existing,in_construction,planned,unknown of existing,in_construction,planned,unknown; stanja povezav, ki štejejo; states of routes that count
-- parameter: met boolean = true; tudi proti povezavi, ki se je drugje dotika; also towards a route that it meets elsewhere
WITH here AS MATERIALIZED (
    SELECT m.id, m.slug FROM (SELECT town_of(town) AS id) h JOIN municipalities m ON m.id = h.id
), own AS MATERIALIZED (
    SELECT r.id, r.code, r.name, r.geom FROM here h JOIN cycling_routes r ON r.municipality_id = h.id WHERE r.state = ANY (states)
), ending AS (
    -- The boundary of lines are the points where an odd number of them end.
    SELECT o.id, o.code, o.name, o.geom AS whole, d.geom AS spot FROM own o CROSS JOIN LATERAL ST_Dump(ST_Boundary(o.geom)) d WHERE ST_Dimension(o.geom) = 1
), gap AS (
    SELECT e.id, e.code, e.name, n.id AS next_id, n.name AS next, ST_Distance(e.spot, n.geom) AS away, ST_ShortestLine(e.spot, n.geom) AS line
    FROM ending e
    CROSS JOIN LATERAL (SELECT r.id, r.name, r.geom FROM cycling_routes r
                        WHERE r.id <> e.id AND r.state = ANY (states) AND ST_Dimension(r.geom) = 1 AND ST_DWithin(r.geom, e.spot, gap_routes_short_of_next.max)
                          AND (met OR NOT ST_DWithin(r.geom, e.whole, gap_routes_short_of_next.min))
                        ORDER BY ST_Distance(r.geom, e.spot), r.id LIMIT 1) n
    WHERE NOT EXISTS (SELECT FROM cycling_routes r WHERE r.id <> e.id AND r.state = ANY (states)
                      AND ST_DWithin(r.geom, e.spot, gap_routes_short_of_next.min) AND ST_Distance(r.geom, e.spot) < gap_routes_short_of_next.min)
), once AS (
    SELECT g.*, row_number() OVER (PARTITION BY least(g.id, g.next_id), greatest(g.id, g.next_id), t.low, t.high ORDER BY g.code COLLATE kraj.natural, g.id) AS n
    FROM gap g CROSS JOIN LATERAL (SELECT least(a, b) AS low, greatest(a, b) AS high
                                   FROM (SELECT ST_AsEWKT(ST_StartPoint(g.line)) AS a, ST_AsEWKT(ST_EndPoint(g.line)) AS b) p) t
)
SELECT 'cycling_routes', x.code, x.name, h.slug, x.state, x.away, 'm', NULL::bigint, x.sl, x.en, '[]'::jsonb, x.geom
FROM here h CROSS JOIN (
    SELECT o.code, o.name, 'gap' AS state, o.away, o.line AS geom,
           'Konec povezave je ' || sl_metres(o.away) || ' pred povezavo ' || o.next || '.' AS sl, 'The route ends ' || en_metres(o.away) || ' short of ' || o.next || '.' AS en
    FROM once o WHERE o.n = 1
    UNION ALL
    SELECT o.code, o.name, 'unknown', NULL, o.geom, 'Povezava nima narisane črte, zato njeni konci niso znani.', 'The route has no line drawn, so its ends are not known.'
    FROM own o WHERE o.geom IS NULL OR ST_Dimension(o.geom) <> 1
) x
ORDER BY x.state, x.away, x.name COLLATE "sl-x-icu", x.code COLLATE kraj.natural
