-- title_sl: Podeželska naselja brez projekta
-- title_en: Rural settlements without a project
-- about_sl: Naselja izbranih razredov, v katerih ni nobenega projekta: noben ne leži v njih, jih ne prečka, jim ne služi in ni nanje vezan z odločitvijo načrtovalca. Projekti za vso občino ne štejejo, tudi opuščeni in nerealizirani ne. Neznano: naselje nima razreda ali geometrije.
-- about_en: Settlements of the classes asked for at which there is no project: none lies within, crosses or serves them or is tied to them by a planner's decision. Projects for the whole municipality do not count, nor do those dropped or not realised. Unknown: the settlement has no class, or no geometry.
-- geometry: MultiPolygon
-- parameter: scheme text = municipal; razvrstitev naselij; classification of settlements
-- parameter: classes list = rural of urban,suburban,rural; razredi; classes
-- parameter: statuses list = idea,preparation,implementation,realised,unknown of idea,preparation,implementation,realised,not_realised,dropped,unknown; statusi projektov, ki štejejo; statuses of projects that count
WITH here AS MATERIALIZED (
    SELECT h.id, m.slug, balance_scheme(h.id, scheme) AS scheme_id FROM (SELECT town_of(town) AS id) h JOIN municipalities m ON m.id = h.id
), bare AS MATERIALIZED (
    SELECT s.id, s.code, s.name, s.geom, c.class
    FROM here h JOIN settlements s ON s.municipality_id = h.id
    LEFT JOIN scheme_classes c ON c.scheme_id = h.scheme_id AND c.settlement_id = s.id
    WHERE (c.class IS NULL OR c.class = ANY (classes))
      AND NOT EXISTS (SELECT FROM ties t JOIN projects p ON p.id = t.project_id
                      WHERE t.layer = 'settlements' AND t.place_id = s.id AND p.status = ANY (statuses)
                      AND t.relation IN ('within', 'crosses', 'serves', 'manual', 'named'))
), unplaced AS MATERIALIZED (
    SELECT count(DISTINCT w.project_id) AS n FROM here h JOIN weights w ON w.municipality_id = h.id JOIN projects p ON p.id = w.project_id
    WHERE p.status = ANY (statuses) AND w.special = 'unplaced' AND w.extent > 0
)
SELECT 'settlements', b.code, b.name, h.slug, x.state, p.people::double precision, 'people', p.people,
       CASE WHEN b.geom IS NULL THEN 'Naselje nima geometrije, zato ni znano, kateri projekti ležijo v njem.'
            WHEN b.class IS NULL THEN 'V naselju ni nobenega projekta, njegov razred pa ni znan.'
            ELSE 'V naselju ni nobenega projekta.' END
       || CASE WHEN o.projects IS NULL THEN '' ELSE ' Zaradi statusa ' || CASE cardinality(o.projects) % 100 WHEN 2 THEN 'ne štejeta ' WHEN 3 THEN 'ne štejejo ' WHEN 4 THEN 'ne štejejo ' ELSE 'ne šteje ' END
                || sl_count(cardinality(o.projects), 'projekt.', 'projekta.', 'projekti.', 'projektov.') END
       || CASE WHEN u.n > 0 THEN ' ' || sl_count(u.n, 'projekt občine še nima kraja.', 'projekta občine še nimata kraja.', 'projekti občine še nimajo kraja.', 'projektov občine še nima kraja.') ELSE '' END,
       CASE WHEN b.geom IS NULL THEN 'The settlement has no geometry, so it is not known which projects lie in it.'
            WHEN b.class IS NULL THEN 'There is no project at this settlement, and its class is not known.'
            ELSE 'There is no project at this settlement.' END
       || CASE WHEN o.projects IS NULL THEN '' ELSE ' ' || en_count(cardinality(o.projects), 'project does', 'projects do') || ' not count for the status.' END
       || CASE WHEN u.n > 0 THEN ' ' || en_count(u.n, 'project of the municipality has no place yet.', 'projects of the municipality have no place yet.') ELSE '' END,
       project_list(o.projects), b.geom
FROM bare b CROSS JOIN here h CROSS JOIN unplaced u
CROSS JOIN LATERAL (SELECT CASE WHEN b.class IS NULL OR b.geom IS NULL THEN 'unknown' ELSE 'gap' END AS state) x
LEFT JOIN LATERAL (SELECT array_agg(DISTINCT t.project_id) AS projects FROM ties t WHERE t.layer = 'settlements' AND t.place_id = b.id
                   AND t.relation IN ('within', 'crosses', 'serves', 'manual', 'named')) o ON true  -- what is there and does not count
LEFT JOIN people_of(ARRAY(SELECT id FROM bare)) p ON p.settlement_id = b.id
ORDER BY x.state, p.people DESC NULLS LAST, b.name COLLATE "sl-x-icu", b.code COLLATE kraj.natural
