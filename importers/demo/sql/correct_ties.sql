-- The demonstration's statements that nobody else has touched follow the file: words and reasons are corrected, and what is no
-- longer there goes.
WITH own AS (
    SELECT s.* FROM project_places s
    JOIN demo_rows d ON d.relation = 'project_places' AND d.row_id = s.id AND d.municipality = $1
    WHERE NOT EXISTS (SELECT FROM changes c JOIN revisions v ON v.id = c.revision
        WHERE c.relation = 'project_places' AND c.row_key = s.id::text AND v.source IS DISTINCT FROM 'demo' AND c.after->>'state' <> 'proposed')),
corrected AS (
    UPDATE project_places s SET words = i.words, reason = i.reason, decided_at = transaction_timestamp()
    FROM own o JOIN pg_temp.in_ties() i USING (project_id, layer, place_id, relation)
    WHERE s.id = o.id AND (s.words, s.reason) IS DISTINCT FROM (i.words, i.reason)
    RETURNING s.id),
gone AS (
    DELETE FROM project_places s USING own o
    WHERE s.id = o.id AND NOT EXISTS (SELECT FROM pg_temp.in_ties() i
        WHERE (i.project_id, i.layer, i.place_id, i.relation) = (o.project_id, o.layer, o.place_id, o.relation))
    RETURNING s.id),
forgotten AS (DELETE FROM demo_rows d USING gone g WHERE d.relation = 'project_places' AND d.row_id = g.id)
SELECT (SELECT count(*) FROM corrected) + (SELECT count(*) FROM gone)
