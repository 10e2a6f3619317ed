-- title_sl: Degradirana območja brez OPPN
-- title_en: Degraded areas without a detailed plan (OPPN)
-- about_sl: Degradirana urbana območja, za katera OPPN ni sprejet. Kot »brez« šteje tudi akt v preveritvi, v izdelavi ali v javni razgrnitvi, če ni izbrano drugače. Neznano: stanje akta ni znano.
-- about_en: Degraded urban areas for which no detailed plan (OPPN) is adopted. A plan that is considered, in preparation or on public display counts as "without" too, unless asked otherwise. Unknown: the state of the plan is not known.
-- parameter: states list = none,considered,in_preparation,public_display of none,considered,in_preparation,public_display; stanja, ki štejejo kot »brez«; states that count as "without"
WITH here AS MATERIALIZED (
    SELECT m.id, m.slug FROM (SELECT town_of(town) AS id) h JOIN municipalities m ON m.id = h.id
), bare AS MATERIALIZED (
    SELECT d.*, coalesce(d.stated_area_ha::double precision, CASE ST_Dimension(d.geom) WHEN 2 THEN ST_Area(d.geom) / 10000 END) AS ha,
           CASE d.plan_state WHEN 'unknown' THEN 'unknown' ELSE 'gap' END AS state
    FROM here h JOIN degraded_areas d ON d.municipality_id = h.id
    WHERE d.plan_state = 'unknown' OR d.plan_state = ANY (states)
), tied AS (
    SELECT t.place_id AS id, array_agg(DISTINCT t.project_id) AS projects
    FROM bare b JOIN ties t ON t.layer = 'degraded_areas' AND t.place_id = b.id AND t.relation <> 'near' GROUP BY t.place_id
)
SELECT 'degraded_areas', b.code, b.name, h.slug, b.state, b.ha, 'ha', NULL::bigint,
       CASE b.plan_state WHEN 'unknown' THEN 'Ali OPPN obstaja, ni znano.' WHEN 'none' THEN 'OPPN ni.' WHEN 'considered' THEN 'OPPN šele preverjajo.'
                         WHEN 'in_preparation' THEN 'OPPN je v izdelavi, sprejet še ni.' WHEN 'public_display' THEN 'OPPN je javno razgrnjen, sprejet še ni.' ELSE 'OPPN ni sprejet.' END,
       CASE b.plan_state WHEN 'unknown' THEN 'It is not known whether there is a detailed plan.' WHEN 'none' THEN 'There is no detailed plan.' WHEN 'considered' THEN 'A detailed plan is only being considered.'
                         WHEN 'in_preparation' THEN 'A detailed plan is in preparation, not adopted yet.' WHEN 'public_display' THEN 'A detailed plan is on public display, not adopted yet.' ELSE 'No detailed plan is adopted.' END,
       project_list(t.projects), b.geom
FROM bare b CROSS JOIN here h LEFT JOIN tied t ON t.id = b.id
ORDER BY b.state, b.ha DESC NULLS LAST, b.name COLLATE "sl-x-icu", b.code COLLATE kraj.natural
