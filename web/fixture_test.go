package web_test

// fixture is a small municipality, a neighbour, and one draft that nobody but
// planners may ever see: its words are all "osnutek" or "skrivnost".
const fixture = `
INSERT INTO kraj.municipalities (id, code, name, geom) VALUES
  (1, '052', 'Kranj', ST_Multi(ST_MakeEnvelope(450000, 120000, 460000, 130000, 3794))),
  (2, '050', 'Koper', ST_Multi(ST_MakeEnvelope(400000, 40000, 410000, 50000, 3794)));
INSERT INTO kraj.settlements (id, code, name, municipality_id, surs_code, approximate, geom) VALUES
  (11, '001', 'Britof', 1, '052001', true, ST_Multi(ST_MakeEnvelope(450000, 120000, 452000, 130000, 3794))),
  (12, '002', 'Čadovlje', 1, '052002', true, ST_Multi(ST_MakeEnvelope(452000, 120000, 454000, 130000, 3794))),
  (13, '003', 'Golnik', 1, '052003', true, ST_Multi(ST_MakeEnvelope(454000, 120000, 456000, 130000, 3794))),
  (14, '010', 'Kranj', 1, '052010', true, ST_Multi(ST_MakeEnvelope(456000, 120000, 460000, 130000, 3794))),
  (21, '001', 'Dekani', 2, '050001', true, ST_Multi(ST_MakeEnvelope(400000, 40000, 410000, 50000, 3794)));
INSERT INTO kraj.schemes (id, municipality_id, code, name_sl, name_en, classes) VALUES (1, 1, 'municipal', 'Občinska', 'Municipal', '{urban,rural}');
INSERT INTO kraj.scheme_classes (scheme_id, settlement_id, class) VALUES (1, 11, 'urban'), (1, 14, 'urban'), (1, 12, 'rural'), (1, 13, 'rural');
INSERT INTO kraj.population_sets (id, municipality_id, code, name_sl, name_en, kind, source, source_date, preferred)
  VALUES (1, 1, 'surs', 'SURS', 'SURS', 'settlements', 'SURS', '2024-01-01', true);
INSERT INTO kraj.population_settlements (set_id, settlement_id, people) VALUES (1, 11, 2000), (1, 12, 60), (1, 13, 1000), (1, 14, 37000);
INSERT INTO kraj.themes (id, municipality_id, code, name, name_en, color) VALUES (1, 1, 'TP1', 'Gospodarstvo', 'Economy', '#276be6'), (2, 2, 'TP1', 'Turizem', 'Tourism', '#06827c');
INSERT INTO kraj.measures (id, municipality_id, theme_id, code, name, name_en) VALUES
  (1, 1, 1, '1.9', 'Poslovne cone', 'Business zones'), (2, 1, 1, '1.10', 'Podjetništvo', 'Enterprise'), (3, 2, 2, 'U.1.1', 'Obala', 'Coast');
INSERT INTO kraj.projects (id, municipality_id, measure_id, code, title, status, horizon, strategic, scope, cost_cents, description, visibility, parent_id) VALUES
  (101, 1, 1, '1.9/1', 'Kolesarska pot Britof–Golnik', 'implementation', '2030', true, 'sites', 100000000, 'Pot', 'public', NULL),
  (102, 1, 2, '1.10/2', 'Poslovni inkubator', 'idea', 'none', false, 'sites', NULL, NULL, 'public', NULL),
  (103, 1, 1, '1.9/2', 'Sklop con', 'unknown', '2030+2035', false, 'unplaced', NULL, NULL, 'public', NULL),
  (104, 1, 1, '1.9/2/1', 'Cona Laze', 'preparation', '2035', false, 'municipality', 5000000, NULL, 'public', 103),
  (105, 2, 3, 'P.1', 'Promenada', 'realised', '2030', false, 'unplaced', NULL, NULL, 'public', NULL),
  (666, 1, 1, '1.9/666', 'Osnutek skrivnost', 'idea', '2035', true, 'sites', 66600000, 'skrivnost', 'internal', NULL),
  (667, 1, 1, '1.9/667', 'Sklop skrivnost', 'idea', '2035', true, 'unplaced', NULL, 'skrivnost', 'internal', NULL),
  (668, 1, 1, '1.9/667/1', 'Javen pod skrivnost', 'idea', '2035', true, 'sites', 6680000, 'skrivnost', 'public', 667);
INSERT INTO kraj.project_funding (project_id, year, source, amount_cents) VALUES (101, 2026, 'eu', 80000000), (101, 2027, 'own', 10000000), (666, 2026, 'own', 66600000);
INSERT INTO kraj.mechanisms (code, name_sl, name_en) VALUES ('URB', 'urbani razvoj', 'urban development'), ('LAS', 'CLLD', 'CLLD');
INSERT INTO kraj.mechanism_lists (id, mechanism, municipality_id, code, rule, period_from, period_to, source, note_sl, note_en) VALUES (1, 'URB', 1, 'mesto', 'conditional', 2014, 2020, 'Uredba', 'opomba', 'note');
INSERT INTO kraj.mechanism_territory (list_id, settlement_id) VALUES (1, 14);
INSERT INTO kraj.project_links (project_id, title, url) VALUES (101, 'Načrt', 'https://example.org/nacrt.pdf'), (666, 'skrivnost', 'https://example.org/skrivnost.pdf');
INSERT INTO kraj.project_phases (project_id, kind, starts_on, note) VALUES (101, 'construction', '2027-03-15', NULL), (666, 'DIIP', '2027-03-15', 'skrivnost');
INSERT INTO kraj.sites (id, project_id, name, approximate, geom) VALUES
  (1, 101, 'pot', true, ST_SetSRID(ST_MakeLine(ST_MakePoint(451000, 125000), ST_MakePoint(455000, 125000)), 3794)),
  (2, 102, 'stavba', false, ST_SetSRID(ST_MakePoint(458000, 125000), 3794)),
  (3, 666, 'skrivnost', false, ST_SetSRID(ST_MakePoint(458010, 125010), 3794)),
  (4, 668, 'skrivnost', false, ST_SetSRID(ST_MakePoint(458020, 125020), 3794));
INSERT INTO kraj.business_zones (id, code, name, municipality_id, plan_state, spatial_units, approximate, geom) VALUES
  (31, 'PC-1', 'PC Hrastje', 1, 'adopted', '{HR 6/1}', true, ST_Multi(ST_MakeEnvelope(457500, 124500, 458500, 125500, 3794))),
  (32, 'HR 6/1', 'Enota s poševnico', 1, 'unknown', NULL, false, NULL);
INSERT INTO kraj.cycling_routes (id, code, name, municipality_id, route_level, state, geom) VALUES
  (41, 'KP9', 'Planina–šole', 1, 'local', 'existing', ST_Multi(ST_SetSRID(ST_MakeLine(ST_MakePoint(456500, 124000), ST_MakePoint(459000, 126000)), 3794)));
`

// filled is a site with the fixture and a planner "ana".
func (s *site) filled() *site {
	s.t.Helper()
	s.sql(fixture)
	return s
}
