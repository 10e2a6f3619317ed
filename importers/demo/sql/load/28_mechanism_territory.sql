INSERT INTO mechanism_territory (list_id, settlement_id, state, note)
SELECT k.id, s.id, i.state, i.note
FROM in_mechanism_territory i
JOIN municipalities m ON m.id = pg_temp.in_home()
JOIN mechanism_lists k ON k.mechanism = i.mechanism AND k.municipality_id = m.id AND k.code = i.list
JOIN in_loaded l ON l.relation = 'mechanism_lists' AND l.row_id = k.id
JOIN settlements s ON s.municipality_id = m.id AND s.code = i.settlement
ON CONFLICT DO NOTHING
