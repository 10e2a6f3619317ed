INSERT INTO scheme_classes (scheme_id, settlement_id, class)
SELECT c.id, s.id, i.class
FROM in_classes i
JOIN municipalities m ON m.id = pg_temp.in_home()
JOIN in_schemes n ON n.code = i.scheme
JOIN schemes c ON c.municipality_id = m.id AND c.code = i.scheme AND c.version = n.version::integer
JOIN in_loaded l ON l.relation = 'schemes' AND l.row_id = c.id
JOIN settlements s ON s.municipality_id = m.id AND s.code = i.settlement
ON CONFLICT (scheme_id, settlement_id) DO NOTHING
