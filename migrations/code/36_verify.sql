-- The verifiers: what is stored beside a computation from nothing, and every difference in words.

CREATE OR REPLACE FUNCTION kraj.verify_ties(project_ids bigint[])
RETURNS TABLE (project_id bigint, kind text, what text, stored text, computed text)
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    WITH stored AS (
        SELECT e.project_id, 'extent' AS kind, kraj.unit_of(e.dimension) AS what,
               concat_ws(' ', e.measure, e.municipality_id, e.visibility, md5(ST_AsBinary(e.geom))) AS value
        FROM extents e WHERE e.project_id = ANY (project_ids)
        UNION ALL
        SELECT t.project_id, 'tie', concat_ws(' ', t.layer, t.place_id, t.relation, kraj.unit_of(t.dimension)),
               concat_ws(' ', t.measure, t.unit, t.share, t.distance_m, t.origin, t.statement_id, t.municipality_id, t.visibility)
        FROM ties t WHERE t.project_id = ANY (project_ids)
    ), computed AS (
        SELECT e.project_id, 'extent' AS kind, kraj.unit_of(e.dimension) AS what,
               concat_ws(' ', e.measure, e.municipality_id, e.visibility, md5(ST_AsBinary(e.geom))) AS value
        FROM kraj.compute_extents(project_ids) e
        UNION ALL
        SELECT t.project_id, 'tie', concat_ws(' ', t.layer, t.place_id, t.relation, kraj.unit_of(t.dimension)),
               concat_ws(' ', t.measure, t.unit, t.share, t.distance_m, t.origin, t.statement_id, t.municipality_id, t.visibility)
        FROM kraj.compute_ties(project_ids) t
    )
    SELECT project_id, kind, what, coalesce(stored.value, ''), coalesce(computed.value, '')
    FROM stored FULL JOIN computed USING (project_id, kind, what)
    WHERE stored.value IS DISTINCT FROM computed.value ORDER BY 1, 2, 3
$$;

-- verify_outlines does the same for the outlines of places, which belong to no project: how many stretches there are, and what of.
CREATE OR REPLACE FUNCTION kraj.verify_outlines() RETURNS TABLE (project_id bigint, kind text, what text, stored text, computed text)
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
DECLARE layer record;
BEGIN
    FOR layer IN SELECT l.id, l.tied AND NOT l.derived AND l.near_m IS NOT NULL AND l.id <> 'settlements' AS outlined
                 FROM layers l WHERE NOT l.derived AND l.id <> 'projects' AND to_regclass(format('kraj.%I', l.id)) IS NOT NULL ORDER BY l.id LOOP
        RETURN QUERY EXECUTE format($q$
            WITH stored AS (
                SELECT o.place_id, count(*) || ' ' || md5(string_agg(x || o.area, '' ORDER BY x)) AS value
                FROM kraj.outlines o, md5(ST_AsBinary(o.geom)) x WHERE o.layer = %1$L GROUP BY o.place_id
            ), computed AS (
                SELECT p.id AS place_id, count(*) || ' ' || md5(string_agg(x || (ST_Dimension(p.geom) = 2), '' ORDER BY x)) AS value
                FROM kraj.%1$I p, kraj.pieces(p.geom) piece, md5(ST_AsBinary(piece)) x WHERE p.geom IS NOT NULL AND %2$L GROUP BY p.id)
            SELECT 0::bigint, 'outline', %1$L || ' ' || place_id, coalesce(stored.value, ''), coalesce(computed.value, '')
            FROM stored FULL JOIN computed USING (place_id) WHERE stored.value IS DISTINCT FROM computed.value ORDER BY place_id$q$, layer.id, layer.outlined);
    END LOOP;
    RETURN QUERY SELECT 0::bigint, 'outline', o.layer || ' ' || o.place_id, count(*)::text, '' FROM outlines o
        WHERE NOT EXISTS (SELECT FROM layers l WHERE l.id = o.layer) GROUP BY o.layer, o.place_id;
END $$;

