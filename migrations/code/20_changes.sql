-- The change log: statement triggers a_log_* store every changed row before and after. The trigger functions are generated for
-- each table (kraj.attach_table in 90_attach.sql), so that their statements are static, planned once, and never turn a
-- geometry into JSON.

-- derived_columns are kept by kraj.settle and therefore no part of a row's history.
CREATE OR REPLACE FUNCTION kraj.derived_columns(relation text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE relation
        WHEN 'projects' THEN '{is_leaf,effective_visibility}'
        WHEN 'sites' THEN '{municipality_id,visibility}'
        ELSE '{}' END::text[]
$$;

-- base_tables lists every table whose rows people state; all of them are logged and settled.
CREATE OR REPLACE FUNCTION kraj.base_tables() RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT l.id FROM kraj.layers l WHERE NOT l.derived AND to_regclass('kraj.' || quote_ident(l.id)) IS NOT NULL
    UNION SELECT t FROM unnest('{layers,gazetteer,known_names,population_sets,population_settlements,population_classes,schemes,scheme_classes,
        themes,goals,measures,projects,project_phases,project_links,mechanisms,mechanism_lists,mechanism_territory,project_funding,sites,project_places,
        project_weights,indicators,indicator_values,facts}'::text[]) t
$$;

-- source_columns are the columns a row's image keeps, in their order; geometry is kept apart.
CREATE OR REPLACE FUNCTION kraj.source_columns(relation text) RETURNS TABLE (name text, type oid)
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT a.attname::text, a.atttypid FROM pg_attribute a
    WHERE a.attrelid = ('kraj.' || quote_ident(relation))::regclass AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' AND a.atttypid <> 'geometry'::regtype AND a.attname <> ALL (kraj.derived_columns(relation))
    ORDER BY a.attnum
$$;

CREATE OR REPLACE FUNCTION kraj.has_column(relation text, name text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = ('kraj.' || quote_ident(relation))::regclass
                   AND a.attname = name AND a.attnum > 0 AND NOT a.attisdropped)
$$;

-- image is the SQL of a row's jsonb image. A float's negative zero travels as text: JSON's numbers have none.
CREATE OR REPLACE FUNCTION kraj.image(relation text, alias text) RETURNS text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT format('to_jsonb((SELECT image FROM (SELECT %s) image))', string_agg(
        CASE WHEN c.type IN ('float8'::regtype, 'float4'::regtype)
             THEN format('CASE WHEN %1$s.%2$I::text = ''-0'' THEN to_jsonb(text ''-0'') ELSE to_jsonb(%1$s.%2$I) END AS %2$I', alias, c.name)
             ELSE format('%s.%I', alias, c.name) END, ', '))
    FROM kraj.source_columns(relation) c
$$;

-- bits is the SQL of a row as a record of its source columns and geometry, for comparison bit by bit (*<>).
CREATE OR REPLACE FUNCTION kraj.bits(relation text, alias text) RETURNS text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT format('(SELECT bits FROM (SELECT %s) bits)',
        concat_ws(', ', string_agg(format('%s.%I', alias, c.name), ', '),
                  CASE WHEN kraj.has_column(relation, 'geom') THEN alias || '.geom' END))
    FROM kraj.source_columns(relation) c
$$;

-- area is the box of a geometry in EPSG:3857. Large geometries are judged by their densified envelope, a little expanded.
-- A parsed body (RETURN) needs no search_path of its own and can be inlined.
CREATE OR REPLACE FUNCTION kraj.area(geom geometry) RETURNS box2d
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN geom IS NULL OR ST_IsEmpty(geom) THEN NULL
    WHEN ST_NPoints(geom) <= 64 THEN Box2D(ST_Transform(geom, 3857))
    ELSE ST_Expand(Box2D(ST_Transform(ST_Segmentize(ST_Envelope(geom),
             greatest(ST_XMax(geom) - ST_XMin(geom), ST_YMax(geom) - ST_YMin(geom)) / 8 + 1), 3857)), 1) END;

-- current_revision is this transaction's revision, made when the first change is logged.
CREATE OR REPLACE FUNCTION kraj.current_revision() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE found_id bigint;
BEGIN
    SELECT r.id INTO found_id FROM kraj.revisions r
    WHERE r.xid = pg_current_xact_id() AND r.at = transaction_timestamp();
    IF found_id IS NULL THEN
        INSERT INTO kraj.revisions (actor, source, message, import_id, instance)
        SELECT coalesce(nullif(current_setting('kraj.actor', true), ''), session_user),
               nullif(current_setting('kraj.source', true), ''), nullif(current_setting('kraj.message', true), ''),
               substring(current_setting('kraj.import', true) FROM '^\d{1,18}$')::bigint,
               coalesce((SELECT s.value FROM kraj.settings s WHERE s.key = 'instance'), '')
        RETURNING id INTO found_id;
    END IF;
    RETURN found_id;
END $$;

-- request_settle makes sure that this transaction settles before it commits.
CREATE OR REPLACE FUNCTION kraj.request_settle() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    INSERT INTO kraj.settle_requests DEFAULT VALUES ON CONFLICT DO NOTHING;
END $$;

-- check_columns stops writes to a table that got or lost columns after its triggers were made: they would go unrecorded.
CREATE OR REPLACE FUNCTION kraj.check_columns(relation regclass, expected integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF (SELECT relnatts FROM pg_class WHERE oid = relation) <> expected THEN
        RAISE EXCEPTION '%: the columns changed after the change log was attached', relation
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('As the owner: SELECT kraj.attach_table(%L);', (SELECT relname FROM pg_class WHERE oid = relation));
    END IF;
END $$;

-- shown is the SQL for whether a row is public: whether everybody may learn that, and where, it changed.
CREATE OR REPLACE FUNCTION kraj.shown(relation text, alias text) RETURNS text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT CASE relation WHEN 'projects' THEN alias || '.effective_visibility = ''public''' WHEN 'sites' THEN alias || '.visibility = ''public'''
        ELSE CASE WHEN kraj.has_column(relation, 'project_id') THEN format(
            'EXISTS (SELECT FROM kraj.projects p WHERE p.id = %s.project_id AND p.effective_visibility = ''public'')', alias) ELSE 'true' END END
$$;

-- logged_rows is the SQL of those rows that are part of the history. Proposals made from words are derived: history begins with the
-- decision about one. A proposal with an author is somebody's own.
CREATE OR REPLACE FUNCTION kraj.logged_rows(rows text, relation text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE relation WHEN 'project_places' THEN format('(SELECT * FROM %s r WHERE r.relation <> ''named'' OR r.state <> ''proposed'' OR r.author IS NOT NULL)', rows) ELSE rows END
$$;

-- log_function makes kraj.log_<relation>(), the trigger function of a_log_*.
CREATE OR REPLACE FUNCTION kraj.log_function(relation text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $make$
DECLARE
    spatial boolean := kraj.has_column(relation, 'geom');
    g_old text := CASE WHEN spatial THEN 'ST_AsEWKB(o.geom, ''NDR''), kraj.area(o.geom)' ELSE 'NULL::bytea, NULL::box2d' END;
    g_new text := replace(g_old, 'o.geom', 'n.geom');
    columns integer := (SELECT relnatts FROM pg_class WHERE oid = ('kraj.' || quote_ident(relation))::regclass);
BEGIN
    EXECUTE format($def$
CREATE OR REPLACE FUNCTION kraj.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = kraj, public, pg_temp SET extra_float_digits = 1 SET enable_nestloop = off SET jit = off AS $f$
DECLARE kraj_revision bigint;
BEGIN
    PERFORM kraj.check_columns(TG_RELID, %2$s);
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM %12$s n) THEN
            kraj_revision := kraj.current_revision();
            INSERT INTO kraj.changes (revision, xid, relation, row_key, op, after, after_geom, after_area, shown)
            SELECT kraj_revision, pg_current_xact_id(), %3$L, n.id::text, 'I', %5$s, %7$s, %11$s
            FROM %12$s n;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM %13$s o) THEN
            kraj_revision := kraj.current_revision();
            INSERT INTO kraj.changes (revision, xid, relation, row_key, op, before, before_geom, before_area, shown)
            SELECT kraj_revision, pg_current_xact_id(), %3$L, o.id::text, 'D', %4$s, %6$s, %10$s
            FROM %13$s o;
        END IF;
    ELSIF TG_OP = 'TRUNCATE' THEN
        IF EXISTS (SELECT FROM %14$s o) THEN
            kraj_revision := kraj.current_revision();
            INSERT INTO kraj.changes (revision, xid, relation, row_key, op, before, before_geom, before_area, shown)
            SELECT kraj_revision, pg_current_xact_id(), %3$L, o.id::text, 'D', %4$s, %6$s, %10$s
            FROM %14$s o;
        END IF;
    -- Plans are cached, and the first statement of a session may change one row and the next 100 000: without nested loops
    -- (SET above) the join of old and new rows is hashed or merged, good for both.
    ELSIF EXISTS (SELECT FROM %13$s o FULL JOIN %12$s n ON n.id = o.id
                  WHERE o.id IS NULL OR n.id IS NULL OR %8$s *<> %9$s) THEN
        kraj_revision := kraj.current_revision();
        INSERT INTO kraj.changes (revision, xid, relation, row_key, op, before, before_geom, before_area, after, after_geom, after_area, shown)
        SELECT kraj_revision, pg_current_xact_id(), %3$L, coalesce(n.id, o.id)::text,
               CASE WHEN o.id IS NULL THEN 'I' WHEN n.id IS NULL THEN 'D' ELSE 'U' END::"char",
               CASE WHEN o.id IS NOT NULL THEN %4$s END, %6$s, CASE WHEN n.id IS NOT NULL THEN %5$s END, %7$s, coalesce(%10$s, false) OR coalesce(%11$s, false)
        FROM %13$s o FULL JOIN %12$s n ON n.id = o.id
        WHERE o.id IS NULL OR n.id IS NULL OR %8$s *<> %9$s;
    END IF;
    RETURN NULL;
END $f$ $def$, 'log_' || relation, columns, relation, kraj.image(relation, 'o'), kraj.image(relation, 'n'), g_old, g_new,
        kraj.bits(relation, 'o'), kraj.bits(relation, 'n'), kraj.shown(relation, 'o'), kraj.shown(relation, 'n'),
        kraj.logged_rows('new_rows', relation), kraj.logged_rows('old_rows', relation), kraj.logged_rows(format('kraj.%I', relation), relation));
    EXECUTE format('REVOKE ALL ON FUNCTION kraj.%I() FROM PUBLIC', 'log_' || relation);
END $make$;

-- pend_function makes kraj.pend_<relation>(), the trigger function of b_pend_*: which rows have to be settled.
CREATE OR REPLACE FUNCTION kraj.pend_function(relation text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $make$
DECLARE
    id text := CASE relation WHEN 'layers' THEN 'NULL::bigint' ELSE 'x.id' END;
    project text := CASE WHEN relation = 'projects' THEN 'x.id'
                         WHEN kraj.has_column(relation, 'project_id') THEN 'x.project_id' ELSE 'NULL::bigint' END;
    municipality text := CASE WHEN relation = 'municipalities' THEN 'x.id'
                              WHEN kraj.has_column(relation, 'municipality_id') THEN 'x.municipality_id' ELSE 'NULL::bigint' END;
    geom text := CASE WHEN kraj.has_column(relation, 'geom') THEN 'x.geom' ELSE 'NULL::geometry' END;
    cells text := format('%s, %s, %s', id, project, municipality);
    -- A parent gains or loses its rank as a group when a child comes or goes.
    parents text := CASE relation WHEN 'projects' THEN $p$
    IF TG_OP <> 'INSERT' AND TG_OP <> 'TRUNCATE' THEN
        INSERT INTO kraj.pending (relation, id, project_id, municipality_id)
        SELECT DISTINCT 'projects', o.parent_id, o.parent_id, o.municipality_id FROM old_rows o WHERE o.parent_id IS NOT NULL;
    END IF;
    IF TG_OP <> 'DELETE' AND TG_OP <> 'TRUNCATE' THEN
        INSERT INTO kraj.pending (relation, id, project_id, municipality_id)
        SELECT DISTINCT 'projects', n.parent_id, n.parent_id, n.municipality_id FROM new_rows n WHERE n.parent_id IS NOT NULL;
    END IF;$p$ ELSE '' END;
BEGIN
    EXECUTE format($def$
CREATE OR REPLACE FUNCTION kraj.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = kraj, public, pg_temp SET enable_nestloop = off SET jit = off AS $f$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kraj.pending (relation, id, project_id, municipality_id) SELECT %2$L, %3$s FROM new_rows x;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kraj.pending (relation, id, project_id, municipality_id, old_geom) SELECT %2$L, %3$s, %4$s FROM old_rows x;
    ELSIF TG_OP = 'TRUNCATE' THEN
        INSERT INTO kraj.pending (relation, id, project_id, municipality_id, old_geom) SELECT %2$L, %3$s, %4$s FROM kraj.%2$I x;
    ELSE
        INSERT INTO kraj.pending (relation, id, project_id, municipality_id, old_geom)
        SELECT %2$L, %3$s, %4$s FROM (SELECT o AS x FROM old_rows o FULL JOIN new_rows n ON n.id = o.id
                                      WHERE o.id IS NOT NULL AND (n.id IS NULL OR o *<> n)) changed, LATERAL (SELECT (changed.x).*) x;
        -- The new state, where the row now belongs elsewhere.
        INSERT INTO kraj.pending (relation, id, project_id, municipality_id)
        SELECT %2$L, %3$s FROM (SELECT n AS x FROM old_rows o FULL JOIN new_rows n ON n.id = o.id
                                WHERE n.id IS NOT NULL AND (o.id IS NULL OR (%5$s) IS DISTINCT FROM (%6$s))) changed, LATERAL (SELECT (changed.x).*) x;
    END IF;%7$s
    IF FOUND OR EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id()) THEN
        PERFORM kraj.request_settle();
    END IF;
    RETURN NULL;
END $f$ $def$, 'pend_' || relation, relation, cells, geom,
        replace(format('ROW(%s, %s)', project, municipality), 'x.', 'o.'),
        replace(format('ROW(%s, %s)', project, municipality), 'x.', 'n.'), parents);
    EXECUTE format('REVOKE ALL ON FUNCTION kraj.%I() FROM PUBLIC', 'pend_' || relation);
END $make$;
