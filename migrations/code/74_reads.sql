-- What the questions about places and projects share. Once for each audience; the relations are named with their schema and there is
-- no SET, so that the planner sees through them into the statement that asks.

CREATE INDEX IF NOT EXISTS projects_holder_words ON kraj.projects USING gin (kraj.fold(holder) gin_trgm_ops);
CREATE INDEX IF NOT EXISTS project_links_words ON kraj.project_links USING gin (kraj.fold(title) gin_trgm_ops);
CREATE INDEX IF NOT EXISTS gazetteer_words ON kraj.gazetteer USING gin (kraj.fold(name) gin_trgm_ops);
CREATE INDEX IF NOT EXISTS weights_wide ON kraj.weights (municipality_id) WHERE special = 'municipality_wide';

-- limits: the stated limits that figures depend on. The settings themselves stay closed to the public.
CREATE OR REPLACE VIEW kraj.limits AS
    SELECT coalesce((SELECT s.value::numeric FROM kraj.settings s WHERE s.key = 'equipped_share'), 0.98) AS equipped_share;
SELECT kraj.publish_view('limits', 'SELECT * FROM kraj.limits');
GRANT SELECT ON kraj.limits TO kraj_planner;
CREATE OR REPLACE FUNCTION kraj_public.equipped_share() RETURNS numeric
LANGUAGE sql STABLE AS $$ SELECT l.equipped_share FROM kraj_public.limits l $$;

DO $make$
DECLARE
    audience text;
    body text := $sql$

-- municipality_of: the municipality that a code or a folded name means; null when none does, or several.
CREATE OR REPLACE FUNCTION AUDIENCE.municipality_of(words text) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN count(*) = 1 OR bool_or(m.code = words) THEN coalesce(min(m.id) FILTER (WHERE m.code = words), min(m.id)) END
    FROM AUDIENCE.municipalities m WHERE m.code = words OR m.slug = kraj.fold(words)
$$;

-- line_ends: where a line ends, as points: what is an end of one of its parts only. A ring has none: null.
CREATE OR REPLACE FUNCTION AUDIENCE.line_ends(geom geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT ST_Collect(e.point) FROM (
        SELECT p.point FROM ST_Dump(geom) d CROSS JOIN LATERAL (VALUES (ST_StartPoint(d.geom)), (ST_EndPoint(d.geom))) p (point)
        WHERE p.point IS NOT NULL GROUP BY p.point HAVING count(*) = 1) e
$$;

-- place_properties: a place's row as its layer has it, without geometry and keys: the layer's own columns.
CREATE OR REPLACE FUNCTION AUDIENCE.place_properties(layer text, place bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
DECLARE
    own text := (SELECT string_agg(format('p.%I', a.attname), ', ' ORDER BY a.attnum)
                 FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                 WHERE a.attrelid = to_regclass(format('AUDIENCE.%I', layer)) AND a.attnum > 0 AND NOT a.attisdropped AND t.typname <> 'geometry'
                   AND a.attname <> ALL ('{id,municipality_id,slug,code,name,name_alt,approximate}'));
    found jsonb;
BEGIN
    IF own IS NOT NULL AND EXISTS (SELECT FROM layers l WHERE l.id = layer AND l.id <> 'projects' AND NOT l.derived) THEN
        EXECUTE format('SELECT to_jsonb(x) FROM (SELECT %s FROM %I p WHERE p.id = $1) x', own, layer) INTO found USING place;
    END IF;
    RETURN found;
END $$;

-- place_projects: the projects at a place, how each is tied to it (the closest relation), and its money here. In a settlement of the
-- project's own municipality that is the sum of its atoms, by extent; anywhere else the amount times the part that lies here, rounded,
-- because other layers are no division. No part is known of what is only stated, or nothing but near: here_cents is null.
-- "weights": nothing ties it here but the weights that a planner has set.
CREATE OR REPLACE FUNCTION AUDIENCE.place_projects(of_layer text, place bigint)
RETURNS TABLE (project_id bigint, relation text, origin text, share double precision, distance_m double precision, cents bigint, here_cents bigint)
LANGUAGE sql STABLE ROWS 50 AS $$
    SELECT tied.project_id, tied.relation, tied.origin, tied.share, tied.distance_m, money.cents,
           CASE WHEN tied.relation = 'near' OR money.cents IS NULL THEN NULL WHEN tied.own THEN coalesce(money.here, 0)
                ELSE round(money.cents * (tied.shares / nullif((SELECT count(*) FROM AUDIENCE.extents e WHERE e.project_id = tied.project_id), 0))::numeric)::bigint END
    FROM (
        SELECT t.project_id, (array_agg(t.relation ORDER BY array_position('{within,crosses,serves,manual,named,near}', t.relation)))[1] AS relation,
               (array_agg(t.origin ORDER BY array_position('{within,crosses,serves,manual,named,near}', t.relation)))[1] AS origin,
               max(t.share) AS share, min(t.distance_m) AS distance_m,
               CASE WHEN bool_and(t.share IS NOT NULL) FILTER (WHERE t.relation IN ('within', 'crosses'))
                    THEN sum(t.share) FILTER (WHERE t.relation IN ('within', 'crosses')) END AS shares,
               of_layer = 'settlements' AND t.municipality_id = (SELECT s.municipality_id FROM AUDIENCE.settlements s WHERE s.id = place) AS own
        FROM AUDIENCE.ties t WHERE t.layer = of_layer AND t.place_id = place GROUP BY t.project_id, t.municipality_id
        UNION ALL
        SELECT w.project_id, 'weights', 'planner', w.extent / 1e12, NULL, NULL, true
        FROM AUDIENCE.weights w WHERE of_layer = 'settlements' AND w.settlement_id = place AND w.extent > 0
            AND NOT EXISTS (SELECT FROM AUDIENCE.ties t WHERE t.project_id = w.project_id AND t.layer = 'settlements' AND t.place_id = place)
    ) tied
    CROSS JOIN LATERAL (
        SELECT sum(a.extent)::bigint AS cents, sum(a.extent) FILTER (WHERE a.row_key = place)::bigint AS here
        FROM AUDIENCE.atoms a WHERE a.project_id = tied.project_id) money
$$;

-- project_amount: what a project costs: the sum of its atoms; of a group, which has none, what is stated of itself.
CREATE OR REPLACE FUNCTION AUDIENCE.project_amount(project bigint) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT sum(a.extent)::bigint FROM AUDIENCE.atoms a WHERE a.project_id = project), (
        SELECT greatest(p.cost_cents, (SELECT sum(f.effective_cents)::bigint FROM AUDIENCE.project_funding f WHERE f.project_id = project))
        FROM AUDIENCE.projects p WHERE p.id = project AND NOT p.is_leaf))
