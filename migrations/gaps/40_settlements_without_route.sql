-- title_sl: Naselja brez kolesarske povezave
-- title_en: Settlements no cycling route reaches
-- about_sl: Naselja, ki jih v razdalji {distance} m ne doseže nobena kolesarska povezava izbranih stanj; številka je razdalja do najbližje. Neznano: kraj nima geometrije, v razdalji je povezava neznanega stanja, ali pa v občini ni narisana nobena povezava, ki bi štela.
-- about_en: Settlements that no cycling route of the states asked for reaches within {distance} m; the figure is the distance to the nearest. Unknown: the place has no geometry, a route of unknown state is within the distance, or no route that could count is drawn in the municipality.
-- geometry: MultiPolygon
-- parameter: distance number = 500 from 0 to 100000; razdalja v metrih; distance in metres
-- parameter: states list = existing of existing,in_construction,planned,unknown; stanja povezav, ki štejejo; states of routes that count
WITH here AS MATERIALIZED (
    SELECT m.id, m.slug FROM (SELECT town_of(town) AS id) h JOIN municipalities m ON m.id = h.id
), list AS MATERIALIZED (
    -- What the municipality's own list of routes can tell. Without one that counts, the list may as well be missing.
    SELECT count(*) FILTER (WHERE ST_Dimension(r.geom) = 1 AND r.state = ANY (states)) AS counting,
           count(*) FILTER (WHERE ST_Dimension(r.geom) IS DISTINCT FROM 1 AND (r.state = 'unknown' OR r.state = ANY (states))) AS undrawn,
           count(*) FILTER (WHERE ST_Dimension(r.geom) = 1 AND r.state <> ALL (states)) AS others
    FROM here h JOIN cycling_routes r ON r.municipality_id = h.id
), far AS MATERIALIZED (
    SELECT s.id, s.code, s.name, s.geom, n.name AS next, n.away,
           s.geom IS NOT NULL AND EXISTS (SELECT FROM cycling_routes u WHERE u.state = 'unknown' AND ST_DWithin(u.geom, s.geom, distance)) AS maybe
    FROM here h JOIN settlements s ON s.municipality_id = h.id
    LEFT JOIN LATERAL (SELECT r.name, ST_Distance(r.geom, s.geom) AS away FROM cycling_routes r
                       WHERE r.state = ANY (states) AND r.geom IS NOT NULL AND s.geom IS NOT NULL ORDER BY r.geom <-> s.geom, r.id LIMIT 1) n ON true
    WHERE n.away IS NULL OR n.away > distance
)
SELECT 'settlements', f.code, f.name, h.slug, x.state, f.away, 'm', p.people,
       CASE WHEN f.geom IS NULL THEN 'Kraj nima geometrije, zato razdalja ni znana.'
            WHEN f.maybe THEN 'V razdalji ' || sl_metres(distance) || ' je povezava, katere stanje ni znano.'
            WHEN x.state = 'unknown' THEN 'V občini ni narisana nobena povezava izbranih stanj, zato ni znano, ali katera doseže kraj.'
                 || CASE WHEN l.others > 0 THEN ' Narisane povezave drugih stanj: ' || sl_number(l.others) || '.' ELSE '' END
            ELSE 'V razdalji ' || sl_metres(distance) || ' ni nobene povezave.' END
       || CASE WHEN f.away IS NOT NULL THEN ' Najbližja, ' || f.next || ', je oddaljena ' || sl_metres(f.away) || '.' ELSE '' END
       || CASE WHEN l.undrawn > 0 THEN ' Brez narisane črte: ' || sl_count(l.undrawn, 'povezava', 'povezavi', 'povezave', 'povezav') || ' občine.' ELSE '' END,
       CASE WHEN f.geom IS NULL THEN 'The place has no geometry, so the distance is not known.'
            WHEN f.maybe THEN 'Within ' || en_metres(distance) || ' there is a route whose state is not known.'
            WHEN x.state = 'unknown' THEN 'No route of the states asked for is drawn in the municipality, so it is not known whether one reaches this place.'
                 || CASE WHEN l.others > 0 THEN ' Routes of other states that are drawn: ' || en_number(l.others) || '.' ELSE '' END
            ELSE 'There is no route within ' || en_metres(distance) || '.' END
       || CASE WHEN f.away IS NOT NULL THEN ' The nearest, ' || f.next || ', is ' || en_metres(f.away) || ' away.' ELSE '' END
       || CASE WHEN l.undrawn > 0 THEN ' Without a line drawn: ' || en_count(l.undrawn, 'route', 'routes') || ' of the municipality.' ELSE '' END,
       '[]'::jsonb, f.geom
FROM far f CROSS JOIN here h CROSS JOIN list l
CROSS JOIN LATERAL (SELECT CASE WHEN f.geom IS NULL OR f.maybe OR l.counting = 0 THEN 'unknown' ELSE 'gap' END AS state) x
LEFT JOIN people_of(ARRAY(SELECT id FROM far)) p ON p.settlement_id = f.id
ORDER BY x.state, f.away DESC NULLS LAST, f.name COLLATE "sl-x-icu", f.code COLLATE kraj.natural
