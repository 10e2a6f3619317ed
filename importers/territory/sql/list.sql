-- One list stored as the file says: $1 {mechanism, municipality_id, code, …}. Returns its id and whether it is new, changed or same.
WITH said AS MATERIALIZED (
    SELECT * FROM jsonb_to_record($1::jsonb) l (mechanism text, municipality_id bigint, code text, fund text, period_from integer, period_to integer, layer text,
        rule text, condition_sl text, condition_en text, source text, source_ref text, source_url text, note_sl text, note_en text)
), had AS MATERIALIZED (
    SELECT l.* FROM mechanism_lists l JOIN said s ON s.mechanism = l.mechanism AND s.code = l.code AND s.municipality_id IS NOT DISTINCT FROM l.municipality_id
), changed AS (
    UPDATE mechanism_lists l SET (fund, period_from, period_to, layer, rule, condition_sl, condition_en, source, source_ref, source_url, note_sl, note_en)
        = (s.fund, s.period_from, s.period_to, s.layer, s.rule, s.condition_sl, s.condition_en, s.source, s.source_ref, s.source_url, s.note_sl, s.note_en)
    FROM said s, had h WHERE l.id = h.id
      AND (h.fund, h.period_from, h.period_to, h.layer, h.rule, h.condition_sl, h.condition_en, h.source, h.source_ref, h.source_url, h.note_sl, h.note_en)
        IS DISTINCT FROM (s.fund, s.period_from, s.period_to, s.layer, s.rule, s.condition_sl, s.condition_en, s.source, s.source_ref, s.source_url, s.note_sl, s.note_en)
    RETURNING l.id
), new AS (
    INSERT INTO mechanism_lists (mechanism, municipality_id, code, fund, period_from, period_to, layer, rule, condition_sl, condition_en, source, source_ref, source_url, note_sl, note_en)
    SELECT * FROM said WHERE NOT EXISTS (SELECT FROM had) RETURNING id
)
SELECT coalesce((SELECT id FROM had), (SELECT id FROM new)),
       CASE WHEN EXISTS (SELECT FROM new) THEN 'new' WHEN EXISTS (SELECT FROM changed) THEN 'changed' ELSE 'same' END
