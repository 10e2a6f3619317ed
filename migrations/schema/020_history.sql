-- The history of one project: its own rows and those that hang on it, found without reading the whole log.
CREATE INDEX changes_project ON kraj.changes ((CASE relation WHEN 'projects' THEN row_key ELSE coalesce(after, before) ->> 'project_id' END), revision)
    WHERE (CASE relation WHEN 'projects' THEN row_key ELSE coalesce(after, before) ->> 'project_id' END) IS NOT NULL;
