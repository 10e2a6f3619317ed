-- Undo: kraj.revert puts the rows a revision changed back bit for bit, or says why it cannot. It is a revision itself, so it
-- can be undone too.

-- undo_rows works out the net effect of the revisions on every row. A row that they made and removed again is left alone.
CREATE OR REPLACE FUNCTION kraj.undo_rows(revisions bigint[]) RETURNS bigint
LANGUAGE sql SET search_path = kraj, public, pg_temp AS $$
    WITH ends AS (
        SELECT c.relation, c.row_key, min(c.id) AS first_id, max(c.id) AS last_id
        FROM kraj.changes c WHERE c.revision = ANY (revisions) GROUP BY c.relation, c.row_key),
    made AS (
        INSERT INTO kraj.undo (relation, row_key, op, had, had_geom, want, want_geom, last_id)
        SELECT e.relation, e.row_key, CASE WHEN f.before IS NULL THEN 'D' WHEN l.after IS NULL THEN 'I' ELSE 'U' END,
               l.after, l.after_geom, f.before, f.before_geom, e.last_id
        FROM ends e JOIN kraj.changes f ON f.id = e.first_id JOIN kraj.changes l ON l.id = e.last_id
        WHERE (f.before::text, f.before_geom) IS DISTINCT FROM (l.after::text, l.after_geom)
        RETURNING 1)
    SELECT count(*) FROM made
$$;

