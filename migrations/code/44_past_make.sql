-- The past: schemas in which the same names mean what was. kraj_past.projects holds the projects as they stood at a revision, and
-- kraj_past.balance is kraj.balance, copied word for word, reading them. One logic: nothing of how a figure comes about is written
-- twice; the copies are made anew with every upgrade (96_past.sql). kraj_past_public is the public's.
--   kraj_past.was_X    rows of X as they were, where they differ from today: of one transaction (xid), gone when it ends
--   kraj_past.gone     which rows of today did not stand like that; their images before the first change since
--   kraj_past.moved    projects whose derived rows have to be computed as of then; of all others today's are the same
-- The tables are unlogged and never hold anything that is committed. Opening the past: 45_past_open.sql.

-- past_relations: what the balance is computed from, by the way it is put back (base: rows from the log; places: all rows, with their
-- ground; land and derived: computed). A copied function that reads another relation fails, and so does a test.
CREATE OR REPLACE FUNCTION kraj.past_relations(VARIADIC kinds text[] DEFAULT '{base,places,land,derived}') RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT r FROM (VALUES
        ('base', '{projects,municipalities,layers,population_sets,population_settlements,population_classes,schemes,scheme_classes,
                   themes,measures,mechanisms,project_funding,sites,project_places,project_weights}'::text[]),
        ('places', '{settlements,local_communities}'),
        ('land', '{settlement_communities}'),
        ('derived', '{extents,ties,weights,atoms,sums}')) k (kind, relations)
    CROSS JOIN LATERAL unnest(k.relations) WITH ORDINALITY x (r, n)
    WHERE k.kind = ANY (kinds) AND to_regclass('kraj.' || r) IS NOT NULL
    ORDER BY array_position('{base,places,land,derived}', k.kind), x.n
$$;

-- past_text moves the text of a function or a view from today into the past. Collations and types are the same there.
CREATE OR REPLACE FUNCTION kraj.past_text(code text) RETURNS text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(code,
        '(SET search_path TO [^\n]*?)''kraj''', '\1''kraj_past''', 'g'),
        '(SET search_path TO [^\n]*?)''kraj_public''', '\1''kraj_past_public''', 'g'),
        '\mkraj_public\.', 'kraj_past_public.', 'g'),
        '\mkraj\.(?!(' || (SELECT string_agg(x.name, '|') FROM (
            SELECT c.collname::text AS name FROM pg_collation c WHERE c.collnamespace = 'kraj'::regnamespace
            UNION SELECT t.typname FROM pg_type t WHERE t.typnamespace = 'kraj'::regnamespace AND t.typtype IN ('d', 'e')) x) || ')\M)',
        'kraj_past.', 'g')
$$;

-- past_functions: the functions to copy, and all that they call.
CREATE OR REPLACE FUNCTION kraj.past_functions() RETURNS SETOF regprocedure
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE source AS MATERIALIZED (
        SELECT p.oid, p.proname::text AS name, pg_get_functiondef(p.oid) AS code FROM pg_proc p
        WHERE p.pronamespace IN ('kraj'::regnamespace, 'kraj_public'::regnamespace) AND p.prokind = 'f'
          AND p.prorettype <> 'trigger'::regtype AND p.proname !~ '^past_|_as_of$'
    ), calls AS MATERIALIZED (
        SELECT DISTINCT s.name, m[1] AS callee FROM source s CROSS JOIN LATERAL regexp_matches(s.code, '\m([a-z_0-9]+)\s*\(', 'g') m
    ), reached AS (
        SELECT DISTINCT s.name FROM source s
        WHERE s.name ~ '^balance' OR s.name IN (SELECT 'compute_' || kraj.past_relations('land', 'derived')) OR s.name = 'project_trees'
           OR s.name IN (SELECT 'ties_to_' || kraj.past_relations('places'))  -- called by a name that is put together
        UNION
        SELECT s.name FROM reached r JOIN calls c ON c.name = r.name JOIN source s ON s.name = c.callee
    )
    SELECT s.oid::regprocedure FROM source s WHERE s.name IN (SELECT r.name FROM reached r)
$$;

-- past_columns lists a relation's columns; with stored those that can be written.
CREATE OR REPLACE FUNCTION kraj.past_columns(relation text, stored boolean DEFAULT false) RETURNS text[]
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
    WHERE a.attrelid = ('kraj.' || quote_ident(relation))::regclass AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT (stored AND a.attgenerated <> '')
$$;

