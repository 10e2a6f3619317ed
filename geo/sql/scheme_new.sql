-- The next version of scheme $2 of municipality $1, named $3 and $4, with classes $5 and source $6, not current yet; the
-- municipality's settlements are classified as in scheme $7 (0: not at all).
WITH old AS (
    UPDATE schemes SET current = false WHERE municipality_id = $1 AND code = $2 AND current
), made AS (
    INSERT INTO schemes (municipality_id, code, version, name_sl, name_en, classes, source, valid_from, current)
    VALUES ($1, $2, coalesce((SELECT max(version) FROM schemes WHERE municipality_id = $1 AND code = $2), 0) + 1, $3, $4, $5, nullif($6, ''), current_date, false)
    RETURNING id, version
), copied AS (
    INSERT INTO scheme_classes (scheme_id, settlement_id, class)
    SELECT made.id, c.settlement_id, c.class FROM made, scheme_classes c JOIN settlements s ON s.id = c.settlement_id
    WHERE c.scheme_id = $7 AND s.municipality_id = $1
)
SELECT id, version FROM made
