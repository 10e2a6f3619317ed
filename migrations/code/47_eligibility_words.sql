-- Eligibility in words: what people, QGIS and BI tools ask. Like 46_eligibility.sql, once for each audience.
--   SELECT * FROM kraj.eligibility('kranj');   SELECT * FROM kraj.eligibility('kranj', '2.3/1', 2025);
DO $make$
DECLARE
    audience text;
    body text := $sql$

-- percent_words: parts of 10¹² as a percentage with one decimal; what is not all is never "100", what is not nothing never "0".
CREATE OR REPLACE FUNCTION AUDIENCE.percent_words(parts bigint, lang text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE lang WHEN 'sl' THEN replace(x.text, '.', ',') || E'\u00a0%' ELSE x.text || '%' END
    FROM (SELECT trim_scale(CASE WHEN parts IN (0, 1000000000000) THEN parts / 10000000000.0
        ELSE least(greatest(round(parts / 10000000000.0, 1), 0.1), 99.9) END)::text AS text) x
$$;

-- period_words: the years of a list; null where the source states none.
CREATE OR REPLACE FUNCTION AUDIENCE.period_words(period_from integer, period_to integer, lang text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN period_from = period_to THEN period_from::text
        WHEN num_nulls(period_from, period_to) = 0 THEN period_from || '–' || period_to
        WHEN period_from IS NOT NULL THEN CASE lang WHEN 'sl' THEN 'od ' ELSE 'from ' END || period_from
        WHEN period_to IS NOT NULL THEN CASE lang WHEN 'sl' THEN 'do ' ELSE 'until ' END || period_to END
$$;

-- eligibility_sentence says why, in Slovene or English.
CREATE OR REPLACE FUNCTION AUDIENCE.eligibility_sentence(lang text, state text, cause text, inside bigint, conditional bigint, outside bigint,
    whole boolean, condition text, on_year integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = AUDIENCE, pg_catalog, pg_temp AS $$
    SELECT CASE lang WHEN 'sl' THEN CASE
        WHEN state = 'eligible' AND whole THEN 'Upravičeno je celotno območje občine.'
        WHEN state = 'eligible' THEN 'Projekt leži v območju s seznama.'
        WHEN state = 'conditional' THEN 'Upravičeno s pisno utemeljitvijo' || coalesce(', ki izkaže ' || condition, '')
            || CASE WHEN cause = 'municipality_wide' THEN ': projekt velja za vso občino.' WHEN inside > 0 THEN ': v območju s seznama leži ' || AUDIENCE.percent_words(inside, 'sl') || ' projekta, preostalo drugje v občini.'
                    WHEN inside IS NULL OR whole THEN '.' ELSE ': projekt leži v občini, a zunaj območja s seznama.' END
        WHEN state = 'partly' AND cause = 'municipality_wide' THEN 'Projekt velja za vso občino, seznam pa zajema le njen del.'
        WHEN state = 'partly' THEN 'V območju s seznama leži ' || AUDIENCE.percent_words(inside + conditional, 'sl') || ' projekta, zunaj njega '
            || AUDIENCE.percent_words(outside, 'sl') || CASE WHEN conditional > 0 THEN '; ' || AUDIENCE.percent_words(conditional, 'sl')
            || ' s pisno utemeljitvijo' || coalesce(', ki izkaže ' || condition, '') ELSE '' END || '.'
        WHEN state = 'not_eligible' THEN 'Projekt leži zunaj območja s seznama.'
        ELSE 'Ni podatka: ' || CASE cause
            WHEN 'no_list' THEN 'seznam območij za to občino ni naložen.'
            WHEN 'no_list_for_year' THEN 'noben naložen seznam ne velja za leto ' || on_year || '.'
            WHEN 'period_not_stated' THEN 'vir seznama ne navaja obdobja, zato ni znano, ali velja za leto ' || on_year || '.'
            WHEN 'empty_list' THEN 'na seznamu ni nobenega kraja te občine.'
            WHEN 'unplaced' THEN 'projekt ni umeščen v prostor.'
            WHEN 'no_community' THEN 'ni znano, v kateri krajevni skupnosti s seznama leži projekt.'
            WHEN 'uncovered' THEN 'projekt ne leži v nobenem od naloženih naselij, njihove meje pa niso popolne.'
            WHEN 'beyond' THEN 'projekt leži tudi zunaj občine, za tisti del seznam ni znan.'
            ELSE 'seznam ni popoln in kraja projekta ne navaja.' END END
    ELSE CASE
        WHEN state = 'eligible' AND whole THEN 'The whole municipality is eligible.'
        WHEN state = 'eligible' THEN 'The project lies in the listed area.'
        WHEN state = 'conditional' THEN 'Eligible with a written justification' || coalesce(' that shows ' || condition, '')
            || CASE WHEN cause = 'municipality_wide' THEN ': the project is about the whole municipality.' WHEN inside > 0 THEN ': ' || AUDIENCE.percent_words(inside, 'en') || ' of the project lies in the listed area, the rest elsewhere in the municipality.'
                    WHEN inside IS NULL OR whole THEN '.' ELSE ': the project lies in the municipality, but outside the listed area.' END
        WHEN state = 'partly' AND cause = 'municipality_wide' THEN 'The project is about the whole municipality, the list takes in only a part of it.'
        WHEN state = 'partly' THEN AUDIENCE.percent_words(inside + conditional, 'en') || ' of the project lies in the listed area, '
            || AUDIENCE.percent_words(outside, 'en') || ' outside it' || CASE WHEN conditional > 0 THEN '; ' || AUDIENCE.percent_words(conditional, 'en')
            || ' with a written justification' || coalesce(' that shows ' || condition, '') ELSE '' END || '.'
        WHEN state = 'not_eligible' THEN 'The project lies outside the listed area.'
        ELSE 'No data: ' || CASE cause
            WHEN 'no_list' THEN 'no territory list is loaded for this municipality.'
            WHEN 'no_list_for_year' THEN 'no loaded list is valid for ' || on_year || '.'
            WHEN 'period_not_stated' THEN 'the list''s source states no period, so it is not known whether it is valid for ' || on_year || '.'
            WHEN 'empty_list' THEN 'the list names no place of this municipality.'
            WHEN 'unplaced' THEN 'the project has no place yet.'
            WHEN 'no_community' THEN 'it is not known in which listed local community the project lies.'
            WHEN 'uncovered' THEN 'the project lies in none of the loaded settlements, whose boundaries are not complete.'
            WHEN 'beyond' THEN 'the project lies beyond the municipality as well, and no list is known for that part.'
            ELSE 'the list is not complete and does not name the project''s place.' END END END
$$;

-- eligibility_rows: the answer with everything that a reader needs to check it. Groups have no rows: they are shown, never counted.
CREATE OR REPLACE FUNCTION AUDIENCE.eligibility_rows(of_municipality bigint, project_ids bigint[] DEFAULT NULL, on_year integer DEFAULT NULL)
RETURNS TABLE (project_id bigint, mechanism text, mechanism_sl text, mechanism_en text, state text, cause text, reason_sl text, reason_en text,
               inside bigint, conditional bigint, outside bigint, unknown bigint,
               list text, fund text, period_from integer, period_to integer, rule text, source text, source_ref text, source_url text, note_sl text, note_en text)
LANGUAGE sql STABLE ROWS 100000 SET search_path = AUDIENCE, public, pg_temp SET jit = off AS $$
    SELECT e.project_id, e.mechanism, m.name_sl, m.name_en, e.state, e.cause,
           AUDIENCE.eligibility_sentence('sl', e.state, e.cause, e.inside, e.conditional, e.outside, l.rule = 'whole_municipality', l.condition_sl, on_year),
           AUDIENCE.eligibility_sentence('en', e.state, e.cause, e.inside, e.conditional, e.outside, l.rule = 'whole_municipality', l.condition_en, on_year),
           e.inside, e.conditional, e.outside, e.unknown,
           l.code, l.fund, l.period_from, l.period_to, l.rule, l.source, l.source_ref, l.source_url, l.note_sl, l.note_en
    FROM AUDIENCE.eligibility_states(of_municipality, project_ids, on_year) e
    JOIN mechanisms m ON m.code = e.mechanism
    LEFT JOIN mechanism_lists l ON l.id = e.list_id
$$;

-- eligibility_warnings: money entered that does not fit a mechanism's territory or period. A line is silent as long as any list that
-- could be its own says yes, or says nothing.
--   period         no loaded list is valid for the line's year       outside        the project lies outside the listed area
--   partly         only a part of it lies inside                     justification  it needs a written justification
CREATE OR REPLACE FUNCTION AUDIENCE.eligibility_warnings(of_municipality bigint, project_ids bigint[] DEFAULT NULL)
RETURNS TABLE (project_id bigint, funding_id bigint, mechanism text, year integer, kind text, reason_sl text, reason_en text)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = AUDIENCE, public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH line AS MATERIALIZED (
        SELECT f.id, f.project_id, f.mechanism, f.year FROM project_funding f JOIN projects p ON p.id = f.project_id
        WHERE f.mechanism IS NOT NULL AND p.is_leaf AND (of_municipality IS NULL OR p.municipality_id = of_municipality)
          AND (project_ids IS NULL OR p.id = ANY (project_ids))
    ), judged AS (
        SELECT f.id, f.project_id, f.mechanism, f.year, e.state, e.cause, e.inside, e.conditional, l.period_from, l.period_to, l.code, l.condition_sl, l.condition_en,
               f.year IS NULL OR f.year BETWEEN coalesce(l.period_from, f.year) AND coalesce(l.period_to, f.year) AS in_time
        FROM line f
        JOIN AUDIENCE.eligibility_states(of_municipality, CASE WHEN project_ids IS NOT NULL THEN ARRAY(SELECT DISTINCT x.project_id FROM line x) END) e
            ON e.project_id = f.project_id AND e.mechanism = f.mechanism
        JOIN mechanism_lists l ON l.id = e.list_id
    ), late AS (
        SELECT j.id, j.project_id, j.mechanism, j.year,
               string_agg(DISTINCT AUDIENCE.period_words(j.period_from, j.period_to, 'sl'), ', ') AS sl,
               string_agg(DISTINCT AUDIENCE.period_words(j.period_from, j.period_to, 'en'), ', ') AS en
        FROM judged j GROUP BY j.id, j.project_id, j.mechanism, j.year HAVING NOT bool_or(j.in_time)
    ), best AS (
        SELECT DISTINCT ON (j.id) j.* FROM judged j WHERE j.in_time
        ORDER BY j.id, array_position('{eligible,unknown,conditional,partly,not_eligible}', j.state), j.inside DESC NULLS LAST, j.code COLLATE kraj.natural
    )
    SELECT l.project_id, l.id, l.mechanism, l.year, 'period',
           format('Sredstva %s so vpisana za leto %s, naloženi seznami pa veljajo za obdobja: %s.', l.mechanism, l.year, l.sl),
           format('%s money is entered for %s, but the loaded lists are valid for: %s.', l.mechanism, l.year, l.en)
    FROM late l
    UNION ALL
    SELECT b.project_id, b.id, b.mechanism, b.year, CASE b.state WHEN 'not_eligible' THEN 'outside' WHEN 'partly' THEN 'partly' ELSE 'justification' END,
           CASE WHEN b.state = 'not_eligible' THEN format('Sredstva %s so vpisana, projekt pa leži zunaj območja s seznama.', b.mechanism)
                WHEN b.cause = 'municipality_wide' THEN format('Sredstva %s so vpisana, projekt pa velja za vso občino; seznam zajema le njen del.', b.mechanism)
                WHEN b.state = 'partly' THEN format('Sredstva %s so vpisana, v območju s seznama pa leži le %s projekta.', b.mechanism, AUDIENCE.percent_words(b.inside + b.conditional, 'sl'))
                ELSE format('Sredstva %s tu zahtevajo pisno utemeljitev%s.', b.mechanism, coalesce(', ki izkaže ' || b.condition_sl, '')) END,
           CASE WHEN b.state = 'not_eligible' THEN format('%s money is entered, but the project lies outside the listed area.', b.mechanism)
                WHEN b.cause = 'municipality_wide' THEN format('%s money is entered, but the project is about the whole municipality; the list takes in only a part of it.', b.mechanism)
                WHEN b.state = 'partly' THEN format('%s money is entered, but only %s of the project lies in the listed area.', b.mechanism, AUDIENCE.percent_words(b.inside + b.conditional, 'en'))
                ELSE format('%s money here needs a written justification%s.', b.mechanism, coalesce(' that shows ' || b.condition_en, '')) END
    FROM best b WHERE b.state IN ('conditional', 'partly', 'not_eligible');
END $$;

-- eligibility: what people ask. municipality: code or folded name; project: a code, or null for all; on_year: only lists valid then.
CREATE OR REPLACE FUNCTION AUDIENCE.eligibility(municipality text, project text DEFAULT NULL, on_year integer DEFAULT NULL)
RETURNS TABLE (project_id bigint, code text, title text, mechanism text, mechanism_sl text, mechanism_en text, state text, cause text, reason_sl text, reason_en text,
               inside_share double precision, conditional_share double precision, outside_share double precision, unknown_share double precision,
               list text, fund text, period_from integer, period_to integer, rule text, source text, source_ref text, source_url text,
               warnings_sl text, warnings_en text)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = AUDIENCE, public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
#variable_conflict use_column
DECLARE
    town bigint := AUDIENCE.balance_town(municipality);
    ids bigint[] := CASE WHEN project IS NOT NULL THEN ARRAY(SELECT p.id FROM projects p WHERE p.municipality_id = town AND p.code = project) END;
BEGIN
    IF town IS NULL THEN
        RAISE EXCEPTION 'there is no municipality "%"', municipality USING ERRCODE = 'no_data_found';
    END IF;
    RETURN QUERY
    WITH warned AS MATERIALIZED (
        SELECT w.project_id, w.mechanism, string_agg(DISTINCT w.reason_sl, ' ') AS sl, string_agg(DISTINCT w.reason_en, ' ') AS en
        FROM AUDIENCE.eligibility_warnings(town, ids) w GROUP BY w.project_id, w.mechanism
    )
    SELECT e.project_id, p.code, p.title, e.mechanism, e.mechanism_sl, e.mechanism_en, e.state, e.cause, e.reason_sl, e.reason_en,
           e.inside / 1e12::double precision, e.conditional / 1e12::double precision, e.outside / 1e12::double precision, e.unknown / 1e12::double precision,
           e.list, e.fund, e.period_from, e.period_to, e.rule, e.source, e.source_ref, e.source_url, w.sl, w.en
    FROM AUDIENCE.eligibility_rows(town, ids, on_year) e
    JOIN projects p ON p.id = e.project_id
    LEFT JOIN warned w ON w.project_id = e.project_id AND w.mechanism = e.mechanism
    ORDER BY p.code COLLATE kraj.natural, p.id, e.mechanism, e.fund NULLS FIRST, e.period_from NULLS FIRST, e.list COLLATE kraj.natural;
END $$;

-- eligibility_json: of one project, for the API; groups have no items.
CREATE OR REPLACE FUNCTION AUDIENCE.eligibility_json(of_municipality bigint, of_project bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT jsonb_build_object('items', coalesce((
        SELECT jsonb_agg(jsonb_build_object('mechanism', e.mechanism, 'name', jsonb_build_object('sl', e.mechanism_sl, 'en', e.mechanism_en),
            'state', e.state, 'cause', e.cause, 'reason', jsonb_build_object('sl', e.reason_sl, 'en', e.reason_en),
            'inside_share', trim_scale(e.inside / 1e12), 'conditional_share', trim_scale(e.conditional / 1e12), 'outside_share', trim_scale(e.outside / 1e12), 'unknown_share', trim_scale(e.unknown / 1e12),
            'list', e.list, 'fund', e.fund, 'period_from', e.period_from, 'period_to', e.period_to, 'rule', e.rule,
            'source', e.source, 'source_ref', e.source_ref, 'source_url', e.source_url,
            'note', CASE WHEN num_nonnulls(e.note_sl, e.note_en) > 0 THEN jsonb_build_object('sl', coalesce(e.note_sl, e.note_en), 'en', coalesce(e.note_en, e.note_sl)) END)
            ORDER BY e.mechanism, e.fund NULLS FIRST, e.period_from NULLS FIRST, e.list COLLATE kraj.natural)
        FROM AUDIENCE.eligibility_rows(of_municipality, ARRAY[of_project]) e), '[]'),
        'warnings', coalesce((
        SELECT jsonb_agg(jsonb_build_object('mechanism', w.mechanism, 'year', w.year, 'kind', w.kind, 'reason', jsonb_build_object('sl', w.reason_sl, 'en', w.reason_en))
            ORDER BY w.mechanism, w.year NULLS FIRST, w.funding_id)
        FROM AUDIENCE.eligibility_warnings(of_municipality, ARRAY[of_project]) w), '[]'))
$$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
