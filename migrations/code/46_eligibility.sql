-- Who can pay for a project: where it lies, measured against the territory lists of funding mechanisms. docs/eligibility.md has the
-- rules in words. Nothing is kept: the answer is computed from weights, ties and lists, for any number of projects at once.
-- What is not known is unknown, never "no".

-- check_territory: a list of one municipality names places of that municipality.
CREATE OR REPLACE FUNCTION kraj.check_territory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    list kraj.mechanism_lists;
    home bigint := coalesce((SELECT s.municipality_id FROM kraj.settlements s WHERE s.id = NEW.settlement_id),
                            (SELECT c.municipality_id FROM kraj.local_communities c WHERE c.id = NEW.local_community_id), NEW.municipality_id);
BEGIN
    IF kraj.reverting() THEN RETURN NEW; END IF;
    SELECT * INTO list FROM kraj.mechanism_lists l WHERE l.id = NEW.list_id;
    IF list.municipality_id <> home THEN
        RAISE EXCEPTION 'mechanism_territory: the list "%" of % is about one municipality, the place lies in another', list.code, list.mechanism
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mechanism_territory_municipality',
                  HINT = 'A list that names places of several municipalities has no municipality of its own.';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS check_territory ON kraj.mechanism_territory;
CREATE TRIGGER check_territory BEFORE INSERT OR UPDATE ON kraj.mechanism_territory
    FOR EACH ROW EXECUTE FUNCTION kraj.check_territory();

DO $make$
DECLARE
    audience text;
    body text := $sql$

-- eligibility_covers: the lists that say something about a municipality, and one row without a list for each mechanism that has none.
--   rest    what the list says of a place it does not name: included, conditional, excluded or unknown
--   whole   what it says of the municipality as a whole; partly where it takes some of its places only
--   beyond  what it says of what lies outside the municipality
--   drawn   the municipality's settlements are known whole: what lies in none of them lies outside the municipality
--   cause   why nothing can be said: no_list, no_list_for_year, period_not_stated, empty_list; else null
-- A list that names places of several municipalities is about those that it names, and silent about all others.
CREATE OR REPLACE FUNCTION AUDIENCE.eligibility_covers(of_municipality bigint, on_year integer DEFAULT NULL)
RETURNS TABLE (municipality_id bigint, mechanism text, list_id bigint, layer text, rest text, whole text, beyond text, drawn boolean, cause text)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH town AS MATERIALIZED (
        SELECT m.id, x.drawn AND coalesce(x.area >= 0.99 * ST_Area(m.geom), true) AS drawn
        FROM municipalities m
        CROSS JOIN LATERAL (SELECT coalesce(bool_and(s.geom IS NOT NULL), false) AS drawn, sum(ST_Area(s.geom)) AS area FROM settlements s WHERE s.municipality_id = m.id) x
        WHERE of_municipality IS NULL OR m.id = of_municipality
    ), place AS MATERIALIZED (
        SELECT t.list_id, coalesce(t.municipality_id, s.municipality_id, c.municipality_id) AS municipality_id,
               t.settlement_id, t.local_community_id, t.state
        FROM mechanism_territory t
        LEFT JOIN settlements s ON s.id = t.settlement_id
        LEFT JOIN local_communities c ON c.id = t.local_community_id
    ), named AS MATERIALIZED (
        SELECT p.list_id, p.municipality_id, min(p.state) AS state FROM place p GROUP BY p.list_id, p.municipality_id
    ), cover AS MATERIALIZED (
        SELECT town.id AS municipality_id, l.mechanism, l.id AS list_id, l.layer,
               CASE WHEN l.layer = 'municipalities' THEN n.state WHEN l.rule = 'whole_municipality' THEN 'included'
                    WHEN l.rule = 'listed' THEN 'excluded' WHEN l.rule = 'conditional' THEN 'conditional' ELSE 'unknown' END AS rest,
               CASE WHEN l.municipality_id IS NULL OR NOT town.drawn THEN 'unknown' ELSE 'excluded' END AS beyond, town.drawn,
               CASE WHEN on_year IS NOT NULL AND num_nulls(l.period_from, l.period_to) = 2 THEN 'period_not_stated'
                    WHEN l.rule <> 'whole_municipality' AND n.list_id IS NULL THEN 'empty_list' END AS cause,
               on_year IS NULL OR on_year BETWEEN coalesce(l.period_from, on_year) AND coalesce(l.period_to, on_year) AS in_time
        FROM mechanism_lists l
        JOIN town ON l.municipality_id = town.id OR l.municipality_id IS NULL
        LEFT JOIN named n ON n.list_id = l.id AND n.municipality_id = town.id
        WHERE l.municipality_id IS NOT NULL OR n.list_id IS NOT NULL
    ), every AS (  -- each place of the list's layer, and what the list says of it
        SELECT c.list_id, c.municipality_id, coalesce(p.state, c.rest) AS state
        FROM cover c JOIN settlements s ON s.municipality_id = c.municipality_id
        LEFT JOIN place p ON p.list_id = c.list_id AND p.settlement_id = s.id
        WHERE c.layer = 'settlements'
        UNION ALL
        SELECT c.list_id, c.municipality_id, coalesce(p.state, c.rest)
        FROM cover c JOIN local_communities s ON s.municipality_id = c.municipality_id
        LEFT JOIN place p ON p.list_id = c.list_id AND p.local_community_id = s.id
        WHERE c.layer = 'local_communities'
    ), whole AS (
        SELECT e.list_id, e.municipality_id, CASE WHEN bool_or(e.state = 'unknown') THEN 'unknown'
                   WHEN bool_and(e.state = 'excluded') THEN 'excluded' WHEN bool_or(e.state = 'excluded') THEN 'partly'
                   WHEN bool_or(e.state = 'conditional') THEN 'conditional' ELSE 'included' END AS state
        FROM every e GROUP BY e.list_id, e.municipality_id
    )
    SELECT c.municipality_id, c.mechanism, c.list_id, c.layer, c.rest, coalesce(w.state, c.rest), c.beyond, c.drawn, c.cause
    FROM cover c LEFT JOIN whole w USING (list_id, municipality_id) WHERE c.in_time
    UNION ALL
    SELECT town.id, m.code, NULL, NULL, NULL, NULL, NULL, town.drawn,
           CASE WHEN EXISTS (SELECT FROM cover c WHERE c.mechanism = m.code AND c.municipality_id = town.id) THEN 'no_list_for_year' ELSE 'no_list' END
    FROM town CROSS JOIN mechanisms m
    WHERE NOT EXISTS (SELECT FROM cover c WHERE c.mechanism = m.code AND c.municipality_id = town.id AND c.in_time)
