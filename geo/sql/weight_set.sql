-- One weight of project $1: settlement $2 or special row $3, weight $4, author $5, reason $6. A place named twice counts twice.
INSERT INTO project_weights (project_id, settlement_id, special, weight, author, reason)
VALUES ($1, $2, $3, $4::text::numeric, $5, $6)
ON CONFLICT (project_id, settlement_id, special) DO UPDATE SET weight = project_weights.weight + excluded.weight
