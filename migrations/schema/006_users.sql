-- People who may sign in, and their sessions. Neither is in the change log (it would keep password hashes for ever) and
-- neither may be read by any role but the owner: kraj asks through the functions in code/70_sessions.sql.

CREATE TABLE kraj.users (
    id                  bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name                text NOT NULL CHECK (name ~ '^[^[:cntrl:][:space:]][^[:cntrl:]]{0,62}$' AND name = btrim(name)),
    role                text NOT NULL DEFAULT 'planner' CHECK (role IN ('planner', 'admin')),
    password_hash       text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    disabled            boolean NOT NULL DEFAULT false,
    created_at          timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_name ON kraj.users (lower(name COLLATE "und-x-icu"));
COMMENT ON TABLE kraj.users IS 'People who may sign in; passwords only as argon2id';

CREATE TABLE kraj.sessions (
    token_hash bytea PRIMARY KEY,              -- SHA-256: a copy of this table signs nobody in
    user_id    bigint NOT NULL REFERENCES kraj.users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON kraj.sessions (user_id);
CREATE INDEX sessions_expires ON kraj.sessions (expires_at);
COMMENT ON TABLE kraj.sessions IS 'Browsers that are signed in';
