-- The balance: sums of atoms. Each function exists twice, word for word: in kraj for planners, in kraj_public for the public, reading
-- the relations of its own schema. QGIS and BI tools may call them:  SELECT * FROM kraj.balance('kranj', 'theme');
-- Names of groups of fixed vocabularies (status, source …) are the caller's business; everything that adds up is done here.
DO $make$
DECLARE
    audience text;
    old text;
    body text := $sql$

-- balance_scheme: the scheme a code means for a municipality: its own before a country's, the current version unless code@version.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_scheme(of_municipality bigint, scheme text) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$  -- not SQL: its plan is kept for the session
BEGIN
    RETURN (SELECT s.id FROM AUDIENCE.schemes s
        WHERE (s.municipality_id = of_municipality OR s.municipality_id IS NULL) AND s.code = split_part(scheme, '@', 1)
          AND CASE WHEN scheme LIKE '%@%' THEN s.version::text = split_part(scheme, '@', 2) ELSE s.current END
        ORDER BY s.municipality_id NULLS LAST LIMIT 1);
END $$;

-- balance_population: the one set of people of a balance: the named one, else the preferred; totals printed for the scheme's classes
-- before sums over settlements, the municipality's own before a country's, the newest first.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_population(of_municipality bigint, scheme text, population text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT s.id FROM AUDIENCE.population_sets s
        WHERE (s.municipality_id = of_municipality OR s.municipality_id IS NULL)
          AND (s.kind = 'settlements' OR s.scheme = split_part(balance_population.scheme, '@', 1))
          AND (balance_population.population IS NULL OR s.code = balance_population.population)
        ORDER BY s.preferred DESC, s.kind = 'classes' DESC, s.municipality_id NULLS LAST, s.source_date DESC, s.id DESC LIMIT 1);
END $$;

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

-- proposed_projects: the projects that lie nowhere by geometry or a planner's weights and for which the words propose settlements.
CREATE OR REPLACE FUNCTION AUDIENCE.proposed_projects(of_municipality bigint, method text) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT ARRAY(SELECT DISTINCT p.id FROM place_proposals s JOIN projects p ON p.id = s.project_id
        WHERE s.layer = 'settlements' AND p.municipality_id = of_municipality AND p.is_leaf AND p.scope <> 'municipality'
          AND NOT EXISTS (SELECT FROM extents e WHERE e.project_id = p.id)
          AND NOT EXISTS (SELECT FROM project_weights w WHERE w.project_id = p.id)
          AND (method <> 'served' OR NOT EXISTS (SELECT FROM ties t WHERE t.project_id = p.id AND t.relation = 'serves' AND t.layer = 'settlements')))
$$;

