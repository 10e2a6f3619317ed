-- Settling: before a transaction commits, everything derived is worked off for the rows in kraj.pending, once.

-- The owners of ties, atoms and tile copies replace these in later files; until then there is nothing to settle.
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY '{settle_names,settle_ties,settle_atoms,settle_people,settle_tiles}'::text[] LOOP
        IF to_regprocedure('kraj.' || name || '()') IS NULL THEN
            EXECUTE format('CREATE FUNCTION kraj.%I() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
                SET search_path = kraj, public, pg_temp AS ''BEGIN END''', name);
        END IF;
    END LOOP;
END $$;

-- pending_extents lists where this transaction's changes in a spatial relation lie, before and after, as boxes. Beyond a few
-- thousand rows one box stands for all: who writes that much may lock more than needed.
CREATE OR REPLACE FUNCTION kraj.pending_extents(relation text) RETURNS SETOF geometry
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE
    changed bigint[] := ARRAY(SELECT DISTINCT p.id FROM kraj.pending p
                              WHERE p.xid = pg_current_xact_id() AND p.relation = pending_extents.relation);
    boxes text := CASE WHEN cardinality(changed) > 2000 THEN 'ST_SetSRID(ST_Extent(g.geom)::geometry, kraj.srid())' ELSE 'ST_Envelope(g.geom)' END;
BEGIN
    RETURN QUERY EXECUTE format($q$
        SELECT %s FROM (SELECT t.geom FROM kraj.%I t WHERE t.id = ANY ($1)
            UNION ALL SELECT p.old_geom FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = $2) g
        WHERE g.geom IS NOT NULL$q$, boxes, relation) USING changed, relation;
END $$;

-- lands lists the municipalities whose box a box meets, with 0 for land that no single one covers. Two geometries that share
-- a point share a key: that is all a lock has to know, so boxes are enough.
CREATE OR REPLACE FUNCTION kraj.lands(box geometry) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT m.id FROM kraj.municipalities m WHERE m.geom && box
    UNION ALL SELECT 0 WHERE NOT EXISTS (SELECT FROM kraj.municipalities m WHERE m.geom ~ box)
$$;

-- lock_keys lists what this transaction must lock to settle what it changed: (municipality, layer).
--   a place: its layer, in its municipality and wherever it lies or lay
--   a site: every tied layer wherever it lies or lay, with the margin of "near"; its project
--   a project, its money, weights and statements: projects and settlements of its municipality
--   people and classes: settlements of their municipality; sets and schemes of the country: of all
CREATE OR REPLACE FUNCTION kraj.lock_keys() RETURNS TABLE (municipality_id bigint, layer text)
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE
    place_layer text;
    margin double precision := (SELECT coalesce(max(l.near_m), 0) FROM kraj.layers l);
BEGIN
    RETURN QUERY SELECT DISTINCT coalesce(p.municipality_id, j.municipality_id, 0), k.layer
        FROM kraj.pending p LEFT JOIN kraj.projects j ON j.id = p.project_id
        CROSS JOIN LATERAL unnest(CASE
            WHEN p.project_id IS NOT NULL THEN '{projects,settlements}'::text[]
            WHEN p.relation ~ '^(population|scheme)' THEN '{settlements}'
            WHEN EXISTS (SELECT FROM kraj.layers l WHERE l.id = p.relation) THEN ARRAY[p.relation]
            ELSE '{projects}' END) k (layer)
        WHERE p.xid = pg_current_xact_id();
    IF EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation IN ('population_settlements', 'scheme_classes')) THEN
        RETURN QUERY SELECT DISTINCT coalesce(s.municipality_id, 0), 'settlements'
            FROM kraj.changes c CROSS JOIN LATERAL (VALUES (c.before), (c.after)) x (v)
            LEFT JOIN kraj.settlements s ON s.id = (x.v ->> 'settlement_id')::bigint
            WHERE c.xid = pg_current_xact_id() AND c.relation IN ('population_settlements', 'scheme_classes') AND x.v IS NOT NULL;
    END IF;
    IF EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation IN ('population_sets', 'schemes') AND p.municipality_id IS NULL) THEN
        RETURN QUERY SELECT m.id, 'settlements' FROM kraj.municipalities m;
    END IF;
    FOR place_layer IN SELECT DISTINCT p.relation FROM kraj.pending p JOIN kraj.layers l ON l.id = p.relation
                       WHERE p.xid = pg_current_xact_id() AND p.relation NOT IN ('projects', 'municipalities') LOOP
        RETURN QUERY SELECT DISTINCT m, place_layer FROM kraj.pending_extents(place_layer) box, kraj.lands(box) m;
    END LOOP;
    IF EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'sites') THEN
        RETURN QUERY SELECT DISTINCT m, l.id FROM kraj.pending_extents('sites') box, kraj.lands(ST_Expand(box, margin)) m,
                                                  kraj.layers l WHERE l.tied;
    END IF;
    RETURN QUERY SELECT DISTINCT coalesce(kraj.place_municipality(pp.layer, pp.place_id), 0), pp.layer
        FROM kraj.pending p JOIN kraj.project_places pp ON pp.id = p.id
        WHERE p.xid = pg_current_xact_id() AND p.relation = 'project_places';
END $$;

CREATE OR REPLACE FUNCTION kraj.place_municipality(layer text, place bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE found_id bigint;
BEGIN
    IF kraj.has_column(layer, 'municipality_id') THEN
        EXECUTE format('SELECT t.municipality_id FROM kraj.%I t WHERE t.id = $1', layer) INTO found_id USING place;
    END IF;
    RETURN found_id;
END $$;

-- settle_lock makes overlapping writers wait for each other where their changes could meet: the later one then sees the
-- earlier one's rows (READ COMMITTED) or fails and is to be repeated (REPEATABLE READ).
CREATE OR REPLACE FUNCTION kraj.settle_lock() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    everything boolean := EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id()
                                  AND p.relation IN ('municipalities', 'layers'));
BEGIN
    INSERT INTO kraj.settle_locks (municipality_id, layer)
        SELECT -1, '*' WHERE NOT EXISTS (SELECT FROM kraj.settle_locks k WHERE k.municipality_id = -1 AND k.layer = '*')
        ON CONFLICT DO NOTHING;
    IF everything THEN
        IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
            RAISE EXCEPTION 'Municipalities and layers must be changed at isolation level READ COMMITTED'
                USING ERRCODE = 'invalid_transaction_state',
                      HINT = 'Every place depends on them: settling has to see what others have committed meanwhile.';
        END IF;
        UPDATE kraj.settle_locks k SET xid = pg_current_xact_id() WHERE k.municipality_id = -1 AND k.layer = '*';
    ELSE
        PERFORM FROM kraj.settle_locks k WHERE k.municipality_id = -1 AND k.layer = '*' FOR SHARE;
        PERFORM kraj.lock_names();
    END IF;
    INSERT INTO kraj.settle_locks (municipality_id, layer, xid)
        SELECT DISTINCT k.municipality_id, k.layer, pg_current_xact_id() FROM kraj.lock_keys() k ORDER BY 1, 2
        ON CONFLICT ON CONSTRAINT settle_locks_pkey DO UPDATE SET xid = excluded.xid
        WHERE settle_locks.xid IS DISTINCT FROM excluded.xid;
END $$;

-- lock_names keeps names and texts apart: who changes a name waits for those who write texts of projects, in any municipality,
-- because any text may say it. Writers of texts do not wait for each other.
CREATE OR REPLACE FUNCTION kraj.lock_names() RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT p.relation FROM kraj.pending p WHERE p.xid = pg_current_xact_id()
                            AND (p.relation = 'known_names' OR p.relation IN (SELECT l.id FROM kraj.layers l WHERE l.id <> 'projects'))) r
               WHERE cardinality(kraj.renamed(r.relation)) > 0) THEN
        INSERT INTO kraj.settle_locks (municipality_id, layer, xid) VALUES (-1, 'names', pg_current_xact_id())
            ON CONFLICT ON CONSTRAINT settle_locks_pkey DO UPDATE SET xid = excluded.xid;
    ELSIF EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation IN ('projects', 'project_places')) THEN
        INSERT INTO kraj.settle_locks (municipality_id, layer)
            SELECT -1, 'names' WHERE NOT EXISTS (SELECT FROM kraj.settle_locks k WHERE k.municipality_id = -1 AND k.layer = 'names')
            ON CONFLICT DO NOTHING;
        PERFORM FROM kraj.settle_locks k WHERE k.municipality_id = -1 AND k.layer = 'names' FOR SHARE;
    END IF;
END $$;

-- take_stock: who fills a table and settles in one transaction meets plans for the table as it was, and a loop over an index that was
-- right for a few rows takes hours for a country. So tables that grew by a fifth or more, as nearly as is known, are counted before they
-- are read. Where somebody else is analysing a table, it is left to them.
DROP FUNCTION IF EXISTS kraj.take_stock(text[]);
CREATE OR REPLACE FUNCTION kraj.take_stock(relations text[], written bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE relation regclass;
BEGIN
    FOR relation IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'kraj'::regnamespace AND c.relname = ANY (relations) AND c.relkind = 'r'
                    AND written * 5 >= c.reltuples ORDER BY c.relname LOOP
        EXECUTE format('ANALYZE (SKIP_LOCKED) %s', relation);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION kraj.take_stock(text[], bigint) FROM PUBLIC;

-- settle works off what this transaction has changed so far. It runs by itself before COMMIT; a writer who wants to read ties
-- or sums earlier in the transaction may call it.
CREATE OR REPLACE FUNCTION kraj.settle() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    plans text := current_setting('plan_cache_mode');
    many CONSTANT integer := 50;
    rows integer := (SELECT count(*) FROM kraj.pending p WHERE p.xid = pg_current_xact_id_if_assigned());
BEGIN
    IF rows = 0 THEN
        RETURN;
    END IF;
    PERFORM kraj.plan_for(rows);
    IF rows >= many THEN
        PERFORM kraj.take_stock('{pending}' || ARRAY(SELECT DISTINCT p.relation FROM kraj.pending p WHERE p.xid = pg_current_xact_id()), rows);
    END IF;
    PERFORM kraj.settle_lock();
    PERFORM kraj.settle_projects();
    PERFORM kraj.settle_project_words();
    PERFORM kraj.settle_names();
    PERFORM kraj.settle_ties();
    PERFORM kraj.settle_atoms();
    PERFORM kraj.settle_people();
    IF rows >= many THEN
        PERFORM kraj.take_stock('{project_words,extents,ties,weights,atoms,sums,class_sums,class_lines}', rows);
    END IF;
    PERFORM kraj.settle_tiles();
    DELETE FROM kraj.pending p WHERE p.xid = pg_current_xact_id();
    PERFORM set_config('plan_cache_mode', plans, true);
END $$;

CREATE OR REPLACE FUNCTION kraj.settle_at_commit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    PERFORM kraj.settle();
    PERFORM kraj.show_changes();
    PERFORM kraj.number_revision();
    PERFORM kraj.notify_changes();
    DELETE FROM kraj.settle_requests r WHERE r.xid = NEW.xid;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS settle_at_commit ON kraj.settle_requests;
CREATE CONSTRAINT TRIGGER settle_at_commit AFTER INSERT ON kraj.settle_requests
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kraj.settle_at_commit();
