-- Lists of projects: their order by any column, their rows, and how many there would be behind every value of every filter. Once for
-- each audience, like 73_filter.sql.
DO $make$
DECLARE
    audience text;
    body text := $sql$

-- project_items: projects as lists show them. All at once: what a row needs of many tables is looked up for all of them together.
CREATE OR REPLACE FUNCTION AUDIENCE.project_items(ids bigint[]) RETURNS TABLE (id bigint, item jsonb)
LANGUAGE sql STABLE ROWS 100 AS $$
    WITH wanted AS MATERIALIZED (
        SELECT p.* FROM AUDIENCE.projects p WHERE p.id = ANY (ids)
    ), place AS MATERIALIZED (
        SELECT w.project_id, jsonb_agg(jsonb_build_object('layer', w.layer, 'code', w.code, 'name', w.name) ORDER BY w.sort, w.name COLLATE "sl-x-icu", w.code COLLATE kraj.natural) AS list
        FROM (SELECT DISTINCT tie.project_id, l.sort, l.id AS layer, x.code, x.name
              FROM AUDIENCE.ties tie JOIN AUDIENCE.layers l ON l.id = tie.layer JOIN AUDIENCE.places x ON x.layer = tie.layer AND x.id = tie.place_id
              WHERE tie.project_id = ANY (ids) AND tie.relation <> 'near') w
        GROUP BY w.project_id
    ), money AS MATERIALIZED (
        SELECT x.project_id, sum(x.cents)::bigint AS cents,
               jsonb_agg(jsonb_build_object('source', x.source, 'amount_cents', x.cents) ORDER BY array_position('{own,eu,state,private,other,not_stated}', x.source)) AS list
        FROM (SELECT a.project_id, a.source, sum(a.extent)::bigint AS cents FROM AUDIENCE.atoms a WHERE a.project_id = ANY (ids) GROUP BY 1, 2) x
        GROUP BY x.project_id
    ), box AS MATERIALIZED (
        SELECT s.project_id, public.ST_SetSRID(public.ST_Extent(s.geom)::public.geometry, kraj.srid()) AS geom, bool_or(s.approximate) AS approximate
        FROM AUDIENCE.sites s WHERE s.project_id = ANY (ids) GROUP BY 1
    ), phase AS MATERIALIZED (
        SELECT h.project_id, min(h.starts_on) AS starts, max(h.ends_on) AS ends FROM AUDIENCE.project_phases h WHERE h.project_id = ANY (ids) GROUP BY 1
    )
    SELECT p.id, jsonb_build_object(
        'id', p.id, 'municipality', m.slug, 'code', p.code, 'source_code', p.source_code, 'title', p.title, 'title_en', p.title_en,
        'theme', t.code, 'measure', u.code, 'status', p.status, 'horizon', p.horizon, 'strategic', p.strategic,
        'is_group', NOT p.is_leaf, 'parent', parent.code, 'depth', CASE WHEN p.parent_id IS NULL THEN 0 ELSE (
            WITH RECURSIVE up AS (
                SELECT p.parent_id AS id, 0 AS steps
                UNION ALL
                SELECT q.parent_id, up.steps + 1 FROM up JOIN AUDIENCE.projects q ON q.id = up.id)
            SELECT max(up.steps) FROM up) END,
        'scope', p.scope, 'holder', p.holder, 'participants', p.participants, 'department', p.department, 'responsible', p.responsible,
        'starts', phase.starts, 'ends', phase.ends,
        'amount_cents', CASE WHEN p.is_leaf THEN money.cents ELSE AUDIENCE.project_amount(p.id) END, 'money', coalesce(money.list, '[]'),
        'located', box.geom IS NOT NULL, 'approximate', box.approximate, 'bbox', kraj.bbox84(box.geom), 'places', coalesce(place.list, '[]'))
    FROM wanted p
    JOIN AUDIENCE.municipalities m ON m.id = p.municipality_id
    LEFT JOIN AUDIENCE.themes t ON t.id = p.theme_id
    LEFT JOIN AUDIENCE.measures u ON u.id = p.measure_id
    LEFT JOIN AUDIENCE.projects parent ON parent.id = p.parent_id
    LEFT JOIN place ON place.project_id = p.id
    LEFT JOIN money ON money.project_id = p.id
    LEFT JOIN box ON box.project_id = p.id
    LEFT JOIN phase ON phase.project_id = p.id
