INSERT INTO project_phases (project_id, kind, note)
SELECT p.id, i.kind, concat_ws('; ', i.note, i.source, i.source_ref)
FROM in_phases i
JOIN municipalities m ON m.id = pg_temp.in_home()
JOIN projects p ON p.municipality_id = m.id AND p.code = i.project
JOIN in_loaded l ON l.relation = 'projects' AND l.row_id = p.id
