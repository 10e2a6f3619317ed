-- Which of some relations this audience has, and which of the columns that say where the data come from.
SELECT n.name, bool_or(a.attname = 'source'), bool_or(a.attname = 'licence'), bool_or(a.attname = 'municipality_id')
FROM unnest($1::text[]) WITH ORDINALITY n (name, place)
JOIN pg_attribute a ON a.attrelid = to_regclass(quote_ident(n.name)) AND NOT a.attisdropped
GROUP BY n.name, n.place
ORDER BY n.place
