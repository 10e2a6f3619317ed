-- title_sl: Degradirana območja brez projekta
-- title_en: Degraded areas without a project
-- about_sl: Degradirana urbana območja, na katerih ni nobenega projekta: noben ne leži na njih, jih ne prečka in ni nanje vezan z odločitvijo načrtovalca. Opuščeni in nerealizirani projekti ne štejejo. Neznano: območje nima geometrije.
-- about_en: Degraded urban areas at which there is no project: none lies within or crosses them or is tied to them by a planner's decision. Projects dropped or not realised do not count. Unknown: the area has no geometry.
-- parameter: statuses list = idea,preparation,implementation,realised,unknown of idea,preparation,implementation,realised,not_realised,dropped,unknown; statusi projektov, ki štejejo; statuses of projects that count
WITH here AS MATERIALIZED (
    SELECT m.id, m.slug FROM (SELECT town_of(town) AS id) h JOIN municipalities m ON m.id = h.id
), bare AS (
    SELECT d.*, coalesce(d.stated_area_ha::double precision, CASE ST_Dimension(d.geom) WHEN 2 THEN ST_Area(d.geom) / 10000 END) AS ha,
           CASE WHEN d.geom IS NULL THEN 'unknown' ELSE 'gap' END AS state
    FROM here h JOIN degraded_areas d ON d.municipality_id = h.id
    WHERE NOT EXISTS (SELECT FROM ties t JOIN projects p ON p.id = t.project_id
                      WHERE t.layer = 'degraded_areas' AND t.place_id = d.id AND p.status = ANY (statuses)
                      AND t.relation IN ('within', 'crosses', 'serves', 'manual', 'named'))
)
SELECT 'degraded_areas', b.code, b.name, h.slug, b.state, b.ha, 'ha', NULL::bigint,
       CASE b.state WHEN 'unknown' THEN 'Območje nima geometrije, zato ni znano, kateri projekti ležijo na njem.' ELSE 'Na območju ni nobenega projekta.' END
       || CASE WHEN o.projects IS NULL THEN '' ELSE ' Zaradi statusa ' || CASE cardinality(o.projects) % 100 WHEN 2 THEN 'ne štejeta ' WHEN 3 THEN 'ne štejejo ' WHEN 4 THEN 'ne štejejo ' ELSE 'ne šteje ' END
                || sl_count(cardinality(o.projects), 'projekt.', 'projekta.', 'projekti.', 'projektov.') END,
       CASE b.state WHEN 'unknown' THEN 'The area has no geometry, so it is not known which projects lie on it.' ELSE 'There is no project at this area.' END
       || CASE WHEN o.projects IS NULL THEN '' ELSE ' ' || en_count(cardinality(o.projects), 'project does', 'projects do') || ' not count for the status.' END,
       project_list(o.projects), b.geom
FROM bare b CROSS JOIN here h
LEFT JOIN LATERAL (SELECT array_agg(DISTINCT t.project_id) AS projects FROM ties t WHERE t.layer = 'degraded_areas' AND t.place_id = b.id
                   AND t.relation IN ('within', 'crosses', 'serves', 'manual', 'named')) o ON true  -- what is there and does not count
ORDER BY b.state, b.ha DESC NULLS LAST, b.name COLLATE "sl-x-icu", b.code COLLATE kraj.natural
