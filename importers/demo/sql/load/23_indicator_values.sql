INSERT INTO indicator_values (indicator_id, year, text, comparator, value, trend)
SELECT k.id, i.year::integer, i.text, i.comparator, i.value::numeric, i.trend
FROM in_indicator_values i
JOIN municipalities m ON m.id = pg_temp.in_home()
JOIN indicators k ON k.municipality_id = m.id AND k.code = i.indicator
JOIN in_loaded l ON l.relation = 'indicators' AND l.row_id = k.id
ON CONFLICT (indicator_id, year) DO NOTHING
