-- Settling: before a transaction commits, everything derived is worked off for the rows in kraj.pending, once.

-- The owners of ties, atoms and tile copies replace these in later files; until then there is nothing to settle.
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY '{settle_ties,settle_atoms,settle_tiles}'::text[] LOOP
        IF to_regprocedure('kraj.' || name || '()') IS NULL THEN
            EXECUTE format('CREATE FUNCTION kraj.%I() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
                SET search_path = kraj, public, pg_temp AS ''BEGIN END''', name);
        END IF;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION kraj.settle_projects() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
END $$;

-- settle works off what this transaction has changed so far. It runs by itself before COMMIT; a writer who wants to read ties
-- or sums earlier in the transaction may call it.
CREATE OR REPLACE FUNCTION kraj.settle() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id_if_assigned()) THEN
        RETURN;
    END IF;
    PERFORM kraj.settle_projects();
    PERFORM kraj.settle_ties();
    PERFORM kraj.settle_atoms();
    PERFORM kraj.settle_tiles();
    DELETE FROM kraj.pending p WHERE p.xid = pg_current_xact_id();
END $$;

CREATE OR REPLACE FUNCTION kraj.settle_at_commit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    PERFORM kraj.settle();
    DELETE FROM kraj.settle_requests r WHERE r.xid = NEW.xid;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS settle_at_commit ON kraj.settle_requests;
CREATE CONSTRAINT TRIGGER settle_at_commit AFTER INSERT ON kraj.settle_requests
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kraj.settle_at_commit();
