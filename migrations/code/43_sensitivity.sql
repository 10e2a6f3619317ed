-- How much the rules decide. Like 40_balance.sql, once for each audience.
DO $make$
DECLARE
    audience text;
    body text := $sql$

-- balance_rules: the methods that can differ in a municipality, in the order in which they are named where several give the same.
-- A method that divides every project as extent does is left out.
DROP FUNCTION IF EXISTS AUDIENCE.balance_rules(bigint, text[]);
CREATE FUNCTION AUDIENCE.balance_rules(of_municipality bigint, include text[]) RETURNS TABLE (n integer, method text)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH differs AS MATERIALIZED (
        SELECT bool_or(w.population <> w.extent) AS population, bool_or(w.equal <> w.extent) AS equal, bool_or(w.served <> w.extent) AS served
        FROM weights w WHERE w.municipality_id = of_municipality
    )
    SELECT m.n, m.method
    FROM differs d
    CROSS JOIN LATERAL (VALUES (1, 'extent', true), (2, 'population', d.population), (3, 'equal', d.equal), (4, 'served', d.served)) m (n, method, other)
    WHERE m.other OR include <> '{}'
$$;

-- sensitivity_sql and sensitivity_kept_sql write the common table expression placed: by method (n, method), group (key) and scheme, what lies
-- in each class (null: in none) and what is municipality-wide. The first asks every method for its settlements and then gives them the class
-- of each scheme; the second reads the kept sums by class once, for all methods.
CREATE OR REPLACE FUNCTION AUDIENCE.sensitivity_sql(of_municipality bigint, by text, money text, filter jsonb, include text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT format($q$step AS MATERIALIZED (%s
    ), placed AS MATERIALIZED (
        SELECT s.n, s.method, s.key, x.n AS scheme_n, x.code AS scheme, k.class, s.wide, s.weight::numeric AS weight, s.cents::numeric AS cents, s.priced
        FROM step s CROSS JOIN scheme x LEFT JOIN scheme_classes k ON k.scheme_id = x.id AND k.settlement_id = s.settlement_id
    )$q$, string_agg(format('SELECT %s AS n, %L AS method, c.key, c.settlement_id, c.special IS NOT DISTINCT FROM ''municipality_wide'' AS wide,
            sum(c.weight) AS weight, sum(c.cents)::bigint AS cents, count(c.cents) AS priced FROM (%s) c GROUP BY c.key, c.settlement_id, wide', r.n, r.method,
            AUDIENCE.balance_cells_sql(of_municipality, by, NULL, r.method, 'none', money, filter, include)), ' UNION ALL ' ORDER BY r.n))
    FROM AUDIENCE.balance_rules(of_municipality, include) r
$$;
CREATE OR REPLACE FUNCTION AUDIENCE.sensitivity_kept_sql(of_municipality bigint, by text, money text, filter jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT format($q$step AS MATERIALIZED (
        SELECT %1$s AS key, a.scheme_id, a.class, %2$s
        FROM class_sums a WHERE a.scheme_id IN (SELECT x.id FROM scheme x) AND %3$s GROUP BY 1, 2, 3
    ), placed AS MATERIALIZED (
        SELECT v.n, v.method, s.key, x.n AS scheme_n, x.code AS scheme, CASE WHEN s.class <= 3 THEN ('{urban,suburban,rural}'::text[])[s.class] END AS class,
               s.class = 6 AS wide, v.weight, CASE WHEN v.priced > 0 THEN v.cents END AS cents, v.priced
        FROM step s JOIN scheme x ON x.id = s.scheme_id CROSS JOIN LATERAL (VALUES %4$s) v (n, method, rows, weight, cents, priced)
        WHERE v.rows > 0
    )$q$, AUDIENCE.balance_key(by),
        string_agg(format('count(*) FILTER (WHERE a.%1$I > 0) AS rows_%1$s, sum(a.%1$I) AS weight_%1$s, sum(a.%2$I) AS cents_%1$s,
            count(*) FILTER (WHERE a.%1$I > 0 AND a.priced & %3$s <> 0) AS priced_%1$s', r.method, money || '_' || r.method,
            AUDIENCE.balance_bit(money)), ', '),
        AUDIENCE.balance_where(of_municipality, filter),
        string_agg(format('(%s, %L, s.rows_%3$s, s.weight_%3$s, s.cents_%3$s, s.priced_%3$s)', r.n, r.method, r.method), ', '))
    FROM AUDIENCE.balance_rules(of_municipality, '{}') r
$$;

-- balance_sensitivity: the least and the most that the rural share of a question becomes over all rules: methods, spreads and the current
-- schemes of the municipality that have a countryside. For each group and (is_total) for all: of the money, and of the projects by weight.
-- The shares are those of the balance by that rule; a share without meaning is none. Every method is asked once, whatever the schemes
-- and the spread: what is spread is here divided over classes by people without rounding each line to cents, which no share can show.
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
    IF $2 IN ('theme', 'measure', 'status', 'horizon', 'holder') AND AUDIENCE.balance_is_kept(town, NULL, 'none', filter, include) THEN
        rules := AUDIENCE.sensitivity_kept_sql(town, $2, $3, filter);
    ELSE
        rules := AUDIENCE.sensitivity_sql(town, $2, $3, filter, include);
    END IF;
    RETURN QUERY EXECUTE format($q$
    WITH scheme AS MATERIALIZED (
        SELECT s.*, row_number() OVER (ORDER BY s.code) AS n
        FROM (SELECT DISTINCT ON (x.code) x.id, x.code, x.classes FROM schemes x WHERE (x.municipality_id = $1 OR x.municipality_id IS NULL) AND x.current
              ORDER BY x.code, x.municipality_id NULLS LAST) s
        WHERE 'rural' = ANY (s.classes)
    ), fraction AS MATERIALIZED (  -- the part of the people that lives in each class; none where nobody is known
        SELECT x.n AS scheme_n, k.class, sum(p.people) / sum(sum(p.people)) OVER (PARTITION BY x.n) AS part
        FROM scheme x CROSS JOIN balance_people($1) p LEFT JOIN scheme_classes k ON k.scheme_id = x.id AND k.settlement_id = p.settlement_id
        WHERE p.people > 0 GROUP BY x.n, k.class
    ), %1$s, ruled AS (
        SELECT p.n, p.method, 'none' AS spread, p.key, p.scheme_n, p.scheme, p.class, p.weight, p.cents, p.priced FROM placed p
        UNION ALL
        SELECT p.n + 4, p.method, 'population', p.key, p.scheme_n, p.scheme, p.class, p.weight, p.cents, p.priced FROM placed p
        WHERE NOT p.wide AND EXISTS (SELECT FROM placed w WHERE w.wide) AND EXISTS (SELECT FROM fraction)
        UNION ALL
        SELECT p.n + 4, p.method, 'population', p.key, p.scheme_n, p.scheme, f.class, p.weight * f.part, p.cents * f.part, p.priced
        FROM placed p JOIN fraction f ON f.scheme_n = p.scheme_n WHERE p.wide
    ), classed AS (
        SELECT grouping(r.key) = 1 AS is_total, r.key, r.n, r.method, r.spread, r.scheme_n, r.scheme, r.class, grouping(r.class) = 1 AS whole,
               round(sum(r.weight) / 1000000000000, 9) AS weight, sum(r.cents) AS cents, sum(r.priced) AS priced
        FROM ruled r GROUP BY r.n, r.method, r.spread, r.scheme_n, r.scheme, GROUPING SETS ((r.key, r.class), (r.key), (r.class), ())
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
        FROM summed s CROSS JOIN LATERAL (VALUES (true, s.rural_cents::double precision / nullif(s.cents, 0)::double precision), (false, s.rural_weight::double precision / nullif(s.weight, 0)::double precision)) x (money, share)
        -- Groups by place are other groups when something is spread over places.
        WHERE x.share IS NOT NULL AND (s.is_total OR s.spread = 'none' OR NOT %3$L)
    ), lowest AS (
        SELECT DISTINCT ON (s.is_total, s.key, s.money) s.* FROM share s ORDER BY s.is_total, s.key, s.money, s.share, s.n, s.scheme_n
    ), highest AS (
        SELECT DISTINCT ON (s.is_total, s.key, s.money) s.* FROM share s ORDER BY s.is_total, s.key, s.money, s.share DESC, s.n, s.scheme_n
    )
    SELECT l.is_total, k.code, l.money, l.share, l.scheme, l.method, l.spread, m.share, m.scheme, m.method, m.spread
    FROM lowest l JOIN highest m ON m.is_total = l.is_total AND coalesce(m.key::text, chr(1)) = coalesce(l.key::text, chr(1)) AND m.money = l.money
    LEFT JOIN (%2$s) k ON k.key = l.key AND NOT l.is_total
    ORDER BY l.is_total, k.code COLLATE kraj.natural, l.money DESC$q$, rules, AUDIENCE.balance_keys(town, $2, 'placed'),
        $2 IN ('settlement', 'local_community'))
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
