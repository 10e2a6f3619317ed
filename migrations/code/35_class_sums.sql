-- Sums by class: what a project, and each line of its money, has in each class of each current scheme of its municipality, and the people there. Kept with the sums,
-- before COMMIT.

-- class_words: the classes in the order in which they are always shown; class_sums names them by their place here.
CREATE OR REPLACE FUNCTION kraj.class_words() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{urban,suburban,rural,unclassified,outside,municipality_wide,unplaced}'::text[];

-- compute_class_sums adds the sums of projects up over the settlements of a class, for the current schemes of their municipality and of the
-- country, or only some of them. Every figure of a balance whose groups are properties of the project is a sum over these rows; the
-- distinct projects of a group are its first rows.
CREATE OR REPLACE FUNCTION kraj.compute_class_sums(project_ids bigint[], scheme_ids bigint[] DEFAULT NULL) RETURNS SETOF kraj.class_sums
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp SET enable_seqscan = off AS $$  -- the rows of some thousand projects, not all
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH own AS MATERIALIZED (
        SELECT s.* FROM unnest(project_ids) wanted (id) JOIN sums s ON s.project_id = wanted.id
    ), part AS (
        SELECT s.*, h.id AS scheme_id, array_position(kraj.class_words(), coalesce(s.special, k.class, 'unclassified'))::smallint AS class,
               ((s.total_extent IS NOT NULL)::int + (s.own_extent IS NOT NULL)::int * 2 + (s.eu_extent IS NOT NULL)::int * 4
                + (s.state_extent IS NOT NULL)::int * 8 + (s.private_extent IS NOT NULL)::int * 16)::smallint AS priced
        FROM own s
        JOIN schemes h ON h.current AND (h.municipality_id = s.municipality_id OR h.municipality_id IS NULL) AND (scheme_ids IS NULL OR h.id = ANY (scheme_ids))
        LEFT JOIN scheme_classes k ON k.scheme_id = h.id AND k.settlement_id = s.settlement_id
    ), added AS (
        SELECT p.municipality_id, p.scheme_id, p.project_id, p.class, p.priced, p.strategic, p.theme_id, p.measure_id, p.status, p.horizon, p.scope, p.visibility,
               p.holder, p.project_cents,
               sum(p.extent)::bigint AS extent, sum(p.population)::bigint AS population, sum(p.equal)::bigint AS equal, sum(p.served)::bigint AS served,
               coalesce(sum(p.total_extent), 0)::bigint AS total_extent, coalesce(sum(p.total_population), 0)::bigint AS total_population,
               coalesce(sum(p.total_equal), 0)::bigint AS total_equal, coalesce(sum(p.total_served), 0)::bigint AS total_served,
               coalesce(sum(p.own_extent), 0)::bigint AS own_extent, coalesce(sum(p.own_population), 0)::bigint AS own_population,
               coalesce(sum(p.own_equal), 0)::bigint AS own_equal, coalesce(sum(p.own_served), 0)::bigint AS own_served,
               coalesce(sum(p.eu_extent), 0)::bigint AS eu_extent, coalesce(sum(p.eu_population), 0)::bigint AS eu_population,
               coalesce(sum(p.eu_equal), 0)::bigint AS eu_equal, coalesce(sum(p.eu_served), 0)::bigint AS eu_served,
               coalesce(sum(p.state_extent), 0)::bigint AS state_extent, coalesce(sum(p.state_population), 0)::bigint AS state_population,
               coalesce(sum(p.state_equal), 0)::bigint AS state_equal, coalesce(sum(p.state_served), 0)::bigint AS state_served,
               coalesce(sum(p.private_extent), 0)::bigint AS private_extent, coalesce(sum(p.private_population), 0)::bigint AS private_population,
               coalesce(sum(p.private_equal), 0)::bigint AS private_equal, coalesce(sum(p.private_served), 0)::bigint AS private_served
        FROM part p
        GROUP BY p.project_id, p.scheme_id, p.class, p.municipality_id, p.priced, p.strategic, p.theme_id, p.measure_id, p.status, p.horizon, p.scope,
                 p.visibility, p.holder, p.project_cents
    )
    SELECT a.municipality_id, a.scheme_id, a.project_id, a.extent, a.population, a.equal, a.served,
           a.total_extent, a.total_population, a.total_equal, a.total_served, a.class,
           ((a.class IS NOT DISTINCT FROM min(a.class) FILTER (WHERE a.extent > 0) OVER own)::int + (a.class IS NOT DISTINCT FROM min(a.class) FILTER (WHERE a.population > 0) OVER own)::int * 2
            + (a.class IS NOT DISTINCT FROM min(a.class) FILTER (WHERE a.equal > 0) OVER own)::int * 4 + (a.class IS NOT DISTINCT FROM min(a.class) FILTER (WHERE a.served > 0) OVER own)::int * 8)::smallint,
           a.priced, a.strategic, a.theme_id, a.measure_id, a.status, a.horizon, a.scope, a.visibility, a.holder, a.project_cents,
           a.own_extent, a.own_population, a.own_equal, a.own_served, a.eu_extent, a.eu_population, a.eu_equal, a.eu_served,
           a.state_extent, a.state_population, a.state_equal, a.state_served, a.private_extent, a.private_population, a.private_equal, a.private_served
    FROM added a WINDOW own AS (PARTITION BY a.project_id, a.scheme_id);
