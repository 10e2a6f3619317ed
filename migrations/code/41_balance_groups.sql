-- The balance, grouped: the functions that people call. Like 40_balance.sql, once for each audience.
DO $make$
DECLARE
    audience text;
    body text := $sql$

-- balance_town: a municipality by code or folded name.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_town(municipality text) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT m.id FROM municipalities m WHERE m.code = municipality OR m.slug = kraj.fold(municipality)
    ORDER BY m.code = municipality DESC, m.code COLLATE kraj.natural LIMIT 1
$$;

-- balance_communities: the local community of a project's part in a settlement. It is told only where it is beyond doubt: the project
-- lies within one, or the settlement does; no row where several share it, as in a city.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_communities(of_municipality bigint)
RETURNS TABLE (project_id bigint, settlement_id bigint, community_id bigint)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT t.project_id, NULL::bigint, min(t.place_id) FROM ties t
    WHERE t.municipality_id = of_municipality AND t.layer = 'local_communities' AND t.relation <> 'near'
    GROUP BY t.project_id HAVING count(DISTINCT t.place_id) = 1 AND bool_and(t.relation IN ('within', 'manual', 'named'))
    UNION ALL
    SELECT NULL, s.id, min(c.id) FROM settlements s
    JOIN local_communities c ON ST_Dimension(c.geom) = 2 AND ST_Intersects(c.geom, s.geom)
        AND ST_Area(ST_Intersection(c.geom, s.geom)) >= 0.99 * ST_Area(s.geom)
    WHERE s.municipality_id = of_municipality GROUP BY s.id HAVING count(*) = 1
$$;

-- balance_grouped: the cells of a question with the key of their group; null is "none".
CREATE OR REPLACE FUNCTION AUDIENCE.balance_grouped(of_municipality bigint, by text, scheme_id bigint, method text, spread text, money text, filter jsonb)
RETURNS TABLE (key text, class text, project_id bigint, line bigint, settlement_id bigint, special text, parts bigint,
               weight double precision, cents bigint)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH community AS MATERIALIZED (
        SELECT b.project_id, b.settlement_id, c.code FROM AUDIENCE.balance_communities(of_municipality) b
        JOIN local_communities c ON c.id = b.community_id WHERE balance_grouped.by = 'local_community'
    )
    SELECT CASE balance_grouped.by WHEN 'theme' THEN p.theme WHEN 'measure' THEN p.measure WHEN 'status' THEN p.status
                WHEN 'horizon' THEN p.horizon WHEN 'holder' THEN p.holder WHEN 'mechanism' THEN c.mechanism WHEN 'source' THEN c.source
                WHEN 'year' THEN c.year::text WHEN 'settlement' THEN coalesce(s.code, c.special)
                WHEN 'local_community' THEN coalesce(c.special, own.code, placed.code) END,
           c.class, c.project_id, c.line, c.settlement_id, c.special, c.parts, c.weight, c.cents
    FROM AUDIENCE.balance_cells(of_municipality, balance_grouped.scheme_id, balance_grouped.method, spread, balance_grouped.money, filter) c
    JOIN AUDIENCE.balance_projects_in(of_municipality, '{}') p ON p.project_id = c.project_id
    LEFT JOIN settlements s ON s.id = c.settlement_id
    LEFT JOIN community own ON own.project_id = c.project_id AND c.settlement_id IS NOT NULL
    LEFT JOIN community placed ON placed.settlement_id = c.settlement_id
$$;

