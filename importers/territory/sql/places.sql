-- The places of a list as the file says: $1 the list, $2 a list of {layer, place_id, state, note}. Returns how many are new, changed, gone and same.
WITH said AS MATERIALIZED (
    SELECT p.*, CASE layer WHEN 'settlements' THEN place_id END AS settlement_id, CASE layer WHEN 'local_communities' THEN place_id END AS local_community_id,
           CASE layer WHEN 'municipalities' THEN place_id END AS municipality_id
    FROM jsonb_to_recordset($2::jsonb) p (layer text, place_id bigint, state text, note text)
), had AS MATERIALIZED (
    SELECT t.*, s.place_id, s.state AS new_state, s.note AS new_note FROM mechanism_territory t
    LEFT JOIN said s ON s.layer = t.layer AND s.place_id = coalesce(t.settlement_id, t.local_community_id, t.municipality_id)
    WHERE t.list_id = $1
), gone AS (
    DELETE FROM mechanism_territory t USING had h WHERE t.id = h.id AND h.place_id IS NULL RETURNING t.id
), changed AS (
    UPDATE mechanism_territory t SET state = h.new_state, note = h.new_note FROM had h
    WHERE t.id = h.id AND h.place_id IS NOT NULL AND (h.state, h.note) IS DISTINCT FROM (h.new_state, h.new_note) RETURNING t.id
), new AS (
    INSERT INTO mechanism_territory (list_id, settlement_id, local_community_id, municipality_id, state, note)
    SELECT $1, s.settlement_id, s.local_community_id, s.municipality_id, s.state, s.note FROM said s
    WHERE NOT EXISTS (SELECT FROM had h WHERE h.layer = s.layer AND h.place_id = s.place_id) RETURNING id
)
SELECT (SELECT count(*) FROM new), (SELECT count(*) FROM changed), (SELECT count(*) FROM gone), (SELECT count(*) FROM had WHERE place_id IS NOT NULL) - (SELECT count(*) FROM changed)
