-- After an upgrade: what is derived was computed by the functions of before. This file runs whenever one of the code files changed.

-- rebuild_derived computes all ties, sums and tile copies anew. A new database has nothing to compute; a country takes a few minutes and
-- says how far it is: notices with the code KR001. Step by step, so that memory stays small however many projects there are.
CREATE OR REPLACE FUNCTION kraj.rebuild_derived() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $$
DECLARE
    step CONSTANT integer := 5000;
    ids bigint[];
    everything integer;
BEGIN
    PERFORM kraj.settle();
    PERFORM kraj.rebuild_names();
    PERFORM kraj.rebuild_outlines();
    DELETE FROM kraj.settlement_communities;
    INSERT INTO kraj.settlement_communities SELECT * FROM kraj.compute_settlement_communities(ARRAY(SELECT s.id FROM kraj.settlements s));
    ids := ARRAY(SELECT p.id FROM kraj.projects p ORDER BY p.id);
    everything := cardinality(ids);
    FOR done IN 0 .. everything - 1 BY step LOOP
        PERFORM kraj.replace_ties(ids[done + 1 : done + step], NULL);
        PERFORM kraj.settle_atoms();  -- of the projects that replace_ties has marked
        DELETE FROM kraj.pending p WHERE p.xid = pg_current_xact_id();
        IF everything > step THEN
            RAISE NOTICE 'ties and sums: % of % projects', least(done + step, everything), everything USING ERRCODE = 'KR001';
        END IF;
    END LOOP;
    IF everything > step THEN
        RAISE NOTICE 'the copies of the map''s layers' USING ERRCODE = 'KR001';
    END IF;
    PERFORM kraj.rebuild_tiles();
END $$;
REVOKE ALL ON FUNCTION kraj.rebuild_derived() FROM PUBLIC;

SELECT kraj.rebuild_derived();
