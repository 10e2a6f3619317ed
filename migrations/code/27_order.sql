-- The order of commits: see 009_past.sql.

-- number_revision gives this transaction's revision the next number in the order of commits. The lock is kept until the transaction has
-- ended, so numbers are visible in their order. It holds up nobody who would not wait anyway: NOTIFY, which comes next, lets one
-- transaction commit at a time. A table lock, because a row's would fail a writer at REPEATABLE READ, and an advisory one is anybody's.
CREATE OR REPLACE FUNCTION kraj.number_revision() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE mine bigint := (SELECT r.id FROM kraj.revisions r WHERE r.xid = pg_current_xact_id() AND r.at = transaction_timestamp());
BEGIN
    IF mine IS NOT NULL THEN
        LOCK TABLE kraj.commit_order IN EXCLUSIVE MODE;
        UPDATE kraj.revisions r SET commit_no = nextval('kraj.commit_numbers'), committed_at = clock_timestamp() WHERE r.id = mine;
    END IF;
END $$;
