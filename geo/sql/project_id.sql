-- The id of the project with the code $2 in the municipality $1 (code or slug).
SELECT p.id FROM projects p WHERE p.municipality_id = municipality_of($1) AND p.code = $2
