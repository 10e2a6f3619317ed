-- Atoms: the cents of a funding line in a row of the balance. Everything that is ever shown of money is a sum of atoms.

-- funding_lines: the lines f of projects, stated ones and, with funding_id null, "source not stated" = cost − Σ lines where positive.
-- The same money is often stated more than once, first estimated, then budgeted, contracted, paid. Of the lines of one project, year,
-- source, mechanism and NRP code only those of the most certain kind with an amount count; the others are shown, with counts = false.
CREATE OR REPLACE FUNCTION kraj.funding_lines(project_ids bigint[])
RETURNS TABLE (project_id bigint, funding_id bigint, year integer, source text, mechanism text, nrp_code text, kind text,
               cents bigint, counts boolean)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH line AS MATERIALIZED (
        SELECT f.*, array_position('{estimated,budgeted,contracted,paid}', f.kind) AS certainty
        FROM unnest(project_ids) wanted (id) JOIN project_funding f ON f.project_id = wanted.id
    ), stated AS MATERIALIZED (
        SELECT l.*, coalesce(CASE WHEN l.effective_cents IS NULL THEN max(l.effective_cents) OVER same IS NULL
            ELSE l.certainty = max(l.certainty) FILTER (WHERE l.effective_cents IS NOT NULL) OVER same END, true) AS counts
        FROM line l
        WINDOW same AS (PARTITION BY l.project_id, l.year, l.source, l.mechanism, l.nrp_code)
    )
    SELECT s.project_id, s.id, s.year, s.source, s.mechanism, s.nrp_code, s.kind, s.effective_cents, s.counts FROM stated s
    UNION ALL
    SELECT p.id, NULL, NULL, 'not_stated', NULL, NULL, NULL, p.cost_cents - coalesce(sum(s.effective_cents), 0)::bigint, true
    FROM unnest(project_ids) wanted (id) JOIN projects p ON p.id = wanted.id
    LEFT JOIN stated s ON s.project_id = p.id AND s.counts
    WHERE p.cost_cents IS NOT NULL
    GROUP BY p.id, p.cost_cents HAVING p.cost_cents > coalesce(sum(s.effective_cents), 0);
END $$;

-- compute_atoms divides lines over rows once, by largest remainder: floor(cents · parts / 10¹²), and the cents left over go to the
-- largest remainders; ties to the lower code, special rows last. It is exact: everything is an integer in numeric.
CREATE OR REPLACE FUNCTION kraj.compute_atoms(project_ids bigint[])
RETURNS TABLE (project_id bigint, funding_id bigint, municipality_id bigint, visibility text, year integer, source text,
               mechanism text, settlement_id bigint, special text, line_cents bigint,
               extent bigint, population bigint, equal bigint, served bigint)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH cell AS MATERIALIZED (
        SELECT f.project_id, f.funding_id, w.municipality_id, w.visibility, f.year, f.source, f.mechanism,
               w.settlement_id, w.special, w.row_key, f.cents,
               w.extent AS w_extent, w.population AS w_population, w.equal AS w_equal, w.served AS w_served,
               least(w.extent, w.population, w.equal, w.served) = 1000000000000 AS undivided
        FROM kraj.funding_lines(project_ids) f JOIN weights w ON w.project_id = f.project_id
        WHERE f.counts
    ), divided AS (
        SELECT c.*, m.method, div(c.cents::numeric * m.parts, 1000000000000) AS share,
               mod(c.cents::numeric * m.parts, 1000000000000) AS remainder
        FROM cell c
        CROSS JOIN LATERAL (VALUES ('extent', c.w_extent), ('population', c.w_population), ('equal', c.w_equal), ('served', c.w_served))
            m (method, parts)
        WHERE c.cents IS NOT NULL AND NOT c.undivided
    ), ranked AS (
        SELECT d.*, d.share + (row_number() OVER (PARTITION BY d.project_id, d.funding_id, d.method ORDER BY d.remainder DESC,
                   array_position('{outside,municipality_wide,unplaced}', d.special) NULLS FIRST, s.code COLLATE kraj.natural, s.id)
                   <= d.cents - sum(d.share) OVER (PARTITION BY d.project_id, d.funding_id, d.method))::int AS part
        FROM divided d LEFT JOIN settlements s ON s.id = d.settlement_id
    )
    SELECT c.project_id, c.funding_id, c.municipality_id, c.visibility, c.year, c.source, c.mechanism, c.settlement_id, c.special,
           c.cents, c.cents, c.cents, c.cents, c.cents
    FROM cell c WHERE c.cents IS NULL OR c.undivided
    UNION ALL
    SELECT r.project_id, r.funding_id, r.municipality_id, r.visibility, r.year, r.source, r.mechanism, r.settlement_id, r.special,
           r.cents, max(r.part) FILTER (WHERE r.method = 'extent')::bigint, max(r.part) FILTER (WHERE r.method = 'population')::bigint,
           max(r.part) FILTER (WHERE r.method = 'equal')::bigint, max(r.part) FILTER (WHERE r.method = 'served')::bigint
    FROM ranked r
    GROUP BY r.project_id, r.funding_id, r.municipality_id, r.visibility, r.year, r.source, r.mechanism, r.settlement_id, r.special, r.cents;
END $$;
