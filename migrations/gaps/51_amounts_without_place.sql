-- title_sl: Zneski brez kraja
-- title_en: Amounts without a place
-- about_sl: Projekti z znanim zneskom, za katere ni znano, kje so: brez geometrije, brez vezi na naselje in ne za vso občino. Številka je znesek, kot šteje v bilanci.
-- about_en: Projects with a known amount of which it is not known where they are: no geometry, no tie to a settlement, and not for the whole municipality. The figure is the amount as the balance counts it.
WITH here AS MATERIALIZED (
    SELECT m.id, m.slug FROM (SELECT town_of(town) AS id) h JOIN municipalities m ON m.id = h.id
), money AS (
    SELECT a.project_id, sum(a.extent) AS cents FROM here h JOIN atoms a ON a.municipality_id = h.id
    WHERE a.special = 'unplaced' AND a.extent > 0
      AND NOT EXISTS (SELECT FROM ties t WHERE t.project_id = a.project_id AND t.layer = 'settlements')  -- one that it serves
    GROUP BY a.project_id
)
SELECT 'projects', p.code, p.title, h.slug, 'gap', (m.cents / 100.0)::double precision, 'EUR', NULL::bigint,
       'Naveden je znesek ' || sl_number(m.cents / 100.0, 2) || ' €, kraj pa ne.', 'An amount of €' || en_number(m.cents / 100.0, 2) || ' is stated, but no place.',
       project_list(ARRAY[p.id]), NULL::geometry
FROM money m JOIN projects p ON p.id = m.project_id CROSS JOIN here h
ORDER BY m.cents DESC, p.code COLLATE kraj.natural