-- balance_where writes the conditions of a filter on what sums and atoms carry of the project. Words are those of kraj.project_words; what
-- else they do not carry (places) is asked of the one filter of projects.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_where(of_municipality bigint, filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    conditions text := format('a.municipality_id = %s', of_municipality);
    word text;
    w text[];
    others jsonb := '{}';
BEGIN
    IF filter = '{}' THEN RETURN conditions; END IF;
    FOREACH word IN ARRAY '{status,horizon,scope}'::text[] LOOP
        w := AUDIENCE.filter_words(filter, word);
        IF w IS NOT NULL THEN conditions := conditions || format(' AND a.%I = ANY (%L)', word, w); END IF;
    END LOOP;
    w := AUDIENCE.filter_words(filter, 'theme');
    IF w IS NOT NULL THEN
        conditions := conditions || format(CASE WHEN 'none' = ANY (w) THEN ' AND (a.theme_id = ANY (%1$L) OR a.theme_id IS NULL)' ELSE ' AND a.theme_id = ANY (%1$L)' END,
            ARRAY(SELECT t.id FROM AUDIENCE.themes t WHERE t.municipality_id = of_municipality AND t.code = ANY (w)));
    END IF;
    w := AUDIENCE.filter_words(filter, 'measure');
    IF w IS NOT NULL THEN
        conditions := conditions || format(CASE WHEN 'none' = ANY (w) THEN ' AND (a.measure_id = ANY (%1$L) OR a.measure_id IS NULL)' ELSE ' AND a.measure_id = ANY (%1$L)' END,
            ARRAY(SELECT m.id FROM AUDIENCE.measures m WHERE m.municipality_id = of_municipality AND m.code = ANY (w)));
    END IF;
    w := AUDIENCE.filter_words(filter, 'holder');
    IF w IS NOT NULL THEN
        conditions := conditions || format(CASE WHEN 'none' = ANY (w) THEN ' AND (a.holder = ANY (%1$L) OR a.holder IS NULL)' ELSE ' AND a.holder = ANY (%1$L)' END, w);
    END IF;
    IF filter ->> 'strategic' IS NOT NULL THEN conditions := conditions || format(' AND a.strategic = %L', filter ->> 'strategic'); END IF;
    IF filter ->> 'min_cents' IS NOT NULL THEN conditions := conditions || format(' AND a.project_cents >= %L', (filter ->> 'min_cents')::bigint); END IF;
    IF filter ->> 'max_cents' IS NOT NULL THEN conditions := conditions || format(' AND a.project_cents <= %L', (filter ->> 'max_cents')::bigint); END IF;
    SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') INTO others FROM jsonb_each(filter) e WHERE e.key <> ALL (
        '{status,horizon,scope,theme,measure,holder,strategic,min_cents,max_cents,settlement,class,scheme,local_community,source,mechanism,year}');
    IF btrim(others ->> 'q') <> '' THEN
        conditions := conditions || format(' AND a.project_id IN (SELECT w.project_id FROM project_words w WHERE w.municipality_id = %s AND %s)', of_municipality,
            AUDIENCE.words_sql('w', others ->> 'q'));
    END IF;
    others := others - 'q';
    IF others <> '{}' THEN
        conditions := conditions || format(' AND a.project_id IN (%s)', AUDIENCE.projects_in_sql(of_municipality, others));
    END IF;
    RETURN conditions;
END $$;