-- same_image compares a row with a stored image; columns that came later than the image do not count.
CREATE OR REPLACE FUNCTION kraj.same_image(now jsonb, stored jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN now IS NULL OR stored IS NULL THEN now IS NULL AND stored IS NULL
        ELSE now::text = stored::text OR
             (SELECT jsonb_object_agg(k.key, k.value) FROM jsonb_each(now) k WHERE stored ? k.key)::text = stored::text END
$$;

-- undo_differs lists the rows of a relation that are not as the undo expects: "had" before it, "want" after it.
CREATE OR REPLACE FUNCTION kraj.undo_differs(relation text, side text) RETURNS TABLE (row_key text, last_id bigint)
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format($q$
        SELECT u.row_key, u.last_id FROM kraj.undo u LEFT JOIN kraj.%1$I t ON t.id = u.row_key::%2$s
        WHERE u.xid = pg_current_xact_id() AND u.relation = %1$L
          AND NOT (kraj.same_image(CASE WHEN t.id IS NOT NULL THEN %3$s END, u.%4$I) AND %5$s IS NOT DISTINCT FROM u.%6$I)$q$,
        relation, kraj.key_type(relation), kraj.image(relation, 't'), side,
        CASE WHEN kraj.has_column(relation, 'geom') THEN 'ST_AsEWKB(t.geom, ''NDR'')' ELSE 'NULL::bytea' END, side || '_geom');
END $$;

CREATE OR REPLACE FUNCTION kraj.key_type(relation text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE relation WHEN 'layers' THEN 'text' ELSE 'bigint' END $$;

-- undo_relations lists the tables the undo touches.
CREATE OR REPLACE FUNCTION kraj.undo_relations() RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT DISTINCT u.relation FROM kraj.undo u WHERE u.xid = pg_current_xact_id() ORDER BY 1
$$;

-- undo_conflicts refuses when a row was changed again since, or between the revisions that are undone together.
CREATE OR REPLACE FUNCTION kraj.undo_conflicts(revisions bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    touched text;
    said text;
    others text;
BEGIN
    FOR touched IN SELECT kraj.undo_relations() LOOP
        IF to_regclass('kraj.' || quote_ident(touched)) IS NULL THEN
            RAISE EXCEPTION 'Revision % cannot be undone: the table "%" no longer exists', array_to_string(revisions, ', '), touched
                USING ERRCODE = 'undefined_table';
        END IF;
        SELECT string_agg(DISTINCT format('%s (%s)', c.revision, r.actor), ', '), string_agg(DISTINCT kraj.row_name(touched, d.row_key), ', ')
        INTO others, said
        FROM (SELECT d.row_key, d.last_id FROM kraj.undo_differs(touched, 'had') d
              UNION SELECT u.row_key, min(m.id) FROM kraj.undo u
              JOIN kraj.changes m ON m.relation = u.relation AND m.row_key = u.row_key AND m.revision = ANY (revisions)
              WHERE u.xid = pg_current_xact_id() AND u.relation = touched GROUP BY u.row_key, u.last_id
              HAVING EXISTS (SELECT FROM kraj.changes b WHERE b.relation = touched AND b.row_key = u.row_key
                             AND b.id BETWEEN min(m.id) AND u.last_id AND b.revision <> ALL (revisions)) LIMIT 20) d
        LEFT JOIN kraj.changes c ON c.relation = touched AND c.row_key = d.row_key AND c.id > d.last_id AND c.revision <> ALL (revisions)
        LEFT JOIN kraj.revisions r ON r.id = c.revision;
        IF said IS NOT NULL THEN
            RAISE EXCEPTION 'Revision % cannot be undone: revision % changed the same rows: % %', array_to_string(revisions, ', '),
                coalesce(others, '(not in the log)'), touched, left(said, 500)
                USING ERRCODE = 'object_in_use', CONSTRAINT = 'revert_conflict',
                      HINT = 'Undo the later revision first, or both together.';
        END IF;
    END LOOP;
END $$;

-- row_name writes a row for people: its code or title from the newest image, else its id.
CREATE OR REPLACE FUNCTION kraj.row_name(relation text, row_key text) RETURNS text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT coalesce((SELECT format('"%s"', coalesce(i.image ->> 'code', i.image ->> 'name', i.image ->> 'title'))
        FROM (SELECT coalesce(c.after, c.before) AS image FROM kraj.changes c
              WHERE c.relation = $1 AND c.row_key = $2 ORDER BY c.id DESC LIMIT 1) i
        WHERE coalesce(i.image ->> 'code', i.image ->> 'name', i.image ->> 'title') IS NOT NULL), '#' || $2)
$$;

-- undo_apply changes one relation: op D, U or I. With endangered only the updates of rows that a coming delete would take along
-- by cascade; with park the codes that change give way first, so that swapped codes do not collide halfway.
CREATE OR REPLACE FUNCTION kraj.undo_apply(relation text, what "char", endangered boolean DEFAULT false, park boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
    rows_of text := format('u.xid = pg_current_xact_id() AND u.relation = %L AND u.op = %L', relation, what);
    key text := format('t.id = u.row_key::%s', kraj.key_type(relation));
    spatial boolean := kraj.has_column(relation, 'geom');
    keys text[];
    columns text;
    cells text;
BEGIN
    IF what = 'D' THEN
        EXECUTE format('DELETE FROM kraj.%I t USING kraj.undo u WHERE %s AND %s', relation, rows_of, key);
        RETURN;
    END IF;
    IF what = 'U' AND endangered THEN
        rows_of := rows_of || ' AND ' || kraj.undo_endangered(relation);
    ELSIF what = 'U' AND park AND kraj.has_column(relation, 'code') THEN
        EXECUTE format('UPDATE kraj.%I t SET code = ''~'' || t.id FROM kraj.undo u WHERE %s AND %s AND u.want ->> ''code'' <> u.had ->> ''code''',
            relation, rows_of, key);
    END IF;
    -- Rows logged before a column was added leave that column as it is, or to its default.
    FOR keys IN EXECUTE format('SELECT DISTINCT ARRAY(SELECT jsonb_object_keys(u.want)) FROM kraj.undo u WHERE %s', rows_of) LOOP
        SELECT string_agg(quote_ident(c.name), ', '), string_agg('r.' || quote_ident(c.name), ', ') INTO columns, cells
        FROM kraj.source_columns(relation) c WHERE c.name = ANY (keys) AND (what = 'I' OR c.name <> 'id');
        IF spatial THEN
            columns := columns || ', geom';
            cells := cells || ', ST_GeomFromEWKB(u.want_geom)';
        END IF;
        IF what = 'U' THEN
            EXECUTE format('UPDATE kraj.%1$I t SET (%2$s) = ROW(%3$s) FROM kraj.undo u, jsonb_populate_record(NULL::kraj.%1$I, u.want) r
                WHERE %4$s AND %5$s AND ARRAY(SELECT jsonb_object_keys(u.want)) = $1', relation, columns, cells, rows_of, key) USING keys;
        ELSE
            EXECUTE format('INSERT INTO kraj.%1$I (%2$s) SELECT %3$s FROM kraj.undo u, jsonb_populate_record(NULL::kraj.%1$I, u.want) r
                WHERE %4$s AND ARRAY(SELECT jsonb_object_keys(u.want)) = $1', relation, columns, cells, rows_of) USING keys;
        END IF;
    END LOOP;
END $$;

-- undo_endangered is the condition that a row points, by a cascading foreign key, at a row the undo is going to delete.
CREATE OR REPLACE FUNCTION kraj.undo_endangered(relation text) RETURNS text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT coalesce('(' || string_agg(format('EXISTS (SELECT FROM kraj.undo d WHERE d.xid = pg_current_xact_id() AND d.op = ''D''
            AND d.relation = %L AND d.row_key = u.had ->> %L)', f.relname, a.attname), ' OR ') || ')', 'false')
    FROM pg_constraint c JOIN pg_class f ON f.oid = c.confrelid
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.conrelid = ('kraj.' || quote_ident(relation))::regclass AND c.contype = 'f' AND c.confdeltype <> 'a'
$$;

-- undo_all runs the steps in an order that neither cascades nor unique codes can disturb; foreign keys wait until the end.
CREATE OR REPLACE FUNCTION kraj.undo_all(park boolean) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
BEGIN
    PERFORM kraj.undo_apply(r, 'U', endangered => true) FROM kraj.undo_relations() r;
    PERFORM kraj.undo_apply(r, 'D') FROM kraj.undo_relations() r;
    PERFORM kraj.undo_apply(r, 'U', park => park) FROM kraj.undo_relations() r;
    PERFORM kraj.undo_apply(r, 'I') FROM kraj.undo_relations() r;
END $$;

-- revert undoes revisions, all or none, as one new revision, whose id it returns. It needs a transaction of its own.
CREATE OR REPLACE FUNCTION kraj.revert(VARIADIC revisions bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
    label text := array_to_string(revisions, ', ');
    keys text := (SELECT string_agg(format('kraj.%I', c.conname), ', ') FROM pg_constraint c
                  WHERE c.contype = 'f' AND c.connamespace = 'kraj'::regnamespace AND c.condeferrable);
    made bigint;
    missing bigint;
    detail text;
BEGIN
    SELECT r INTO missing FROM unnest(revisions) r WHERE NOT EXISTS (SELECT FROM kraj.revisions v WHERE v.id = r);
    IF cardinality(revisions) = 0 OR missing IS NOT NULL THEN
        RAISE EXCEPTION 'There is no revision %', missing USING ERRCODE = 'no_data_found', CONSTRAINT = 'revert_missing';
    END IF;
    IF EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id()) OR EXISTS
       (SELECT FROM kraj.revisions v WHERE v.xid = pg_current_xact_id() AND v.at = transaction_timestamp()) THEN
        RAISE EXCEPTION 'Undo needs a transaction of its own' USING ERRCODE = 'active_sql_transaction';
    END IF;
    INSERT INTO kraj.settle_requests (reverting) VALUES (true);
    PERFORM set_config('kraj.reverting', 'on', true);
    IF kraj.undo_rows(revisions) = 0 THEN
        RAISE EXCEPTION 'Revision % left nothing to undo', label USING ERRCODE = 'no_data_found', CONSTRAINT = 'revert_nothing';
    END IF;
    PERFORM kraj.undo_conflicts(revisions);
    EXECUTE format('SET CONSTRAINTS %s DEFERRED', keys);
    BEGIN
        PERFORM kraj.undo_all(false);
    EXCEPTION WHEN unique_violation THEN
        PERFORM kraj.undo_all(true);
    END;
    BEGIN
        EXECUTE format('SET CONSTRAINTS %s IMMEDIATE', keys);
    EXCEPTION WHEN foreign_key_violation THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        RAISE EXCEPTION 'Revision % cannot be undone: other rows depend on what it would remove or bring back. %', label, detail
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'revert_dependent';
    END;
    PERFORM kraj.settle();
    made := kraj.current_revision();
    PERFORM kraj.undo_check(label, made);
    UPDATE kraj.revisions v SET reverts = revisions, source = coalesce(v.source, 'revert') WHERE v.id = made;
    DELETE FROM kraj.undo u WHERE u.xid = pg_current_xact_id();
    UPDATE kraj.settle_requests q SET reverting = false WHERE q.xid = pg_current_xact_id();
    PERFORM set_config('kraj.reverting', '', true);
    RETURN made;
END $$;

-- undo_check makes sure that the undo did what it should, bit for bit, and nothing else: a cascade may have reached rows that
-- a later revision made.
CREATE OR REPLACE FUNCTION kraj.undo_check(label text, made bigint) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
    touched text;
    said text;
    others text;
BEGIN
    SELECT string_agg(DISTINCT c.relation || ' ' || kraj.row_name(c.relation, c.row_key), ', '),
           (SELECT string_agg(DISTINCT format('%s (%s)', l.revision, r.actor), ', ')
            FROM kraj.changes x JOIN kraj.changes l ON l.relation = x.relation AND l.row_key = x.row_key AND l.revision <> made
            JOIN kraj.revisions r ON r.id = l.revision
            WHERE x.revision = made AND NOT EXISTS (SELECT FROM kraj.undo u WHERE u.xid = pg_current_xact_id()
                AND u.relation = x.relation AND u.row_key = x.row_key))
    INTO said, others
    FROM kraj.changes c WHERE c.revision = made AND NOT EXISTS
        (SELECT FROM kraj.undo u WHERE u.xid = pg_current_xact_id() AND u.relation = c.relation AND u.row_key = c.row_key);
    IF said IS NOT NULL THEN
        RAISE EXCEPTION 'Revision % cannot be undone: rows of revision % would go with it: %', label, others, left(said, 500)
            USING ERRCODE = 'object_in_use', CONSTRAINT = 'revert_conflict',
                  HINT = 'Undo the later revision first, or both together.';
    END IF;
    FOR touched IN SELECT kraj.undo_relations() LOOP
        SELECT string_agg(kraj.row_name(touched, d.row_key), ', ') INTO said FROM kraj.undo_differs(touched, 'want') d;
        IF said IS NOT NULL THEN
            RAISE EXCEPTION 'Revision % cannot be undone exactly: % % would differ', label, touched, left(said, 500)
                USING ERRCODE = 'data_exception', CONSTRAINT = 'revert_inexact';
        END IF;
    END LOOP;
END $$;
