-- Code and title of a project as words are looked for, folded once when they are written and not for every row of every question: folding
-- a title takes longer than all the rest of comparing it.
DROP FUNCTION IF EXISTS kraj.states_money(kraj.projects);  -- it takes a row as it was; the code files make it anew
DROP INDEX IF EXISTS kraj.projects_words;
ALTER TABLE kraj.projects ADD COLUMN folded text GENERATED ALWAYS AS (kraj.fold(code || ' ' || title)) STORED;
CREATE INDEX projects_folded ON kraj.projects USING gin (folded gin_trgm_ops);
