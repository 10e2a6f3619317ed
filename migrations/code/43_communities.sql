-- Local communities and settlements cut each other: a city has many communities, a community many villages. What a project has in a
-- settlement is divided over the communities there by its geometry; where a settlement is one community's, no geometry is asked.

-- sole_community: the community that has 99 % of a settlement's land; null where several share it.
CREATE OR REPLACE FUNCTION kraj.sole_community(of_settlement bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT c.community_id FROM settlement_communities c WHERE c.settlement_id = of_settlement AND c.share >= 0.99
    ORDER BY c.share DESC, c.community_id LIMIT 1
$$;

-- compute_settlement_communities: the communities with land in the settlements, and the share of the land they have.
CREATE OR REPLACE FUNCTION kraj.compute_settlement_communities(settlement_ids bigint[]) RETURNS SETOF kraj.settlement_communities
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT s.id, c.id, x.share
    FROM unnest(settlement_ids) wanted (id) JOIN settlements s ON s.id = wanted.id
    JOIN local_communities c ON c.municipality_id = s.municipality_id AND ST_Dimension(c.geom) = 2 AND ST_Intersects(c.geom, s.geom)
    CROSS JOIN LATERAL (SELECT CASE WHEN ST_CoveredBy(s.geom, c.geom) THEN 1 ELSE ST_Area(ST_Intersection(c.geom, s.geom)) / ST_Area(s.geom) END AS share OFFSET 0) x
    WHERE x.share > 1e-9;
END $$;

-- settle_communities keeps kraj.settlement_communities and returns the projects in settlements that became one community's, or ceased
-- to be: those have to be divided anew though nothing moved that they touch.
CREATE OR REPLACE FUNCTION kraj.settle_communities() RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    touched bigint[];
    before jsonb;
    changed bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation IN ('settlements', 'local_communities')) THEN
        RETURN '{}';
    END IF;
    touched := ARRAY(
        SELECT p.id FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'settlements'
        UNION
        SELECT m.settlement_id FROM kraj.pending p JOIN kraj.settlement_communities m ON m.community_id = p.id
        WHERE p.xid = pg_current_xact_id() AND p.relation = 'local_communities'
        UNION
        SELECT s.id FROM kraj.pending p JOIN kraj.local_communities c ON c.id = p.id JOIN kraj.settlements s ON ST_Intersects(s.geom, c.geom)
        WHERE p.xid = pg_current_xact_id() AND p.relation = 'local_communities');
    before := (SELECT jsonb_object_agg(t, kraj.sole_community(t)) FROM unnest(touched) t);
    DELETE FROM kraj.settlement_communities m WHERE m.settlement_id = ANY (touched);
    INSERT INTO kraj.settlement_communities SELECT * FROM kraj.compute_settlement_communities(touched);
    changed := ARRAY(SELECT t FROM unnest(touched) t WHERE (before ->> t::text)::bigint IS NULL <> (kraj.sole_community(t) IS NULL));
    RETURN ARRAY(SELECT DISTINCT w.project_id FROM kraj.weights w WHERE w.settlement_id = ANY (changed));
END $$;

