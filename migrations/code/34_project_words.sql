-- The words of projects: what a filter of words looks through (40_balance.sql), kept before COMMIT.

CREATE OR REPLACE FUNCTION kraj.compute_project_words(project_ids bigint[]) RETURNS SETOF kraj.project_words
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT p.id, p.municipality_id, p.effective_visibility, p.folded FROM projects p WHERE p.id = ANY (project_ids)
$$;

-- renew_project_words makes the stored words of some projects those that they have.
CREATE OR REPLACE FUNCTION kraj.renew_project_words(project_ids bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
    DELETE FROM kraj.project_words w WHERE w.project_id = ANY (project_ids)
        AND NOT EXISTS (SELECT FROM kraj.projects p WHERE p.id = w.project_id AND p.municipality_id = w.municipality_id
                        AND p.effective_visibility = w.visibility AND p.folded = w.folded);
    INSERT INTO kraj.project_words SELECT c.* FROM kraj.compute_project_words(project_ids) c
        WHERE NOT EXISTS (SELECT FROM kraj.project_words w WHERE w.project_id = c.project_id);
$$;
REVOKE ALL ON FUNCTION kraj.renew_project_words(bigint[]) FROM PUBLIC;

-- settle_project_words does so for those that this transaction changed.
CREATE OR REPLACE FUNCTION kraj.settle_project_words() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    changed bigint[] := ARRAY(SELECT DISTINCT p.project_id FROM kraj.pending p
                              WHERE p.xid = pg_current_xact_id() AND p.relation = 'projects' AND p.project_id IS NOT NULL);
BEGIN
    IF cardinality(changed) > 0 THEN
        PERFORM kraj.renew_project_words(changed);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION kraj.verify_project_words(project_ids bigint[])
RETURNS TABLE (project_id bigint, kind text, what text, stored text, computed text)
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT project_id, 'words', 'code and title', coalesce(concat_ws(' ', w.municipality_id, w.visibility, w.folded), ''),
           coalesce(concat_ws(' ', c.municipality_id, c.visibility, c.folded), '')
    FROM (SELECT * FROM project_words s WHERE s.project_id = ANY (project_ids)) w
    FULL JOIN kraj.compute_project_words(project_ids) c USING (project_id)
    WHERE (w.municipality_id, w.visibility, w.folded) IS DISTINCT FROM (c.municipality_id, c.visibility, c.folded) ORDER BY 1
$$;
