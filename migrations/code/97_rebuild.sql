-- After an upgrade: what is derived was computed by the functions of before. This file runs whenever one of the code files changed.

-- rebuild_derived computes all ties, sums and tile copies anew. A new database has nothing to compute; a country takes a few minutes and
-- says how far it is: notices with the code KR001. Step by step, so that memory stays small however many projects there are.
CREATE OR REPLACE FUNCTION kraj.rebuild_derived() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $$
DECLARE
    ids bigint[];
BEGIN
    PERFORM kraj.settle();
    PERFORM kraj.rebuild_names();
    PERFORM kraj.rebuild_outlines();
    DELETE FROM kraj.settlement_communities;
    INSERT INTO kraj.settlement_communities SELECT * FROM kraj.compute_settlement_communities(ARRAY(SELECT s.id FROM kraj.settlements s));
    ids := ARRAY(SELECT p.id FROM kraj.projects p ORDER BY p.id);
    IF cardinality(ids) > 5000 THEN
        PERFORM set_config('kraj.progress', 'on', true);
    END IF;
    PERFORM kraj.renew_project_words(ids || ARRAY(SELECT w.project_id FROM kraj.project_words w));
    PERFORM kraj.replace_ties(ids, NULL);
    PERFORM kraj.settle_atoms();  -- of the projects that replace_ties has marked
    DELETE FROM kraj.class_people;
    INSERT INTO kraj.class_people SELECT * FROM kraj.compute_class_people(ARRAY(SELECT m.id FROM kraj.municipalities m));
    DELETE FROM kraj.pending p WHERE p.xid = pg_current_xact_id();
    IF cardinality(ids) > 5000 THEN
        RAISE NOTICE 'the copies of the map''s layers' USING ERRCODE = 'KR001';
        PERFORM set_config('kraj.progress', '', true);
    END IF;
    PERFORM kraj.rebuild_tiles();
END $$;
REVOKE ALL ON FUNCTION kraj.rebuild_derived() FROM PUBLIC;

SELECT kraj.rebuild_derived();
