-- The scheme that $2 (code, or code@version) means for municipality $1.
SELECT s.id, s.name_sl, s.name_en, s.classes FROM schemes s WHERE s.id = balance_scheme($1, $2)
