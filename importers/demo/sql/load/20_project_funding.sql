INSERT INTO project_funding (project_id, year, source, amount_cents, kind, text, qualifier, period, period_years, years)
SELECT p.id, i.year::integer, i.source, i.amount_cents::bigint, 'estimated', i.text, i.qualifier, i.period,
       i.period_years::integer, i.years::integer
FROM in_funding i
JOIN municipalities m ON m.id = pg_temp.in_home()
JOIN projects p ON p.municipality_id = m.id AND p.code = i.project
JOIN in_loaded l ON l.relation = 'projects' AND l.row_id = p.id