-- verify_sums also looks whether the parts of a project and the cents of a line add up: no rule could make a difference there right.
CREATE OR REPLACE FUNCTION kraj.verify_sums(project_ids bigint[])
RETURNS TABLE (project_id bigint, kind text, what text, stored text, computed text)
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    WITH stored AS (
        SELECT w.project_id, 'weight' AS kind, coalesce(w.special, w.settlement_id::text) AS what,
               concat_ws(' ', w.extent, w.population, w.equal, w.served, w.origin, w.municipality_id, w.visibility, w.note) AS value
        FROM weights w WHERE w.project_id = ANY (project_ids)
        UNION ALL
        SELECT a.project_id, 'atom', concat_ws(' ', coalesce(a.funding_id::text, 'source not stated'), coalesce(a.special, a.settlement_id::text), 'community ' || a.community_id),
               to_jsonb(a)::text
        FROM atoms a WHERE a.project_id = ANY (project_ids)
        UNION ALL
        SELECT s.project_id, 'sum', concat_ws(' ', coalesce(s.special, s.settlement_id::text), 'community ' || s.community_id), to_jsonb(s)::text
        FROM sums s WHERE s.project_id = ANY (project_ids)
        UNION ALL
        SELECT s.project_id, 'class', concat_ws(' ', 'scheme ' || s.scheme_id, (kraj.class_words())[s.class]), to_jsonb(s)::text
        FROM class_sums s WHERE s.project_id = ANY (project_ids)
        UNION ALL
        SELECT l.project_id, 'class', concat_ws(' ', 'scheme ' || l.scheme_id, (kraj.class_words())[l.class], coalesce('line ' || l.funding_id, 'source not stated')), to_jsonb(l)::text
        FROM class_lines l WHERE l.project_id = ANY (project_ids)
    ), computed AS (
        SELECT w.project_id, 'weight' AS kind, coalesce(w.special, w.settlement_id::text) AS what,
               concat_ws(' ', w.extent, w.population, w.equal, w.served, w.origin, w.municipality_id, w.visibility, w.note) AS value
        FROM kraj.compute_weights(project_ids) w
        UNION ALL
        SELECT a.project_id, 'atom', concat_ws(' ', coalesce(a.funding_id::text, 'source not stated'), coalesce(a.special, a.settlement_id::text), 'community ' || a.community_id),
               to_jsonb(a)::text
        FROM kraj.compute_atoms(project_ids) a
        UNION ALL
        SELECT s.project_id, 'sum', concat_ws(' ', coalesce(s.special, s.settlement_id::text), 'community ' || s.community_id), to_jsonb(s)::text
        FROM kraj.compute_sums(project_ids) s
        UNION ALL
        SELECT s.project_id, 'class', concat_ws(' ', 'scheme ' || s.scheme_id, (kraj.class_words())[s.class]), to_jsonb(s)::text
        FROM kraj.compute_class_sums(project_ids) s
        UNION ALL
        SELECT l.project_id, 'class', concat_ws(' ', 'scheme ' || l.scheme_id, (kraj.class_words())[l.class], coalesce('line ' || l.funding_id, 'source not stated')), to_jsonb(l)::text
        FROM kraj.compute_class_lines(project_ids) l
    ), uneven AS (
        SELECT w.project_id, 'weight' AS kind, 'sum of parts' AS what,
               concat_ws(' ', sum(w.extent), sum(w.population), sum(w.equal), sum(w.served)) AS value, '1000000000000 each' AS computed
        FROM weights w WHERE w.project_id = ANY (project_ids) GROUP BY w.project_id
        HAVING (sum(w.extent), sum(w.population), sum(w.equal), sum(w.served)) IS DISTINCT FROM (1e12, 1e12, 1e12, 1e12)
        UNION ALL
        SELECT a.project_id, 'atom', 'sum of ' || coalesce(a.funding_id::text, 'source not stated'),
               concat_ws(' ', sum(a.extent), sum(a.population), sum(a.equal), sum(a.served)), min(a.line_cents)::text
        FROM atoms a WHERE a.project_id = ANY (project_ids) AND a.line_cents IS NOT NULL GROUP BY a.project_id, a.funding_id
        HAVING NOT (min(a.line_cents) = ALL (ARRAY[sum(a.extent), sum(a.population), sum(a.equal), sum(a.served)]))
    )
    SELECT project_id, kind, what, coalesce(stored.value, ''), coalesce(computed.value, '')
    FROM stored FULL JOIN computed USING (project_id, kind, what)
    WHERE stored.value IS DISTINCT FROM computed.value
    UNION ALL SELECT * FROM uneven ORDER BY 1, 2, 3
$$;

-- verify_people does it for the people by class, which belong to no project.
CREATE OR REPLACE FUNCTION kraj.verify_people() RETURNS TABLE (project_id bigint, kind text, what text, stored text, computed text)
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    WITH computed AS (
        SELECT c.* FROM kraj.compute_class_people(ARRAY(SELECT m.id FROM municipalities m)) c
    )
    SELECT 0::bigint, 'people', format('municipality %s scheme %s set %s %s', municipality_id, scheme_id, set_id, class),
           CASE WHEN s.municipality_id IS NULL THEN '' ELSE coalesce(s.people::text, 'unknown') END,
           CASE WHEN c.municipality_id IS NULL THEN '' ELSE coalesce(c.people::text, 'unknown') END
    FROM class_people s FULL JOIN computed c USING (municipality_id, scheme_id, set_id, class)
    WHERE s.municipality_id IS NULL OR c.municipality_id IS NULL OR s.people IS DISTINCT FROM c.people ORDER BY 3
$$;