-- past_make_table makes kraj_past.was_X with the indexes of X, none of them unique: several transactions may look at once.
CREATE OR REPLACE FUNCTION kraj.past_make_table(relation text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE definition text;
BEGIN
    EXECUTE format('CREATE UNLOGGED TABLE kraj_past.%I (LIKE kraj.%I INCLUDING GENERATED, xid xid8 NOT NULL DEFAULT pg_current_xact_id())',
                   'was_' || relation, relation);
    EXECUTE format('CREATE INDEX ON kraj_past.%I (xid)', 'was_' || relation);
    FOR definition IN SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = ('kraj.' || quote_ident(relation))::regclass LOOP
        EXECUTE regexp_replace(replace(definition, ' NULLS NOT DISTINCT', ''), '^CREATE (UNIQUE )?INDEX \S+ ON (ONLY )?\S+',
                               format('CREATE INDEX ON kraj_past.%I', 'was_' || relation));
    END LOOP;
END $$;

-- past_make_view puts the relation as it was in its place. Settlements and local communities are asked by place, for which an index has
-- to serve them: kraj_past.was_X holds all of them. All other relations are today's rows where they stood, and the others as they were.
CREATE OR REPLACE FUNCTION kraj.past_make_view(relation text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    columns text[] := kraj.past_columns(relation);
    was text;
    now text;
    mine text := 'xid = pg_current_xact_id_if_assigned()';
BEGIN
    -- What settling carries into a site is not in the log: its project has it.
    SELECT string_agg(CASE WHEN relation = 'sites' AND c IN ('municipality_id', 'visibility')
               THEN format('(SELECT p.%I FROM kraj_past.projects p WHERE p.id = t.project_id) AS %I',
                           CASE c WHEN 'visibility' THEN 'effective_visibility' ELSE c END, c)
               ELSE format('t.%I', c) END, ', ' ORDER BY n) INTO was
    FROM unnest(columns) WITH ORDINALITY x (c, n);
    now := CASE
        WHEN relation IN (SELECT kraj.past_relations('places', 'land')) THEN NULL
        WHEN relation IN (SELECT kraj.past_relations('derived')) THEN
            format('NOT EXISTS (SELECT FROM kraj_past.moved m WHERE m.%s AND m.id = t.project_id%s)', mine,
                   CASE WHEN relation IN ('extents', 'ties') THEN ' AND m.ties' ELSE '' END)
        WHEN relation = 'layers' THEN format('NOT EXISTS (SELECT FROM kraj_past.gone g WHERE g.%s AND g.relation = %L AND g.row_key = t.id)', mine, relation)
        ELSE format('NOT EXISTS (SELECT FROM kraj_past.gone g WHERE g.%s AND g.relation = %L AND g.id = t.id)', mine, relation) END;
    EXECUTE format('CREATE VIEW kraj_past.%I AS SELECT %s FROM kraj_past.%I t WHERE t.%s', relation, was, 'was_' || relation, mine)
        || CASE WHEN now IS NULL THEN '' ELSE format(' UNION ALL SELECT %s FROM kraj.%I t WHERE %s', was, relation, now) END;
END $$;

-- past_make_functions copies the functions; those with a parsed body last, because they look their relations and functions up at once.
CREATE OR REPLACE FUNCTION kraj.past_make_functions() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE code text;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOR code IN SELECT kraj.past_text(pg_get_functiondef(f)) FROM kraj.past_functions() f JOIN pg_proc p ON p.oid = f
                ORDER BY p.prosqlbody IS NOT NULL, p.oid LOOP
        EXECUTE code;
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $$;

-- past_make_asking makes, for one audience, what opens the past and the functions that ask it in one statement:
--   SELECT * FROM kraj.balance_as_of('12', 'kranj', 'theme')
-- with the parameters and columns of the function they stand for.
CREATE OR REPLACE FUNCTION kraj.past_make_asking(today text, past text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $make$
DECLARE f record;
BEGIN
    EXECUTE format($def$
CREATE FUNCTION %2$I.open(as_of text, municipality text, OUT revision bigint, OUT committed_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $f$
BEGIN
    SELECT * INTO revision, committed_at FROM kraj.past_open(as_of, municipality);
END $f$;
CREATE FUNCTION %2$I.close() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS 'SELECT kraj.past_close()';
CREATE OR REPLACE FUNCTION %1$I.past_enter(as_of text, municipality text, OUT revision bigint, OUT committed_at timestamptz)
LANGUAGE plpgsql AS $f$
BEGIN
    SELECT o.revision, o.committed_at INTO past_enter.revision, past_enter.committed_at FROM %2$I.open(as_of, municipality) o;
    PERFORM set_config('search_path', '%2$I, public', true);
END $f$;
$def$, today, past);
    FOR f IN SELECT p.proname::text AS name, pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result, x.names
             FROM pg_proc p CROSS JOIN LATERAL (
                 SELECT string_agg(quote_ident(p.proname) || '_as_of.' || quote_ident(p.proargnames[n]), ', ' ORDER BY n) AS names
                 FROM generate_series(1, p.pronargs) n) x
             WHERE p.pronamespace = today::regnamespace AND p.proname IN ('balance', 'balance_open', 'balance_settlements', 'balance_sensitivity') LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %I.%I', today, f.name || '_as_of');
        EXECUTE format($def$
CREATE FUNCTION %1$I.%3$I(as_of text, %4$s) RETURNS %5$s LANGUAGE plpgsql AS $f$
BEGIN
    PERFORM %2$I.open(as_of, municipality);
    RETURN QUERY SELECT * FROM %2$I.%6$I(%7$s);
    PERFORM %2$I.close();
END $f$ $def$, today, past, f.name || '_as_of', f.arguments, f.result, f.name, f.names);
    END LOOP;
END $make$;

-- past_make makes both schemas from nothing. Its search path makes PostgreSQL write out the schema of every name it is asked for.
CREATE OR REPLACE FUNCTION kraj.past_make() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    t text;
    f record;
BEGIN
    DROP SCHEMA IF EXISTS kraj_past_public, kraj_past CASCADE;
    CREATE SCHEMA kraj_past;
    CREATE SCHEMA kraj_past_public;
    COMMENT ON SCHEMA kraj_past IS 'kraj: the balance as it stood at a past revision; made by kraj.past_make()';
    CREATE UNLOGGED TABLE kraj_past.gone (xid xid8 NOT NULL DEFAULT pg_current_xact_id(), relation text NOT NULL, row_key text NOT NULL,
        id bigint, before jsonb, before_geom geometry);
    CREATE INDEX ON kraj_past.gone (relation, id);
    CREATE INDEX ON kraj_past.gone (xid);
    CREATE UNLOGGED TABLE kraj_past.moved (xid xid8 NOT NULL DEFAULT pg_current_xact_id(), id bigint NOT NULL, ties boolean NOT NULL);
    CREATE INDEX ON kraj_past.moved (id);
    CREATE INDEX ON kraj_past.moved (xid);
    CREATE UNLOGGED TABLE kraj_past.seen (xid xid8 NOT NULL DEFAULT pg_current_xact_id(), commit_no bigint NOT NULL);
    -- The public's views, by the same conditions: what was public then, and nothing that was a draft then.
    FOR t IN SELECT kraj.past_relations() LOOP
        PERFORM kraj.past_make_table(t);
        PERFORM kraj.past_make_view(t);
        CONTINUE WHEN to_regclass('kraj_public.' || t) IS NULL;
        EXECUTE format('CREATE VIEW kraj_past_public.%I AS %s', t, kraj.past_text(pg_get_viewdef(('kraj_public.' || quote_ident(t))::regclass)));
    END LOOP;
    FOREACH t IN ARRAY '{kraj.place_proposals,kraj_public.place_proposals}'::text[] LOOP  -- views of today's on those relations
        EXECUTE format('CREATE VIEW %s AS %s', replace(replace(t, 'kraj.', 'kraj_past.'), 'kraj_public.', 'kraj_past_public.'),
                       kraj.past_text(pg_get_viewdef(t::regclass)));
    END LOOP;
    CREATE VIEW kraj_past.project_words AS SELECT p.id AS project_id, p.municipality_id, p.effective_visibility AS visibility, p.folded FROM kraj_past.projects p;
    CREATE VIEW kraj_past_public.project_words AS SELECT p.id AS project_id, p.municipality_id, p.effective_visibility AS visibility, p.folded FROM kraj_past_public.projects p;
    CREATE VIEW kraj_past.outlines AS SELECT * FROM kraj.outlines;  -- what was near divides nothing: today's will do
    PERFORM kraj.past_make_functions();
    PERFORM kraj.past_make_asking('kraj', 'kraj_past');
    PERFORM kraj.past_make_asking('kraj_public', 'kraj_past_public');

    GRANT USAGE ON SCHEMA kraj_past, kraj_past_public TO kraj_planner, kraj_public;   -- of kraj_past the public only gets names
    FOR t IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace IN ('kraj_past'::regnamespace, 'kraj_past_public'::regnamespace) AND c.relkind = 'v' LOOP
        EXECUTE format('GRANT SELECT ON %s TO kraj_planner%s', t, CASE WHEN t ~ '^kraj_past_public' THEN ', kraj_public' ELSE '' END);
    END LOOP;
    FOR f IN SELECT p.oid::regprocedure AS id, n.nspname ~ 'public$' OR (n.nspname = 'kraj_past' AND p.proname = ANY (kraj.public_functions())) AS published
             FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname IN ('kraj_past', 'kraj_past_public') OR (n.nspname IN ('kraj', 'kraj_public') AND p.proname ~ '_as_of$|^past_enter$') LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.id);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO kraj_planner%s', f.id, CASE WHEN f.published THEN ', kraj_public' ELSE '' END);
    END LOOP;
END $$;
