-- Stored rows that the file speaks about but does not have: those in municipalities that occur in it (of municipalities
-- themselves: whose area others in the file now cover).
SELECT s.id, s.code, s.{title} FROM {layer} s
WHERE NOT EXISTS (SELECT FROM pg_temp.import_rows r WHERE r.place = s.id)
  AND NOT EXISTS (SELECT FROM pg_temp.import_rows r WHERE NOT r.ok AND r.code = s.code)
  AND {in_scope}
ORDER BY s.code COLLATE kraj.natural, s.id