$$;

-- eligibility_parts: how much of a project lies where a list says what: state included, conditional, excluded, unknown or partly, in
-- parts of 10¹². Lists of settlements ask the weights by extent; lists of local communities ask the project's ties, its dimensions
-- weighing equally, and where there is no geometry the planners' statements. cause: why a part is unknown.
CREATE OR REPLACE FUNCTION AUDIENCE.eligibility_parts(of_municipality bigint, project_ids bigint[] DEFAULT NULL, on_year integer DEFAULT NULL)
RETURNS TABLE (project_id bigint, list_id bigint, state text, parts numeric, cause text)
LANGUAGE plpgsql STABLE ROWS 100000 SET search_path = AUDIENCE, public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH cover AS MATERIALIZED (
        SELECT * FROM AUDIENCE.eligibility_covers(of_municipality, on_year) c WHERE c.cause IS NULL
    ), asked AS MATERIALIZED (SELECT EXISTS (SELECT FROM cover c WHERE c.layer = 'local_communities') AS communities
    ), weight AS MATERIALIZED (
        SELECT w.project_id, w.municipality_id, w.settlement_id, w.special, w.extent FROM weights w
        WHERE w.extent > 0 AND (of_municipality IS NULL OR w.municipality_id = of_municipality) AND (project_ids IS NULL OR w.project_id = ANY (project_ids))
    ), drawn AS MATERIALIZED (
        SELECT x.project_id, x.municipality_id, count(*) AS dimensions FROM extents x JOIN projects p ON p.id = x.project_id
        WHERE p.is_leaf AND p.scope <> 'municipality' AND (SELECT communities FROM asked)
          AND (of_municipality IS NULL OR x.municipality_id = of_municipality) AND (project_ids IS NULL OR x.project_id = ANY (project_ids))
        GROUP BY x.project_id, x.municipality_id
    ), tie AS MATERIALIZED (
        SELECT t.project_id, t.municipality_id, t.place_id, t.relation, t.share, k.municipality_id = t.municipality_id AS own
        FROM ties t JOIN local_communities k ON k.id = t.place_id
        WHERE t.layer = 'local_communities' AND t.relation <> 'near' AND (SELECT communities FROM asked)
          AND (of_municipality IS NULL OR t.municipality_id = of_municipality) AND (project_ids IS NULL OR t.project_id = ANY (project_ids))
    ), lain AS MATERIALIZED (  -- by geometry
        SELECT t.project_id, t.municipality_id, t.place_id, sum(t.share) / min(d.dimensions) AS share
        FROM tie t JOIN drawn d USING (project_id) WHERE t.own AND t.relation IN ('within', 'crosses')
        GROUP BY t.project_id, t.municipality_id, t.place_id
    ), stated AS MATERIALIZED (  -- by statement
        SELECT s.*, 1.0 / count(*) OVER (PARTITION BY s.project_id) AS share
        FROM (SELECT DISTINCT t.project_id, t.municipality_id, t.place_id, t.own FROM tie t JOIN projects p ON p.id = t.project_id
              WHERE t.relation IN ('manual', 'named') AND p.is_leaf AND p.scope <> 'municipality'
                AND NOT EXISTS (SELECT FROM drawn d WHERE d.project_id = t.project_id)) s
    ), outside AS MATERIALIZED (
        SELECT w.project_id, w.extent / 1e12::double precision AS share FROM weight w WHERE w.special = 'outside' AND (SELECT communities FROM asked)
    ), area AS MATERIALIZED (  -- where every local community on the list is drawn, what lies in none of them is not on the list
        SELECT t.list_id, k.municipality_id, bool_and(coalesce(ST_Dimension(k.geom) = 2, false)) AS drawn
        FROM mechanism_territory t JOIN local_communities k ON k.id = t.local_community_id
        WHERE (SELECT communities FROM asked) AND (of_municipality IS NULL OR k.municipality_id = of_municipality) GROUP BY t.list_id, k.municipality_id
    ), left_over AS (
        SELECT d.project_id, d.municipality_id, greatest(1 - coalesce(sum(l.share), 0), 0) AS share, least(coalesce(min(o.share), 0), greatest(1 - coalesce(sum(l.share), 0), 0)) AS outside
        FROM drawn d LEFT JOIN lain l ON l.project_id = d.project_id LEFT JOIN outside o ON o.project_id = d.project_id
        GROUP BY d.project_id, d.municipality_id
    ), piece AS (
        SELECT l.project_id, c.list_id, coalesce(t.state, c.rest) AS state, l.share, 'silent' AS cause
        FROM lain l JOIN cover c ON c.municipality_id = l.municipality_id AND c.layer = 'local_communities'
        LEFT JOIN mechanism_territory t ON t.list_id = c.list_id AND t.local_community_id = l.place_id
        UNION ALL
        SELECT o.project_id, c.list_id, x.state, x.share, x.cause
        FROM left_over o JOIN cover c ON c.municipality_id = o.municipality_id AND c.layer = 'local_communities'
        LEFT JOIN area a ON a.list_id = c.list_id AND a.municipality_id = c.municipality_id
        CROSS JOIN LATERAL (VALUES (c.beyond, o.outside, CASE WHEN c.drawn THEN 'beyond' ELSE 'uncovered' END),
            (CASE WHEN coalesce(a.drawn, true) THEN c.rest ELSE 'unknown' END, o.share - o.outside, CASE WHEN coalesce(a.drawn, true) THEN 'silent' ELSE 'no_community' END)) x (state, share, cause)
        WHERE x.share > 1e-9
        UNION ALL
        SELECT s.project_id, c.list_id, CASE WHEN s.own THEN coalesce(t.state, c.rest) ELSE c.beyond END, s.share::double precision,
               CASE WHEN s.own THEN 'silent' ELSE 'beyond' END
        FROM stated s JOIN cover c ON c.municipality_id = s.municipality_id AND c.layer = 'local_communities'
        LEFT JOIN mechanism_territory t ON t.list_id = c.list_id AND t.local_community_id = s.place_id
    ), rounded AS (  -- rounded along the running sum, so that the parts sum exactly
        SELECT s.project_id, s.list_id, s.state, s.cause, round(1e12::numeric * (s.upto / s.total)::numeric) AS upto,
               row_number() OVER one AS n
        FROM (SELECT p.project_id, p.list_id, p.state, min(p.cause) AS cause,
                     sum(sum(p.share)) OVER (PARTITION BY p.project_id, p.list_id ORDER BY p.state) AS upto,
                     sum(sum(p.share)) OVER (PARTITION BY p.project_id, p.list_id) AS total
              FROM piece p GROUP BY p.project_id, p.list_id, p.state) s
        WINDOW one AS (PARTITION BY s.project_id, s.list_id ORDER BY s.state)
    )
    SELECT w.project_id, c.list_id, k.state, sum(w.extent), min(k.cause)
    FROM weight w JOIN cover c ON c.municipality_id = w.municipality_id AND c.layer <> 'local_communities'
    LEFT JOIN mechanism_territory t ON t.list_id = c.list_id AND t.settlement_id = w.settlement_id
    CROSS JOIN LATERAL (SELECT CASE w.special WHEN 'outside' THEN c.beyond WHEN 'unplaced' THEN 'unknown' WHEN 'municipality_wide' THEN c.whole
                                   ELSE coalesce(t.state, c.rest) END AS state,
                               CASE w.special WHEN 'outside' THEN CASE WHEN c.drawn THEN 'beyond' ELSE 'uncovered' END WHEN 'unplaced' THEN 'unplaced'
                                   WHEN 'municipality_wide' THEN CASE c.whole WHEN 'unknown' THEN 'silent' ELSE 'municipality_wide' END ELSE 'silent' END AS cause) k
    GROUP BY w.project_id, c.list_id, k.state
    UNION ALL
    SELECT r.project_id, r.list_id, r.state, r.upto - coalesce(lag(r.upto) OVER (PARTITION BY r.project_id, r.list_id ORDER BY r.n), 0), r.cause FROM rounded r
    UNION ALL  -- of a project in no local community by geometry or statement only the whole municipality can be judged
    SELECT w.project_id, c.list_id, CASE w.special WHEN 'municipality_wide' THEN c.whole ELSE 'unknown' END, sum(w.extent),
           CASE w.special WHEN 'municipality_wide' THEN CASE c.whole WHEN 'unknown' THEN 'silent' ELSE 'municipality_wide' END WHEN 'unplaced' THEN 'unplaced' ELSE 'no_community' END
    FROM weight w JOIN cover c ON c.municipality_id = w.municipality_id AND c.layer = 'local_communities'
    WHERE NOT EXISTS (SELECT FROM drawn d WHERE d.project_id = w.project_id) AND NOT EXISTS (SELECT FROM stated s WHERE s.project_id = w.project_id)
    GROUP BY w.project_id, c.list_id, 3, 5;
