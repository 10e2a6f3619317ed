INSERT INTO population_classes (set_id, class, people)
SELECT p.id, i.key, i.people::integer
FROM in_population i
JOIN municipalities m ON m.id = pg_temp.in_home()
JOIN population_sets p ON p.municipality_id = m.id AND p.code = i.set AND p.kind = 'classes'
JOIN in_loaded l ON l.relation = 'population_sets' AND l.row_id = p.id
ON CONFLICT (set_id, class) DO NOTHING
