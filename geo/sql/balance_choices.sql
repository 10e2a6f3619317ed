-- What may be asked for in municipality $1: codes of schemes and of population sets.
SELECT ARRAY(SELECT DISTINCT s.code FROM schemes s WHERE s.municipality_id = $1 OR s.municipality_id IS NULL ORDER BY s.code),
       ARRAY(SELECT DISTINCT s.code FROM population_sets s WHERE s.municipality_id = $1 OR s.municipality_id IS NULL ORDER BY s.code)
