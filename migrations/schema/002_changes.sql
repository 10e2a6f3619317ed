-- The change log and the settling machinery. kraj.revisions and kraj.changes say what was, bit for bit; kraj.pending says what
-- of this transaction still has to be worked into the derived tables before it commits. See docs/database.md.

-- Derived beside is_leaf: 'public' only when the project and everything above it is public. An internal group hides its subtree.
-- Whatever shows projects to the public asks this column, never projects.visibility; sites.visibility carries the same value.
ALTER TABLE kraj.projects ADD COLUMN effective_visibility text NOT NULL DEFAULT 'internal'
    CHECK (effective_visibility IN ('public', 'internal'));
COMMENT ON COLUMN kraj.projects.effective_visibility IS 'derived by kraj.settle: public when the project and all its ancestors are';
CREATE INDEX sites_municipality ON kraj.sites (municipality_id);
CREATE INDEX indicators_theme ON kraj.indicators (theme_id);
CREATE INDEX project_funding_mechanism ON kraj.project_funding (mechanism);

-- Foreign keys can wait for the end of an undo: a revision may have moved rows in any order. Everyone else notices nothing:
-- they stay INITIALLY IMMEDIATE.
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT conrelid::regclass AS relation, conname FROM pg_constraint
             WHERE contype = 'f' AND connamespace = 'kraj'::regnamespace AND NOT condeferrable LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY IMMEDIATE', c.relation, c.conname);
    END LOOP;
END $$;

-- One row for each transaction that changed something.
CREATE TABLE kraj.revisions (
    id        bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    xid       xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at        timestamptz NOT NULL DEFAULT transaction_timestamp(),
    actor     text NOT NULL,        -- SET LOCAL kraj.actor, else the login
    login     text NOT NULL DEFAULT session_user,
    source    text,                 -- SET LOCAL kraj.source: import, map, api …
    message   text,                 -- SET LOCAL kraj.message
    import_id bigint,               -- SET LOCAL kraj.import
    reverts   bigint[],             -- the revisions this one undid
    instance  text NOT NULL,        -- kraj.settings 'instance': a restored database counts transactions anew
    UNIQUE (xid, at)                -- xid alone may come again after a restore
);
CREATE INDEX revisions_at ON kraj.revisions (at);

-- One row for each changed row. Attributes as jsonb, geometry as EWKB, because jsonb would round it; generated and derived
-- columns are left out. Ids are not in commit order: readers page by xid against a snapshot's xmin.
-- No foreign key to revisions: one function writes both, and 100 000 checks a COPY would buy nothing.
CREATE TABLE kraj.changes (
    id          bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    revision    bigint NOT NULL,
    xid         xid8 NOT NULL,
    relation    text NOT NULL,
    row_key     text NOT NULL,      -- the row's id (kraj.layers has text ids)
    op          "char" NOT NULL CHECK (op IN ('I', 'U', 'D')),
    before      jsonb,
    after       jsonb,
    before_geom bytea,
    after_geom  bytea,
    before_area box2d,              -- EPSG:3857; null: no geometry
    after_area  box2d,
    shown       boolean NOT NULL    -- the row was or became public: everybody may learn that it changed
);
CREATE INDEX changes_revision ON kraj.changes (revision);
CREATE INDEX changes_row ON kraj.changes (relation, row_key, id);
CREATE INDEX changes_xid ON kraj.changes (xid);

-- What this transaction changed and nobody has settled yet. Written by the triggers b_pend_*, read by kraj.settle_*() with
-- WHERE xid = pg_current_xact_id(), emptied by kraj.settle(). A row may appear several times: once an event, and twice when it
-- moved between projects or municipalities. Unlogged: after a crash no transaction is left that could need it.
CREATE UNLOGGED TABLE kraj.pending (
    xid             xid8 NOT NULL DEFAULT pg_current_xact_id(),
    relation        text NOT NULL,  -- table name: settlements, sites, projects, project_funding …
    id              bigint,         -- the row's id; null for kraj.layers
    project_id      bigint,         -- of projects (their own id) and of every table with a project_id
    municipality_id bigint,         -- of every table with a municipality_id (municipalities: their own id)
    old_geom        geometry        -- before an update or delete; null after an insert
);
CREATE INDEX pending_xid ON kraj.pending (xid, relation);

-- One row a transaction; carries the deferred constraint trigger that settles before COMMIT.
CREATE UNLOGGED TABLE kraj.settle_requests (
    xid       xid8 PRIMARY KEY DEFAULT pg_current_xact_id(),
    reverting boolean NOT NULL DEFAULT false  -- an undo restores rows as they were: row rules must not refill them
);

-- The locks of settling are rows, updated in the order of the key. Unlike advisory locks they cost no shared memory, and a
-- REPEATABLE READ writer who could not see the other's rows fails with a serialization error instead of storing a wrong tie.
-- municipality_id 0: land that no stored municipality covers; the row (-1, '*') is the whole database.
CREATE UNLOGGED TABLE kraj.settle_locks (
    municipality_id bigint NOT NULL,
    layer           text NOT NULL,
    xid             xid8,
    PRIMARY KEY (municipality_id, layer)
) WITH (fillfactor = 50);

-- The rows an undo is about to put back, while it works; a table rather than a temporary one, because another role could
-- prepare a temporary table of the same name.
CREATE UNLOGGED TABLE kraj.undo (
    xid       xid8 NOT NULL DEFAULT pg_current_xact_id(),
    relation  text NOT NULL,
    row_key   text NOT NULL,
    op        "char" NOT NULL,      -- what the undo does: I, U or D
    had       jsonb,                -- the row as the revision left it
    had_geom  bytea,
    want      jsonb,                -- the row as it was before
    want_geom bytea,
    last_id   bigint NOT NULL,      -- kraj.changes.id of the revision's last change of the row
    PRIMARY KEY (xid, relation, row_key)
);
