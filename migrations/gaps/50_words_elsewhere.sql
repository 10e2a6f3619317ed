-- title_sl: Besede in geometrija si nasprotujejo
-- title_en: Words and geometry contradict each other
-- about_sl: Projekti, katerih besedilo imenuje eno naselje, narisani pa so drugje: od vsakega imenovanega so oddaljeni več kot {distance} m. Številka je razdalja do najbližjega imenovanega. Neznano: nobeno imenovano naselje nima geometrije.
-- about_en: Projects whose words name one settlement while they are drawn elsewhere: farther than {distance} m from each that is named. The figure is the distance to the nearest that is named. Unknown: none of the settlements named has a geometry.
-- parameter: likely number = 0.7 from 0 to 1; ocena, od katere predlog šteje; score from which a proposal counts
-- parameter: distance number = 0 from 0 to 100000; dopustna razdalja v metrih; tolerated distance in metres
WITH here AS MATERIALIZED (
    SELECT m.id, m.slug FROM (SELECT town_of(town) AS id) h JOIN municipalities m ON m.id = h.id
), said AS MATERIALIZED (
    -- The public reads confirmed names only, and no scores.
    SELECT p.id, p.code, p.title, s.name, s.geom AS place, e.geom
    FROM here h JOIN projects p ON p.municipality_id = h.id
    JOIN project_places n ON n.project_id = p.id AND n.layer = 'settlements' AND n.relation = 'named'
    JOIN settlements s ON s.id = n.place_id
    JOIN LATERAL (SELECT ST_Collect(x.geom) AS geom FROM extents x WHERE x.project_id = p.id) e ON e.geom IS NOT NULL
    WHERE n.state = 'confirmed' OR (n.state = 'proposed' AND (to_jsonb(n) ->> 'score')::double precision >= likely - 1e-6)
), wrong AS (
    SELECT s.id, s.code, s.title, s.geom, string_agg(DISTINCT s.name, ', ') AS named, min(ST_Distance(s.place, s.geom)) AS away
    FROM said s GROUP BY s.id, s.code, s.title, s.geom
    HAVING min(ST_Distance(s.place, s.geom)) IS NULL OR min(ST_Distance(s.place, s.geom)) > distance
)
SELECT 'projects', w.code, w.title, h.slug, x.state, w.away, 'm', NULL::bigint,
       'V besedilu: ' || w.named || '. Na zemljevidu: ' || coalesce(l.places, 'v nobenem naselju') || '.'
       || CASE WHEN w.away IS NULL THEN ' Kje leži imenovano naselje, ni znano.' ELSE ' Vmes je ' || sl_metres(w.away) || '.' END,
       'In the words: ' || w.named || '. On the map: ' || coalesce(l.places, 'in no settlement') || '.'
       || CASE WHEN w.away IS NULL THEN ' Where the settlement named lies is not known.' ELSE ' They are ' || en_metres(w.away) || ' apart.' END,
       project_list(ARRAY[w.id]), w.geom
FROM wrong w CROSS JOIN here h
CROSS JOIN LATERAL (SELECT CASE WHEN w.away IS NULL THEN 'unknown' ELSE 'gap' END AS state) x
LEFT JOIN LATERAL (SELECT string_agg(DISTINCT s.name, ', ') AS places FROM ties t JOIN settlements s ON s.id = t.place_id
                   WHERE t.project_id = w.id AND t.layer = 'settlements' AND t.origin = 'geometry' AND t.relation IN ('within', 'crosses')) l ON true
ORDER BY x.state, w.away DESC NULLS LAST, w.code COLLATE kraj.natural
