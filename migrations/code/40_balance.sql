-- The balance: sums of atoms. Each function exists twice, word for word: in kraj for planners, in kraj_public for the public, reading
-- the relations of its own schema. QGIS and BI tools may call them:  SELECT * FROM kraj.balance('kranj', 'theme');
-- Names of groups of fixed vocabularies (status, source …) are the caller's business; everything that adds up is done here.
DO $make$
DECLARE
    audience text;
    body text := $sql$

-- balance_scheme: the scheme a code means for a municipality: its own before a country's, the current version unless code@version.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_scheme(of_municipality bigint, scheme text) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT s.id FROM schemes s
    WHERE (s.municipality_id = of_municipality OR s.municipality_id IS NULL) AND s.code = split_part(scheme, '@', 1)
      AND CASE WHEN scheme LIKE '%@%' THEN s.version::text = split_part(scheme, '@', 2) ELSE s.current END
    ORDER BY s.municipality_id NULLS LAST LIMIT 1
$$;

-- balance_population: the one set of people of a balance: the named one, else the preferred; totals printed for the scheme's classes
-- before sums over settlements, the municipality's own before a country's, the newest first.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_population(of_municipality bigint, scheme text, population text DEFAULT NULL) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT s.id FROM population_sets s
    WHERE (s.municipality_id = of_municipality OR s.municipality_id IS NULL)
      AND (s.kind = 'settlements' OR s.scheme = split_part(balance_population.scheme, '@', 1))
      AND (balance_population.population IS NULL OR s.code = balance_population.population)
    ORDER BY s.preferred DESC, s.kind = 'classes' DESC, s.municipality_id NULLS LAST, s.source_date DESC, s.id DESC LIMIT 1
$$;

-- balance_people: the people that divide money (never printed totals): by settlement of the municipality, null where unknown.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_people(of_municipality bigint, set_id bigint DEFAULT NULL)
RETURNS TABLE (settlement_id bigint, code text, people bigint)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT s.id, s.code, p.people::bigint
    FROM settlements s
    LEFT JOIN population_settlements p ON p.settlement_id = s.id AND p.set_id = coalesce(balance_people.set_id, (
        SELECT x.id FROM population_sets x
        WHERE (x.municipality_id = of_municipality OR x.municipality_id IS NULL) AND x.kind = 'settlements'
        ORDER BY x.preferred DESC, x.municipality_id NULLS LAST, x.source_date DESC, x.id DESC LIMIT 1))
    WHERE s.municipality_id = of_municipality
$$;

-- balance_projects_in: the leaf projects a filter selects. Each key of the filter holds a list, "any of these"; 'none' is "without".
CREATE OR REPLACE FUNCTION AUDIENCE.balance_projects_in(of_municipality bigint, filter jsonb)
RETURNS TABLE (project_id bigint, theme text, measure text, status text, horizon text, holder text)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT p.id, t.code, m.code, p.status, p.horizon, p.holder
    FROM projects p
    LEFT JOIN themes t ON t.id = p.theme_id
    LEFT JOIN measures m ON m.id = p.measure_id
    WHERE p.municipality_id = of_municipality AND p.is_leaf
      AND (filter -> 'theme' IS NULL OR filter -> 'theme' ? coalesce(t.code, 'none'))
      AND (filter -> 'measure' IS NULL OR filter -> 'measure' ? coalesce(m.code, 'none'))
      AND (filter -> 'status' IS NULL OR filter -> 'status' ? p.status)
      AND (filter -> 'horizon' IS NULL OR filter -> 'horizon' ? p.horizon)
      AND (filter -> 'holder' IS NULL OR filter -> 'holder' ? coalesce(p.holder, 'none'))
      AND (filter -> 'strategic' IS NULL OR (filter ->> 'strategic')::boolean = p.strategic)
      AND (filter ->> 'q' IS NULL OR kraj.fold(p.code || ' ' || p.title) LIKE '%' || kraj.fold(filter ->> 'q') || '%')
$$;

