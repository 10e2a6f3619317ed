-- Signing in. Only these functions cross the wall around users and sessions.
REVOKE ALL ON kraj.users, kraj.sessions FROM PUBLIC, kraj_planner, kraj_public;

-- session_user_of tells who a session belongs to; no row when it is unknown, over, idle for half a day, or its user disabled.
CREATE OR REPLACE FUNCTION kraj.session_user_of(hash bytea) RETURNS TABLE (id bigint, name text, role text, disabled boolean, created_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = kraj, pg_temp AS $$
    WITH touched AS (
        -- rarely, so that reading does not become writing
        UPDATE sessions SET seen_at = now()
        WHERE token_hash = $1 AND expires_at > now() AND seen_at BETWEEN now() - interval '12 hours' AND now() - interval '5 minutes'
    )
    SELECT u.id, u.name, u.role, u.disabled, u.created_at
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.token_hash = $1 AND s.expires_at > now() AND s.seen_at > now() - interval '12 hours' AND NOT u.disabled
$$;
REVOKE ALL ON FUNCTION kraj.session_user_of(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kraj.session_user_of(bytea) TO kraj_planner;