-- balance_names: the groups that have names of their own, in the order in which they are shown. Those of the strategy and the register
-- are there even when nothing belongs to them: what is missing is part of the picture.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_names(of_municipality bigint, by text)
RETURNS TABLE (key text, name_sl text, name_en text, place bigint)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT t.code, t.name, coalesce(t.name_en, t.name), row_number() OVER (ORDER BY t.kind = 'horizontal', t.code COLLATE kraj.natural)
    FROM themes t WHERE by = 'theme' AND t.municipality_id = of_municipality
    UNION ALL
    SELECT m.code, m.name, coalesce(m.name_en, m.name), row_number() OVER (ORDER BY m.code COLLATE kraj.natural)
    FROM measures m WHERE by = 'measure' AND m.municipality_id = of_municipality
    UNION ALL
    SELECT m.code, m.name_sl, m.name_en, row_number() OVER (ORDER BY m.code COLLATE kraj.natural) FROM mechanisms m WHERE by = 'mechanism'
    UNION ALL
    SELECT s.code, s.name, s.name, row_number() OVER (ORDER BY s.name COLLATE "sl-x-icu", s.code COLLATE kraj.natural)
    FROM settlements s WHERE by = 'settlement' AND s.municipality_id = of_municipality
    UNION ALL
    SELECT c.code, c.name, c.name, row_number() OVER (ORDER BY c.name COLLATE "sl-x-icu", c.code COLLATE kraj.natural)
    FROM local_communities c WHERE by = 'local_community' AND c.municipality_id = of_municipality
    UNION ALL
    SELECT v, NULL, NULL, n FROM unnest(CASE by
        WHEN 'status' THEN '{idea,preparation,implementation,realised,not_realised,dropped,unknown}'::text[]
        WHEN 'horizon' THEN '{2030,2035,2030+2035,none}' WHEN 'source' THEN '{own,eu,state,private,other,not_stated}' END)
        WITH ORDINALITY x (v, n)
$$;

-- balance_class_people: the people of each class in the balance's one set; known is false where a class has settlements and no figure.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_class_people(of_municipality bigint, scheme_id bigint, set_id bigint)
RETURNS TABLE (class text, people bigint)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    SELECT c.class, c.people::bigint FROM population_classes c WHERE c.set_id = balance_class_people.set_id
    UNION ALL
    SELECT coalesce(k.class, 'unclassified'), sum(p.people)::bigint
    FROM AUDIENCE.balance_people(of_municipality, set_id) p
    LEFT JOIN scheme_classes k ON k.scheme_id = balance_class_people.scheme_id AND k.settlement_id = p.settlement_id
    WHERE EXISTS (SELECT FROM population_sets s WHERE s.id = balance_class_people.set_id AND s.kind = 'settlements')
    GROUP BY 1
$$;

-- balance: the whole table. One row a group and class, and one with class null for the group as a whole; is_total rows are their sum.
-- Shares: v of the money in classed settlements (urban, suburban, rural), p of the people there, location quotient v/p,
-- gap p·V − V_g. Null where a figure has no meaning. filter: {"theme": ["TP2"], "status": ["realised"], "strategic": true, "q": "…"}
-- with theme, measure, status, horizon, holder, mechanism, settlement, class as lists.
CREATE OR REPLACE FUNCTION AUDIENCE.balance(municipality text, by text DEFAULT 'theme', scheme text DEFAULT 'municipal',
    method text DEFAULT 'extent', spread text DEFAULT 'none', money text DEFAULT 'total', filter jsonb DEFAULT '{}', population text DEFAULT NULL)