-- balance_weights: the weights of one method. With spread "population", what is municipality-wide is divided over the settlements by
-- people (where nobody is known it stays), by largest remainder as everywhere. Distinct amounts of it are few, so each is divided once.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_weights(of_municipality bigint, method text, spread text)
RETURNS TABLE (project_id bigint, settlement_id bigint, special text, parts bigint, respread boolean)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH weight AS MATERIALIZED (
        SELECT w.project_id, w.settlement_id, w.special,
               CASE balance_weights.method WHEN 'extent' THEN w.extent WHEN 'population' THEN w.population
                                           WHEN 'equal' THEN w.equal WHEN 'served' THEN w.served END AS parts
        FROM weights w WHERE w.municipality_id = of_municipality
    ), people AS MATERIALIZED (
        SELECT p.*, sum(p.people) OVER () AS total FROM AUDIENCE.balance_people(of_municipality) p
        WHERE p.people > 0 AND spread = 'population'
    ), wide AS (
        SELECT w.parts AS whole FROM weight w WHERE w.special = 'municipality_wide' AND w.parts > 0 GROUP BY w.parts
    ), floored AS (
        SELECT wide.whole, p.settlement_id, p.code, div(wide.whole::numeric * p.people, p.total) AS parts,
               mod(wide.whole::numeric * p.people, p.total) AS remainder
        FROM wide CROSS JOIN people p
    ), piece AS MATERIALIZED (
        SELECT f.whole, f.settlement_id, (f.parts + (row_number() OVER same <= f.whole - sum(f.parts) OVER (PARTITION BY f.whole))::int)::bigint AS parts
        FROM floored f
        WINDOW same AS (PARTITION BY f.whole ORDER BY f.remainder DESC, f.code COLLATE kraj.natural, f.settlement_id)
    ), spreading AS MATERIALIZED (
        SELECT w.project_id, w.parts FROM weight w
        WHERE w.special = 'municipality_wide' AND w.parts > 0 AND EXISTS (SELECT FROM people)
    )
    SELECT w.project_id, w.settlement_id, w.special, w.parts, false FROM weight w
    WHERE w.parts > 0 AND NOT EXISTS (SELECT FROM spreading s WHERE s.project_id = w.project_id)
    UNION ALL
    SELECT x.project_id, x.settlement_id, x.special, sum(x.parts)::bigint, true
    FROM (
        SELECT w.project_id, w.settlement_id, w.special, w.parts FROM weight w JOIN spreading s USING (project_id)
        WHERE w.special IS DISTINCT FROM 'municipality_wide'
        UNION ALL
        SELECT s.project_id, p.settlement_id, NULL, p.parts FROM spreading s JOIN piece p ON p.whole = s.parts
    ) x WHERE x.parts > 0 GROUP BY x.project_id, x.settlement_id, x.special
$$;

-- balance_lines: the lines of the chosen money. A project without one stands with a line of its own (line −1): its amount is 0 where
-- all of its money is known to come from elsewhere, else null. share divides the project's one count over its lines, by cents.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_lines(of_municipality bigint, money text, filter jsonb)
RETURNS TABLE (project_id bigint, line bigint, year integer, source text, mechanism text, cents bigint, share double precision)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH stated AS MATERIALIZED (
        SELECT DISTINCT a.project_id, coalesce(a.funding_id, 0) AS line, a.year, a.source, a.mechanism, a.line_cents AS cents
        FROM atoms a WHERE a.municipality_id = of_municipality
    ), chosen AS (
        SELECT s.* FROM stated s WHERE balance_lines.money IN ('total', s.source)
        UNION ALL
        SELECT p.id, -1, NULL, 'not_stated', NULL,
               CASE WHEN count(s.cents) > 0 AND NOT bool_or(s.source = 'not_stated') THEN 0 END
        FROM projects p LEFT JOIN stated s ON s.project_id = p.id
        WHERE p.municipality_id = of_municipality AND p.is_leaf
        GROUP BY p.id
        HAVING NOT bool_or(s.line IS NOT NULL AND balance_lines.money IN ('total', s.source))
    )
    SELECT c.project_id, c.line, c.year, c.source, c.mechanism, c.cents,
           CASE WHEN sum(c.cents) OVER same > 0 THEN coalesce(c.cents, 0) / (sum(c.cents) OVER same)::double precision
                ELSE 1.0 / count(*) OVER same END
    FROM chosen c
    WHERE filter -> 'mechanism' IS NULL OR filter -> 'mechanism' ? coalesce(c.mechanism, 'none')
    WINDOW same AS (PARTITION BY c.project_id)
