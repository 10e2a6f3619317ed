INSERT INTO mechanisms (code, name_sl, name_en, note_sl, note_en, source)
SELECT i.code, i.name_sl, i.name_en, i.note_sl, i.note_en, concat_ws(', ', i.source, i.source_ref)
FROM in_mechanisms i
ON CONFLICT (code) DO NOTHING
