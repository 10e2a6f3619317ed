-- One statement about project $1 and place $3 of layer $2; a later decision replaces an earlier one.
INSERT INTO project_places (project_id, layer, place_id, relation, state, author, decided_at, reason)
VALUES ($1, $2, $3, $4, $5, $6, now(), nullif($7, ''))
ON CONFLICT (project_id, layer, place_id, relation) DO UPDATE
SET state = excluded.state, author = excluded.author, decided_at = excluded.decided_at, reason = excluded.reason
