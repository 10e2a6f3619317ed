INSERT INTO population_sets (municipality_id, code, name_sl, name_en, kind, scheme, printed_total, source, source_date, preferred)
SELECT m.id, i.code, i.name_sl, i.name_en, i.kind, i.scheme, i.printed_total::integer, concat_ws(', ', i.source, i.source_ref),
       i.source_date::date, coalesce(i.preferred::boolean, false)
FROM in_population_sets i
JOIN municipalities m ON m.id = pg_temp.in_home()
ON CONFLICT (municipality_id, code) DO NOTHING
