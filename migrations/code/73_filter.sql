-- The one filter of projects: lists, balances and tools narrow projects by the same words. Once for each audience, like 40_balance.sql.
CREATE INDEX IF NOT EXISTS settlements_surs_code ON kraj.settlements (surs_code);

DO $make$
DECLARE
    audience text;
    body text := $sql$

-- filter_words: what a key of a filter holds, a list or one value, as texts; null when the filter has no such key.
CREATE OR REPLACE FUNCTION AUDIENCE.filter_words(filter jsonb, key text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$  -- not SQL: its plan is kept for the session
BEGIN
    IF NOT filter ? key THEN RETURN NULL; END IF;
    RETURN CASE jsonb_typeof(filter -> key) WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(filter -> key))
        WHEN 'string' THEN ARRAY[filter ->> key] WHEN 'number' THEN ARRAY[filter ->> key] END;
END $$;

-- filter_keys are the words of the filter. Those of lists mean "any of these"; 'none' means "without" where a project may lack the thing.
--   theme, measure, holder (or none), status, horizon, scope, strategic
--   settlement        tied to it: its code, register number or name        local_community   the same of local communities
--   place             tied to "layer:code"; nearness is no tie here         located           has a place on the map
--   class             has a part, by extent, in this class of the scheme (key scheme; default municipal), or in a special row
--   source, mechanism, year   has one funding line that fits them all; not_stated and none as in the balance
--   eligible          by a territory list of this mechanism: CTN, or with another state CTN:conditional, partly, not_eligible, unknown
--   min_cents, max_cents      the amount; without one a project fits neither
--   q                 every word occurs in code or title, folded
CREATE OR REPLACE FUNCTION AUDIENCE.filter_keys() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT '{theme,measure,status,horizon,strategic,settlement,class,scheme,scope,holder,mechanism,source,year,place,local_community,min_cents,max_cents,located,eligible,q}'::text[] $$;