END $$;

-- compute_class_lines does it for each line of a project's money. All lines of a project divide over the same rows: each has the project's
-- weights in a class, and which of them is the first of its source, mechanism or year is the same in every class.
CREATE OR REPLACE FUNCTION kraj.compute_class_lines(project_ids bigint[], scheme_ids bigint[] DEFAULT NULL) RETURNS SETOF kraj.class_lines
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp SET enable_seqscan = off AS $$  -- the rows of some thousand projects, not all
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH atom AS MATERIALIZED (
        SELECT a.* FROM unnest(project_ids) wanted (id) JOIN atoms a ON a.project_id = wanted.id
    ), added AS MATERIALIZED (
        SELECT a.municipality_id, h.id AS scheme_id, a.project_id,
               array_position(kraj.class_words(), coalesce(a.special, k.class, 'unclassified'))::smallint AS class,
               a.funding_id, a.year, a.source, a.mechanism, a.visibility, a.lines, a.line_share, a.line_cents IS NOT NULL AS priced,
               sum(a.w_extent)::bigint AS w_extent, sum(a.w_population)::bigint AS w_population, sum(a.w_equal)::bigint AS w_equal, sum(a.w_served)::bigint AS w_served,
               coalesce(sum(a.extent), 0)::bigint AS extent, coalesce(sum(a.population), 0)::bigint AS population, coalesce(sum(a.equal), 0)::bigint AS equal,
               coalesce(sum(a.served), 0)::bigint AS served
        FROM atom a
        JOIN schemes h ON h.current AND (h.municipality_id = a.municipality_id OR h.municipality_id IS NULL) AND (scheme_ids IS NULL OR h.id = ANY (scheme_ids))
        LEFT JOIN scheme_classes k ON k.scheme_id = h.id AND k.settlement_id = a.settlement_id
        GROUP BY a.project_id, h.id, 4, a.funding_id, a.municipality_id, a.year, a.source, a.mechanism, a.visibility, a.lines, a.line_share, a.line_cents IS NOT NULL
    ), headed AS (
        SELECT a.*, (7 + a.priced::int * 56) AS heads FROM added a WHERE a.lines = 1
        UNION ALL
        SELECT a.*, (row_number() OVER (PARTITION BY a.project_id, a.scheme_id, a.class, a.source ORDER BY a.funding_id) = 1)::int
            + (row_number() OVER (PARTITION BY a.project_id, a.scheme_id, a.class, a.mechanism ORDER BY a.funding_id) = 1)::int * 2
            + (row_number() OVER (PARTITION BY a.project_id, a.scheme_id, a.class, a.year ORDER BY a.funding_id) = 1)::int * 4
            + (a.priced AND row_number() OVER (PARTITION BY a.project_id, a.scheme_id, a.class, a.source, a.priced ORDER BY a.funding_id) = 1)::int * 8
            + (a.priced AND row_number() OVER (PARTITION BY a.project_id, a.scheme_id, a.class, a.mechanism, a.priced ORDER BY a.funding_id) = 1)::int * 16
            + (a.priced AND row_number() OVER (PARTITION BY a.project_id, a.scheme_id, a.class, a.year, a.priced ORDER BY a.funding_id) = 1)::int * 32
        FROM added a WHERE a.lines > 1
    )
    SELECT a.municipality_id, a.scheme_id, a.project_id, a.w_extent * a.line_share, a.w_population * a.line_share, a.w_equal * a.line_share, a.w_served * a.line_share,
           a.extent, a.population, a.equal, a.served, a.class,
           ((a.w_extent > 0)::int + (a.w_population > 0)::int * 2 + (a.w_equal > 0)::int * 4 + (a.w_served > 0)::int * 8)::smallint,
           ((a.class IS NOT DISTINCT FROM min(a.class) FILTER (WHERE a.w_extent > 0) OVER own)::int
            + (a.class IS NOT DISTINCT FROM min(a.class) FILTER (WHERE a.w_population > 0) OVER own)::int * 2
            + (a.class IS NOT DISTINCT FROM min(a.class) FILTER (WHERE a.w_equal > 0) OVER own)::int * 4
            + (a.class IS NOT DISTINCT FROM min(a.class) FILTER (WHERE a.w_served > 0) OVER own)::int * 8)::smallint,
           a.heads::smallint, a.funding_id, a.year, a.source, a.mechanism, a.visibility
    FROM headed a WINDOW own AS (PARTITION BY a.project_id, a.scheme_id);
END $$;