RETURNS TABLE (is_total boolean, place bigint, key text, name_sl text, name_en text, class text, projects bigint, weight double precision,
               weight_share double precision, amount_cents bigint, without_amount bigint, share double precision,
               share_of_total double precision, people bigint, people_share double precision, per_head_cents bigint,
               location_quotient double precision, gap_cents bigint)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH ask AS MATERIALIZED (
        SELECT town.id AS town, AUDIENCE.balance_scheme(town.id, balance.scheme) AS scheme_id,
               AUDIENCE.balance_population(town.id, balance.scheme, balance.population) AS set_id
        FROM (SELECT AUDIENCE.balance_town(balance.municipality) AS id) town
    ), cell AS MATERIALIZED (
        SELECT g.* FROM ask, AUDIENCE.balance_grouped(ask.town, balance.by, ask.scheme_id, balance.method, balance.spread, balance.money, balance.filter) g
    ), agg AS MATERIALIZED (
        SELECT grouping(c.key) = 1 AS is_total, c.key, c.class, grouping(c.class) = 1 AS whole, count(DISTINCT c.project_id) AS projects,
               round(sum(c.weight)::numeric, 9)::double precision AS weight, sum(c.cents)::bigint AS cents,
               count(DISTINCT c.project_id) FILTER (WHERE c.cents IS NOT NULL) AS priced
        FROM cell c GROUP BY GROUPING SETS ((c.key, c.class), (c.key), (c.class), ())
    ), named AS MATERIALIZED (
        SELECT n.* FROM ask, AUDIENCE.balance_names(ask.town, balance.by) n
    ), groups AS (
        SELECT k.key, n.name_sl, n.name_en, row_number() OVER (ORDER BY array_position('{outside,municipality_wide,unplaced}', k.key) NULLS FIRST,
                   k.key IS NULL, n.place NULLS LAST, k.key COLLATE kraj.natural) AS place
        FROM (SELECT c.key FROM cell c
              UNION SELECT n.key FROM named n
              WHERE balance.by IN ('theme', 'measure', 'settlement', 'local_community') AND balance.filter = '{}') k
        LEFT JOIN named n ON n.key = k.key
    ), people AS MATERIALIZED (
        SELECT p.* FROM ask, AUDIENCE.balance_class_people(ask.town, ask.scheme_id, ask.set_id) p
    ), classes AS MATERIALIZED (
        SELECT x.class, x.n, x.class IN ('urban', 'suburban', 'rural') AS classed, coalesce(x.class = ANY (s.classes), false) AS of_scheme,
               CASE WHEN x.class IN ('outside', 'municipality_wide', 'unplaced') THEN NULL
                    WHEN p.class IS NOT NULL THEN p.people
                    WHEN x.class = ANY (s.classes) AND ask.set_id IS NOT NULL AND NOT EXISTS (
                        SELECT FROM scheme_classes k WHERE k.scheme_id = ask.scheme_id AND k.class = x.class) THEN 0 END AS people
        FROM ask
        CROSS JOIN unnest('{urban,suburban,rural,unclassified,outside,municipality_wide,unplaced}'::text[]) WITH ORDINALITY x (class, n)
        LEFT JOIN schemes s ON s.id = ask.scheme_id
        LEFT JOIN people p ON p.class = x.class
    ), known AS MATERIALIZED (  -- all people in classed settlements; null when a class of the scheme has no figure
        SELECT CASE WHEN bool_and(c.people IS NOT NULL) FILTER (WHERE c.of_scheme) THEN sum(c.people) FILTER (WHERE c.of_scheme) END AS people
        FROM classes c
    ), line AS (
        SELECT false AS is_total, g.place, g.key, g.name_sl, g.name_en FROM groups g
        UNION ALL SELECT true, 0, NULL, NULL, NULL
    ), filled AS (
        SELECT l.*, c.class, c.n, c.classed, c.of_scheme, c.people, coalesce(a.projects, 0) AS projects, coalesce(a.weight, 0) AS weight,
               coalesce(a.projects - a.priced, 0) AS without_amount,
               CASE WHEN a.priced > 0 THEN a.cents WHEN a.projects IS NULL AND whole.priced > 0 THEN 0 END AS cents,
               whole.cents AS whole_cents
        FROM line l
        CROSS JOIN (SELECT * FROM classes UNION ALL SELECT NULL, 0, false, false, NULL) c
        LEFT JOIN agg a ON a.is_total = l.is_total AND a.key IS NOT DISTINCT FROM l.key
            AND a.whole = (c.class IS NULL) AND a.class IS NOT DISTINCT FROM c.class
        LEFT JOIN agg whole ON whole.is_total = l.is_total AND whole.key IS NOT DISTINCT FROM l.key AND whole.whole
    ), summed AS (
        SELECT f.*, known.people AS all_people, sum(f.cents) FILTER (WHERE f.classed) OVER one AS classed_cents,
               sum(f.weight) FILTER (WHERE f.classed) OVER one AS classed_weight
        FROM filled f CROSS JOIN known
        WINDOW one AS (PARTITION BY f.is_total, f.place)
    )
    SELECT s.is_total, s.place, s.key, s.name_sl, s.name_en, s.class, s.projects, s.weight,
           CASE WHEN s.classed THEN s.weight / nullif(s.classed_weight, 0) END,
           s.cents, s.without_amount,
           CASE WHEN s.classed THEN s.cents / nullif(s.classed_cents, 0)::double precision END,
           CASE WHEN s.class IS NOT NULL THEN s.cents / nullif(s.whole_cents, 0)::double precision END,
           s.people,
           CASE WHEN s.of_scheme THEN s.people / nullif(s.all_people, 0)::double precision END,
           CASE WHEN s.people > 0 AND s.class IS NOT NULL THEN round(s.cents::numeric / s.people)::bigint END,
           CASE WHEN s.of_scheme AND s.people > 0 AND s.all_people > 0
                THEN (s.cents::double precision * s.all_people) / (nullif(s.classed_cents, 0)::double precision * s.people) END,
           CASE WHEN s.of_scheme AND s.all_people > 0 THEN round(s.people * s.classed_cents / s.all_people - s.cents)::bigint END
    FROM summed s ORDER BY s.is_total, s.place, s.n
