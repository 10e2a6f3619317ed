INSERT INTO population_settlements (set_id, settlement_id, people)
SELECT p.id, s.id, i.people::integer
FROM in_population i
JOIN municipalities m ON m.id = pg_temp.in_home()
JOIN population_sets p ON p.municipality_id = m.id AND p.code = i.set AND p.kind = 'settlements'
JOIN in_loaded l ON l.relation = 'population_sets' AND l.row_id = p.id
JOIN settlements s ON s.municipality_id = m.id AND s.code = i.key
ON CONFLICT (set_id, settlement_id) DO NOTHING