-- classed_anew: the projects of which a settlement has another class since this transaction. The log knows the settlements.
CREATE OR REPLACE FUNCTION kraj.classed_anew() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'scheme_classes') THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT DISTINCT w.project_id FROM kraj.weights w WHERE w.settlement_id IN (
        SELECT (v ->> 'settlement_id')::bigint FROM kraj.changes c CROSS JOIN LATERAL (VALUES (c.before), (c.after)) x (v)
        WHERE c.xid = pg_current_xact_id() AND c.relation = 'scheme_classes' AND v IS NOT NULL));
END $$;

-- settle_classes keeps the sums by class: those of projects whose sums were made anew or whose settlements changed class, and all of a
-- scheme that came, went, or is now the one in use.
CREATE OR REPLACE FUNCTION kraj.settle_classes(project_ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    step CONSTANT integer := 10000;
    affected bigint[] := ARRAY(SELECT unnest(project_ids) UNION SELECT unnest(kraj.classed_anew()));
    changed bigint[] := ARRAY(SELECT DISTINCT p.id FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'schemes');
    many integer := cardinality(affected);
    ids bigint[];
BEGIN
    IF many > 0 THEN
        PERFORM kraj.plan_for(many);
        FOR done IN 0 .. many - 1 BY step LOOP
            ids := affected[done + 1 : done + step];
            DELETE FROM kraj.class_sums s WHERE s.project_id = ANY (ids);
            DELETE FROM kraj.class_lines l WHERE l.project_id = ANY (ids);
            INSERT INTO kraj.class_sums SELECT * FROM kraj.compute_class_sums(ids);
            INSERT INTO kraj.class_lines SELECT * FROM kraj.compute_class_lines(ids);
            PERFORM kraj.progress('sums by class', done + step, many);
        END LOOP;
    END IF;
    IF cardinality(changed) > 0 THEN
        DELETE FROM kraj.class_sums s WHERE s.scheme_id = ANY (changed);
        DELETE FROM kraj.class_lines l WHERE l.scheme_id = ANY (changed);
        affected := ARRAY(SELECT DISTINCT s.project_id FROM kraj.schemes h JOIN kraj.sums s ON h.municipality_id IS NULL OR s.municipality_id = h.municipality_id
                          WHERE h.id = ANY (changed) AND h.current);
        many := cardinality(affected);
        PERFORM kraj.plan_for(many);
        FOR done IN 0 .. many - 1 BY step LOOP
            ids := affected[done + 1 : done + step];
            INSERT INTO kraj.class_sums SELECT * FROM kraj.compute_class_sums(ids, changed);
            INSERT INTO kraj.class_lines SELECT * FROM kraj.compute_class_lines(ids, changed);
        END LOOP;
    END IF;
END $$;

-- compute_class_people adds the people of municipalities up by class, for every current scheme and every set by settlement that they can
-- be asked with.
CREATE OR REPLACE FUNCTION kraj.compute_class_people(municipality_ids bigint[]) RETURNS SETOF kraj.class_people
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT s.municipality_id, h.id, x.id, coalesce(k.class, 'unclassified'), sum(p.people)::bigint
    FROM settlements s
    JOIN schemes h ON h.current AND (h.municipality_id = s.municipality_id OR h.municipality_id IS NULL)
    JOIN population_sets x ON x.kind = 'settlements' AND (x.municipality_id = s.municipality_id OR x.municipality_id IS NULL)
    LEFT JOIN population_settlements p ON p.settlement_id = s.id AND p.set_id = x.id
    LEFT JOIN scheme_classes k ON k.scheme_id = h.id AND k.settlement_id = s.id
    WHERE s.municipality_id = ANY (municipality_ids) GROUP BY 1, 2, 3, 4
$$;

-- settle_people keeps them: of municipalities that won or lost a settlement, a class, people, a scheme or a set; of all where a scheme or a
-- set of the country changed.
CREATE OR REPLACE FUNCTION kraj.settle_people() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE towns bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id()
                   AND p.relation IN ('settlements', 'population_sets', 'population_settlements', 'schemes', 'scheme_classes')) THEN
        RETURN;
    END IF;
    towns := ARRAY(
        SELECT p.municipality_id FROM kraj.pending p
        WHERE p.xid = pg_current_xact_id() AND p.relation IN ('settlements', 'population_sets', 'schemes') AND p.municipality_id IS NOT NULL
        UNION
        SELECT s.municipality_id FROM kraj.changes c CROSS JOIN LATERAL (VALUES (c.before), (c.after)) x (v)
        JOIN kraj.settlements s ON s.id = (x.v ->> 'settlement_id')::bigint
        WHERE c.xid = pg_current_xact_id() AND c.relation IN ('population_settlements', 'scheme_classes') AND s.municipality_id IS NOT NULL
        UNION
        SELECT m.id FROM kraj.municipalities m
        WHERE EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation IN ('population_sets', 'schemes') AND p.municipality_id IS NULL));
    DELETE FROM kraj.class_people p WHERE p.municipality_id = ANY (towns);
    INSERT INTO kraj.class_people SELECT * FROM kraj.compute_class_people(towns);
END $$;