$$;

-- balance_settlements: the municipality's settlements with class, people (of a set by settlement) and what a question puts there.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_settlements(municipality text, scheme text DEFAULT 'municipal',
    method text DEFAULT 'extent', spread text DEFAULT 'none', money text DEFAULT 'total', filter jsonb DEFAULT '{}', population text DEFAULT NULL)
RETURNS TABLE (code text, name text, class text, people bigint, projects bigint, weight double precision, amount_cents bigint)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH ask AS MATERIALIZED (
        SELECT town.id AS town, AUDIENCE.balance_scheme(town.id, balance_settlements.scheme) AS scheme_id,
               (SELECT s.id FROM population_sets s WHERE s.kind = 'settlements' AND s.id =
                   AUDIENCE.balance_population(town.id, balance_settlements.scheme, balance_settlements.population)) AS set_id
        FROM (SELECT AUDIENCE.balance_town(balance_settlements.municipality) AS id) town
    ), spent AS MATERIALIZED (
        SELECT c.settlement_id, count(DISTINCT c.project_id) AS projects,
               round(sum(c.weight)::numeric, 9)::double precision AS weight, sum(c.cents)::bigint AS cents
        FROM ask, AUDIENCE.balance_cells(ask.town, ask.scheme_id, balance_settlements.method, balance_settlements.spread,
                                         balance_settlements.money, balance_settlements.filter) c
        WHERE c.settlement_id IS NOT NULL GROUP BY c.settlement_id
    )
    SELECT s.code, s.name, coalesce(k.class, 'unclassified'), CASE WHEN ask.set_id IS NOT NULL THEN p.people END,
           coalesce(x.projects, 0), coalesce(x.weight, 0), x.cents
    FROM ask
    CROSS JOIN LATERAL AUDIENCE.balance_people(ask.town, coalesce(ask.set_id, 0)) p
    JOIN settlements s ON s.id = p.settlement_id
    LEFT JOIN scheme_classes k ON k.scheme_id = ask.scheme_id AND k.settlement_id = s.id
    LEFT JOIN spent x ON x.settlement_id = s.id
    ORDER BY s.name COLLATE "sl-x-icu", s.code COLLATE kraj.natural
$$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
