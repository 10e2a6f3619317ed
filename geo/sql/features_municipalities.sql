-- The municipalities as features.
SELECT f.*, f.id AS municipality_id, f.slug AS municipality FROM municipalities f
