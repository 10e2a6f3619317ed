-- The schemes of municipality $1 and those of all, every version, with the municipality's settlements by class.
SELECT s.code, s.version, s.name_sl, s.name_en, s.classes, s.current, s.municipality_id IS NULL, s.source,
       coalesce((SELECT jsonb_object_agg(x.class, x.n) FROM (
           SELECT c.class, count(*) AS n FROM scheme_classes c JOIN settlements p ON p.id = c.settlement_id
           WHERE c.scheme_id = s.id AND p.municipality_id = $1 GROUP BY c.class) x), '{}'),
       (SELECT count(*) FROM settlements p WHERE p.municipality_id = $1
           AND NOT EXISTS (SELECT FROM scheme_classes c WHERE c.scheme_id = s.id AND c.settlement_id = p.id))
FROM schemes s WHERE s.municipality_id = $1 OR s.municipality_id IS NULL
ORDER BY s.code, s.municipality_id NULLS LAST, s.version DESC
