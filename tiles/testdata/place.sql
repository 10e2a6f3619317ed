-- The test's municipality, around 445000…457000, 115000…127000 in EPSG:3794.
BEGIN;
SET LOCAL search_path = kraj, public;
CREATE TEMP TABLE cells ON COMMIT DROP AS
WITH waves AS (
    SELECT ST_MakeLine(ST_SetSRID(ST_MakePoint(x, y + 180 * sin(x / 500.0 + y)), 3794) ORDER BY x) AS line
    FROM generate_series(115000, 127000, 3000) y, generate_series(444500, 457500, 50) x GROUP BY y
    UNION ALL
    SELECT ST_MakeLine(ST_SetSRID(ST_MakePoint(x + 220 * cos(y / 400.0 + x), y), 3794) ORDER BY y)
    FROM generate_series(445000, 457000, 3000) x, generate_series(114500, 127500, 50) y GROUP BY x
)
SELECT row_number() OVER (ORDER BY ST_YMin(d.geom), ST_XMin(d.geom)) AS n, d.geom
FROM (SELECT ST_Polygonize(line) AS g FROM (SELECT (ST_Dump(ST_Node(ST_Collect(line)))).geom AS line FROM waves) noded) p, ST_Dump(p.g) d
WHERE ST_Area(d.geom) > 1e6;

INSERT INTO municipalities (id, code, name, source, geom)
SELECT 1, '052', 'Kranj', 'GURS', ST_Multi(ST_Buffer(ST_Union(geom), 0)) FROM cells;
INSERT INTO municipalities (id, code, name) VALUES (2, '050', 'Škofja Loka');

-- Sixteen cells: 6 is a lake (no settlement), 11 has an enclave, and there is an island.
INSERT INTO settlements (id, code, name, municipality_id, source, licence, geom)
SELECT n, 'n' || n, 'Vas č' || n, 1, 'GURS', 'CC BY 4.0',
       ST_Multi(CASE n WHEN 11 THEN ST_Difference(geom, ST_Buffer(ST_Centroid(geom), 400)) ELSE geom END)
FROM cells WHERE n <> 6;
INSERT INTO settlements (id, code, name, municipality_id, geom)
SELECT 100, 'enklava', 'Enklava', 1, ST_Multi(ST_Buffer(ST_Centroid(geom), 400)) FROM cells WHERE n = 11;
INSERT INTO settlements (id, code, name, municipality_id, geom)
VALUES (101, 'otok', 'Otok', 1, ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(460000, 121000), 3794), 600)));

INSERT INTO schemes (id, municipality_id, code, name_sl, name_en, classes) VALUES (1, 1, 'municipal', 'Občinska', 'Municipal', '{urban,rural}');
INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (1, 1, 'urban'), (1, 2, 'rural');
INSERT INTO population_sets (id, municipality_id, code, name_sl, name_en, kind, source, source_date, preferred)
VALUES (1, 1, 'surs', 'SURS', 'SURS', 'settlements', 'SURS', '2024-01-01', true);
INSERT INTO population_settlements (set_id, settlement_id, people) VALUES (1, 1, 37000), (1, 2, 1200), (1, 3, 0), (1, 4, null);

INSERT INTO local_communities (id, code, name, geom) VALUES (1, 'ks1', 'KS Čirče', ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(450500, 120500), 3794), 900)));
INSERT INTO business_zones (id, code, name, plan_state, stated_area_ha, geom) VALUES
    (1, 'pc1', 'PC Hrastje', 'adopted', 14.6, ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(450800, 120800), 3794), 200))),
    (2, 'pc2', 'PC Laze', 'unknown', null, ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(451500, 121500), 3794), 100)));
INSERT INTO degraded_areas (id, code, name, plan_state, geom) VALUES
    (1, 'd1', 'Iskra Emeco', 'none', ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(450600, 121300), 3794), 150))),
    (2, 'd2', 'Stara tržnica', 'considered', ST_SetSRID(ST_MakePoint(451200, 120900), 3794));
INSERT INTO cycling_routes (id, code, name, route_level, state, geom) VALUES
    (1, 'kp9', 'KP9 Planina–šole', 'local', 'planned', ST_SetSRID('MULTILINESTRING((450000 120000, 450700 120900, 451900 121700))'::geometry, 3794)),
    (2, 'most', 'Skalica–Pungart', 'bridge', 'existing', ST_SetSRID('MULTILINESTRING((450900 120900, 451100 121000))'::geometry, 3794));
INSERT INTO agglomerations (id, code, name, load_pe, connected_share, geom) VALUES
    (1, 'a1', 'Kranj', 45284, 0.99, ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(451000, 121000), 3794), 1500))),
    (2, 'a2', 'Mlaka pri Kranju', 2158, 0.5, ST_SetSRID(ST_MakePoint(450300, 121700), 3794));

INSERT INTO themes (id, municipality_id, code, name, color) VALUES (1, 1, 'TP1', 'Prva', '#276be6'), (2, 1, 'TP2', 'Druga', null);
INSERT INTO measures (id, municipality_id, theme_id, code, name) VALUES (1, 1, 1, '1.1', 'Ukrep');
INSERT INTO projects (id, municipality_id, measure_id, theme_id, code, title, status, horizon, strategic, cost_cents, scope, visibility, source) VALUES
    (1, 1, 1, 1, '1.1.1', 'Nova šola', 'implementation', '2030', true, 123456789, 'sites', 'public', 'TUS 2030'),
    (2, 1, null, 2, '2.1.1', 'Brez cene', 'idea', 'none', false, null, 'sites', 'public', 'TUS 2030'),
    (3, 1, null, 1, '1.9', 'Osnutek', 'idea', 'none', false, 100, 'sites', 'internal', 'osnutek');
INSERT INTO project_funding (project_id, source, amount_cents, period, years) VALUES (2, 'own', 150000, 'once', null), (2, 'eu', 100000, 'yearly', 3), (2, 'state', 777, 'yearly', null);
INSERT INTO sites (id, project_id, approximate, geom) VALUES
    (1, 1, false, ST_SetSRID(ST_MakePoint(451000, 121000), 3794)),
    (2, 1, true, ST_Buffer(ST_SetSRID(ST_MakePoint(451100, 121100), 3794), 80)),
    (3, 2, false, ST_SetSRID('LINESTRING(450500 120500, 451500 121400)'::geometry, 3794)),
    (4, 3, false, ST_SetSRID(ST_MakePoint(451050, 121050), 3794));
COMMIT;
