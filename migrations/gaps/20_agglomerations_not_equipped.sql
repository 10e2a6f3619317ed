-- title_sl: Neopremljene aglomeracije
-- title_en: Agglomerations not equipped
-- about_sl: Aglomeracije z obremenitvijo vsaj {pe} PE, katerih priključeni delež je pod mejo, z ljudmi v njih ter projekti odvajanja in čiščenja na njih: take spoznamo po besedah v naslovu ali po izbranih ukrepih. Opuščeni in nerealizirani ne štejejo. Na aglomeraciji, ki je znana le kot točka, so tudi projekti v njeni bližini. Neznano: obremenitev ali delež ni znan.
-- about_en: Agglomerations of a load of at least {pe} PE whose connected share is below the limit, with the people in them and the sewer projects that touch them, known by the words of their titles or by the measures asked for. Those dropped or not realised do not count. An agglomeration known only as a point is touched by what is near it. Unknown: the load or the share is not known.
-- parameter: pe number = 2000 from 0 to 100000000; prag obremenitve v PE; threshold of the load in PE
-- parameter: share number = equipped_share() from 0 to 1; priključeni delež, od katerega je aglomeracija opremljena; connected share from which an agglomeration is equipped
-- parameter: words list = kanal,kanalizacij,čistiln,ČN,odpadn,aglomeracij; besede projektov odvajanja in čiščenja; words of sewer projects
-- parameter: measures list = ; ukrepi, katerih projekti štejejo; measures whose projects count
-- parameter: statuses list = idea,preparation,implementation,realised,unknown of idea,preparation,implementation,realised,not_realised,dropped,unknown; statusi projektov, ki štejejo; statuses of projects that count
WITH here AS MATERIALIZED (
    SELECT m.id, m.slug FROM (SELECT town_of(town) AS id) h JOIN municipalities m ON m.id = h.id
), pattern AS MATERIALIZED (
    SELECT string_agg('\m' || kraj.fold(w) || CASE WHEN w = upper(w COLLATE "und-x-icu") THEN '\M' ELSE '' END, '|') AS stems
    FROM unnest(words) w WHERE kraj.fold(w) <> ''
), short AS MATERIALIZED (
    SELECT a.id, a.code, a.name, a.geom, a.load_pe, a.reported_on, x.share
    FROM here h JOIN agglomerations a ON a.municipality_id = h.id
    CROSS JOIN LATERAL (SELECT coalesce(a.connected_share, CASE WHEN a.connected_pe <= a.load_pe THEN a.connected_pe::numeric / nullif(a.load_pe, 0) WHEN a.connected_pe > a.load_pe THEN 1 END) AS share) x
    WHERE (a.load_pe IS NULL OR a.load_pe >= pe) AND (x.share IS NULL OR x.share < gap_agglomerations_not_equipped.share)
), part AS MATERIALIZED (
    SELECT a.id, s.id AS settlement_id, ST_Area(ST_Intersection(a.geom, s.geom)) AS inside, ST_Area(s.geom) AS whole
    FROM short a JOIN settlements s ON ST_Intersects(s.geom, a.geom) WHERE ST_Dimension(a.geom) = 2
), inhabited AS (
    -- Known only where the settlements cover the agglomeration and the people of each are known.
    SELECT a.id, round(sum(q.people * p.inside / p.whole) FILTER (WHERE p.inside > 1))::bigint AS people
    FROM short a JOIN part p ON p.id = a.id
    LEFT JOIN people_of(ARRAY(SELECT settlement_id FROM part)) q ON q.settlement_id = p.settlement_id
    GROUP BY a.id, a.geom HAVING sum(p.inside) >= 0.99 * ST_Area(a.geom) AND NOT bool_or(p.inside > 1 AND q.people IS NULL)
), sewer AS (
    SELECT t.place_id AS id, array_agg(DISTINCT p.id) AS projects
    FROM short a JOIN ties t ON t.layer = 'agglomerations' AND t.place_id = a.id AND (t.relation <> 'near' OR ST_Dimension(a.geom) = 0)
    JOIN projects p ON p.id = t.project_id LEFT JOIN measures m ON m.id = p.measure_id CROSS JOIN pattern w
    WHERE p.status = ANY (statuses) AND (kraj.fold(p.title) ~ w.stems OR m.code = ANY (measures))
    GROUP BY t.place_id
)
SELECT 'agglomerations', a.code, a.name, h.slug, x.state, a.load_pe::double precision, 'PE', i.people,
       concat_ws(' ', CASE WHEN a.load_pe IS NULL THEN 'Obremenitev ni znana.' ELSE 'Obremenitev ' || sl_number(a.load_pe) || ' PE.' END,
           CASE WHEN a.share IS NULL THEN 'Priključeni delež ni znan.' ELSE 'Priključenih je ' || sl_number(a.share * 100, 1) || ' %, meja je ' || sl_number(gap_agglomerations_not_equipped.share::numeric * 100, 1) || ' %.' END,
           CASE WHEN a.geom IS NULL OR ST_Dimension(a.geom) < 2 THEN 'Njeno območje ni narisano, zato ljudje v njej in vsi projekti na njej niso znani.' END,
           CASE WHEN s.projects IS NULL THEN 'Na njej ni znan noben projekt odvajanja in čiščenja.'
                ELSE sl_count(cardinality(s.projects), 'projekt', 'projekta', 'projekti', 'projektov') || ' odvajanja in čiščenja.' END),
       concat_ws(' ', CASE WHEN a.load_pe IS NULL THEN 'The load is not known.' ELSE 'A load of ' || en_number(a.load_pe) || ' PE.' END,
           CASE WHEN a.share IS NULL THEN 'The connected share is not known.' ELSE en_number(a.share * 100, 1) || '% is connected, the limit is ' || en_number(gap_agglomerations_not_equipped.share::numeric * 100, 1) || '%.' END,
           CASE WHEN a.geom IS NULL OR ST_Dimension(a.geom) < 2 THEN 'Its area is not drawn, so its people and all projects in it are not known.' END,
           CASE WHEN s.projects IS NULL THEN 'No sewer project is known here.' ELSE en_count(cardinality(s.projects), 'sewer project.', 'sewer projects.') END),
       project_list(s.projects), a.geom
FROM short a CROSS JOIN here h
CROSS JOIN LATERAL (SELECT CASE WHEN a.load_pe IS NULL OR a.share IS NULL THEN 'unknown' ELSE 'gap' END AS state) x
LEFT JOIN inhabited i ON i.id = a.id LEFT JOIN sewer s ON s.id = a.id
ORDER BY x.state, a.load_pe DESC NULLS LAST, a.name COLLATE "sl-x-icu", a.code COLLATE kraj.natural
