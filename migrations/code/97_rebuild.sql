-- After an upgrade: what is derived was computed by the functions of before. This file runs whenever one of the code files changed.

-- rebuild_derived computes all ties, sums and tile copies anew. A new database has nothing to compute; a country takes a minute.
CREATE OR REPLACE FUNCTION kraj.rebuild_derived() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    PERFORM kraj.settle();
    PERFORM kraj.rebuild_names();
    PERFORM kraj.replace_ties(ARRAY(SELECT p.id FROM kraj.projects p), NULL);
    DELETE FROM kraj.settlement_communities;
    INSERT INTO kraj.settlement_communities SELECT * FROM kraj.compute_settlement_communities(ARRAY(SELECT s.id FROM kraj.settlements s));
    PERFORM kraj.settle_atoms();  -- of the projects that replace_ties has marked
    DELETE FROM kraj.pending p WHERE p.xid = pg_current_xact_id();
    PERFORM kraj.rebuild_tiles();
END $$;
REVOKE ALL ON FUNCTION kraj.rebuild_derived() FROM PUBLIC;

SELECT kraj.rebuild_derived();