END $$;

-- eligibility_states: the answer, one row a leaf project, mechanism and list: eligible, conditional, partly, not_eligible or unknown.
-- Parts up to a thousandth of the project are what borders drawn twice differ by and decide nothing. Parts are null where they cannot
-- be told: nothing known, or a project of the whole municipality of which the list takes some places only.
CREATE OR REPLACE FUNCTION AUDIENCE.eligibility_states(of_municipality bigint, project_ids bigint[] DEFAULT NULL, on_year integer DEFAULT NULL)
RETURNS TABLE (project_id bigint, municipality_id bigint, mechanism text, list_id bigint, state text, cause text,
               inside bigint, conditional bigint, outside bigint, unknown bigint)
LANGUAGE plpgsql STABLE ROWS 100000 SET search_path = AUDIENCE, public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH cover AS MATERIALIZED (
        SELECT * FROM AUDIENCE.eligibility_covers(of_municipality, on_year)
    ), summed AS MATERIALIZED (
        SELECT p.project_id, p.list_id,
               coalesce(sum(p.parts) FILTER (WHERE p.state = 'included'), 0)::bigint AS inside,
               coalesce(sum(p.parts) FILTER (WHERE p.state = 'conditional'), 0)::bigint AS conditional,
               coalesce(sum(p.parts) FILTER (WHERE p.state = 'excluded'), 0)::bigint AS outside,
               coalesce(sum(p.parts) FILTER (WHERE p.state = 'unknown'), 0)::bigint AS unknown,
               coalesce(sum(p.parts) FILTER (WHERE p.state = 'partly'), 0)::bigint AS split,
               min(p.cause) FILTER (WHERE p.state = 'unknown') AS cause, bool_and(p.cause = 'municipality_wide') AS wide
        FROM AUDIENCE.eligibility_parts(of_municipality, project_ids, on_year) p GROUP BY p.project_id, p.list_id
    ), judged AS (
        SELECT leaf.id AS project_id, c.*, s.inside, s.conditional, s.outside, s.unknown, s.split, s.cause AS why, s.wide, CASE
            WHEN c.cause IS NOT NULL OR s.project_id IS NULL OR s.unknown > 1000000000 THEN 'unknown'
            WHEN s.split > 1000000000 THEN 'partly'
            WHEN s.outside > 1000000000 THEN CASE WHEN s.inside + s.conditional > 1000000000 THEN 'partly' ELSE 'not_eligible' END
            WHEN s.conditional > 1000000000 THEN 'conditional' ELSE 'eligible' END AS state
        FROM projects leaf JOIN cover c ON c.municipality_id = leaf.municipality_id
        LEFT JOIN summed s ON s.project_id = leaf.id AND s.list_id = c.list_id
        WHERE leaf.is_leaf AND (of_municipality IS NULL OR leaf.municipality_id = of_municipality) AND (project_ids IS NULL OR leaf.id = ANY (project_ids))
    )
    SELECT j.project_id, j.municipality_id, j.mechanism, j.list_id, j.state,
           CASE j.state WHEN 'unknown' THEN coalesce(j.cause, j.why, 'unplaced') ELSE CASE WHEN j.wide OR j.split > 1000000000 THEN 'municipality_wide' END END,
           CASE WHEN shown THEN j.inside END, CASE WHEN shown THEN j.conditional END, CASE WHEN shown THEN j.outside END, CASE WHEN shown THEN j.unknown END
    FROM judged j CROSS JOIN LATERAL (SELECT coalesce(j.split, 1) = 0 AND j.unknown < 1000000000000 AS shown) x;
END $$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
