-- Rows for every base table that place.sql leaves empty, and second ones where one cannot tell.
BEGIN;
SET LOCAL search_path = kraj, public;
INSERT INTO gazetteer (municipality_id, name, geom) VALUES (1, 'Planina', ST_SetSRID(ST_MakePoint(450900, 120900), 3794));
INSERT INTO population_sets (id, municipality_id, code, name_sl, name_en, kind, source, source_date) VALUES
    (2, 1, 'popis', 'Popis', 'Census', 'settlements', 'SURS', '2021-01-01'), (3, 1, 'razredi', 'Razredi', 'Classes', 'classes', 'SURS', '2021-01-01');
INSERT INTO population_settlements (set_id, settlement_id, people) VALUES (2, 1, 36000);
INSERT INTO population_classes (set_id, class, people) VALUES (3, 'urban', 36000);
INSERT INTO schemes (id, municipality_id, code, name_sl, name_en, classes, current) VALUES (2, 1, 'other', 'Druga', 'Other', '{urban,rural}', false);
INSERT INTO measures (id, municipality_id, theme_id, code, name) VALUES (2, 1, 2, '2.1', 'Drug ukrep');
INSERT INTO goals (theme_id, number, text) VALUES (1, '1', 'Cilj');
INSERT INTO mechanisms (code, name_sl, name_en) VALUES ('CTN', 'CTN', 'ITI'), ('LAS', 'LAS', 'CLLD');
INSERT INTO mechanism_lists (id, mechanism, municipality_id, code, rule, period_from, period_to, source, note_sl, note_en) VALUES (1, 'CTN', 1, 'mesto', 'conditional', 2014, 2020, 'Uredba', 'opomba', 'note');
INSERT INTO mechanism_territory (list_id, settlement_id) VALUES (1, 1);
INSERT INTO projects (id, municipality_id, code, title, scope, visibility, parent_id) VALUES (4, 1, '4', 'Sklop', 'unplaced', 'public', NULL), (5, 1, '4.1', 'Del', 'sites', 'public', 4);
INSERT INTO sites (id, project_id, geom) VALUES (5, 5, ST_SetSRID(ST_MakePoint(451200, 121200), 3794));
INSERT INTO project_phases (project_id, kind, starts_on) VALUES (1, 'PZI', '2027-01-01');
INSERT INTO project_links (project_id, title, url) VALUES (1, 'Načrt', 'https://example.org/nacrt.pdf');
INSERT INTO project_funding (project_id, year, source, mechanism, nrp_code, amount_cents, kind) VALUES (2, 2027, 'eu', 'CTN', 'OB1', 900000, 'budgeted'), (2, 2027, 'eu', 'CTN', 'OB1', 700000, 'estimated');
INSERT INTO project_places (project_id, layer, place_id, relation, author) VALUES (1, 'settlements', 1, 'serves', 'ana');
INSERT INTO project_weights (project_id, settlement_id, weight, author, reason) VALUES (2, 1, 1, 'ana', 'tako');
INSERT INTO indicators (id, municipality_id, theme_id, code, name) VALUES (1, 1, 1, 'K1', 'Kazalnik');
INSERT INTO indicator_values (indicator_id, year, text) VALUES (1, 2024, '<35');
INSERT INTO facts (municipality_id, code, name, value_text, source) VALUES (1, 'f', 'Dejstvo', '1', 'MOK');
INSERT INTO known_names (name) SELECT 'Ime' WHERE NOT EXISTS (SELECT FROM known_names);
INSERT INTO project_funding (project_id, source, amount_cents, period, period_years, years) VALUES (2, 'own', 50000, 'per_n_years', 2, 10);
-- A settlement whose municipality prefers no set: the latest counts.
INSERT INTO settlements (id, code, name, municipality_id, geom) VALUES (200, 'loka', 'Loka', 2, ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(460000, 124500), 3794), 300)));
INSERT INTO population_sets (id, municipality_id, code, name_sl, name_en, kind, source, source_date) VALUES
    (4, 2, 'stari', 'Stari', 'Old', 'settlements', 'SURS', '2023-01-01'), (5, 2, 'novi', 'Novi', 'New', 'settlements', 'SURS', '2023-06-01');
INSERT INTO population_settlements (set_id, settlement_id, people) VALUES (4, 200, 100), (5, 200, 200);
INSERT INTO municipalities (id, code, name, geom) VALUES (3, '003', 'Sosednja', ST_Multi(ST_MakeEnvelope(461000, 125000, 462000, 126000, 3794)));
COMMIT;