$$;

-- balance_cells: what every figure is summed from: project × line × row, with its cents, its part of the project's count, and the
-- class of the row. All filters apply here, so every grouping of the same question has the same total.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_cells(of_municipality bigint, scheme_id bigint, method text, spread text, money text, filter jsonb)
RETURNS TABLE (project_id bigint, line bigint, year integer, source text, mechanism text, settlement_id bigint, special text,
               class text, parts bigint, weight double precision, cents bigint)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH selected AS MATERIALIZED (
        SELECT p.project_id FROM AUDIENCE.balance_projects_in(of_municipality, filter) p
    ), line AS MATERIALIZED (
        SELECT l.* FROM AUDIENCE.balance_lines(of_municipality, balance_cells.money, filter) l JOIN selected USING (project_id)
    ), weight AS MATERIALIZED (
        SELECT w.*, coalesce(w.settlement_id, CASE w.special WHEN 'outside' THEN -1 WHEN 'municipality_wide' THEN -2 ELSE -3 END) AS row_key
        FROM AUDIENCE.balance_weights(of_municipality, balance_cells.method, spread) w JOIN selected USING (project_id)
    ), stored AS MATERIALIZED (
        SELECT a.project_id, coalesce(a.funding_id, 0) AS line, a.row_key,
               CASE balance_cells.method WHEN 'extent' THEN a.extent WHEN 'population' THEN a.population
                                         WHEN 'equal' THEN a.equal WHEN 'served' THEN a.served END AS cents
        FROM atoms a WHERE a.municipality_id = of_municipality
    ), floored AS (
        SELECT l.project_id, l.line, w.row_key, w.special, w.settlement_id, l.cents,
               div(l.cents::numeric * w.parts, 1000000000000) AS share, mod(l.cents::numeric * w.parts, 1000000000000) AS remainder
        FROM line l JOIN weight w USING (project_id) WHERE w.respread AND l.cents > 0
    ), divided AS MATERIALIZED (
        SELECT f.project_id, f.line, f.row_key,
               (f.share + (row_number() OVER (PARTITION BY f.project_id, f.line ORDER BY f.remainder DESC,
                    array_position('{outside,municipality_wide,unplaced}', f.special) NULLS FIRST, s.code COLLATE kraj.natural, s.id)
                   <= f.cents - sum(f.share) OVER (PARTITION BY f.project_id, f.line))::int)::bigint AS cents
        FROM floored f LEFT JOIN settlements s ON s.id = f.settlement_id
    )
    SELECT l.project_id, l.line, l.year, l.source, l.mechanism, w.settlement_id, w.special, k.class, w.parts,
           w.parts / 1e12 * l.share,
           CASE WHEN l.cents IS NULL THEN NULL WHEN l.cents = 0 THEN 0 WHEN w.respread THEN d.cents ELSE a.cents END
    FROM line l
    JOIN weight w ON w.project_id = l.project_id
    LEFT JOIN stored a ON NOT w.respread AND a.project_id = l.project_id AND a.line = l.line AND a.row_key = w.row_key
    LEFT JOIN divided d ON w.respread AND d.project_id = l.project_id AND d.line = l.line AND d.row_key = w.row_key
    LEFT JOIN settlements s ON s.id = w.settlement_id
    LEFT JOIN scheme_classes c ON c.scheme_id = balance_cells.scheme_id AND c.settlement_id = w.settlement_id
    CROSS JOIN LATERAL (SELECT coalesce(w.special, c.class, 'unclassified') AS class) k
    WHERE (filter -> 'settlement' IS NULL OR filter -> 'settlement' ? s.code)
      AND (filter -> 'class' IS NULL OR filter -> 'class' ? k.class)
$$;
$sql$;
BEGIN
    -- The public's views are made by a later file.
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', audience);
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