$$;

-- sort_keys are the columns by which projects are put in order. Statuses, horizons and scopes come as they follow each other in time,
-- sources by which there are, settlements by the first name; what is missing comes last, up or down.
CREATE OR REPLACE FUNCTION AUDIENCE.sort_keys() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '{code,title,theme,measure,status,horizon,strategic,holder,responsible,department,scope,settlement,source,amount,starts,ends,municipality}'::text[]
$$;

-- sort_sql writes the order of one column over p, a project; joins that it needs are named in project_order.
CREATE OR REPLACE FUNCTION AUDIENCE.sort_sql(key text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE key
        WHEN 'code' THEN 'p.code COLLATE kraj.natural'
        WHEN 'title' THEN 'p.title COLLATE "sl-x-icu"'
        WHEN 'theme' THEN '(SELECT t.code FROM themes t WHERE t.id = p.theme_id) COLLATE kraj.natural'
        WHEN 'measure' THEN '(SELECT u.code FROM measures u WHERE u.id = p.measure_id) COLLATE kraj.natural'
        WHEN 'municipality' THEN '(SELECT m.name FROM municipalities m WHERE m.id = p.municipality_id) COLLATE "sl-x-icu"'
        WHEN 'status' THEN 'nullif(array_position(''{idea,preparation,implementation,realised,not_realised,dropped}''::text[], p.status), 0)'
        WHEN 'horizon' THEN 'array_position(''{2030,2030+2035,2035}''::text[], p.horizon)'
        WHEN 'scope' THEN 'array_position(''{sites,municipality,unplaced}''::text[], p.scope)'
        WHEN 'strategic' THEN '(CASE WHEN p.strategic THEN 1 ELSE 2 END)'
        WHEN 'holder' THEN 'p.holder COLLATE "sl-x-icu"'
        WHEN 'responsible' THEN 'array_position(''{municipality,joint,state,private}''::text[], p.responsible)'
        WHEN 'department' THEN 'p.department COLLATE "sl-x-icu"'
        WHEN 'settlement' THEN 'town.name'
        WHEN 'source' THEN 'nullif(money.sources, 32)'
        WHEN 'amount' THEN 'CASE WHEN p.is_leaf THEN money.cents ELSE AUDIENCE.project_amount(p.id) END'
        WHEN 'starts' THEN 'phase.starts'
        WHEN 'ends' THEN 'phase.ends' END
$$;

-- project_order lists the projects of a filter (see projects_in) in order. sort: columns of sort_keys, each with "-" before it for down;
-- equal ones by municipality and natural code. groups: none, only what is counted; any, groups that fit the filter too; above, what is
-- counted with the groups above it, as a tree needs them.
CREATE OR REPLACE FUNCTION AUDIENCE.project_order(of_municipality bigint, filter jsonb, sort text[], groups text DEFAULT 'none') RETURNS bigint[]
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE
    chosen text := AUDIENCE.projects_in_sql(of_municipality, coalesce(filter, '{}'));
    keys text[] := ARRAY(SELECT ltrim(s, '-') FROM unnest(sort) s);
    orders text[] := ARRAY(SELECT AUDIENCE.sort_sql(ltrim(s, '-')) || CASE WHEN s LIKE '-%' THEN ' DESC' ELSE '' END || ' NULLS LAST' FROM unnest(sort) WITH ORDINALITY x (s, n) ORDER BY n);
    joins text := '';
    found bigint[];
BEGIN
    IF NOT keys <@ AUDIENCE.sort_keys() THEN
        RAISE EXCEPTION 'unknown column to sort by' USING ERRCODE = 'invalid_parameter_value', HINT = 'Known: ' || array_to_string(AUDIENCE.sort_keys(), ', ');
    END IF;
    IF keys && '{amount,source}' THEN  -- one atom of a project carries what all come to
        joins := joins || ' LEFT JOIN (SELECT a.project_id, a.project_cents AS cents, a.sources FROM atoms a WHERE a.first_line AND a.first_row) money ON money.project_id = p.id';
    END IF;
    IF keys && '{starts,ends}' THEN
        joins := joins || ' LEFT JOIN (SELECT h.project_id, min(h.starts_on) AS starts, max(h.ends_on) AS ends FROM project_phases h GROUP BY 1) phase ON phase.project_id = p.id';
    END IF;
    IF keys && '{settlement}' THEN
        joins := joins || ' LEFT JOIN (SELECT tie.project_id, min(x.name COLLATE "sl-x-icu") AS name FROM ties tie JOIN settlements x ON x.id = tie.place_id
            WHERE tie.layer = ''settlements'' AND tie.relation <> ''near'' GROUP BY 1) town ON town.project_id = p.id';
    END IF;
    IF of_municipality IS NULL THEN
        orders := orders || AUDIENCE.sort_sql('municipality') || 'p.municipality_id'::text;
    END IF;
    chosen := CASE groups
        WHEN 'any' THEN chosen
        WHEN 'above' THEN 'WITH RECURSIVE up AS (SELECT p.id, p.parent_id FROM projects p WHERE p.is_leaf AND p.id IN (' || chosen || ')
            UNION SELECT q.id, q.parent_id FROM up JOIN projects q ON q.id = up.parent_id) SELECT up.id FROM up'
        ELSE chosen || ' AND p.is_leaf' END;
    EXECUTE 'SELECT coalesce(array_agg(p.id ORDER BY ' || array_to_string(orders || AUDIENCE.sort_sql('code') || 'p.id'::text, ', ') || '), ''{}'')
        FROM projects p' || joins || ' WHERE p.id IN (' || chosen || ')' INTO found;
    RETURN found;
