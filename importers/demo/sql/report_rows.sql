SELECT relation, count(*) FROM demo_rows WHERE municipality = $1 GROUP BY relation
