-- Codes of the schemes of municipality $1, 0 for all, and of the whole country.
SELECT DISTINCT code FROM schemes WHERE $1::bigint IN (0, municipality_id) OR municipality_id IS NULL ORDER BY code