END $$;

-- facet_set writes the statement of the projects that count when some filters are left out: with what facets group by.
CREATE OR REPLACE FUNCTION AUDIENCE.facet_set(of_municipality bigint, filter jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT 'SELECT p.id, p.theme_id, p.measure_id, p.status, p.horizon, p.strategic, p.holder, p.scope FROM projects p WHERE p.is_leaf AND '
        || substr(chosen, strpos(chosen, ' WHERE ') + 7) FROM AUDIENCE.projects_in_sql(of_municipality, filter) chosen
$$;

-- facet_sql writes the statement that counts the projects s of one set by the values of one filter: key, projects.
CREATE OR REPLACE FUNCTION AUDIENCE.facet_sql(of_municipality bigint, kind text, filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE
    lines text := 'a.first_row';
    w text[];
    word text;
BEGIN
    IF kind IN ('status', 'horizon', 'scope') THEN RETURN format('SELECT s.%I AS key, count(*) AS n FROM %%1$s s GROUP BY 1', kind); END IF;
    IF kind = 'strategic' THEN RETURN 'SELECT s.strategic::text AS key, count(*) AS n FROM %1$s s GROUP BY 1'; END IF;
    IF kind = 'holder' THEN RETURN 'SELECT coalesce(s.holder, ''none'') AS key, count(*) AS n FROM %1$s s GROUP BY 1'; END IF;
    IF kind IN ('theme', 'measure') THEN
        RETURN format('SELECT coalesce(x.code, ''none'') AS key, c.n FROM (SELECT s.%1$I AS id, count(*) AS n FROM %%1$s s GROUP BY 1) c LEFT JOIN %2$I x ON x.id = c.id', kind || '_id', kind || 's');
    END IF;
    IF kind IN ('settlement', 'local_community') THEN
        RETURN format('SELECT x.code AS key, c.n FROM (SELECT tie.place_id, count(DISTINCT tie.project_id) AS n FROM ties tie JOIN %%1$s s ON s.id = tie.project_id
            WHERE tie.layer = %1$L AND tie.relation <> ''near'' GROUP BY 1) c JOIN %2$I x ON x.id = c.place_id AND x.municipality_id = %3$s',
            CASE kind WHEN 'settlement' THEN 'settlements' ELSE 'local_communities' END, CASE kind WHEN 'settlement' THEN 'settlements' ELSE 'local_communities' END, of_municipality);
    END IF;
    IF kind = 'class' THEN
        RETURN format('SELECT coalesce(part.special, c.class, ''unclassified'') AS key, count(DISTINCT part.project_id) AS n FROM weights part JOIN %%1$s s ON s.id = part.project_id
            LEFT JOIN scheme_classes c ON c.settlement_id = part.settlement_id AND c.scheme_id = %1$s WHERE part.extent > 0 GROUP BY 1',
            coalesce(AUDIENCE.balance_scheme(of_municipality, coalesce(filter ->> 'scheme', 'municipal')), -1));
    END IF;
    IF kind = 'eligible' THEN
        RETURN format('SELECT e.mechanism || '':'' || e.state AS key, count(DISTINCT e.project_id) AS n FROM AUDIENCE.eligibility_states(%s) e JOIN %%1$s s ON s.id = e.project_id GROUP BY 1', of_municipality);
    END IF;
    -- One line has to fit all that is said of lines: see projects_in_sql.
    FOREACH word IN ARRAY '{source,mechanism,year}'::text[] LOOP
        w := CASE WHEN word <> kind THEN AUDIENCE.filter_words(filter, word) END;
        IF w IS NOT NULL THEN lines := lines || format(' AND coalesce(a.%I::text, ''none'') = ANY (%L)', word, w); END IF;
    END LOOP;
    RETURN format('SELECT coalesce(a.%I::text, ''none'') AS key, count(DISTINCT a.project_id) AS n FROM atoms a JOIN %%1$s s ON s.id = a.project_id WHERE %s GROUP BY 1', kind, replace(lines, '%', '%%'));
END $$;

-- facets counts, for every value of every filter, the projects that there would be with this value in its filter's place and the other
-- filters as they are; beside it what the filter itself selects: projects, their money, how many have no amount. One statement: the
-- sets that several counts need are made once.
CREATE OR REPLACE FUNCTION AUDIENCE.facets(of_municipality bigint, filter jsonb, kinds text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE
    lines text[] := '{source,mechanism,year}';
    sets text := 'all_set AS MATERIALIZED (' || AUDIENCE.facet_set(of_municipality, filter) || ')';
    counts text[] := '{}';
    kind text;
    own text;
    answer jsonb;
BEGIN
    FOREACH kind IN ARRAY kinds LOOP
        own := 'all_set';
        IF kind = ANY (lines) AND filter ?| lines THEN
            own := 'line_set';
            IF strpos(sets, 'line_set') = 0 THEN sets := sets || ', line_set AS MATERIALIZED (' || AUDIENCE.facet_set(of_municipality, filter - lines) || ')'; END IF;
        ELSIF filter ? kind THEN
            own := kind || '_set';
            sets := sets || format(', %I AS MATERIALIZED (', own) || AUDIENCE.facet_set(of_municipality, filter - kind) || ')';
        END IF;
        counts := counts || format('SELECT %L::text AS kind, c.key, c.n FROM (%s) c', kind, format(AUDIENCE.facet_sql(of_municipality, kind, filter), quote_ident(own)));
    END LOOP;
    sets := sets || ', money_set AS MATERIALIZED (' || CASE WHEN filter ?| '{min_cents,max_cents}' THEN AUDIENCE.facet_set(of_municipality, filter - '{min_cents,max_cents}'::text[])
        ELSE 'SELECT * FROM all_set' END || ')';
    EXECUTE 'WITH ' || sets || ', money AS MATERIALIZED (SELECT a.project_id, a.project_cents AS cents FROM atoms a JOIN money_set s ON s.id = a.project_id WHERE a.first_line AND a.first_row)
        SELECT jsonb_build_object(
            ''projects'', (SELECT count(*) FROM all_set),
            ''amount_cents'', (SELECT sum(m.cents) FROM money m JOIN all_set s ON s.id = m.project_id),
            ''without_amount'', (SELECT count(*) FROM all_set s WHERE NOT EXISTS (SELECT FROM money m WHERE m.project_id = s.id AND m.cents IS NOT NULL)),
            ''all_projects'', (SELECT count(*) FROM projects p WHERE p.is_leaf AND p.municipality_id = ' || of_municipality || '),
            ''least_cents'', (SELECT min(m.cents) FROM money m), ''most_cents'', (SELECT max(m.cents) FROM money m),
            ''counts'', (SELECT coalesce(jsonb_agg(jsonb_build_array(f.kind, f.key, f.n)), ''[]'') FROM (' || array_to_string(counts, ' UNION ALL ') || ') f))' INTO answer;
    RETURN answer;
END $$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
