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
-- largest remainders; ties to the lower code, special rows last. It is exact: everything is an integer in numeric. What a settlement
-- gets is then divided over its local communities where geometry tells them, by the same rule, so no settlement's sum changes.
DROP FUNCTION IF EXISTS kraj.compute_atoms(bigint[]);  -- it returned other columns once
CREATE OR REPLACE FUNCTION kraj.compute_atoms(project_ids bigint[]) RETURNS SETOF kraj.atoms
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH line AS MATERIALIZED (
        SELECT f.project_id, f.funding_id, f.year, f.source, f.mechanism, f.cents, sum(f.cents) OVER same AS sum, count(*) OVER same AS lines,
               row_number() OVER (PARTITION BY f.project_id ORDER BY f.funding_id) AS n, bit_or(CASE f.source WHEN 'own' THEN 1 WHEN 'eu' THEN 2
                   WHEN 'state' THEN 4 WHEN 'private' THEN 8 WHEN 'other' THEN 16 ELSE 32 END) OVER same AS sources
        FROM kraj.funding_lines(project_ids) f WHERE f.counts
        WINDOW same AS (PARTITION BY f.project_id)
    ), weight AS MATERIALIZED (
        SELECT w.project_id, w.municipality_id, w.visibility, w.settlement_id, w.special, w.row_key, w.extent, w.population, w.equal, w.served
        FROM unnest(project_ids) wanted (id) JOIN weights w ON w.project_id = wanted.id
    ), piece AS MATERIALIZED (  -- communities of a settlement that several share; absent: one row, no community told
        SELECT c.project_id, c.settlement_id, c.community_id, c.claim, k.code, sum(c.claim) OVER own AS whole,
               row_number() OVER (own ORDER BY k.code COLLATE kraj.natural, k.id) AS n
        FROM kraj.community_claims(project_ids) c LEFT JOIN local_communities k ON k.id = c.community_id
        WINDOW own AS (PARTITION BY c.project_id, c.settlement_id)
    ), own AS MATERIALIZED (
        SELECT w.project_id, count(*) + coalesce((SELECT count(*) FROM piece p WHERE p.project_id = w.project_id AND p.n > 1), 0) AS rows,
               min(w.row_key) AS first_row
        FROM weight w GROUP BY w.project_id
    ), atom AS MATERIALIZED (
        SELECT w.*, l.funding_id, l.year, coalesce(l.source, 'not_stated') AS source, l.mechanism, l.cents, coalesce(l.lines, 1)::int AS lines,
               coalesce(l.n, 1) AS line, coalesce(l.sources, 32) AS sources, l.sum::bigint AS project_cents,
               CASE WHEN l.sum > 0 THEN coalesce(l.cents, 0) / l.sum::double precision ELSE 1.0 / coalesce(l.lines, 1) END AS line_share,
               own.rows::int AS rows, own.first_row = w.row_key AS first_row,
               least(w.extent, w.population, w.equal, w.served) = 1000000000000 AS undivided
        FROM weight w JOIN own ON own.project_id = w.project_id LEFT JOIN line l ON l.project_id = w.project_id
    ), ranked AS (
        SELECT d.project_id, d.line, d.row_key, d.method, d.share + (row_number() OVER (same ORDER BY d.remainder DESC,
                   array_position('{outside,municipality_wide,unplaced}', d.special) NULLS FIRST, s.code COLLATE kraj.natural, s.id)
                   <= d.cents - sum(d.share) OVER same)::int AS part
        FROM (SELECT a.project_id, a.line, a.row_key, a.special, a.settlement_id, a.cents, m.method,
                     div(a.cents::numeric * m.parts, 1000000000000) AS share, mod(a.cents::numeric * m.parts, 1000000000000) AS remainder
              FROM atom a CROSS JOIN LATERAL (VALUES (1, a.extent), (2, a.population), (3, a.equal), (4, a.served)) m (method, parts)
              WHERE a.cents IS NOT NULL AND NOT a.undivided) d
        LEFT JOIN settlements s ON s.id = d.settlement_id
        WINDOW same AS (PARTITION BY d.project_id, d.line, d.method)
    ), cut AS MATERIALIZED (
        SELECT r.project_id, r.line, r.row_key, max(r.part) FILTER (WHERE r.method = 1)::bigint AS extent,
               max(r.part) FILTER (WHERE r.method = 2)::bigint AS population, max(r.part) FILTER (WHERE r.method = 3)::bigint AS equal,
               max(r.part) FILTER (WHERE r.method = 4)::bigint AS served
        FROM ranked r GROUP BY r.project_id, r.line, r.row_key
    ), fine AS MATERIALIZED (
        SELECT d.project_id, d.line, d.settlement_id, d.community_id, d.n, array_agg((d.share + (d.rank <= d.amount - d.shares)::int)::bigint ORDER BY d.what) AS amounts
        FROM (
            SELECT f.*, sum(f.share) OVER same AS shares, row_number() OVER (same ORDER BY f.remainder DESC, f.n) AS rank
            FROM (
                SELECT a.project_id, a.line, a.settlement_id, p.community_id, p.n, v.what, v.amount,
                       div(v.amount::numeric * p.claim, p.whole) AS share, mod(v.amount::numeric * p.claim, p.whole) AS remainder
                FROM piece p
                JOIN atom a ON a.project_id = p.project_id AND a.settlement_id = p.settlement_id
                LEFT JOIN cut c ON c.project_id = a.project_id AND c.line = a.line AND c.row_key = a.row_key
                CROSS JOIN LATERAL (VALUES (1, a.extent), (2, a.population), (3, a.equal), (4, a.served),
                    (5, CASE WHEN a.undivided THEN a.cents ELSE c.extent END), (6, CASE WHEN a.undivided THEN a.cents ELSE c.population END),
                    (7, CASE WHEN a.undivided THEN a.cents ELSE c.equal END), (8, CASE WHEN a.undivided THEN a.cents ELSE c.served END)) v (what, amount)
            ) f
            WINDOW same AS (PARTITION BY f.project_id, f.line, f.settlement_id, f.what)
        ) d
        GROUP BY d.project_id, d.line, d.settlement_id, d.community_id, d.n
    )
    SELECT a.municipality_id, a.project_id, a.funding_id, a.settlement_id, NULL::bigint, a.row_key, a.extent, a.population, a.equal, a.served,
           a.cents, CASE WHEN a.undivided THEN a.cents ELSE c.extent END, CASE WHEN a.undivided THEN a.cents ELSE c.population END,
           CASE WHEN a.undivided THEN a.cents ELSE c.equal END, CASE WHEN a.undivided THEN a.cents ELSE c.served END,
           a.line_share, a.lines, a.rows, a.line = 1, a.first_row, a.sources, a.year, a.source, a.mechanism, a.special, a.project_cents,
           p.theme_id, p.measure_id, p.strategic, p.status, p.horizon, p.scope, p.holder, a.visibility
    FROM atom a
    JOIN projects p ON p.id = a.project_id
    LEFT JOIN cut c ON NOT a.undivided AND c.project_id = a.project_id AND c.line = a.line AND c.row_key = a.row_key
    WHERE NOT EXISTS (SELECT FROM fine f WHERE f.project_id = a.project_id AND f.settlement_id = a.settlement_id)
    UNION ALL
    SELECT a.municipality_id, a.project_id, a.funding_id, a.settlement_id, f.community_id, a.row_key,
           f.amounts[1], f.amounts[2], f.amounts[3], f.amounts[4], a.cents, f.amounts[5], f.amounts[6], f.amounts[7], f.amounts[8],
           a.line_share, a.lines, a.rows, a.line = 1, a.first_row AND f.n = 1, a.sources, a.year, a.source, a.mechanism, a.special, a.project_cents,
           p.theme_id, p.measure_id, p.strategic, p.status, p.horizon, p.scope, p.holder, a.visibility
    FROM fine f
    JOIN atom a ON a.project_id = f.project_id AND a.line = f.line AND a.settlement_id = f.settlement_id
    JOIN projects p ON p.id = a.project_id;
