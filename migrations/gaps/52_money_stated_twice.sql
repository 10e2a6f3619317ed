-- title_sl: Denar, naveden dvakrat
-- title_en: Money stated twice
-- about_sl: Projekti, pri katerih se navedeni zneski prekrivajo: sklop in projekt pod njim imata oba denar (baza tega ne sprejme), navedena vrednost je manjša od vsote virov, ali pa isti denar navajajo vrstice različnih vrst (ocenjen, v proračunu, pogodba, plačan), od katerih šteje najbolj gotova. Številka je znesek, ki je naveden in ne šteje.
-- about_en: Projects whose stated amounts overlap: a group and a project below it both with money (the database refuses that), a stated total less than the sum of its lines, or lines of different kinds (estimated, budgeted, contracted, paid) for the same money, of which the most certain counts. The figure is what is stated and not counted.
-- parameter: lines boolean = true; tudi vrstice, ki jih nadomesti bolj gotova; also lines that a more certain one replaces
WITH RECURSIVE here AS MATERIALIZED (
    SELECT m.id, m.slug FROM (SELECT town_of(town) AS id) h JOIN municipalities m ON m.id = h.id
), stated AS MATERIALIZED (
    SELECT p.id, p.parent_id, p.is_leaf, p.cost_cents, f.lines, f.uncounted, a.counted
    FROM here h JOIN projects p ON p.municipality_id = h.id
    LEFT JOIN LATERAL (SELECT sum(f.effective_cents) AS lines,
                              sum(f.effective_cents) FILTER (WHERE NOT EXISTS (SELECT FROM atoms a WHERE a.project_id = p.id AND a.funding_id = f.id)) AS uncounted
                       FROM project_funding f WHERE f.project_id = p.id) f ON true
    LEFT JOIN LATERAL (SELECT sum(a.extent) AS counted FROM atoms a WHERE a.project_id = p.id AND a.funding_id IS NOT NULL) a ON true
), above AS (
    SELECT s.id, s.parent_id AS group_id, 1 AS step FROM stated s WHERE s.cost_cents IS NOT NULL OR s.lines IS NOT NULL
    UNION ALL SELECT a.id, s.parent_id, a.step + 1 FROM above a JOIN stated s ON s.id = a.group_id WHERE a.step < 50
), twice AS (
    SELECT s.id, greatest(s.cost_cents, s.lines) AS cents, 1 AS kind FROM stated s
    WHERE (s.cost_cents IS NOT NULL OR s.lines IS NOT NULL) AND EXISTS (SELECT FROM above a WHERE a.group_id = s.id)
    UNION ALL SELECT s.id, s.counted - s.cost_cents, 2 FROM stated s WHERE s.is_leaf AND s.cost_cents < s.counted
    UNION ALL SELECT s.id, s.uncounted, 3 FROM stated s WHERE s.is_leaf AND s.uncounted > 0 AND gap_money_stated_twice.lines
)
SELECT 'projects', p.code, p.title, h.slug, 'gap', (t.cents / 100.0)::double precision, 'EUR', NULL::bigint,
       CASE t.kind WHEN 1 THEN 'Sklop in projekt pod njim imata oba denar; znesek sklopa je ' || sl_number(t.cents / 100.0, 2) || ' €.'
                   WHEN 2 THEN 'Vsota virov presega navedeno vrednost za ' || sl_number(t.cents / 100.0, 2) || ' €; velja vsota virov.'
                   ELSE 'Navedenih je še ' || sl_number(t.cents / 100.0, 2) || ' € v vrsticah, ki jih nadomeščajo bolj gotove.' END,
       CASE t.kind WHEN 1 THEN 'The group and a project below it both state money; the group €' || en_number(t.cents / 100.0, 2) || '.'
                   WHEN 2 THEN 'The lines add up to €' || en_number(t.cents / 100.0, 2) || ' more than the stated total; the lines stand.'
                   ELSE 'A further €' || en_number(t.cents / 100.0, 2) || ' is stated in lines that more certain ones replace.' END,
       project_list(ARRAY[p.id]), (SELECT ST_Collect(e.geom) FROM extents e WHERE e.project_id = p.id)
FROM twice t JOIN projects p ON p.id = t.id CROSS JOIN here h
ORDER BY t.kind, t.cents DESC, p.code COLLATE kraj.natural
