INSERT INTO mechanism_lists (mechanism, municipality_id, code, fund, period_from, period_to, layer, rule, condition_sl, condition_en, note_sl, note_en, source, source_ref)
SELECT i.mechanism, m.id, i.code, i.fund, i.period_from::integer, i.period_to::integer, i.layer, i.rule, i.condition_sl, i.condition_en, i.note_sl, i.note_en, i.source, i.source_ref
FROM in_mechanism_lists i
JOIN municipalities m ON m.id = pg_temp.in_home()
ON CONFLICT (mechanism, municipality_id, code) DO NOTHING
