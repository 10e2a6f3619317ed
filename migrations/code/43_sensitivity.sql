-- How much the rules decide. Like 40_balance.sql, once for each audience.
DO $make$
DECLARE
    audience text;
    body text := $sql$

-- balance_rules: the rules that can differ in a municipality: methods and spreads, in the order in which they are named where several give
-- the same. A method that divides every project as extent does is left out, and spreading where there is nothing to spread.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_rules(of_municipality bigint, include text[]) RETURNS TABLE (n bigint, method text, spread text)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH differs AS MATERIALIZED (
        SELECT bool_or(w.population <> w.extent) AS population, bool_or(w.equal <> w.extent) AS equal, bool_or(w.served <> w.extent) AS served,
               bool_or(w.special = 'municipality_wide') AS wide
        FROM weights w WHERE w.municipality_id = of_municipality
    )
    SELECT row_number() OVER (ORDER BY s.n, m.n), m.method, s.spread
    FROM differs d
    CROSS JOIN LATERAL (VALUES (1, 'extent', true), (2, 'population', d.population), (3, 'equal', d.equal), (4, 'served', d.served)) m (n, method, other)
    CROSS JOIN LATERAL (VALUES (1, 'none', true), (2, 'population', d.wide)) s (n, spread, other)
    WHERE m.other AND s.other OR include <> '{}'
$$;

-- balance_sensitivity: the least and the most that the rural share of a question becomes over all rules: methods, spreads and the current
-- schemes of the municipality that have a countryside. For each group and (is_total) for all: of the money, and of the projects by weight.
-- The shares are those of the balance by that rule; a share without meaning is none. Every rule is asked once, whatever the schemes.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_sensitivity(municipality text, by text DEFAULT 'theme', money text DEFAULT 'total', filter jsonb DEFAULT '{}',
    include text[] DEFAULT '{}')
RETURNS TABLE (is_total boolean, key text, of_money boolean, lowest double precision, lowest_scheme text, lowest_method text, lowest_spread text,
               highest double precision, highest_scheme text, highest_method text, highest_spread text)
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp SET work_mem = '64MB' SET jit = off AS $$
#variable_conflict use_column
DECLARE
    town bigint := AUDIENCE.balance_town($1);
    rules text;
BEGIN
    -- Classes mean other settlements in each scheme: parts of some classes are another question by each rule.
    IF town IS NULL OR filter ? 'class' THEN RETURN; END IF;
    PERFORM AUDIENCE.balance_check($2, 'extent', 'none', $3, include);
    SELECT string_agg(format('SELECT %s AS n, %L AS method, %L AS spread, c.key, c.settlement_id, sum(c.weight) AS weight, sum(c.cents)::bigint AS cents,
            count(*) AS cells, count(c.cents) AS priced FROM (%s) c GROUP BY c.key, c.settlement_id', r.n, r.method, r.spread,
            AUDIENCE.balance_cells_sql(town, $2, NULL, r.method, r.spread, $3, filter, include)), ' UNION ALL ' ORDER BY r.n)
    INTO rules FROM AUDIENCE.balance_rules(town, include) r;
    IF rules IS NULL THEN RETURN; END IF;
    RETURN QUERY EXECUTE format($q$
    WITH step AS MATERIALIZED (%1$s
    ), scheme AS MATERIALIZED (
        SELECT s.*, row_number() OVER (ORDER BY s.code) AS n
        FROM (SELECT DISTINCT ON (x.code) x.id, x.code, x.classes FROM schemes x WHERE (x.municipality_id = $1 OR x.municipality_id IS NULL) AND x.current
              ORDER BY x.code, x.municipality_id NULLS LAST) s
        WHERE 'rural' = ANY (s.classes)
    ), classed AS (
        SELECT grouping(s.key) = 1 AS is_total, s.key, s.n, s.method, s.spread, x.n AS scheme_n, x.code AS scheme, k.class, grouping(k.class) = 1 AS whole,
               round(sum(s.weight)::numeric / 1000000000000, 9) AS weight, sum(s.cents)::bigint AS cents,
               sum(s.cells) AS cells, sum(s.priced) AS priced
        FROM step s CROSS JOIN scheme x LEFT JOIN scheme_classes k ON k.scheme_id = x.id AND k.settlement_id = s.settlement_id
        GROUP BY s.n, s.method, s.spread, x.n, x.code, GROUPING SETS ((s.key, k.class), (s.key), (k.class), ())
    ), summed AS (
        SELECT c.is_total, c.key, c.n, c.method, c.spread, c.scheme_n, c.scheme,
               CASE WHEN max(c.priced) FILTER (WHERE c.class = 'rural') > 0 THEN max(c.cents) FILTER (WHERE c.class = 'rural')
                    WHEN count(*) FILTER (WHERE c.class = 'rural') = 0 AND max(c.priced) FILTER (WHERE c.whole) > 0 THEN 0 END AS rural_cents,
               sum(c.cents) FILTER (WHERE c.class IS NOT NULL) AS cents,
               coalesce(max(c.weight) FILTER (WHERE c.class = 'rural'), 0) AS rural_weight,
               sum(c.weight) FILTER (WHERE c.class IS NOT NULL) AS weight
        FROM classed c GROUP BY c.is_total, c.key, c.n, c.method, c.spread, c.scheme_n, c.scheme
    ), share AS (
        SELECT s.*, x.money, x.share
        FROM summed s CROSS JOIN LATERAL (VALUES (true, s.rural_cents / nullif(s.cents, 0)::double precision), (false, s.rural_weight::double precision / nullif(s.weight, 0)::double precision)) x (money, share)
        WHERE x.share IS NOT NULL
    ), lowest AS (
        SELECT DISTINCT ON (s.is_total, s.key, s.money) s.* FROM share s ORDER BY s.is_total, s.key, s.money, s.share, s.n, s.scheme_n
    ), highest AS (
        SELECT DISTINCT ON (s.is_total, s.key, s.money) s.* FROM share s ORDER BY s.is_total, s.key, s.money, s.share DESC, s.n, s.scheme_n
    )
    SELECT l.is_total, k.code, l.money, l.share, l.scheme, l.method, l.spread, m.share, m.scheme, m.method, m.spread
    FROM lowest l JOIN highest m ON m.is_total = l.is_total AND m.key IS NOT DISTINCT FROM l.key AND m.money = l.money
    LEFT JOIN (%2$s) k ON k.key = l.key AND NOT l.is_total
    ORDER BY l.is_total, k.code COLLATE kraj.natural, l.money DESC$q$, rules, AUDIENCE.balance_keys(town, $2))
    USING town;
END $$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
