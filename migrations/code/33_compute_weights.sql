-- Weights: how a leaf project divides over the rows of the balance, by four methods. docs/method.md has the rules in words.

-- population_set: whose people count, for a municipality: its preferred set of the kind, else its newest, else a country-wide one.
CREATE OR REPLACE FUNCTION kraj.population_set(of_municipality bigint, of_kind text, of_scheme text DEFAULT NULL) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = kraj, public, pg_temp AS $$
    SELECT s.id FROM population_sets s
    WHERE (s.municipality_id = of_municipality OR s.municipality_id IS NULL) AND s.kind = of_kind
      AND (of_scheme IS NULL OR s.scheme = of_scheme)
    ORDER BY s.preferred DESC, s.municipality_id NULLS LAST, s.source_date DESC, s.id DESC LIMIT 1
$$;

-- people_in: inhabitants by settlement, of each settlement's municipality's set; unknown settlements are absent.
CREATE OR REPLACE FUNCTION kraj.people_in(settlement_ids bigint[]) RETURNS TABLE (settlement_id bigint, people bigint)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH place AS MATERIALIZED (
        SELECT s.id, s.municipality_id FROM unnest(settlement_ids) wanted (id) JOIN settlements s ON s.id = wanted.id
    ), chosen AS MATERIALIZED (
        SELECT m.municipality_id, kraj.population_set(m.municipality_id, 'settlements') AS set_id
        FROM (SELECT DISTINCT municipality_id FROM place) m
    )
    SELECT place.id, p.people::bigint
    FROM place
    JOIN chosen ON chosen.municipality_id IS NOT DISTINCT FROM place.municipality_id
    JOIN population_settlements p ON p.set_id = chosen.set_id AND p.settlement_id = place.id
    WHERE p.people IS NOT NULL;
END $$;

-- extent_claims: what each settlement of the own municipality, and outside, may claim of a project by its geometry. Dimensions that are
-- present weigh equally: claim = Σ share of the dimension, over the common denominator, so that integers stay exact. Shares of lengths
-- and areas are integers of 10⁻¹², of points counts; what is not more than their rounding is not outside. touched: by more than
-- max(1 m, 0.1 %) of length or max(1 m², 0.1 %) of area, or by a point; where nothing is, by anything.
CREATE OR REPLACE FUNCTION kraj.extent_claims(project_ids bigint[])
RETURNS TABLE (project_id bigint, settlement_id bigint, special text, claim numeric, touched boolean)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    -- Laterals: each project by its index, whatever the planner believes about tables that this transaction has just filled.
    WITH piece AS (
        SELECT wanted.id AS project_id, e.dimension, e.measure, CASE e.dimension WHEN 0 THEN e.measure::numeric ELSE 1000000000000 END AS unit,
               own.settlement_id, own.part, own.measure AS own_measure, sum(own.part) OVER shape AS taken, count(own.part) OVER shape AS pieces,
               row_number() OVER shape AS n
        FROM unnest(project_ids) wanted (id)
        CROSS JOIN LATERAL (SELECT x.dimension, x.measure FROM extents x WHERE x.project_id = wanted.id OFFSET 0) e
        LEFT JOIN LATERAL (
            SELECT t.place_id AS settlement_id, t.measure, (CASE e.dimension WHEN 0 THEN t.measure ELSE t.share * 1e12 END)::numeric(40) AS part
            FROM ties t JOIN settlements s ON s.id = t.place_id AND s.municipality_id = t.municipality_id
            WHERE t.project_id = wanted.id AND t.layer = 'settlements' AND t.relation IN ('within', 'crosses') AND t.dimension = e.dimension
        ) own ON true
        WINDOW shape AS (PARTITION BY wanted.id, e.dimension)
    ), shape AS (
        SELECT p.*, CASE WHEN p.dimension > 0 AND p.unit - p.taken <= p.pieces THEN p.taken ELSE p.unit END AS whole FROM piece p
    ), share AS MATERIALIZED (
        SELECT s.*, div(coalesce(max(s.whole) FILTER (WHERE s.dimension = 0) OVER project, 1)
                      * coalesce(max(s.whole) FILTER (WHERE s.dimension = 1) OVER project, 1)
                      * coalesce(max(s.whole) FILTER (WHERE s.dimension = 2) OVER project, 1), s.whole) AS factor
        FROM shape s
        WINDOW project AS (PARTITION BY s.project_id)
    ), inside AS (
        SELECT s.project_id, s.settlement_id, sum(s.part * s.factor) AS claim,
               bool_or(s.dimension = 0 OR s.own_measure > greatest(1, s.measure * 0.001)) AS touched
        FROM share s WHERE s.settlement_id IS NOT NULL GROUP BY s.project_id, s.settlement_id
    )
    SELECT i.project_id, i.settlement_id, NULL::text, i.claim, i.touched OR NOT bool_or(i.touched) OVER (PARTITION BY i.project_id) FROM inside i
    UNION ALL
    SELECT s.project_id, NULL, 'outside', sum((s.whole - coalesce(s.taken, 0)) * s.factor), false
    FROM share s WHERE s.n = 1 GROUP BY s.project_id HAVING sum((s.whole - coalesce(s.taken, 0)) * s.factor) > 0;
