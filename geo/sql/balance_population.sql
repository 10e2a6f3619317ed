-- The one set of people of a balance: $1 municipality's id, $2 scheme, $3 code of the set or null for the preferred one.
SELECT s.code, s.kind, s.source, s.source_date::text,
       CASE s.kind WHEN 'classes' THEN coalesce(s.printed_total, (SELECT sum(c.people) FROM population_classes c WHERE c.set_id = s.id))
                   ELSE (SELECT sum(p.people) FROM balance_people($1, s.id) p) END::bigint,
       CASE s.kind WHEN 'settlements' THEN (SELECT count(*) FROM balance_people($1, s.id) p WHERE p.people IS NULL) ELSE 0 END
FROM population_sets s
WHERE s.id = balance_population($1, $2, $3)
