-- Settlements of municipality $1 that a word $2 means: by code or register number, else by name.
WITH found AS (
    SELECT s.id, s.code = $2 OR s.surs_code = $2 AS exact FROM settlements s
    WHERE s.municipality_id = $1 AND (s.code = $2 OR s.surs_code = $2 OR kraj.fold(s.name) = kraj.fold($2))
)
SELECT id FROM found WHERE exact OR NOT EXISTS (SELECT FROM found WHERE exact) ORDER BY id
