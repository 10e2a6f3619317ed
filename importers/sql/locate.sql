-- Rows whose municipality nobody stated get the one they lie in.
UPDATE pg_temp.import_rows SET municipality = kraj.municipality_at(geom)
WHERE ok AND kind IS NULL AND municipality IS NULL AND geom IS NOT NULL