$$;

-- project_money: whose money: the sum of each source, in fixed order; null where a source is named without an amount.
CREATE OR REPLACE FUNCTION AUDIENCE.project_money(project bigint) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('source', x.source, 'amount_cents', x.cents)
        ORDER BY array_position('{own,eu,state,private,other,not_stated}', x.source)), '[]')
    FROM (SELECT a.source, sum(a.extent)::bigint AS cents FROM AUDIENCE.atoms a WHERE a.project_id = project GROUP BY a.source) x
$$;

-- nearest_places: of each layer the place nearest to a geometry, at most far metres away. Of lines also how far their end is, and whether
-- it is the end that is nearest: then the line ends short of it.
CREATE OR REPLACE FUNCTION AUDIENCE.nearest_places(geom geometry, far double precision, but_layer text DEFAULT NULL, but_place bigint DEFAULT NULL)
RETURNS TABLE (sort integer, layer text, id bigint, code text, name text, municipality_id bigint, distance_m double precision,
               end_distance_m double precision, ends_short boolean)
LANGUAGE sql STABLE ROWS 10 AS $$
    SELECT l.sort, l.id, n.id, n.code, n.name, n.municipality_id, n.distance_m, n.end_distance_m,
           n.distance_m > 0 AND n.end_distance_m <= n.distance_m + 1
    FROM AUDIENCE.layers l CROSS JOIN LATERAL (
        SELECT p.id, p.code, p.name, p.municipality_id, public.ST_Distance(p.geom, $1) AS distance_m,
               CASE public.ST_Dimension(p.geom) WHEN 1 THEN public.ST_Distance(AUDIENCE.line_ends(p.geom), $1) END AS end_distance_m
        FROM AUDIENCE.places p
        WHERE p.layer = l.id AND (but_place IS NULL OR p.layer <> but_layer OR p.id <> but_place)
        ORDER BY p.geom OPERATOR(public.<->) $1 LIMIT 1) n
    WHERE NOT l.derived AND l.id NOT IN ('municipalities', 'projects') AND n.distance_m <= far
$$;

-- last_change: the last revision that touched a row. The public learns when, planners also who and from where.
CREATE OR REPLACE FUNCTION AUDIENCE.last_change(of_relation text, of_row bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('revision', r.id, 'at', to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
        || jsonb_strip_nulls(jsonb_build_object('actor', to_jsonb(r) -> 'actor', 'source', to_jsonb(r) -> 'source', 'message', to_jsonb(r) -> 'message'))
    FROM (SELECT c.revision FROM AUDIENCE.changes c WHERE c.relation = of_relation AND c.row_key = of_row::text ORDER BY c.id DESC LIMIT 1) c
    JOIN AUDIENCE.revisions r ON r.id = c.revision
$$;

-- stem_pattern: a LIKE pattern for names that words may mean through inflection: "v Stražišču" finds Stražišče. Prepositions and the
-- endings of case go; what is left has to occur in this order. null when nothing usable is left. The gazetteer knows names better.
CREATE OR REPLACE FUNCTION AUDIENCE.stem_pattern(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif('%' || string_agg(CASE WHEN length(w) < 5 THEN w ELSE
        regexp_replace(w, '(?<=.{3})(?:ovega|ovemu|skega|skemu|skih|skim|ega|emu|ami|imi|ima|oma|ema|ih|im|ah|eh|om|em|am|oh|ju|je|ja|a|e|i|o|u)$', '') END, '%' ORDER BY n) || '%', '%%')
    FROM regexp_split_to_table(kraj.fold(words), ' ') WITH ORDINALITY x (w, n)
    WHERE w <> '' AND w <> ALL ('{v,na,ob,pri,pod,nad,za,do,iz,od,k,h,s,z,in,med,po,pred,skozi,ter,of,the,at,to,from}')
$$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