END $$;

-- stated_claims: the settlements that a planner's ties name; those of other municipalities are outside. For projects without geometry
-- (manual, named) and for the method served. people is null where unknown.
CREATE OR REPLACE FUNCTION kraj.stated_claims(project_ids bigint[], relations text[])
RETURNS TABLE (project_id bigint, settlement_id bigint, special text, people bigint, places bigint)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH stated AS MATERIALIZED (
        SELECT DISTINCT t.project_id, t.place_id, s.municipality_id = t.municipality_id AS own
        FROM unnest(project_ids) wanted (id)
        JOIN ties t ON t.project_id = wanted.id AND t.layer = 'settlements' AND t.relation = ANY (relations)
        JOIN settlements s ON s.id = t.place_id
    ), known AS MATERIALIZED (
        SELECT * FROM kraj.people_in(ARRAY(SELECT DISTINCT place_id FROM stated))
    )
    SELECT stated.project_id, CASE WHEN own THEN place_id END, CASE WHEN own IS NOT TRUE THEN 'outside' END, sum(known.people)::bigint, count(*)
    FROM stated LEFT JOIN known ON known.settlement_id = stated.place_id
    GROUP BY 1, 2, 3;
END $$;

-- weight_claims puts the rules together. Claims are relative within project and method; method null stands for all four at once,
-- which is what most projects need: one row, everything in it.
CREATE OR REPLACE FUNCTION kraj.weight_claims(project_ids bigint[])
RETURNS TABLE (project_id bigint, method text, settlement_id bigint, special text, claim numeric, origin text)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH leaf AS MATERIALIZED (
        SELECT p.id AS project_id, p.municipality_id, p.scope FROM unnest(project_ids) wanted (id)
        JOIN projects p ON p.id = wanted.id WHERE p.is_leaf
    ), explicit AS MATERIALIZED (
        SELECT leaf.project_id, s.id AS settlement_id, coalesce(w.special, CASE WHEN s.id IS NULL THEN 'outside' END) AS special,
               sum(w.weight) AS claim
        FROM leaf JOIN project_weights w ON w.project_id = leaf.project_id
        LEFT JOIN settlements s ON s.id = w.settlement_id AND s.municipality_id = leaf.municipality_id
        GROUP BY 1, 2, 3
    ), ruled AS MATERIALIZED (  -- projects that the rules decide, not a planner's weights
        SELECT leaf.* FROM leaf WHERE NOT EXISTS (SELECT FROM explicit e WHERE e.project_id = leaf.project_id)
    ), served AS MATERIALIZED (
        SELECT * FROM kraj.stated_claims(ARRAY(SELECT r.project_id FROM ruled r), '{serves}')
    ), located AS MATERIALIZED (
        SELECT * FROM kraj.extent_claims(ARRAY(SELECT r.project_id FROM ruled r WHERE r.scope <> 'municipality'))
    ), named AS MATERIALIZED (  -- no geometry, but a planner says where
        SELECT * FROM kraj.stated_claims(ARRAY(SELECT r.project_id FROM ruled r WHERE r.scope <> 'municipality'
            AND NOT EXISTS (SELECT FROM located l WHERE l.project_id = r.project_id)), '{manual,named}')
    ), nowhere AS MATERIALIZED (
        SELECT r.project_id, CASE r.scope WHEN 'municipality' THEN 'municipality_wide' ELSE 'unplaced' END AS special
        FROM ruled r WHERE NOT EXISTS (SELECT FROM located l WHERE l.project_id = r.project_id)
            AND NOT EXISTS (SELECT FROM named n WHERE n.project_id = r.project_id)
    ), known AS MATERIALIZED (
        SELECT * FROM kraj.people_in(ARRAY(SELECT DISTINCT l.settlement_id FROM located l WHERE l.touched))
    ), several AS MATERIALIZED (  -- located in more than one row: only there the methods differ
        SELECT l.project_id, sum(l.claim) AS total, coalesce(sum(l.claim) FILTER (WHERE l.special IS NOT NULL), 0) AS outside,
               count(*) FILTER (WHERE l.touched) AS touched, coalesce(sum(k.people) FILTER (WHERE l.touched), 0) AS people
        FROM located l LEFT JOIN known k ON k.settlement_id = l.settlement_id
        GROUP BY l.project_id HAVING count(*) > 1
    ), base AS (
        SELECT n.project_id, NULL::text AS method, NULL::bigint AS settlement_id, n.special, 1::numeric AS claim,
               CASE n.special WHEN 'unplaced' THEN 'none' ELSE 'municipality' END AS origin
        FROM nowhere n
        UNION ALL
        SELECT l.project_id, NULL, l.settlement_id, l.special, 1, 'geometry' FROM located l
        WHERE NOT EXISTS (SELECT FROM several s WHERE s.project_id = l.project_id)
        UNION ALL
        SELECT l.project_id, m.method, l.settlement_id, l.special, CASE
            WHEN m.method = 'extent' OR s.touched = 0 THEN l.claim
            WHEN m.method = 'equal' AND l.special IS NOT NULL THEN s.outside * s.touched
            WHEN m.method = 'equal' THEN (s.total - s.outside) * l.touched::int
            WHEN s.people = 0 AND s.touched = 1 THEN CASE WHEN l.special IS NOT NULL THEN s.outside ELSE (s.total - s.outside) * l.touched::int END
            WHEN s.people = 0 THEN l.claim  -- nobody is known to live there: by extent
            WHEN l.special IS NOT NULL THEN s.outside * s.people
            WHEN l.touched THEN (s.total - s.outside) * coalesce(k.people, 0)
            ELSE 0 END, 'geometry'
        FROM several s JOIN located l USING (project_id)
        LEFT JOIN known k ON k.settlement_id = l.settlement_id
        CROSS JOIN (VALUES ('extent'), ('population'), ('equal')) m (method)
        UNION ALL
        SELECT n.project_id, m.method, n.settlement_id, n.special,
               CASE WHEN m.method = 'population' AND sum(n.people) OVER (PARTITION BY n.project_id, m.method) > 0
                    THEN coalesce(n.people, 0) ELSE n.places END, 'stated'
        FROM named n CROSS JOIN (VALUES ('extent'), ('population'), ('equal')) m (method)
    )
    SELECT e.project_id, NULL, e.settlement_id, e.special, e.claim, 'explicit' FROM explicit e
    UNION ALL
    SELECT b.* FROM base b WHERE b.method IS NULL AND NOT EXISTS (SELECT FROM served s WHERE s.project_id = b.project_id)
    UNION ALL  -- served: its own division where one is stated, else by extent
    SELECT b.project_id, m.method, b.settlement_id, b.special, b.claim, b.origin
    FROM base b CROSS JOIN (VALUES ('extent'), ('population'), ('equal')) m (method)
    WHERE coalesce(b.method, m.method) = m.method
      AND (b.method IS NOT NULL OR EXISTS (SELECT FROM served s WHERE s.project_id = b.project_id))
    UNION ALL
    SELECT b.project_id, 'served', b.settlement_id, b.special, b.claim, b.origin FROM base b
    WHERE b.method = 'extent' AND NOT EXISTS (SELECT FROM served s WHERE s.project_id = b.project_id)
    UNION ALL
    SELECT s.project_id, 'served', s.settlement_id, s.special,
           CASE WHEN sum(s.people) OVER (PARTITION BY s.project_id) > 0 THEN coalesce(s.people, 0) ELSE s.places END, 'stated'
    FROM served s;
