-- The projects with the ids $1, as lists show them, in this order.
SELECT x.item FROM unnest($1::bigint[]) WITH ORDINALITY wanted (id, n) JOIN project_items($1::bigint[]) x ON x.id = wanted.id ORDER BY wanted.n
