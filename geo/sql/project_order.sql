-- The ids of the projects of a filter, in order: $1 the municipality's code or slug, '' for all, $2 the filter, $3 the columns to sort by, $4 groups: see project_order.
WITH town AS MATERIALIZED (
    SELECT municipality_of($1) AS id
)
SELECT $1 = '' OR town.id IS NOT NULL AS known, project_order(CASE $1 WHEN '' THEN NULL ELSE coalesce(town.id, -1) END, $2::jsonb, $3::text[], $4) AS ids FROM town
