-- Gaps: what is missing, and what contradicts itself. Each is a file of migrations/gaps, from which the functions gap_NAME and the
-- views gaps_NAME are made, after this file and for each audience. Here is what they share.

-- Made anew below: a gap whose file is gone goes.
DO $$
DECLARE g record;
BEGIN
    FOR g IN SELECT * FROM kraj.gaps LOOP
        EXECUTE format('DROP VIEW IF EXISTS kraj.%1$I, kraj_public.%1$I', 'gaps_' || g.name);
        EXECUTE format('DROP FUNCTION IF EXISTS kraj.%1$I, kraj_public.%1$I', 'gap_' || g.name);
    END LOOP;
    DELETE FROM kraj.gaps;
END $$;

DO $make$
DECLARE
    audience text;
    body text := $sql$

-- town_of: the municipality that a code or folded name means; with none, the only one stored.
CREATE OR REPLACE FUNCTION AUDIENCE.town_of(town text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE found_ids bigint[] := ARRAY(SELECT m.id FROM municipalities m WHERE town IS NULL OR m.code = town OR m.slug = kraj.fold(town)
                                    ORDER BY m.code = town DESC LIMIT 2);
BEGIN
    IF cardinality(found_ids) = 1 OR EXISTS (SELECT FROM municipalities m WHERE m.id = found_ids[1] AND m.code = town) THEN
        RETURN found_ids[1];
    END IF;
    RAISE EXCEPTION '%', CASE WHEN cardinality(found_ids) = 0 THEN format('there is no municipality "%s"', town)
                              ELSE 'name one municipality, by its code or folded name' END USING ERRCODE = 'invalid_parameter_value';
END $$;

-- people_of: the people of settlements, each by the preferred set of its municipality; null where unknown.
CREATE OR REPLACE FUNCTION AUDIENCE.people_of(settlement_ids bigint[]) RETURNS TABLE (settlement_id bigint, people bigint)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT b.settlement_id, b.people
    FROM (SELECT DISTINCT s.municipality_id FROM settlements s WHERE s.id = ANY (settlement_ids)) m
    CROSS JOIN LATERAL AUDIENCE.balance_people(m.municipality_id) b WHERE b.settlement_id = ANY (settlement_ids)
$$;

-- project_list: projects as people know them.
CREATE OR REPLACE FUNCTION AUDIENCE.project_list(project_ids bigint[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('municipality', m.slug, 'code', p.code, 'title', p.title) ORDER BY m.slug, p.code COLLATE kraj.natural), '[]')
    FROM projects p JOIN municipalities m ON m.id = p.municipality_id WHERE p.id = ANY (project_ids)
$$;

-- sl_count, sl_number, en_number: figures in sentences. Slovene has four forms: 1 projekt, 2 projekta, 3 projekti, 5 projektov.
CREATE OR REPLACE FUNCTION AUDIENCE.sl_number(value numeric, decimals integer DEFAULT 0) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(to_char(value, 'FM999,999,999,999,990' || CASE WHEN decimals > 0 THEN '.' || repeat('0', decimals) ELSE '' END), ',.', '.,')
$$;
CREATE OR REPLACE FUNCTION AUDIENCE.en_number(value numeric, decimals integer DEFAULT 0) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_char(value, 'FM999,999,999,999,990' || CASE WHEN decimals > 0 THEN '.' || repeat('0', decimals) ELSE '' END)
$$;
CREATE OR REPLACE FUNCTION AUDIENCE.sl_count(n bigint, one text, two text, few text, many text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT sl_number(n) || ' ' || CASE WHEN n % 100 = 1 THEN one WHEN n % 100 = 2 THEN two WHEN n % 100 IN (3, 4) THEN few ELSE many END
$$;
CREATE OR REPLACE FUNCTION AUDIENCE.en_count(n bigint, one text, many text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT en_number(n) || ' ' || CASE WHEN n = 1 THEN one ELSE many END
$$;
-- sl_metres and en_metres: to a tenth of a metre below 100 m, to the metre below 10 km, else in kilometres.
CREATE OR REPLACE FUNCTION AUDIENCE.sl_metres(m double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT CASE WHEN m < 100 THEN sl_number(m::numeric, 1) || ' m' WHEN m < 10000 THEN sl_number(m::numeric) || ' m' ELSE sl_number((m / 1000)::numeric, 1) || ' km' END
$$;
CREATE OR REPLACE FUNCTION AUDIENCE.en_metres(m double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT CASE WHEN m < 100 THEN en_number(m::numeric, 1) || ' m' WHEN m < 10000 THEN en_number(m::numeric) || ' m' ELSE en_number((m / 1000)::numeric, 1) || ' km' END
$$;

-- gap_default: the default of a parameter; one such as "equipped_share()" asks that function.
CREATE OR REPLACE FUNCTION AUDIENCE.gap_default(stated text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
BEGIN
    IF stated ~ '^[a-z_]+\(\)$' THEN
        EXECUTE 'SELECT AUDIENCE.' || stated || '::text' INTO stated;
    END IF;
    RETURN stated;
END $$;

-- gap_call writes the call of a gap with parameters {"pe": 1000}; what the gap does not know is refused.
CREATE OR REPLACE FUNCTION AUDIENCE.gap_call(gap text, parameters jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE
    declared jsonb := (SELECT g.parameters FROM gaps g WHERE g.name = gap);
    unheard text := (SELECT min(k) FROM jsonb_object_keys(gap_call.parameters) k
                     WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(declared) d WHERE d ->> 'name' = k));
    arguments text := '';
    p record;
BEGIN
    IF declared IS NULL THEN
        RAISE EXCEPTION 'there is no gap "%"', gap USING ERRCODE = 'invalid_parameter_value', HINT = 'SELECT name, title_en FROM kraj.gaps;';
    ELSIF unheard IS NOT NULL THEN
        RAISE EXCEPTION 'the gap "%" has no parameter "%"', gap, unheard USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR p IN SELECT d ->> 'name' AS name, d ->> 'type' AS type, gap_call.parameters -> (d ->> 'name') AS value FROM jsonb_array_elements(declared) d
             WHERE gap_call.parameters ? (d ->> 'name') LOOP
        arguments := arguments || CASE p.type
            WHEN 'list' THEN format(', %I => %L::text[]', p.name, ARRAY(SELECT jsonb_array_elements_text(p.value)))
            ELSE format(', %I => %L::%s', p.name, p.value #>> '{}', CASE p.type WHEN 'number' THEN 'double precision' WHEN 'integer' THEN 'bigint' ELSE p.type END) END;
    END LOOP;
    RETURN format('AUDIENCE.%I($1%s)', 'gap_' || gap, arguments);
END $$;

-- open_gap: the rows of a gap, in its own order.
CREATE OR REPLACE FUNCTION AUDIENCE.open_gap(gap text, town text DEFAULT NULL, parameters jsonb DEFAULT '{}')
RETURNS TABLE (layer text, code text, name text, municipality text, state text, figure double precision, unit text, people bigint,
               reason_sl text, reason_en text, projects jsonb, geom geometry)
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT * FROM ' || AUDIENCE.gap_call(gap, parameters) USING town;
END $$;

-- count_gaps: all gaps of a municipality with their default parameters: how many rows, and of how many it is unknown.
CREATE OR REPLACE FUNCTION AUDIENCE.count_gaps(town text DEFAULT NULL) RETURNS TABLE (name text, gaps bigint, unknown bigint)
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE g text;
BEGIN
    FOR g IN SELECT x.name FROM gaps x ORDER BY x.sort, x.name LOOP
        RETURN QUERY EXECUTE format('SELECT %L::text, count(*) FILTER (WHERE r.state = ''gap''), count(*) FILTER (WHERE r.state = ''unknown'') FROM %s r',
                                    g, AUDIENCE.gap_call(g, '{}')) USING town;
    END LOOP;
END $$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