-- words_sql writes the condition that every word of q occurs in the column folded of a relation.
CREATE OR REPLACE FUNCTION AUDIENCE.words_sql(of_relation text, q text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE kraj.fold(q) WHEN '' THEN 'false' ELSE (  -- nothing but punctuation occurs nowhere
        SELECT string_agg(format('%I.folded LIKE %L', of_relation, '%' || v || '%'), ' AND ') FROM regexp_split_to_table(kraj.fold(q), ' ') v) END;
END $$;

-- projects_in_sql writes the statement that selects the projects of a filter: only what is asked, with the values as constants, so
-- that the planner knows what it plans. An unknown key is an error that lists the known ones.
CREATE OR REPLACE FUNCTION AUDIENCE.projects_in_sql(of_municipality bigint, filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE
    unknown text := (SELECT string_agg(k, ', ' ORDER BY k) FROM jsonb_object_keys(filter) k WHERE k <> ALL (AUDIENCE.filter_keys()));
    own text := coalesce(' AND x.municipality_id = ' || of_municipality, '');
    wheres text[] := CASE WHEN of_municipality IS NULL THEN '{}' ELSE ARRAY[format('p.municipality_id = %s', of_municipality)] END;
    lines text[] := '{}';
    lineless boolean := true;
    w text[];
    word text;
BEGIN
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'unknown filter: %', unknown USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Known: ' || array_to_string(AUDIENCE.filter_keys(), ', ');
    END IF;
    FOREACH word IN ARRAY '{status,horizon,scope}'::text[] LOOP
        w := AUDIENCE.filter_words(filter, word);
        IF w IS NOT NULL THEN wheres := wheres || format('p.%I = ANY (%L)', word, w); END IF;
    END LOOP;
    FOREACH word IN ARRAY '{theme,measure}'::text[] LOOP
        w := AUDIENCE.filter_words(filter, word);
        IF w IS NOT NULL THEN
            wheres := wheres || format('(p.%1$I IN (SELECT x.id FROM %2$I x WHERE x.code = ANY (%3$L)%4$s)%5$s)', word || '_id', word || 's', w, own,
                CASE WHEN 'none' = ANY (w) THEN format(' OR p.%I IS NULL', word || '_id') ELSE '' END);
        END IF;
    END LOOP;
    w := AUDIENCE.filter_words(filter, 'holder');
    IF w IS NOT NULL THEN wheres := wheres || format('coalesce(p.holder, ''none'') = ANY (%L)', w); END IF;
    IF filter ->> 'strategic' IS NOT NULL THEN wheres := wheres || format('p.strategic = %L', filter ->> 'strategic'); END IF;
    IF filter ->> 'located' IS NOT NULL THEN
        wheres := wheres || (CASE WHEN (filter ->> 'located')::boolean THEN '' ELSE 'NOT ' END || 'EXISTS (SELECT FROM sites s WHERE s.project_id = p.id)');
    END IF;
    w := AUDIENCE.filter_words(filter, 'settlement');
    IF w IS NOT NULL THEN
        wheres := wheres || format('p.id IN (SELECT tie.project_id FROM ties tie WHERE tie.layer = ''settlements'' AND tie.relation <> ''near''
            AND tie.place_id IN (SELECT x.id FROM settlements x WHERE (x.code = ANY (%1$L)%2$s) OR x.surs_code = ANY (%1$L) OR kraj.fold(x.name) = ANY (%3$L)))',
            w, own, ARRAY(SELECT kraj.fold(v) FROM unnest(w) v));
    END IF;
    w := AUDIENCE.filter_words(filter, 'local_community');
    IF w IS NOT NULL THEN
        wheres := wheres || format('p.id IN (SELECT tie.project_id FROM ties tie WHERE tie.layer = ''local_communities'' AND tie.relation <> ''near''
            AND tie.place_id IN (SELECT x.id FROM local_communities x WHERE (x.code = ANY (%1$L)%2$s) OR kraj.fold(x.name) = ANY (%3$L)))',
            w, own, ARRAY(SELECT kraj.fold(v) FROM unnest(w) v));
    END IF;
    w := AUDIENCE.filter_words(filter, 'place');
    IF w IS NOT NULL THEN
        wheres := wheres || ('(' || coalesce((SELECT string_agg(format('p.id IN (SELECT tie.project_id FROM ties tie JOIN places x ON x.id = tie.place_id
            WHERE tie.layer = %1$L AND x.layer = %1$L AND x.code = %2$L AND tie.relation <> ''near'')', split_part(v, ':', 1), substr(v, strpos(v, ':') + 1)), ' OR ')
            FROM unnest(w) v), 'false') || ')');
    END IF;
    w := AUDIENCE.filter_words(filter, 'class');
    IF w IS NOT NULL THEN  -- OFFSET 0: the scheme is looked up for each municipality, not for each part
        wheres := wheres || format('p.id IN (SELECT part.project_id FROM (SELECT x.id, AUDIENCE.balance_scheme(x.id, %1$L) AS scheme_id FROM municipalities x WHERE true%2$s OFFSET 0) town
            JOIN weights part ON part.municipality_id = town.id AND part.extent > 0
            LEFT JOIN scheme_classes c ON c.scheme_id = town.scheme_id AND c.settlement_id = part.settlement_id
            WHERE coalesce(part.special, c.class, ''unclassified'') = ANY (%3$L))', coalesce(filter ->> 'scheme', 'municipal'), replace(own, 'municipality_id', 'id'), w);
    END IF;
    -- One line has to fit all that is said of lines. A project without any stands with one that says nothing.
    w := AUDIENCE.filter_words(filter, 'source');
    IF w IS NOT NULL THEN lines := lines || format('line.source = ANY (%L)', w); lineless := lineless AND 'not_stated' = ANY (w); END IF;
    w := AUDIENCE.filter_words(filter, 'mechanism');
    IF w IS NOT NULL THEN lines := lines || format('coalesce(line.mechanism, ''none'') = ANY (%L)', w); lineless := lineless AND 'none' = ANY (w); END IF;
    w := AUDIENCE.filter_words(filter, 'year');
    IF w IS NOT NULL THEN lines := lines || format('coalesce(line.year::text, ''none'') = ANY (%L)', w); lineless := lineless AND 'none' = ANY (w); END IF;
    IF cardinality(lines) > 0 THEN
        wheres := wheres || (format('(EXISTS (SELECT FROM atoms line WHERE line.project_id = p.id AND %1$s)
            OR NOT p.is_leaf AND EXISTS (SELECT FROM project_funding line WHERE line.project_id = p.id AND %1$s)', array_to_string(lines, ' AND '))
            || CASE WHEN lineless THEN ' OR p.is_leaf AND NOT EXISTS (SELECT FROM atoms line WHERE line.project_id = p.id))' ELSE ')' END);
    END IF;
    w := AUDIENCE.filter_words(filter, 'eligible');
    IF w IS NOT NULL THEN
        wheres := wheres || format('p.id IN (SELECT e.project_id FROM AUDIENCE.eligibility_states(%s) e WHERE e.mechanism || '':'' || e.state = ANY (%L))',
            coalesce(of_municipality::text, 'NULL'), ARRAY(SELECT CASE WHEN v LIKE '%:%' THEN v ELSE v || ':eligible' END FROM unnest(w) v));
    END IF;
    IF filter ->> 'min_cents' IS NOT NULL THEN wheres := wheres || format('p.id IN (SELECT a.project_id FROM sums a WHERE a.project_cents >= %L%s)', (filter ->> 'min_cents')::bigint, replace(own, 'x.', 'a.')); END IF;
    IF filter ->> 'max_cents' IS NOT NULL THEN wheres := wheres || format('p.id IN (SELECT a.project_id FROM sums a WHERE a.project_cents <= %L%s)', (filter ->> 'max_cents')::bigint, replace(own, 'x.', 'a.')); END IF;
    IF btrim(filter ->> 'q') <> '' THEN wheres := wheres || AUDIENCE.words_sql('p', filter ->> 'q'); END IF;
    RETURN 'SELECT p.id FROM projects p WHERE ' || CASE cardinality(wheres) WHEN 0 THEN 'true' ELSE array_to_string(wheres, ' AND ') END;
END $$;

-- projects_in lists the projects that a filter selects, groups included; of_municipality null: of all municipalities. The balance asks it
-- about whole projects and applies class and settlement to rows, source, mechanism and year to lines.
CREATE OR REPLACE FUNCTION AUDIENCE.projects_in(of_municipality bigint, filter jsonb DEFAULT '{}') RETURNS TABLE (project_id bigint)
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE AUDIENCE.projects_in_sql(of_municipality, coalesce(filter, '{}'));
END $$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
