-- The balance from kept sums by class (35_class_sums.sql): the questions that need no project told apart. Like 40_balance.sql, once for
-- each audience. All functions here write common table expressions as balance_agg_sql does, of which agg is read.
DO $make$
DECLARE
    audience text;
    body text := $sql$

-- balance_is_kept: whether kraj.class_sums answers a question: about whole projects, as they are stored, by a current scheme (null: by all
-- current ones). In the past there are no such sums.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_is_kept(of_municipality bigint, scheme_id bigint, spread text, filter jsonb, include text[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN spread = 'none' AND include = '{}' AND NOT filter ?| '{settlement,class,local_community,source,mechanism,year}'
       AND to_regclass('AUDIENCE.class_sums') IS NOT NULL
       AND (scheme_id IS NULL OR EXISTS (
           SELECT FROM AUDIENCE.schemes s WHERE s.id = scheme_id AND s.current AND (s.municipality_id = of_municipality OR s.municipality_id IS NULL)));
END $$;

-- balance_bit: the bit of a method in present and firsts, of a source of money in priced, of a group of lines in heads.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_bit(word text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT 1 << coalesce(array_position('{extent,population,equal,served}', word), array_position('{total,own,eu,state,private}', word),
                         array_position('{source,mechanism,year}', word)) - 1
$$;

-- balance_counts writes the figures of kept rows that are added up: projects, by their first row (own), those with an amount.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_counts(method text, money text) RETURNS text
LANGUAGE sql STABLE AS $$  -- as format() is: else it could not be written out where it is called
    SELECT format('count(*) AS projects, count(*) FILTER (WHERE a.firsts & %1$s <> 0) AS own, count(*) FILTER (WHERE a.priced & %2$s <> 0) AS priced,
               count(*) FILTER (WHERE a.firsts & %1$s <> 0 AND a.priced & %2$s <> 0) AS own_priced, sum(a.%3$I) AS weight, sum(a.%4$I) AS cents',
        AUDIENCE.balance_bit(method), AUDIENCE.balance_bit(money), method, money || '_' || method)
$$;

-- balance_figures writes the columns of agg from such rows p, in sets of groups in which class is left out of some: where classes come
-- together, a project is counted by its first row.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_figures() RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT 'coalesce(p.class, 0)::integer AS n,
               CASE grouping(p.class) WHEN 1 THEN sum(p.own) ELSE sum(p.projects) END::bigint AS projects, sum(p.weight)::numeric AS weight,
               CASE WHEN sum(p.priced) > 0 THEN sum(p.cents) END::bigint AS cents,
               CASE grouping(p.class) WHEN 1 THEN sum(p.own_priced) ELSE sum(p.priced) END::bigint AS priced'
$$;

-- balance_totals_sql: each class, and all (n 0).
CREATE OR REPLACE FUNCTION AUDIENCE.balance_totals_sql(of_municipality bigint, scheme_id bigint, method text, money text, filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN format($q$total AS MATERIALIZED (
        SELECT %1$s FROM (SELECT a.class, %2$s FROM class_sums a WHERE a.scheme_id = %3$s AND %4$s AND a.%5$I > 0 GROUP BY 1) p
        GROUP BY GROUPING SETS ((p.class), ()) HAVING count(*) > 0
    )$q$, AUDIENCE.balance_figures(), AUDIENCE.balance_counts(method, money), scheme_id, AUDIENCE.balance_where(of_municipality, filter), method);
END $$;

-- balance_spot_sql: what lies in each settlement and special row (key), without regard to classes. Only where a settlement's parts are
-- divided over local communities can a project have several rows there.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_spot_sql(of_municipality bigint, method text, money text, filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE
    divided bigint[] := ARRAY(SELECT m.settlement_id FROM settlement_communities m GROUP BY m.settlement_id HAVING max(m.share) < 0.99);
    figures text := format('a.%I AS weight, a.%I AS cents FROM sums a WHERE %s AND a.%1$I > 0', method, money || '_' || method,
                           AUDIENCE.balance_where(of_municipality, filter));
BEGIN
    IF cardinality(divided) = 0 THEN
        RETURN format($q$spot AS MATERIALIZED (
        SELECT a.key, count(*) AS projects, sum(a.weight) AS weight, sum(a.cents)::bigint AS cents, count(a.cents) AS priced FROM (SELECT a.row_key AS key, %s) a GROUP BY 1
    )$q$, figures);
    END IF;
    RETURN format($q$spot AS MATERIALIZED (
        SELECT a.key, count(*) AS projects, sum(a.weight) AS weight, sum(a.cents)::bigint AS cents, count(a.cents) AS priced FROM (
            SELECT a.row_key AS key, %1$s AND (a.settlement_id IS NULL OR a.settlement_id <> ALL (%2$L))
            UNION ALL
            SELECT a.key, sum(a.weight)::bigint, sum(a.cents)::bigint
            FROM (SELECT a.row_key AS key, a.project_id, %1$s AND a.settlement_id = ANY (%2$L)) a GROUP BY a.key, a.project_id) a
        GROUP BY 1
    )$q$, figures, divided);
END $$;

-- balance_community_sql: by local community. A project may have several places in one, so those with more than one row are told apart;
-- the others are added up by settlement first. Of a project's rows one is the first of its community, one of its class, one of all; whether
-- it has an amount is the same in each.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_community_sql(of_municipality bigint, scheme_id bigint, method text, money text, filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN format($q$land AS NOT MATERIALIZED (
        SELECT s.id AS settlement_id, coalesce(nullif(AUDIENCE.balance_class_n(c.class), 0), 4) AS n, m.sole_id
        FROM settlements s LEFT JOIN scheme_classes c ON c.scheme_id = %3$s AND c.settlement_id = s.id
        LEFT JOIN (SELECT x.settlement_id, min(x.community_id) AS sole_id FROM settlement_communities x WHERE x.share >= 0.99 GROUP BY 1) m ON m.settlement_id = s.id
        WHERE s.municipality_id = %4$s
    ), alone AS MATERIALIZED (
        SELECT a.row_key, a.community_id, count(*) AS projects, sum(a.weight) AS weight, sum(a.cents) AS cents, count(a.cents) AS priced
        FROM (SELECT a.row_key, a.community_id, a.%1$I AS weight, a.%2$I AS cents FROM sums a WHERE %5$s AND a.rows = 1 AND a.%1$I > 0) a GROUP BY 1, 2
    ), several AS MATERIALIZED (
        SELECT CASE WHEN a.row_key < 0 THEN a.row_key ELSE coalesce(a.community_id, l.sole_id) END AS key, CASE WHEN a.row_key < 0 THEN 4 - a.row_key ELSE coalesce(l.n, 4) END AS n,
               a.project_id, sum(a.%1$I) AS weight, sum(a.%2$I) AS cents, (count(a.%2$I) > 0)::int AS priced
        FROM sums a LEFT JOIN land l ON l.settlement_id = a.settlement_id WHERE %5$s AND a.rows > 1 AND a.%1$I > 0 GROUP BY 1, 2, a.project_id
    ), pair AS MATERIALIZED (
        SELECT x.key, x.n, sum(x.projects) AS projects, sum(x.in_key) AS in_key, sum(x.in_n) AS in_n, sum(x.own) AS own, sum(x.weight) AS weight, sum(x.cents) AS cents,
               sum(x.projects * x.priced) AS priced, sum(x.in_key * x.priced) AS key_priced, sum(x.in_n * x.priced) AS n_priced, sum(x.own * x.priced) AS own_priced
        FROM (
            SELECT s.key, s.n, 1 AS projects, (row_number() OVER (PARTITION BY s.project_id, s.key ORDER BY s.n) = 1)::int AS in_key,
                   (row_number() OVER (PARTITION BY s.project_id, s.n ORDER BY s.key) = 1)::int AS in_n,
                   (row_number() OVER (PARTITION BY s.project_id ORDER BY s.key, s.n) = 1)::int AS own, s.weight, s.cents, s.priced
            FROM several s) x GROUP BY 1, 2
        UNION ALL
        SELECT CASE WHEN a.row_key < 0 THEN a.row_key ELSE coalesce(a.community_id, l.sole_id) END, CASE WHEN a.row_key < 0 THEN 4 - a.row_key ELSE coalesce(l.n, 4) END,
               a.projects, a.projects, a.projects, a.projects, a.weight, a.cents, a.priced, a.priced, a.priced, a.priced
        FROM alone a LEFT JOIN land l ON l.settlement_id = a.row_key
    ), agg AS MATERIALIZED (
        SELECT grouping(p.key) = 1 AS is_total, p.key, coalesce(p.n, 0)::integer AS n,
               CASE grouping(p.key, p.n) WHEN 0 THEN sum(p.projects) WHEN 1 THEN sum(p.in_key) WHEN 2 THEN sum(p.in_n) ELSE sum(p.own) END::bigint AS projects,
               sum(p.weight) AS weight, CASE WHEN sum(p.priced) > 0 THEN sum(p.cents) END::bigint AS cents,
               CASE grouping(p.key, p.n) WHEN 0 THEN sum(p.priced) WHEN 1 THEN sum(p.key_priced) WHEN 2 THEN sum(p.n_priced) ELSE sum(p.own_priced) END::bigint AS priced
        FROM pair p GROUP BY GROUPING SETS ((p.key, p.n), (p.key), (p.n), ()) HAVING count(*) > 0
    )$q$, method, money || '_' || method, scheme_id, of_municipality, AUDIENCE.balance_where(of_municipality, filter));
END $$;

-- balance_kept_sql answers every grouping but that by line of only some of the money (null), for which projects have to be told apart.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_kept_sql(of_municipality bigint, by text, scheme_id bigint, method text, money text, filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE
    WHEN by IN ('theme', 'measure', 'status', 'horizon', 'holder') THEN format($q$pair AS MATERIALIZED (
        SELECT %1$s AS key, a.class, %2$s FROM class_sums a WHERE a.scheme_id = %3$s AND %4$s AND a.%5$I > 0 GROUP BY 1, 2
    ), agg AS MATERIALIZED (
        SELECT grouping(p.key) = 1 AS is_total, p.key, %6$s FROM pair p
        GROUP BY GROUPING SETS ((p.key, p.class), (p.key), (p.class), ()) HAVING count(*) > 0
    )$q$, AUDIENCE.balance_key(by), AUDIENCE.balance_counts(method, money), scheme_id, AUDIENCE.balance_where(of_municipality, filter), method, AUDIENCE.balance_figures())
    WHEN by = 'local_community' THEN AUDIENCE.balance_community_sql(of_municipality, scheme_id, method, money, filter)
    WHEN by = 'settlement' THEN format($q$%1$s, %2$s, agg AS MATERIALIZED (
        SELECT false AS is_total, s.key, CASE WHEN s.key < 0 THEN 4 - s.key ELSE AUDIENCE.balance_class_n(coalesce(k.class, 'unclassified')) END::integer AS n,
               s.projects, s.weight, s.cents, s.priced
        FROM spot s LEFT JOIN scheme_classes k ON k.scheme_id = %3$s AND k.settlement_id = s.key
        UNION ALL SELECT false, s.key, 0, s.projects, s.weight, s.cents, s.priced FROM spot s
        UNION ALL SELECT true, NULL, t.n, t.projects, t.weight, t.cents, t.priced FROM total t
    )$q$, AUDIENCE.balance_spot_sql(of_municipality, method, money, filter), AUDIENCE.balance_totals_sql(of_municipality, scheme_id, method, money, filter), scheme_id)
    WHEN by IN ('source', 'mechanism', 'year') AND money = 'total' THEN format($q$pair AS MATERIALIZED (
        SELECT %1$s AS key, a.class, count(*) FILTER (WHERE a.heads & %2$s <> 0) AS projects, count(*) FILTER (WHERE a.heads & %2$s <> 0 AND a.firsts & %3$s <> 0) AS own,
               count(*) FILTER (WHERE a.heads & %4$s <> 0) AS priced, count(*) FILTER (WHERE a.heads & %4$s <> 0 AND a.firsts & %3$s <> 0) AS own_priced,
               sum(a.%5$I) AS weight, sum(a.%6$I) AS cents
        FROM class_lines a WHERE a.scheme_id = %7$s AND %8$s AND a.present & %3$s <> 0 GROUP BY 1, 2
    ), %9$s, agg AS MATERIALIZED (
        SELECT false AS is_total, p.key, %10$s FROM pair p GROUP BY GROUPING SETS ((p.key, p.class), (p.key)) HAVING count(*) > 0
        UNION ALL SELECT true, NULL, t.n, t.projects, t.weight, t.cents, t.priced FROM total t
    )$q$, AUDIENCE.balance_key(by), AUDIENCE.balance_bit(by), AUDIENCE.balance_bit(method), AUDIENCE.balance_bit(by) * 8, 'weight_' || method, method, scheme_id,
        CASE WHEN filter = '{}' THEN format('a.municipality_id = %s', of_municipality)
             ELSE format('a.project_id IN (SELECT a.project_id FROM class_sums a WHERE a.scheme_id = %s AND %s)', scheme_id, AUDIENCE.balance_where(of_municipality, filter)) END,
        AUDIENCE.balance_totals_sql(of_municipality, scheme_id, method, money, filter), AUDIENCE.balance_figures())
    END;
END $$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
