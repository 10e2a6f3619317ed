-- The balance, grouped: the functions that people call. Like 40_balance.sql, once for each audience.

-- People by class need no more of a settlement than that it is there, without reading over its shape.
CREATE INDEX IF NOT EXISTS settlements_town ON kraj.settlements (municipality_id, id);
-- The order in which settlements are shown: comparing names by a language's rules costs more than reading them.
CREATE INDEX IF NOT EXISTS settlements_order ON kraj.settlements (municipality_id, name COLLATE "sl-x-icu", code COLLATE kraj.natural);

DO $make$
DECLARE
    audience text;
    body text := $sql$

-- balance_town: a municipality by code or folded name.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_town(municipality text) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT m.id FROM AUDIENCE.municipalities m WHERE m.code = municipality OR m.slug = kraj.fold(municipality)
        ORDER BY m.code = municipality DESC, m.code COLLATE kraj.natural LIMIT 1);
END $$;

-- balance_names: the groups that have names of their own, in the order in which they are shown; id: as the sums name them, key: as people
-- do. Those of the strategy and the register are there even when nothing belongs to them: what is missing is part of the picture.
DROP FUNCTION IF EXISTS AUDIENCE.balance_names(bigint, text);
CREATE FUNCTION AUDIENCE.balance_names(of_municipality bigint, by text)
RETURNS TABLE (id text, key text, name_sl text, name_en text, place bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
#variable_conflict use_column
BEGIN
    CASE by
    WHEN 'theme' THEN
        RETURN QUERY SELECT t.id::text, t.code, t.name, coalesce(t.name_en, t.name), row_number() OVER (ORDER BY t.kind = 'horizontal', t.code COLLATE kraj.natural)
        FROM AUDIENCE.themes t WHERE t.municipality_id = of_municipality;
    WHEN 'measure' THEN
        RETURN QUERY SELECT m.id::text, m.code, m.name, coalesce(m.name_en, m.name), row_number() OVER (ORDER BY m.code COLLATE kraj.natural)
        FROM AUDIENCE.measures m WHERE m.municipality_id = of_municipality;
    WHEN 'mechanism' THEN
        RETURN QUERY SELECT m.code, m.code, m.name_sl, m.name_en, row_number() OVER (ORDER BY m.code COLLATE kraj.natural) FROM AUDIENCE.mechanisms m;
    WHEN 'settlement' THEN
        RETURN QUERY SELECT s.id::text, s.code, s.name, s.name, row_number() OVER (ORDER BY s.name COLLATE "sl-x-icu", s.code COLLATE kraj.natural)
        FROM AUDIENCE.settlements s WHERE s.municipality_id = of_municipality;
    WHEN 'local_community' THEN
        RETURN QUERY SELECT c.id::text, c.code, c.name, c.name, row_number() OVER (ORDER BY c.name COLLATE "sl-x-icu", c.code COLLATE kraj.natural)
        FROM AUDIENCE.local_communities c WHERE c.municipality_id = of_municipality;
    ELSE
        RETURN QUERY SELECT v, v, NULL::text, NULL::text, n FROM unnest(CASE by
            WHEN 'status' THEN '{idea,preparation,implementation,realised,not_realised,dropped,unknown}'::text[]
            WHEN 'horizon' THEN '{2030,2035,2030+2035,none}' WHEN 'source' THEN '{own,eu,state,private,other,not_stated}' END)
            WITH ORDINALITY x (v, n);
    END CASE;
END $$;

-- balance_class_people: the people of a set by class: totals as printed, else those of the municipality's settlements, which are kept for
-- current schemes. Null where nobody is known.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_class_people(of_municipality bigint, scheme_id bigint, set_id bigint) RETURNS TABLE (class text, people bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT c.class, c.people::bigint FROM AUDIENCE.population_classes c WHERE c.set_id = balance_class_people.set_id;
    IF to_regclass('AUDIENCE.class_people') IS NOT NULL THEN  -- not in the past: a statement is looked at only where it is reached
        RETURN QUERY SELECT k.class, k.people FROM AUDIENCE.class_people k
            WHERE k.municipality_id = of_municipality AND k.scheme_id = balance_class_people.scheme_id AND k.set_id = balance_class_people.set_id;
    END IF;
    IF NOT FOUND AND EXISTS (SELECT FROM AUDIENCE.population_sets x WHERE x.id = balance_class_people.set_id AND x.kind = 'settlements') THEN
        RETURN QUERY SELECT coalesce(k.class, 'unclassified'), sum(p.people)::bigint
            FROM AUDIENCE.settlements s
            LEFT JOIN AUDIENCE.population_settlements p ON p.settlement_id = s.id AND p.set_id = balance_class_people.set_id
            LEFT JOIN AUDIENCE.scheme_classes k ON k.scheme_id = balance_class_people.scheme_id AND k.settlement_id = s.id
            WHERE s.municipality_id = of_municipality GROUP BY 1;
    END IF;
END $$;

-- balance_step_sql adds the cells up: once by group, class and project, where projects with a single row need not be told apart. n:
-- projects; k: those with an amount.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_step_sql(cells text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT format($q$SELECT c.key, c.class, CASE WHEN NOT c.alone THEN c.project_id END AS project, count(*) AS n, sum(c.weight) AS weight,
               sum(c.cents)::bigint AS cents, count(c.cents) AS k FROM (%s) c GROUP BY 1, 2, 3$q$, cells)
$$;

-- balance_class_n: the place of a class among the classes, which is how kept sums name it; 0: in no class.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_class_n(class text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_position('{urban,suburban,rural,unclassified,outside,municipality_wide,unplaced}', class), 0)
$$;

-- balance_agg_sql writes the common table expression agg: projects, weight (in parts of 10¹²), cents and priced projects of each group (key)
-- and class (n, its place among the classes), of each group (n 0), of each class and of all (is_total), from cells. totals: the expression of
-- balance_totals_sql where it answers, so that projects need not be told apart once more.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_agg_sql(cells text, by text, totals text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT format($q$step AS MATERIALIZED (%1$s
    ), pair AS MATERIALIZED (
        SELECT s.key, s.class, sum(CASE WHEN s.project IS NULL THEN s.n ELSE 1 END)::bigint AS projects, sum(s.weight) AS weight, sum(s.cents)::bigint AS cents,
               sum(CASE WHEN s.project IS NULL THEN s.k ELSE (s.k > 0)::int END)::bigint AS priced
        FROM step s GROUP BY 1, 2
    ), multi AS MATERIALIZED (
        SELECT s.key, s.project, bool_or(s.k > 0) AS priced FROM step s WHERE s.project IS NOT NULL GROUP BY 1, 2
    ), counted AS MATERIALIZED (  -- distinct projects of groups
        SELECT x.key, sum(x.n)::bigint AS projects, sum(x.k)::bigint AS priced
        FROM (SELECT s.key, s.n, s.k FROM step s WHERE s.project IS NULL UNION ALL SELECT m.key, 1, m.priced::int FROM multi m) x GROUP BY x.key
    ), %2$s, agg AS MATERIALIZED (
        SELECT false AS is_total, p.key, AUDIENCE.balance_class_n(p.class) AS n, p.projects, p.weight, p.cents, p.priced FROM pair p
        UNION ALL
        SELECT false, c.key, 0, c.projects, x.weight, x.cents, c.priced
        FROM counted c JOIN (SELECT p.key, sum(p.weight) AS weight, sum(p.cents)::bigint AS cents FROM pair p GROUP BY p.key) x
            ON coalesce(x.key::text, chr(1)) = coalesce(c.key::text, chr(1))  -- IS NOT DISTINCT FROM would compare all with all
        UNION ALL
        SELECT true, NULL, t.n, t.projects, t.weight, t.cents, t.priced FROM total t
    )$q$, AUDIENCE.balance_step_sql(cells), coalesce(totals, format($q$counts AS MATERIALIZED (  -- distinct projects of classes, and of all
        %s
    ), total AS MATERIALIZED (
        SELECT AUDIENCE.balance_class_n(c.class) AS n, c.projects, x.weight, x.cents, c.priced
        FROM counts c JOIN (SELECT p.class, sum(p.weight) AS weight, sum(p.cents)::bigint AS cents FROM pair p GROUP BY GROUPING SETS ((p.class), ())) x
            ON x.class IS NOT DISTINCT FROM c.class
    )$q$, CASE WHEN by IN ('theme', 'measure', 'status', 'horizon', 'holder')  -- a project has one such group
        THEN 'SELECT p.class, sum(p.projects)::bigint AS projects, sum(p.priced)::bigint AS priced FROM pair p GROUP BY p.class
            UNION ALL SELECT NULL, sum(x.n)::bigint, sum(x.k)::bigint FROM (SELECT s.n, s.k FROM step s WHERE s.project IS NULL UNION ALL SELECT 1, m.priced::int FROM multi m) x HAVING count(*) > 0'
        ELSE 'SELECT x.class, sum(x.n)::bigint AS projects, sum(x.k)::bigint AS priced FROM (SELECT s.class, s.n, s.k FROM step s WHERE s.project IS NULL
                UNION ALL SELECT s.class, 1, bool_or(s.k > 0)::int FROM step s WHERE s.project IS NOT NULL GROUP BY s.class, s.project) x GROUP BY x.class
            UNION ALL SELECT NULL, sum(x.n)::bigint, sum(x.k)::bigint FROM (SELECT s.n, s.k FROM step s WHERE s.project IS NULL
                UNION ALL SELECT 1, bool_or(s.k > 0)::int FROM step s WHERE s.project IS NOT NULL GROUP BY s.project) x HAVING count(*) > 0' END)))
$$;

-- balance: the whole table. One row a group and class, and one with class null for the group as a whole; is_total rows are their sum.
-- Shares: v of the money in classed settlements (urban, suburban, rural), p of the people there, location quotient v/p,
-- gap p·V − V_g. Null where a figure has no meaning. filter: {"theme": ["TP2"], "status": ["realised"], "strategic": true, "q": "…"},
-- the words of filter_keys(): those of projects select projects, settlement, class and local_community the parts there, source,
-- mechanism and year the lines. include {proposed}: as if the settlements that the words propose were confirmed.
DROP FUNCTION IF EXISTS AUDIENCE.balance(text, text, text, text, text, text, jsonb, text);
CREATE OR REPLACE FUNCTION AUDIENCE.balance(municipality text, by text DEFAULT 'theme', scheme text DEFAULT 'municipal',
    method text DEFAULT 'extent', spread text DEFAULT 'none', money text DEFAULT 'total', filter jsonb DEFAULT '{}', population text DEFAULT NULL,
    include text[] DEFAULT '{}')
RETURNS TABLE (is_total boolean, place bigint, key text, name_sl text, name_en text, class text, projects bigint, weight double precision,
               weight_share double precision, amount_cents bigint, without_amount bigint, share double precision,
               share_of_total double precision, people bigint, people_share double precision, per_head_cents bigint,
               location_quotient double precision, gap_cents bigint)
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp SET work_mem = '64MB' SET jit = off
SET enable_mergejoin = off  -- how many groups there are is not known before; sorting thousands of names to join them takes longest
SET plan_cache_mode = force_generic_plan AS $$  -- of what is not put together for the question: planning it would take longer than all the rest
#variable_conflict use_column
DECLARE
    town bigint := AUDIENCE.balance_town(balance.municipality);
    scheme_id bigint := AUDIENCE.balance_scheme(town, balance.scheme);
    set_id bigint := AUDIENCE.balance_population(town, balance.scheme, balance.population);
    kept boolean := scheme_id IS NOT NULL AND AUDIENCE.balance_is_kept(town, scheme_id, balance.spread, balance.filter, balance.include);
    everything CONSTANT boolean := balance.by IN ('theme', 'measure', 'settlement', 'local_community') AND balance.filter = '{}';
    totals boolean[];  -- agg, a column an array
    keys text[];
    numbers integer[];
    counts bigint[];
    weights numeric[];
    amounts bigint[];
    priceds bigint[];
    classes text[];    -- the line as a whole (null), and the classes in their order
    in_scheme boolean[];
    inhabitants bigint[];
    known bigint;      -- all people in classed settlements; null when a class of the scheme has no figure
BEGIN
    IF town IS NULL THEN RETURN; END IF;
    PERFORM AUDIENCE.balance_check(balance.by, balance.method, balance.spread, balance.money, balance.include);
    PERFORM set_config('plan_cache_mode', 'auto', true);  -- for functions that a filter asks about thousands of projects
    EXECUTE format($q$WITH %s SELECT array_agg(a.is_total), array_agg(a.key::text), array_agg(a.n), array_agg(a.projects), array_agg(a.weight::numeric),
            array_agg(a.cents), array_agg(a.priced) FROM agg a$q$,
        coalesce(CASE WHEN kept THEN AUDIENCE.balance_kept_sql(town, balance.by, scheme_id, balance.method, balance.money, balance.filter) END,
            AUDIENCE.balance_agg_sql(
                AUDIENCE.balance_cells_sql(town, balance.by, scheme_id, balance.method, balance.spread, balance.money, balance.filter, balance.include), balance.by,
                CASE WHEN kept THEN AUDIENCE.balance_totals_sql(town, scheme_id, balance.method, balance.money, balance.filter) END)))
        INTO totals, keys, numbers, counts, weights, amounts, priceds;
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);

    SELECT array_agg(c.class ORDER BY c.n), array_agg(c.of_scheme ORDER BY c.n), array_agg(c.people ORDER BY c.n),
           CASE WHEN bool_and(c.people IS NOT NULL) FILTER (WHERE c.of_scheme) THEN sum(c.people) FILTER (WHERE c.of_scheme) END
    INTO classes, in_scheme, inhabitants, known
    FROM (
        SELECT x.class, x.n, coalesce(x.class = ANY (s.classes), false) AS of_scheme,
               CASE WHEN x.class IN ('outside', 'municipality_wide', 'unplaced') THEN NULL
                    WHEN p.class IS NOT NULL THEN p.people
                    WHEN x.class = ANY (s.classes) AND set_id IS NOT NULL  -- where settlements are known, nobody lives in a class without one
                         AND EXISTS (SELECT FROM settlements h WHERE h.municipality_id = town) AND (
                        (SELECT g.kind = 'settlements' FROM population_sets g WHERE g.id = set_id)
                        OR NOT EXISTS (SELECT FROM settlements h JOIN scheme_classes k ON k.scheme_id = s.id AND k.settlement_id = h.id
                                       WHERE h.municipality_id = town AND k.class = x.class)) THEN 0 END AS people
        FROM unnest('{NULL,urban,suburban,rural,unclassified,outside,municipality_wide,unplaced}'::text[]) WITH ORDINALITY x (class, n)
        LEFT JOIN schemes s ON s.id = scheme_id
        LEFT JOIN AUDIENCE.balance_class_people(town, scheme_id, set_id) p ON p.class = x.class OFFSET 0
    ) c;

    -- Figures and names of a group are rows of one list, put together by the group: a join would have to know how many there are.
    RETURN QUERY
    WITH line AS (
        SELECT f.is_total, CASE WHEN f.is_total THEN NULL ELSE coalesce(max(f.code), CASE WHEN balance.by IN ('settlement', 'local_community')
                   THEN CASE f.key WHEN '-1' THEN 'outside' WHEN '-2' THEN 'municipality_wide' WHEN '-3' THEN 'unplaced' END END, f.key) END AS key,
               max(f.name_sl) AS name_sl, max(f.name_en) AS name_en, max(f.place) AS place,
               array_agg(f.n) AS numbers, array_agg(f.projects) AS projects, array_agg(f.weight) AS weights, array_agg(f.cents) AS cents, array_agg(f.priced) AS priced,
               max(f.cents) FILTER (WHERE f.n = 0) AS whole_cents, coalesce(max(f.priced) FILTER (WHERE f.n = 0), 0) > 0 AS whole_priced,
               sum(f.cents) FILTER (WHERE f.n BETWEEN 1 AND 3 AND f.priced > 0)::bigint AS classed_cents,
               count(*) FILTER (WHERE f.n BETWEEN 1 AND 3 AND f.priced = 0) AS unpriced,
               coalesce(sum(f.weight) FILTER (WHERE f.n BETWEEN 1 AND 3), 0)::double precision AS classed_weight
        FROM (
            SELECT x.is_total, x.key, x.n, x.projects, round(x.weight / 1000000000000, 9) AS weight, x.cents, x.priced,
                   NULL::text AS code, NULL::text AS name_sl, NULL::text AS name_en, NULL::bigint AS place
            FROM unnest(totals, keys, numbers, counts, weights, amounts, priceds) x (is_total, key, n, projects, weight, cents, priced)
            UNION ALL
            SELECT false, m.id, NULL, NULL, NULL, NULL, NULL, m.key, m.name_sl, m.name_en, m.place FROM AUDIENCE.balance_names(town, balance.by) m
            UNION ALL  -- a community of elsewhere, which planners may state, by its code
            SELECT false, c.id::text, NULL, NULL, NULL, NULL, NULL, c.code, NULL, NULL, NULL FROM local_communities c
            WHERE balance.by = 'local_community' AND c.municipality_id IS DISTINCT FROM town AND c.id::text = ANY (keys)
            UNION ALL
            SELECT true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL  -- the total is there whatever there is
        ) f
        GROUP BY f.is_total, f.key HAVING f.is_total OR count(f.n) > 0 OR everything
    ), ordered AS (  -- the groups in their order; the total is line 0
        SELECT l.*, row_number() OVER (ORDER BY l.is_total DESC, array_position('{outside,municipality_wide,unplaced}', l.key) NULLS FIRST,
                   l.key IS NULL, l.place NULLS LAST, l.key COLLATE kraj.natural) - 1 AS line,
               CASE WHEN l.classed_cents IS NULL AND l.whole_priced AND l.unpriced < 3 THEN 0 ELSE l.classed_cents END AS all_cents
        FROM line l
    ), filled AS (
        SELECT c.*, c.n BETWEEN 1 AND 3 AS classed, coalesce(c.n_projects, 0) AS projects, coalesce(c.n_weight, 0)::double precision AS weight,
               CASE WHEN c.n_priced > 0 THEN c.n_cents WHEN c.n_projects IS NULL AND c.whole_priced THEN 0 END AS cents
        FROM (
            SELECT p.is_total, p.line, p.key, p.name_sl, p.name_en, p.class, p.of_scheme, p.people, p.n, p.whole_cents, p.whole_priced, p.all_cents, p.classed_weight,
                   p.projects[p.i] AS n_projects, p.weights[p.i] AS n_weight, p.cents[p.i] AS n_cents, p.priced[p.i] AS n_priced
            FROM (SELECT o.*, k.class, k.of_scheme, k.people, k.n - 1 AS n, array_position(o.numbers, (k.n - 1)::integer) AS i
                  FROM ordered o CROSS JOIN unnest(classes, in_scheme, inhabitants) WITH ORDINALITY k (class, of_scheme, people, n) OFFSET 0) p OFFSET 0
        ) c OFFSET 0
    )
    SELECT s.is_total, s.line, s.key, s.name_sl, s.name_en, s.class, s.projects, s.weight,
           CASE WHEN s.classed THEN s.weight / nullif(s.classed_weight, 0) END,
           s.cents, coalesce(s.n_projects - s.n_priced, 0),
           CASE WHEN s.classed THEN s.cents / nullif(s.all_cents, 0)::double precision END,
           CASE WHEN s.class IS NOT NULL THEN s.cents / nullif(s.whole_cents, 0)::double precision END,
           s.people,
           CASE WHEN s.of_scheme THEN s.people / nullif(known, 0)::double precision END,
           CASE WHEN s.people > 0 THEN CASE s.cents WHEN 0 THEN 0 ELSE round(s.cents::numeric / s.people)::bigint END END,
           CASE WHEN s.of_scheme AND s.people > 0 AND known > 0
                THEN (s.cents::double precision * known) / (nullif(s.all_cents, 0)::double precision * s.people) END,
           CASE WHEN s.of_scheme AND known > 0 THEN CASE s.all_cents WHEN 0 THEN -s.cents ELSE round(s.people * s.all_cents::numeric / known - s.cents)::bigint END END
    FROM filled s ORDER BY coalesce(nullif(s.line, 0), 1000000000000) * 8 + s.n;  -- the total last; one number sorts faster than three
END $$;

-- balance_check refuses words that mean nothing: half a balance would be worse than none.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_check(by text, method text, spread text, money text, include text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE wrong text;
BEGIN
    wrong := CASE
        WHEN by IS NULL OR by <> ALL ('{theme,measure,status,horizon,mechanism,source,holder,year,settlement,local_community}') THEN
            format('by=%L; accepted: theme, measure, status, horizon, mechanism, source, holder, year, settlement, local_community', by)
        WHEN method IS NULL OR method <> ALL ('{extent,population,equal,served}') THEN format('method=%L; accepted: extent, population, equal, served', method)
        WHEN spread IS NULL OR spread <> ALL ('{none,population}') THEN format('spread=%L; accepted: none, population', spread)
        WHEN money IS NULL OR money <> ALL ('{total,own,eu,state,private}') THEN format('money=%L; accepted: total, own, eu, state, private', money)
        WHEN NOT include <@ '{proposed}' THEN format('include=%L; accepted: proposed', array_to_string(include, ',')) END;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'unknown word: %', wrong USING ERRCODE = 'invalid_parameter_value';
    END IF;
END $$;

-- balance_settlements: the municipality's settlements with class, people (of a set by settlement) and what a question puts there.
DROP FUNCTION IF EXISTS AUDIENCE.balance_settlements(text, text, text, text, text, jsonb, text);
CREATE OR REPLACE FUNCTION AUDIENCE.balance_settlements(municipality text, scheme text DEFAULT 'municipal',
    method text DEFAULT 'extent', spread text DEFAULT 'none', money text DEFAULT 'total', filter jsonb DEFAULT '{}', population text DEFAULT NULL,
    include text[] DEFAULT '{}')
RETURNS TABLE (code text, name text, class text, people bigint, projects bigint, weight double precision, amount_cents bigint)
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp SET work_mem = '64MB' SET jit = off AS $$
#variable_conflict use_column
DECLARE
    town bigint := AUDIENCE.balance_town(balance_settlements.municipality);
    scheme_id bigint := AUDIENCE.balance_scheme(town, balance_settlements.scheme);
    set_id bigint := (SELECT s.id FROM population_sets s WHERE s.kind = 'settlements'
                      AND s.id = AUDIENCE.balance_population(town, balance_settlements.scheme, balance_settlements.population));
BEGIN
    IF town IS NULL THEN RETURN; END IF;
    PERFORM AUDIENCE.balance_check('settlement', balance_settlements.method, balance_settlements.spread, balance_settlements.money, balance_settlements.include);
    RETURN QUERY EXECUTE format($q$
    WITH %s
    SELECT s.code, s.name, coalesce(k.class, 'unclassified'), CASE WHEN $3 IS NOT NULL THEN p.people END,
           coalesce(x.projects, 0), coalesce(round(x.weight::numeric / 1000000000000, 9)::double precision, 0), x.cents
    FROM AUDIENCE.balance_people($1, coalesce($3, 0)) p
    JOIN settlements s ON s.id = p.settlement_id
    LEFT JOIN scheme_classes k ON k.scheme_id = $2 AND k.settlement_id = s.id
    LEFT JOIN spot x ON x.key = s.id
    ORDER BY s.name COLLATE "sl-x-icu", s.code COLLATE kraj.natural$q$,
        CASE WHEN AUDIENCE.balance_is_kept(town, NULL, balance_settlements.spread, balance_settlements.filter, balance_settlements.include)
             THEN AUDIENCE.balance_spot_sql(town, balance_settlements.method, balance_settlements.money, balance_settlements.filter)
             ELSE format($q$step AS MATERIALIZED (%s), spot AS MATERIALIZED (  -- a settlement has one class: a project stands in its rows once
        SELECT s.key, sum(CASE WHEN s.project IS NULL THEN s.n ELSE 1 END)::bigint AS projects, sum(s.weight) AS weight, sum(s.cents)::bigint AS cents
        FROM step s GROUP BY s.key
    )$q$, AUDIENCE.balance_step_sql(AUDIENCE.balance_cells_sql(town, 'settlement', NULL, balance_settlements.method, balance_settlements.spread,
                                                             balance_settlements.money, balance_settlements.filter, balance_settlements.include))) END)
    USING town, scheme_id, set_id;
END $$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