-- community_claims: what the communities of a settlement (null: none of them) may claim of a project's part there, for settlements that
-- several share: by extent, the dimensions weighed as in kraj.extent_claims. A spot or stretch on a border goes to the lower code.
-- A project without geometry is in a community when planners name exactly one.
CREATE OR REPLACE FUNCTION kraj.community_claims(project_ids bigint[])
RETURNS TABLE (project_id bigint, settlement_id bigint, community_id bigint, claim numeric)
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT FROM local_communities) THEN RETURN; END IF;
    RETURN QUERY
    WITH RECURSIVE part AS MATERIALIZED (
        SELECT t.project_id, t.place_id AS settlement_id, t.dimension, t.measure AS part, e.measure, e.geom, s.geom AS land, t.relation, s.code, s.municipality_id
        FROM unnest(project_ids) wanted (id)
        JOIN ties t ON t.project_id = wanted.id AND t.layer = 'settlements' AND t.relation IN ('within', 'crosses') AND t.measure > 0
        JOIN settlements s ON s.id = t.place_id AND s.municipality_id = t.municipality_id
        JOIN extents e ON e.project_id = t.project_id AND e.dimension = t.dimension
        WHERE EXISTS (SELECT FROM settlement_communities m WHERE m.settlement_id = s.id) AND kraj.sole_community(s.id) IS NULL
    ), candidate AS MATERIALIZED (
        SELECT p.project_id, p.settlement_id, p.dimension, c.id, c.geom, w.relation IS NOT NULL AS whole,
               row_number() OVER (PARTITION BY p.project_id, p.settlement_id, p.dimension ORDER BY c.code COLLATE kraj.natural, c.id) AS step,
               count(*) OVER (PARTITION BY p.project_id, p.settlement_id, p.dimension) AS steps
        FROM part p JOIN settlement_communities m ON m.settlement_id = p.settlement_id JOIN local_communities c ON c.id = m.community_id
        LEFT JOIN ties w ON w.project_id = p.project_id AND w.layer = 'local_communities' AND w.place_id = c.id AND w.dimension = p.dimension AND w.relation = 'within'
        WHERE ST_Intersects(c.geom, p.geom)
    ), cut AS MATERIALIZED (  -- the geometry within the settlement, less what its border shares with a settlement of a lower code
        SELECT p.project_id, p.settlement_id, p.dimension, p.part, p.measure, CASE WHEN p.relation = 'within' OR o.steps = 1 AND o.whole THEN p.geom ELSE
                   ST_CollectionExtract(coalesce(ST_Difference(ST_Intersection(p.geom, p.land), (
                       SELECT ST_Union(s.geom) FROM ties t JOIN settlements s ON s.id = t.place_id
                       WHERE t.project_id = p.project_id AND t.layer = 'settlements' AND t.dimension = p.dimension AND s.id <> p.settlement_id
                         AND s.municipality_id = p.municipality_id AND (s.code COLLATE kraj.natural, s.id) < (p.code COLLATE kraj.natural, p.settlement_id)
                         AND ST_Intersects(s.geom, p.land))), ST_Intersection(p.geom, p.land)), p.dimension + 1) END AS geom
        FROM part p LEFT JOIN candidate o ON o.project_id = p.project_id AND o.settlement_id = p.settlement_id AND o.dimension = p.dimension AND o.step = 1
    ), spot AS (
        SELECT c.project_id, c.settlement_id, (SELECT k.id FROM candidate k WHERE k.project_id = c.project_id AND k.settlement_id = c.settlement_id
                   AND k.dimension = 0 AND ST_Intersects(k.geom, d.geom) ORDER BY k.step LIMIT 1) AS community_id, c.measure
        FROM cut c CROSS JOIN LATERAL ST_Dump(c.geom) d WHERE c.dimension = 0
    ), walk AS (
        SELECT c.project_id, c.settlement_id, c.dimension, c.geom, c.measure, kraj.size_of(c.geom, c.dimension) AS remains,
               NULL::bigint AS community_id, 0::double precision AS taken, 0::bigint AS step
        FROM cut c WHERE c.dimension > 0
        UNION ALL
        SELECT w.project_id, w.settlement_id, w.dimension, x.rest, w.measure, x.remains, k.id, w.remains - x.remains, k.step
        FROM walk w
        JOIN candidate k ON k.project_id = w.project_id AND k.settlement_id = w.settlement_id AND k.dimension = w.dimension AND k.step = w.step + 1
        CROSS JOIN LATERAL (
            SELECT r.rest, CASE WHEN r.size < greatest(1e-6, w.measure * 1e-10) THEN 0 WHEN w.remains - r.size < greatest(1e-6, w.measure * 1e-10) THEN w.remains
                                ELSE r.size END AS remains
            FROM (SELECT d.rest, kraj.size_of(d.rest, w.dimension) AS size FROM (SELECT ST_Difference(w.geom, k.geom) AS rest OFFSET 0) d OFFSET 0) r OFFSET 0) x
        WHERE w.remains > 0
    ), claims AS (
        SELECT s.project_id, s.settlement_id, s.community_id, count(*) / min(s.measure) AS share FROM spot s GROUP BY 1, 2, 3
        UNION ALL
        SELECT w.project_id, w.settlement_id, w.community_id, w.taken / w.measure FROM walk w WHERE w.taken > 0
        UNION ALL  -- what no community has: the last step of each walk
        SELECT w.project_id, w.settlement_id, NULL, w.remains / w.measure FROM walk w
        WHERE w.remains > 0 AND NOT EXISTS (SELECT FROM candidate k WHERE k.project_id = w.project_id AND k.settlement_id = w.settlement_id
                                            AND k.dimension = w.dimension AND k.step = w.step + 1)
    )
    SELECT c.project_id, c.settlement_id, c.community_id, round(sum(c.share)::numeric, 12) * 1000000000000
    FROM claims c GROUP BY 1, 2, 3 HAVING round(sum(c.share)::numeric, 12) > 0
    UNION ALL
    SELECT w.project_id, w.settlement_id, named.community_id, 1
    FROM (SELECT t.project_id, min(t.place_id) AS community_id FROM unnest(project_ids) wanted (id)
          JOIN ties t ON t.project_id = wanted.id AND t.layer = 'local_communities' AND t.relation IN ('manual', 'named')
          WHERE NOT EXISTS (SELECT FROM extents e WHERE e.project_id = t.project_id)
          GROUP BY t.project_id HAVING count(DISTINCT t.place_id) = 1) named
    JOIN weights w ON w.project_id = named.project_id AND w.settlement_id IS NOT NULL;
END $$;
