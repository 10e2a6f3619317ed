-- A statement that somebody has made or taken back stays as it is. One that was only proposed is now decided.
INSERT INTO project_places (project_id, layer, place_id, relation, state, words, author, decided_at, reason)
SELECT i.project_id, i.layer, i.place_id, i.relation, 'confirmed', i.words, 'demonstration', transaction_timestamp(), i.reason
FROM pg_temp.in_ties() i
WHERE NOT EXISTS (
    SELECT FROM changes c JOIN revisions v ON v.id = c.revision, LATERAL (VALUES (c.before), (c.after)) image (row)
    WHERE c.relation = 'project_places' AND v.source IS DISTINCT FROM 'demo' AND image.row->>'state' <> 'proposed'
      AND image.row->>'project_id' = i.project_id::text AND image.row->>'layer' = i.layer
      AND image.row->>'place_id' = i.place_id::text AND image.row->>'relation' = i.relation)
ON CONFLICT (project_id, layer, place_id, relation) DO UPDATE
SET state = excluded.state, words = excluded.words, author = excluded.author, decided_at = excluded.decided_at, reason = excluded.reason
WHERE project_places.state = 'proposed'