-- balance_rows writes the conditions on rows: the parts in some settlements, classes, communities.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_rows(of_municipality bigint, filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE
    conditions text := 'a.parts > 0';
    w text[];
BEGIN
    w := AUDIENCE.filter_words(filter, 'settlement');
    IF w IS NOT NULL THEN
        conditions := conditions || format(' AND a.settlement_id = ANY (%L)', ARRAY(
            SELECT s.id FROM settlements s WHERE s.municipality_id = of_municipality
              AND (s.code = ANY (w) OR s.surs_code = ANY (w) OR kraj.fold(s.name) IN (SELECT kraj.fold(v) FROM unnest(w) v))));
    END IF;
    w := AUDIENCE.filter_words(filter, 'local_community');
    IF w IS NOT NULL THEN
        conditions := conditions || format(' AND a.special IS NULL AND coalesce(a.community_id, k.sole_id) = ANY (%L)', ARRAY(
            SELECT c.id FROM local_communities c WHERE c.municipality_id = of_municipality
              AND (c.code = ANY (w) OR kraj.fold(c.name) IN (SELECT kraj.fold(v) FROM unnest(w) v))));
    END IF;
    w := AUDIENCE.filter_words(filter, 'class');
    IF w IS NOT NULL THEN conditions := conditions || format(' AND coalesce(a.special, k.class, ''unclassified'') = ANY (%L)', w); END IF;
    RETURN conditions;
END $$;

-- balance_spread writes the rows of projects with a municipality-wide part when that is divided over the settlements by people;
-- balance_proposed those of projects whose proposed settlements count as if confirmed: by people with the method population, else
-- equally. Both by largest remainder, in parts of 10¹².
CREATE OR REPLACE FUNCTION AUDIENCE.balance_spread(of_municipality bigint, method text) RETURNS text
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT format($q$
        SELECT x.project_id, x.settlement_id, x.special, sum(x.parts)::bigint AS parts
        FROM (
            SELECT a.project_id, a.settlement_id, a.special, a.%2$I AS parts FROM sums a
            WHERE a.project_id IN (SELECT w.project_id FROM sums w WHERE w.municipality_id = %1$s AND w.special = 'municipality_wide' AND w.%2$I > 0)
              AND a.special IS DISTINCT FROM 'municipality_wide' AND a.%2$I > 0
            UNION ALL
            SELECT w.project_id, p.settlement_id, NULL, p.parts FROM sums w JOIN (
                SELECT f.whole, f.settlement_id, (f.parts + (row_number() OVER (PARTITION BY f.whole ORDER BY f.remainder DESC, f.code COLLATE kraj.natural, f.settlement_id)
                           <= f.whole - sum(f.parts) OVER (PARTITION BY f.whole))::int)::bigint AS parts
                FROM (SELECT w.whole, p.settlement_id, p.code, div(w.whole::numeric * p.people, p.total) AS parts, mod(w.whole::numeric * p.people, p.total) AS remainder
                      FROM (SELECT DISTINCT w.%2$I AS whole FROM sums w WHERE w.municipality_id = %1$s AND w.special = 'municipality_wide' AND w.%2$I > 0) w
                      CROSS JOIN (SELECT p.*, sum(p.people) OVER () AS total FROM AUDIENCE.balance_people(%1$s) p WHERE p.people > 0) p) f
            ) p ON p.whole = w.%2$I
            WHERE w.municipality_id = %1$s AND w.special = 'municipality_wide' AND w.%2$I > 0 AND p.parts > 0
        ) x GROUP BY x.project_id, x.settlement_id, x.special$q$, of_municipality, method)
$$;
CREATE OR REPLACE FUNCTION AUDIENCE.balance_proposed(of_municipality bigint, method text, projects bigint[]) RETURNS text
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT format($q$
        SELECT f.project_id, f.settlement_id, f.special, (f.parts + (row_number() OVER (PARTITION BY f.project_id ORDER BY f.remainder DESC, f.special NULLS FIRST, f.code COLLATE kraj.natural, f.settlement_id)
                   <= 1000000000000 - sum(f.parts) OVER (PARTITION BY f.project_id))::int)::bigint AS parts
        FROM (
            SELECT c.project_id, c.settlement_id, c.special, c.code, div(1000000000000::numeric * c.claim, sum(c.claim) OVER own) AS parts,
                   mod(1000000000000::numeric * c.claim, sum(c.claim) OVER own) AS remainder
            FROM (
                SELECT r.project_id, r.settlement_id, r.special, r.code,
                       CASE WHEN %2$L = 'population' AND sum(r.people) OVER (PARTITION BY r.project_id) > 0 THEN coalesce(r.people, 0) ELSE r.places END AS claim
                FROM (
                    SELECT n.project_id, CASE WHEN s.municipality_id = %1$s THEN s.id END AS settlement_id, CASE WHEN s.municipality_id = %1$s THEN NULL ELSE 'outside' END AS special,
                           min(s.code) AS code, count(*) AS places, sum((SELECT p.people FROM AUDIENCE.balance_people(s.municipality_id) p WHERE p.settlement_id = s.id)) AS people
                    FROM (SELECT q.project_id, q.place_id FROM place_proposals q WHERE q.layer = 'settlements' AND q.project_id = ANY (%3$L)
                          UNION SELECT t.project_id, t.place_id FROM ties t WHERE t.layer = 'settlements' AND t.relation IN ('manual', 'named') AND t.project_id = ANY (%3$L)) n
                    JOIN settlements s ON s.id = n.place_id
                    GROUP BY 1, 2, 3
                ) r
            ) c WHERE c.claim > 0
            WINDOW own AS (PARTITION BY c.project_id)
        ) f$q$, of_municipality, method, projects)
$$;

-- balance_divided writes the atoms of projects as they are when the projects divide over the given rows instead of the stored ones.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_divided(rows text, conditions text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT format($q$
        (WITH part AS MATERIALIZED (
            SELECT x.*, coalesce(x.settlement_id, CASE x.special WHEN 'outside' THEN -1 WHEN 'municipality_wide' THEN -2 ELSE -3 END) AS row_key,
                   count(*) OVER own AS rows, row_number() OVER (own ORDER BY x.settlement_id) = 1 AS first_row
            FROM (%1$s) x WHERE x.parts > 0 WINDOW own AS (PARTITION BY x.project_id)
        ), divided AS (
            SELECT a.*, r.settlement_id AS to_settlement, r.special AS to_special, r.row_key AS to_row, r.parts AS to_parts, r.rows AS to_rows, r.first_row AS to_first,
                   div(a.line_cents::numeric * r.parts, 1000000000000) AS share, mod(a.line_cents::numeric * r.parts, 1000000000000) AS remainder
            FROM atoms a JOIN part r ON r.project_id = a.project_id WHERE a.first_row AND %2$s
        ), ranked AS (
            SELECT d.*, sum(d.share) OVER line AS shares, row_number() OVER (line ORDER BY d.remainder DESC,
                       array_position('{outside,municipality_wide,unplaced}', d.to_special) NULLS FIRST, s.code COLLATE kraj.natural, s.id) AS rank
            FROM divided d LEFT JOIN settlements s ON s.id = d.to_settlement
            WINDOW line AS (PARTITION BY d.project_id, d.funding_id)
        )
        SELECT r.municipality_id, r.project_id, r.to_settlement AS settlement_id, NULL::bigint AS community_id, r.to_row AS row_key, r.to_parts AS parts, r.line_cents,
               (r.share + (r.rank <= r.line_cents - r.shares)::int)::bigint AS cents, r.line_share, r.lines, r.to_rows::int AS rows, r.first_line,
               r.to_first AS first_row, r.sources, r.year, r.source, r.mechanism, r.to_special AS special, r.project_cents, r.theme_id, r.measure_id,
               r.status, r.horizon, r.holder
        FROM ranked r)$q$, rows, conditions)
$$;

-- balance_key writes a row's group, as the tables keep it; balance_keys the statement that turns it into the code that people know. Groups
-- that are no rows of a table are those of the relation of_rows.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_key(by text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE by WHEN 'theme' THEN 'a.theme_id' WHEN 'measure' THEN 'a.measure_id' WHEN 'settlement' THEN 'a.row_key'
        WHEN 'local_community' THEN 'CASE WHEN a.special IS NULL THEN coalesce(a.community_id, k.sole_id) ELSE a.row_key END'
        WHEN 'status' THEN 'a.status' WHEN 'horizon' THEN 'a.horizon' WHEN 'holder' THEN 'a.holder'
        WHEN 'mechanism' THEN 'a.mechanism' WHEN 'source' THEN 'a.source' WHEN 'year' THEN 'a.year' ELSE 'NULL::bigint' END
$$;
CREATE OR REPLACE FUNCTION AUDIENCE.balance_keys(of_municipality bigint, by text, of_rows text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN by IN ('theme', 'measure') THEN format('SELECT x.id AS key, x.code FROM %I x WHERE x.municipality_id = %s', by || 's', of_municipality)
        WHEN by IN ('settlement', 'local_community') THEN format('SELECT x.id AS key, x.code FROM %I x UNION ALL VALUES (-1, ''outside''), (-2, ''municipality_wide''), (-3, ''unplaced'')',
            CASE by WHEN 'settlement' THEN 'settlements' ELSE 'local_communities' END)
        ELSE format('SELECT DISTINCT s.key, s.key::text AS code FROM %I s', of_rows) END
$$;

-- balance_cells_sql writes the statement whose rows every figure is summed from. Where all lines of the chosen money count and the group
-- is no property of a line, they are the kept sums, a row a project and place; else the atoms. weight is in parts of 10¹². alone: the
-- project has no other row and need not be told apart.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_cells_sql(of_municipality bigint, by text, scheme_id bigint, method text, spread text, money text,
    filter jsonb, include text[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE
    conditions text := AUDIENCE.balance_where(of_municipality, filter);
    rows text := AUDIENCE.balance_rows(of_municipality, filter);
    key text := AUDIENCE.balance_key(by);
    by_line boolean := by IN ('source', 'mechanism', 'year');
    narrowed boolean := filter ?| '{source,mechanism,year}';
    carried text := 'a.municipality_id, a.project_id, a.settlement_id, a.community_id, a.row_key, a.w_' || method || ' AS parts, a.line_cents, a.' || method
        || ' AS cents, a.line_share, a.lines, a.rows, a.first_line, a.first_row, a.sources, a.year, a.source, a.mechanism, a.special, a.project_cents, a.theme_id, a.measure_id, a.status, a.horizon, a.holder';
    stays text := '';   -- the projects that stand in the kept rows
    moved text[] := '{}';  -- those that divide otherwise in this question
    proposed bigint[];
    picked text;
BEGIN
    IF spread = 'population' AND EXISTS (SELECT FROM AUDIENCE.balance_people(of_municipality) p WHERE p.people > 0) THEN
        stays := stays || format(' AND a.project_id NOT IN (SELECT w.project_id FROM sums w WHERE w.municipality_id = %s AND w.special = ''municipality_wide'' AND w.%I > 0)', of_municipality, method);
        moved := moved || AUDIENCE.balance_divided(AUDIENCE.balance_spread(of_municipality, method), conditions);
    END IF;
    IF 'proposed' = ANY (include) THEN
        proposed := AUDIENCE.proposed_projects(of_municipality, method);
        stays := stays || format(' AND a.project_id <> ALL (%L)', proposed);
        moved := moved || AUDIENCE.balance_divided(AUDIENCE.balance_proposed(of_municipality, method, proposed), conditions);
    END IF;
    IF by_line OR narrowed THEN
        moved := moved || format('SELECT %s FROM atoms a WHERE %s%s', carried, conditions, stays);
    END IF;
    IF cardinality(moved) > 0 THEN
        picked := AUDIENCE.balance_lines_sql(array_to_string(moved, ' UNION ALL '), key, AUDIENCE.balance_joins(of_municipality, by, scheme_id, filter), rows, money, filter);
        IF by_line OR narrowed THEN RETURN picked; END IF;
    END IF;
    RETURN format('SELECT %s AS key, coalesce(a.special, k.class, ''unclassified'') AS class, a.project_id, a.rows = 1 AS alone, a.settlement_id, a.community_id, a.special, a.parts,
            a.parts AS weight, a.cents
        FROM (SELECT a.*, a.%I AS parts, a.%I AS cents FROM sums a WHERE %s%s) a%s WHERE %s', key, method, money || '_' || method, conditions, stays,
        AUDIENCE.balance_joins(of_municipality, by, scheme_id, filter), rows) || coalesce(' UNION ALL ' || picked, '');
END $$;

-- balance_joins writes what rows are joined with: the class of their settlement, and the one community it belongs to (sole_id).
CREATE OR REPLACE FUNCTION AUDIENCE.balance_joins(of_municipality bigint, by text, scheme_id bigint, filter jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN by = 'local_community' OR filter ? 'local_community' THEN format(' LEFT JOIN (
            SELECT s.id AS settlement_id, c.class, m.sole_id
            FROM settlements s LEFT JOIN scheme_classes c ON c.scheme_id = %s AND c.settlement_id = s.id
            LEFT JOIN (SELECT x.settlement_id, min(x.community_id) AS sole_id FROM settlement_communities x WHERE x.share >= 0.99 GROUP BY 1) m ON m.settlement_id = s.id
            WHERE s.municipality_id = %s OFFSET 0) k ON k.settlement_id = a.settlement_id', coalesce(scheme_id, 0), of_municipality)  -- one join of all rows, not two
        WHEN scheme_id IS NULL THEN ' CROSS JOIN (SELECT NULL::text AS class) k'
        ELSE format(' LEFT JOIN scheme_classes k ON k.scheme_id = %s AND k.settlement_id = a.settlement_id', scheme_id) END
$$;

-- balance_lines_sql narrows atoms to the chosen money and to the lines of the filter. A project without a line of that money stands with
-- its first line, which then says nothing: 0 where all of its money is known to come from elsewhere. The project's count of one is
-- divided over the lines that are left by cents, equally where none are stated.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_lines_sql(atoms text, key text, joins text, rows text, money text, filter jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    lines text := 'true';
    w text[];
BEGIN
    IF money <> 'total' THEN
        atoms := format('SELECT a.municipality_id, a.project_id, a.settlement_id, a.community_id, a.row_key, a.parts, a.special, a.rows, a.lines, a.line_share, a.first_row, a.theme_id, a.measure_id, a.status, a.horizon, a.holder,
                CASE WHEN a.source = %1$L THEN a.line_cents ELSE z.nothing END AS line_cents, CASE WHEN a.source = %1$L THEN a.cents ELSE z.nothing END AS cents,
                CASE WHEN a.source = %1$L THEN a.year END AS year, CASE WHEN a.source = %1$L THEN a.source ELSE ''not_stated'' END AS source, CASE WHEN a.source = %1$L THEN a.mechanism END AS mechanism
            FROM (%3$s) a CROSS JOIN LATERAL (SELECT CASE WHEN a.project_cents IS NOT NULL AND a.sources & 32 = 0 THEN 0::bigint END AS nothing) z
            WHERE a.source = %1$L OR a.sources & %2$s = 0 AND a.first_line', money, CASE money WHEN 'own' THEN 1 WHEN 'eu' THEN 2 WHEN 'state' THEN 4 ELSE 8 END, atoms);
    END IF;
    w := AUDIENCE.filter_words(filter, 'source');
    IF w IS NOT NULL THEN lines := lines || format(' AND a.source = ANY (%L)', w); END IF;
    w := AUDIENCE.filter_words(filter, 'mechanism');
    IF w IS NOT NULL THEN lines := lines || format(' AND coalesce(a.mechanism, ''none'') = ANY (%L)', w); END IF;
    w := AUDIENCE.filter_words(filter, 'year');
    IF w IS NOT NULL THEN lines := lines || format(' AND coalesce(a.year::text, ''none'') = ANY (%L)', w); END IF;
    IF money = 'total' AND lines = 'true' THEN
        RETURN format('SELECT %s AS key, coalesce(a.special, k.class, ''unclassified'') AS class, a.project_id, a.rows = 1 AND a.lines = 1 AS alone, a.settlement_id, a.community_id, a.special,
                a.parts, a.parts * a.line_share AS weight, a.cents FROM (%s) a%s WHERE %s', key, atoms, joins, rows);
    END IF;
    RETURN format('(WITH picked AS MATERIALIZED (SELECT * FROM (%2$s) a WHERE %5$s)
            SELECT %1$s AS key, coalesce(a.special, k.class, ''unclassified'') AS class, a.project_id, a.rows = 1 AND t.n IS NULL AS alone, a.settlement_id, a.community_id, a.special, a.parts,
                a.parts * CASE WHEN t.n IS NULL THEN 1::double precision WHEN t.sum > 0 THEN coalesce(a.line_cents, 0) / t.sum ELSE 1.0 / t.n END AS weight, a.cents
            FROM picked a LEFT JOIN (SELECT p.project_id, count(*)::double precision AS n, sum(p.line_cents)::double precision AS sum
                                     FROM picked p WHERE p.first_row GROUP BY p.project_id HAVING count(*) > 1) t ON t.project_id = a.project_id%3$s
            WHERE %4$s)', key, atoms, joins, rows, lines);
END $$;
$sql$;
BEGIN
    -- The public's views are made by a later file.
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', audience);
        FOR old IN SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = audience::regnamespace AND p.proname = ANY (  -- of earlier versions
            '{balance_projects_in,balance_weights,balance_lines,balance_cells,balance_grouped,balance_communities,balance_keys,balance_joins}') LOOP
            EXECUTE 'DROP FUNCTION ' || old;
        END LOOP;
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