END $$;

-- compute_sums adds the atoms of projects up over their lines; most projects have few, so those with one are taken as they are. What a
-- source pays of a project without a line of that source is 0 where all of the money is known to come from elsewhere, else unknown.
CREATE OR REPLACE FUNCTION kraj.compute_sums(project_ids bigint[]) RETURNS SETOF kraj.sums
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH atom AS MATERIALIZED (
        SELECT a.* FROM unnest(project_ids) wanted (id) JOIN atoms a ON a.project_id = wanted.id
    ), several AS (
        SELECT s.project_id, s.row_key, s.community_id,
               sum(s.extent)::bigint AS total_extent, sum(s.population)::bigint AS total_population, sum(s.equal)::bigint AS total_equal,
               sum(s.served)::bigint AS total_served, sum(s.extent) FILTER (WHERE s.source = 'own')::bigint AS own_extent,
               sum(s.population) FILTER (WHERE s.source = 'own')::bigint AS own_population,
               sum(s.equal) FILTER (WHERE s.source = 'own')::bigint AS own_equal, sum(s.served) FILTER (WHERE s.source = 'own')::bigint AS own_served,
               sum(s.extent) FILTER (WHERE s.source = 'eu')::bigint AS eu_extent,
               sum(s.population) FILTER (WHERE s.source = 'eu')::bigint AS eu_population, sum(s.equal) FILTER (WHERE s.source = 'eu')::bigint AS eu_equal,
               sum(s.served) FILTER (WHERE s.source = 'eu')::bigint AS eu_served, sum(s.extent) FILTER (WHERE s.source = 'state')::bigint AS state_extent,
               sum(s.population) FILTER (WHERE s.source = 'state')::bigint AS state_population,
               sum(s.equal) FILTER (WHERE s.source = 'state')::bigint AS state_equal,
               sum(s.served) FILTER (WHERE s.source = 'state')::bigint AS state_served,
               sum(s.extent) FILTER (WHERE s.source = 'private')::bigint AS private_extent,
               sum(s.population) FILTER (WHERE s.source = 'private')::bigint AS private_population,
               sum(s.equal) FILTER (WHERE s.source = 'private')::bigint AS private_equal,
               sum(s.served) FILTER (WHERE s.source = 'private')::bigint AS private_served
        FROM atom s WHERE s.lines > 1 GROUP BY s.project_id, s.row_key, s.community_id
    )
    SELECT a.municipality_id, a.project_id, a.row_key, a.rows, a.w_extent, a.w_population, a.w_equal, a.w_served, a.theme_id, a.measure_id,
           a.settlement_id, a.community_id, a.strategic, a.status, a.horizon, a.special, a.scope, a.holder, a.visibility, a.project_cents,
           a.extent, a.population, a.equal, a.served, CASE WHEN a.source = 'own' THEN a.extent ELSE z.nothing END,
           CASE WHEN a.source = 'own' THEN a.population ELSE z.nothing END, CASE WHEN a.source = 'own' THEN a.equal ELSE z.nothing END,
           CASE WHEN a.source = 'own' THEN a.served ELSE z.nothing END, CASE WHEN a.source = 'eu' THEN a.extent ELSE z.nothing END,
           CASE WHEN a.source = 'eu' THEN a.population ELSE z.nothing END, CASE WHEN a.source = 'eu' THEN a.equal ELSE z.nothing END,
           CASE WHEN a.source = 'eu' THEN a.served ELSE z.nothing END, CASE WHEN a.source = 'state' THEN a.extent ELSE z.nothing END,
           CASE WHEN a.source = 'state' THEN a.population ELSE z.nothing END, CASE WHEN a.source = 'state' THEN a.equal ELSE z.nothing END,
           CASE WHEN a.source = 'state' THEN a.served ELSE z.nothing END, CASE WHEN a.source = 'private' THEN a.extent ELSE z.nothing END,
           CASE WHEN a.source = 'private' THEN a.population ELSE z.nothing END, CASE WHEN a.source = 'private' THEN a.equal ELSE z.nothing END,
           CASE WHEN a.source = 'private' THEN a.served ELSE z.nothing END
    FROM atom a CROSS JOIN LATERAL (SELECT CASE WHEN a.project_cents IS NOT NULL AND a.sources & 32 = 0 THEN 0::bigint END AS nothing OFFSET 0) z
    WHERE a.lines = 1
    UNION ALL
    SELECT a.municipality_id, a.project_id, a.row_key, a.rows, a.w_extent, a.w_population, a.w_equal, a.w_served, a.theme_id, a.measure_id,
           a.settlement_id, a.community_id, a.strategic, a.status, a.horizon, a.special, a.scope, a.holder, a.visibility, a.project_cents,
           x.total_extent, x.total_population, x.total_equal, x.total_served, CASE WHEN a.sources & 1 > 0 THEN x.own_extent ELSE z.nothing END,
           CASE WHEN a.sources & 1 > 0 THEN x.own_population ELSE z.nothing END, CASE WHEN a.sources & 1 > 0 THEN x.own_equal ELSE z.nothing END,
           CASE WHEN a.sources & 1 > 0 THEN x.own_served ELSE z.nothing END, CASE WHEN a.sources & 2 > 0 THEN x.eu_extent ELSE z.nothing END,
           CASE WHEN a.sources & 2 > 0 THEN x.eu_population ELSE z.nothing END, CASE WHEN a.sources & 2 > 0 THEN x.eu_equal ELSE z.nothing END,
           CASE WHEN a.sources & 2 > 0 THEN x.eu_served ELSE z.nothing END, CASE WHEN a.sources & 4 > 0 THEN x.state_extent ELSE z.nothing END,
           CASE WHEN a.sources & 4 > 0 THEN x.state_population ELSE z.nothing END, CASE WHEN a.sources & 4 > 0 THEN x.state_equal ELSE z.nothing END,
           CASE WHEN a.sources & 4 > 0 THEN x.state_served ELSE z.nothing END, CASE WHEN a.sources & 8 > 0 THEN x.private_extent ELSE z.nothing END,
           CASE WHEN a.sources & 8 > 0 THEN x.private_population ELSE z.nothing END,
           CASE WHEN a.sources & 8 > 0 THEN x.private_equal ELSE z.nothing END, CASE WHEN a.sources & 8 > 0 THEN x.private_served ELSE z.nothing END
    FROM several x
    JOIN atom a ON a.first_line AND a.lines > 1 AND a.project_id = x.project_id AND a.row_key = x.row_key AND a.community_id IS NOT DISTINCT FROM x.community_id
    CROSS JOIN LATERAL (SELECT CASE WHEN a.project_cents IS NOT NULL AND a.sources & 32 = 0 THEN 0::bigint END AS nothing OFFSET 0) z;
END $$;
