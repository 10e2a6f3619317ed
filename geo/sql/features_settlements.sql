-- The settlements as features, with their class in the scheme "municipal" and their people in the preferred set.
SELECT f.*, m.slug AS municipality, c.class, n.people AS population
FROM settlements f
LEFT JOIN municipalities m ON m.id = f.municipality_id
LEFT JOIN LATERAL (
    SELECT coalesce(k.class, 'unclassified') AS class
    FROM schemes x LEFT JOIN scheme_classes k ON k.scheme_id = x.id AND k.settlement_id = f.id
    WHERE x.current AND x.code = 'municipal' AND (x.municipality_id = f.municipality_id OR x.municipality_id IS NULL)
    ORDER BY x.municipality_id NULLS LAST LIMIT 1) c ON true
LEFT JOIN LATERAL (
    SELECT k.people
    FROM (SELECT x.id FROM population_sets x
          WHERE x.kind = 'settlements' AND (x.municipality_id = f.municipality_id OR x.municipality_id IS NULL)
          ORDER BY x.preferred DESC, x.municipality_id NULLS LAST, x.source_date DESC, x.id LIMIT 1) x
    JOIN population_settlements k ON k.set_id = x.id AND k.settlement_id = f.id) n ON true
