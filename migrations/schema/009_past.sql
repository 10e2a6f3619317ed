-- The order of commits. Revision numbers are given when a transaction writes its first row, and of two that overlap the one that began
-- later may commit first; what "the state at revision 12" was can only be told from the order in which they became visible.
ALTER TABLE kraj.revisions
    ADD COLUMN commit_no    bigint,       -- the order in which revisions became visible
    ADD COLUMN committed_at timestamptz;  -- when, as nearly as a trigger can know it
COMMENT ON COLUMN kraj.revisions.commit_no IS 'numbered before COMMIT under a lock; revisions from before this column existed by their id';

-- What was before the column existed is as near as can be known.
UPDATE kraj.revisions SET commit_no = id, committed_at = at;
CREATE UNIQUE INDEX revisions_commit ON kraj.revisions (commit_no);

CREATE SEQUENCE kraj.commit_numbers;
SELECT setval('kraj.commit_numbers', coalesce(max(id), 0) + 1, false) FROM kraj.revisions;

-- Nothing is ever stored here: its lock is held from the numbering to the end of the commit (kraj.number_revision).
CREATE TABLE kraj.commit_order ();
