-- Opening the past: what was, for this transaction, is put into the tables of kraj_past (44_past_make.sql). It takes no lock that a writer
-- could wait for. One transaction looks at one revision at a time; at REPEATABLE READ every statement in it sees the same.

-- past_revision finds what as_of means: a revision by its number, or the last one by a day (its end, in Slovenia) or a time (RFC 3339).
CREATE OR REPLACE FUNCTION kraj.past_revision(as_of text, OUT revision bigint, OUT commit_no bigint, OUT committed_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE
    first record;
    last record;
    moment timestamptz;
    reason text;
BEGIN
    SELECT r.id, r.committed_at INTO first FROM kraj.revisions r WHERE r.commit_no IS NOT NULL ORDER BY r.commit_no LIMIT 1;
    SELECT r.id, r.committed_at INTO last FROM kraj.revisions r WHERE r.commit_no IS NOT NULL ORDER BY r.commit_no DESC LIMIT 1;
    IF first.id IS NULL THEN
        reason := 'nothing has been recorded yet';
    ELSIF as_of ~ '^\d{1,18}$' THEN
        SELECT r.id, r.commit_no, r.committed_at INTO revision, past_revision.commit_no, past_revision.committed_at
        FROM kraj.revisions r WHERE r.id = as_of::bigint AND r.commit_no IS NOT NULL;
        reason := CASE
            WHEN as_of::bigint > (SELECT max(r.id) FROM kraj.revisions r) THEN format('there is no revision %s yet; the last is %s', as_of, last.id)
            WHEN as_of::bigint < (SELECT min(r.id) FROM kraj.revisions r) THEN format('the change log begins with revision %s', first.id)
            ELSE format('there is no revision %s, numbers have gaps; the one before it is %s', as_of,
                        (SELECT max(r.id) FROM kraj.revisions r WHERE r.id < as_of::bigint)) END;
    ELSIF as_of ~* '^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$' THEN
        BEGIN
            moment := CASE WHEN length(as_of) > 10 THEN as_of::timestamptz
                           ELSE (as_of::date + 1)::timestamp AT TIME ZONE 'Europe/Ljubljana' - interval '1 microsecond' END;
        EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
            reason := format('%s is no day or time', as_of);
        END;
        IF moment > (CASE WHEN length(as_of) > 10 THEN clock_timestamp()
                          ELSE ((clock_timestamp() AT TIME ZONE 'Europe/Ljubljana')::date + 1)::timestamp AT TIME ZONE 'Europe/Ljubljana' END) THEN
            reason := format('%s is in the future', as_of);
        ELSIF reason IS NULL THEN
            SELECT r.id, r.commit_no, r.committed_at INTO revision, past_revision.commit_no, past_revision.committed_at
            FROM kraj.revisions r WHERE r.committed_at <= moment AND r.commit_no IS NOT NULL ORDER BY r.commit_no DESC LIMIT 1;
            reason := format('the change log begins with revision %s, on %s', first.id, to_char(first.committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
        END IF;
    ELSE
        reason := format('"%s" is neither a revision nor a day nor a time', left(as_of, 40));
    END IF;
    IF revision IS NULL THEN
        RAISE EXCEPTION 'as_of: %', reason USING ERRCODE = 'invalid_parameter_value', CONSTRAINT = 'as_of',
            HINT = 'Accepted: the number of a revision (12), a day (2026-06-30, as it ended) or a time (2026-06-30T12:00:00Z).';
    END IF;
    -- A log that was shortened at its beginning keeps no rows of what it lost.
    IF EXISTS (SELECT FROM (SELECT r.id FROM kraj.revisions r WHERE r.commit_no > past_revision.commit_no ORDER BY r.commit_no LIMIT 1) next
               WHERE NOT EXISTS (SELECT FROM kraj.changes c WHERE c.revision = next.id)) THEN
        RAISE EXCEPTION 'as_of: the changes after revision % are no longer in the log', revision
            USING ERRCODE = 'invalid_parameter_value', CONSTRAINT = 'as_of', HINT = format('It is complete since revision %s.',
                (SELECT min(c.revision) FROM kraj.changes c));
    END IF;
END $$;

-- past_close forgets what was opened. At READ COMMITTED every statement sees more; then it makes sure that there was nothing more to see.
CREATE OR REPLACE FUNCTION kraj.past_close(checked boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE t text;
BEGIN
    IF checked AND EXISTS (SELECT FROM kraj_past.seen s WHERE s.xid = pg_current_xact_id() AND s.commit_no <>
                           (SELECT max(r.commit_no) FROM kraj.revisions r)) THEN
        RAISE EXCEPTION 'The database changed while its past was being read' USING ERRCODE = 'serialization_failure',
            HINT = 'Ask again, or BEGIN ISOLATION LEVEL REPEATABLE READ first.';
    END IF;
    FOREACH t IN ARRAY '{gone,moved,seen}'::text[] || ARRAY(SELECT 'was_' || kraj.past_relations()) LOOP
        EXECUTE format('DELETE FROM kraj_past.%I WHERE xid = pg_current_xact_id()', t);
    END LOOP;
    PERFORM kraj.plan_for(0);
END $$;

-- past_open shows this transaction the database as it stood when the revision had just been committed: all base relations, and the
-- derived rows of one municipality (code or folded name; the only one when empty).
CREATE OR REPLACE FUNCTION kraj.past_open(as_of text, municipality text, OUT revision bigint, OUT committed_at timestamptz)
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    asked record;
    towns bigint[];
BEGIN
    SELECT * INTO asked FROM kraj.past_revision(as_of);
    PERFORM kraj.past_close(checked => false);
    INSERT INTO kraj_past.seen (commit_no) SELECT max(r.commit_no) FROM kraj.revisions r;
    PERFORM kraj.plan_for(1000);
    PERFORM kraj.past_rows(asked.commit_no);
    towns := ARRAY(SELECT m.id FROM kraj_past.municipalities m
                   WHERE m.code = past_open.municipality OR m.slug = kraj.fold(past_open.municipality) OR coalesce(past_open.municipality, '') = '');
    PERFORM kraj.past_trees();
    PERFORM kraj.past_moved();
    PERFORM kraj.past_places(towns);
    PERFORM kraj.past_derived(towns);
    revision := asked.revision;
    committed_at := asked.committed_at;
END $$;

-- past_rows puts back every row that changed after the revision: its image before the first change since. Images lack columns that were
-- added later; those have their default.
CREATE OR REPLACE FUNCTION kraj.past_rows(since bigint) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
    t text;
    columns text;
    cells text;
BEGIN
    INSERT INTO kraj_past.gone (relation, row_key, id, before, before_geom)
    SELECT DISTINCT ON (c.relation, c.row_key) c.relation, c.row_key, CASE WHEN c.relation <> 'layers' THEN c.row_key::bigint END,
           c.before, CASE WHEN c.before_geom IS NOT NULL THEN ST_GeomFromEWKB(c.before_geom) END
    FROM kraj.changes c
    WHERE c.relation IN (SELECT kraj.past_relations('base', 'places'))
      AND c.revision IN (SELECT r.id FROM kraj.revisions r WHERE r.commit_no > since OR r.commit_no IS NULL)
    ORDER BY c.relation, c.row_key, c.id;
    FOR t IN SELECT DISTINCT g.relation FROM kraj_past.gone g WHERE g.xid = pg_current_xact_id() AND g.before IS NOT NULL LOOP
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), string_agg(CASE
                   WHEN a.attname = 'geom' THEN 'g.before_geom'
                   WHEN d.adbin IS NOT NULL THEN format('CASE WHEN g.before ? %L THEN r.%I ELSE %s END', a.attname, a.attname, pg_get_expr(d.adbin, d.adrelid))
                   ELSE format('r.%I', a.attname) END, ', ' ORDER BY a.attnum)
        INTO columns, cells
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = ('kraj.' || quote_ident(t))::regclass AND a.attname = ANY (kraj.past_columns(t, stored => true));
        EXECUTE format('INSERT INTO kraj_past.%I (%s) SELECT %s FROM kraj_past.gone g, jsonb_populate_record(NULL::kraj.%I, g.before) r
            WHERE g.xid = pg_current_xact_id() AND g.relation = %L AND g.before IS NOT NULL', 'was_' || t, columns, cells, t, t);
    END LOOP;
END $$;

-- past_trees derives, in every tree that changed since, what settling derives: who was a leaf, and who was public. A row that stood as
-- today but for that joins those that stood differently.
CREATE OR REPLACE FUNCTION kraj.past_trees() RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    changed bigint[];
    columns text := array_to_string(ARRAY(SELECT quote_ident(c) FROM unnest(kraj.past_columns('projects', stored => true)) c), ', ');
BEGIN
    changed := ARRAY(
        SELECT g.id FROM kraj_past.gone g WHERE g.xid = pg_current_xact_id() AND g.relation = 'projects'
        UNION SELECT p.parent_id FROM kraj_past.gone g JOIN kraj.projects p ON p.id = g.id
        WHERE g.xid = pg_current_xact_id() AND g.relation = 'projects' AND p.parent_id IS NOT NULL);
    IF cardinality(changed) = 0 THEN RETURN; END IF;
    WITH tree AS MATERIALIZED (
        SELECT t.id, t.leaf, t.effective_visibility FROM kraj_past.project_trees(changed) t
    ), derived AS (
        UPDATE kraj_past.was_projects w SET is_leaf = t.leaf, effective_visibility = t.effective_visibility FROM tree t
        WHERE w.id = t.id AND w.xid = pg_current_xact_id() RETURNING w.id
    )
    INSERT INTO kraj_past.gone (relation, row_key, id, before)
    SELECT 'projects', t.id::text, t.id, jsonb_build_object('is_leaf', t.leaf, 'effective_visibility', t.effective_visibility)
    FROM tree t JOIN kraj.projects p ON p.id = t.id
    WHERE t.id NOT IN (SELECT d.id FROM derived d) AND (p.is_leaf, p.effective_visibility) IS DISTINCT FROM (t.leaf, t.effective_visibility);
    EXECUTE format('INSERT INTO kraj_past.was_projects (%1$s) SELECT %1$s FROM (SELECT (jsonb_populate_record(p, g.before)).*
        FROM kraj_past.gone g JOIN kraj.projects p ON p.id = g.id
        WHERE g.xid = pg_current_xact_id() AND g.relation = ''projects'' AND g.before ? ''is_leaf'') r', columns);
END $$;

-- past_moved: which projects' ties (and with them all that follows), or only weights and atoms, cannot be taken from today. More are
-- named than have to be; none less.
CREATE OR REPLACE FUNCTION kraj.past_moved() RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
BEGIN
    WITH gone AS MATERIALIZED (
        SELECT g.* FROM kraj_past.gone g WHERE g.xid = pg_current_xact_id()
    ), place AS MATERIALIZED (  -- places that were elsewhere, with the ground they had and have
        SELECT g.relation AS layer, g.id, ARRAY[g.before_geom, now.geom] AS grounds,
               coalesce((SELECT max(l.near_m) FROM (SELECT l.near_m FROM kraj.layers l WHERE l.id = g.relation
                   UNION ALL SELECT l.near_m FROM kraj_past.layers l WHERE l.id = g.relation) l), 0) AS near_m
        FROM gone g LEFT JOIN (
            SELECT 'settlements' AS layer, s.id, s.code, s.municipality_id, s.geom FROM kraj.settlements s
            UNION ALL SELECT 'local_communities', c.id, c.code, c.municipality_id, c.geom FROM kraj.local_communities c
        ) now ON now.layer = g.relation AND now.id = g.id
        WHERE g.relation IN ('settlements', 'local_communities')
          AND (g.before IS NULL OR now.id IS NULL OR now.code IS DISTINCT FROM g.before ->> 'code'
               OR now.municipality_id IS DISTINCT FROM (g.before ->> 'municipality_id')::bigint
               OR ST_AsBinary(now.geom) IS DISTINCT FROM ST_AsBinary(g.before_geom))
    ), moved (id, ties) AS (
        SELECT g.id, g.before IS NULL OR p.id IS NULL OR p.municipality_id <> w.municipality_id OR p.effective_visibility <> w.effective_visibility
        FROM gone g LEFT JOIN kraj.projects p ON p.id = g.id
        LEFT JOIN kraj_past.was_projects w ON w.id = g.id AND w.xid = pg_current_xact_id()
        WHERE g.relation = 'projects'
        UNION ALL SELECT (g.before ->> 'project_id')::bigint, g.relation IN ('sites', 'project_places') FROM gone g
        WHERE g.relation IN ('sites', 'project_places', 'project_funding', 'project_weights') AND g.before IS NOT NULL
        UNION ALL SELECT s.project_id, true FROM gone g JOIN kraj.sites s ON s.id = g.id WHERE g.relation = 'sites'
        UNION ALL SELECT s.project_id, true FROM gone g JOIN kraj.project_places s ON s.id = g.id WHERE g.relation = 'project_places'
        UNION ALL SELECT f.project_id, false FROM gone g JOIN kraj.project_funding f ON f.id = g.id WHERE g.relation = 'project_funding'
        UNION ALL SELECT w.project_id, false FROM gone g JOIN kraj.project_weights w ON w.id = g.id WHERE g.relation = 'project_weights'
        UNION ALL SELECT s.project_id, true FROM place x CROSS JOIN LATERAL unnest(x.grounds) ground
        JOIN kraj.sites s ON s.geom && ST_Expand(ground, x.near_m)
        UNION ALL SELECT t.project_id, true FROM place x JOIN kraj.ties t ON t.layer = x.layer AND t.place_id = x.id
        UNION ALL SELECT s.project_id, true FROM place x JOIN kraj.project_places s ON s.layer = x.layer AND s.place_id = x.id
        UNION ALL SELECT w.project_id, false FROM place x CROSS JOIN LATERAL unnest(x.grounds) ground  -- whose settlement is another community's
        JOIN kraj.settlements s ON s.geom && ground JOIN kraj.weights w ON w.settlement_id = s.id
        UNION ALL SELECT w.project_id, false FROM place x JOIN kraj.project_weights w ON x.layer = 'settlements' AND w.settlement_id = x.id
        UNION ALL SELECT s.project_id, true FROM kraj.sites s  -- a layer that was tied, or near, otherwise
        WHERE EXISTS (SELECT FROM gone g LEFT JOIN kraj.layers l ON l.id = g.row_key
                      WHERE g.relation = 'layers' AND g.row_key IN ('settlements', 'local_communities')
                        AND (l.tied::text, l.near_m::text) IS DISTINCT FROM (g.before ->> 'tied', g.before ->> 'near_m'))
        -- People: as for the changes of today (kraj.weighed_anew).
        UNION ALL SELECT t.project_id, false FROM gone g LEFT JOIN kraj.population_settlements p ON p.id = g.id
        JOIN kraj.ties t ON t.layer = 'settlements' AND t.place_id IN ((g.before ->> 'settlement_id')::bigint, p.settlement_id)
        WHERE g.relation = 'population_settlements'
        UNION ALL SELECT t.project_id, false FROM kraj.ties t
        WHERE t.layer = 'settlements' AND EXISTS (SELECT FROM gone g WHERE g.relation = 'population_sets')
    )
    INSERT INTO kraj_past.moved (id, ties) SELECT m.id, bool_or(m.ties) FROM moved m WHERE m.id IS NOT NULL GROUP BY m.id;
END $$;

-- past_places copies the settlements and local communities as they were. Their ground comes along only where somebody will ask for it:
-- in the municipality, and under the sites of projects whose ties have to be computed.
CREATE OR REPLACE FUNCTION kraj.past_places(towns bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    t text;
    columns text;
    reach double precision := (SELECT coalesce(max(l.near_m), 0) FROM kraj_past.layers l WHERE l.id IN ('settlements', 'local_communities'));
    ground geometry := (
        SELECT ST_Expand(ST_SetSRID(ST_Extent(x.geom)::geometry, kraj.srid()), reach) FROM (
            SELECT s.geom FROM kraj_past.moved m JOIN kraj.sites s ON s.project_id = m.id WHERE m.xid = pg_current_xact_id() AND m.ties
            UNION ALL SELECT w.geom FROM kraj_past.was_sites w WHERE w.xid = pg_current_xact_id()
            UNION ALL SELECT s.geom FROM kraj.settlements s WHERE s.municipality_id = ANY (towns)
            UNION ALL SELECT w.geom FROM kraj_past.was_settlements w WHERE w.municipality_id = ANY (towns) AND w.xid = pg_current_xact_id()) x);
BEGIN
    FOREACH t IN ARRAY '{settlements,local_communities}'::text[] LOOP
        columns := array_to_string(ARRAY(SELECT quote_ident(c) FROM unnest(kraj.past_columns(t, stored => true)) c WHERE c <> 'geom'), ', ');
        EXECUTE format('INSERT INTO kraj_past.%1$I (%2$s, geom) SELECT %2$s, CASE WHEN t.geom && $1 THEN t.geom END FROM kraj.%3$I t
            WHERE NOT EXISTS (SELECT FROM kraj_past.gone g WHERE g.xid = pg_current_xact_id() AND g.relation = %3$L AND g.id = t.id)',
            'was_' || t, columns, t) USING ground;
    END LOOP;
    IF to_regclass('kraj_past.was_settlement_communities') IS NOT NULL THEN
        PERFORM kraj.past_store('settlement_communities', CASE
            WHEN EXISTS (SELECT FROM kraj_past.gone g WHERE g.xid = pg_current_xact_id() AND g.relation IN ('settlements', 'local_communities'))
            THEN 'kraj_past.compute_settlement_communities($1)' ELSE 'kraj.settlement_communities WHERE settlement_id = ANY ($1)' END,
            ARRAY(SELECT s.id FROM kraj_past.settlements s WHERE s.municipality_id = ANY (towns)));
    END IF;
END $$;

-- past_store stores what a query computes for some ids, in the columns that its function names; one that returns rows of the relation
-- names none.
CREATE OR REPLACE FUNCTION kraj.past_store(relation text, query text, ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE columns text;
BEGIN
    SELECT string_agg(quote_ident(x.name), ', ' ORDER BY x.n) INTO columns
    FROM pg_proc p CROSS JOIN LATERAL unnest(p.proargnames, p.proargmodes) WITH ORDINALITY x (name, mode, n)
    WHERE p.pronamespace = 'kraj_past'::regnamespace AND p.proname = 'compute_' || relation AND x.mode = 't';
    columns := coalesce(columns, array_to_string(ARRAY(SELECT quote_ident(c) FROM unnest(kraj.past_columns(relation, stored => true)) c), ', '));
    EXECUTE format('INSERT INTO kraj_past.%I (%s) SELECT * FROM %s', 'was_' || relation, columns, query) USING ids;
END $$;

-- past_derived computes what was derived of the projects that moved and then belonged to the municipality, as settling did.
CREATE OR REPLACE FUNCTION kraj.past_derived(towns bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    moved bigint[];
    placed bigint[];
    t text;
BEGIN
    SELECT coalesce(array_agg(m.id), '{}'), coalesce(array_agg(m.id) FILTER (WHERE m.ties), '{}') INTO moved, placed
    FROM kraj_past.moved m JOIN kraj_past.projects p ON p.id = m.id WHERE m.xid = pg_current_xact_id() AND p.municipality_id = ANY (towns);
    FOR t IN SELECT kraj.past_relations('derived') LOOP
        PERFORM kraj.past_store(t, format(CASE t WHEN 'ties' THEN 'kraj_past.compute_%s($1, ''{settlements,local_communities}'')' ELSE 'kraj_past.compute_%s($1)' END, t),
                                CASE WHEN t IN ('extents', 'ties') THEN placed ELSE moved END);
    END LOOP;
END $$;