END $$;

-- compute_weights turns claims into integer parts of 10¹² by largest remainder, ties to the lower code, special rows last.
CREATE OR REPLACE FUNCTION kraj.compute_weights(project_ids bigint[])
RETURNS TABLE (project_id bigint, municipality_id bigint, visibility text, settlement_id bigint, special text,
               extent bigint, population bigint, equal bigint, served bigint, origin text, note text)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH claimed AS MATERIALIZED (
        SELECT c.*, count(*) OVER (PARTITION BY c.project_id, c.method) AS rows
        FROM kraj.weight_claims(project_ids) c WHERE c.claim > 0
    ), floored AS (
        SELECT c.*, div(c.claim * 1000000000000, sum(c.claim) OVER same) AS parts,
               mod(c.claim * 1000000000000, sum(c.claim) OVER same) AS remainder
        FROM claimed c WHERE c.method IS NOT NULL OR c.rows > 1
        WINDOW same AS (PARTITION BY c.project_id, c.method)
    ), ranked AS (
        SELECT f.*, 1000000000000 - sum(f.parts) OVER (PARTITION BY f.project_id, f.method) AS left_over,
               row_number() OVER (PARTITION BY f.project_id, f.method ORDER BY f.remainder DESC,
                   array_position('{outside,municipality_wide,unplaced}', f.special) NULLS FIRST, s.code COLLATE kraj.natural, s.id) AS rank
        FROM floored f LEFT JOIN settlements s ON s.id = f.settlement_id
    ), divided AS (
        SELECT r.project_id, r.method, r.settlement_id, r.special, r.origin, r.parts + (r.rank <= r.left_over)::int AS parts FROM ranked r
        UNION ALL
        SELECT c.project_id, NULL, c.settlement_id, c.special, c.origin, 1000000000000 FROM claimed c WHERE c.method IS NULL AND c.rows = 1
    )
    SELECT d.project_id, p.municipality_id, p.effective_visibility, d.settlement_id, d.special,
           coalesce(max(d.parts) FILTER (WHERE d.method IS NULL OR d.method = 'extent'), 0)::bigint,
           coalesce(max(d.parts) FILTER (WHERE d.method IS NULL OR d.method = 'population'), 0)::bigint,
           coalesce(max(d.parts) FILTER (WHERE d.method IS NULL OR d.method = 'equal'), 0)::bigint,
           coalesce(max(d.parts) FILTER (WHERE d.method IS NULL OR d.method = 'served'), 0)::bigint,
           min(d.origin),  -- where served differs, the others' rule: min('geometry' or 'municipality' or 'none', 'stated')
           CASE WHEN min(d.origin) = 'explicit' THEN (SELECT string_agg(DISTINCT w.reason, '; ') FROM project_weights w WHERE w.project_id = d.project_id) END
    FROM divided d JOIN projects p ON p.id = d.project_id
    GROUP BY d.project_id, p.municipality_id, p.effective_visibility, d.settlement_id, d.special;
END $$;
