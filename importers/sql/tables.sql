-- The staging tables of one import. They vanish with the transaction, however it ends; the next import in it starts anew.
DROP TABLE IF EXISTS pg_temp.import_stage, pg_temp.import_rows;
CREATE TEMPORARY TABLE import_stage (
    number   bigint PRIMARY KEY,
    vals     jsonb NOT NULL,    -- the fields as they are
    wkb      bytea,
    problem  jsonb,             -- why the row could not be read, in both languages
    repaired boolean NOT NULL   -- rings had to be closed
) ON COMMIT DROP;

CREATE TEMPORARY TABLE import_rows (
    number          bigint PRIMARY KEY,
    ok              boolean NOT NULL DEFAULT true,
    kind            text,       -- new, changed, same, joined (into another row), skipped, kept; null while unknown
    place           bigint,     -- id of the stored row it is
    code            text,
    name            text,
    municipality    bigint,
    given           boolean NOT NULL DEFAULT false, -- the file or --municipality says so, rather than the location
    vals            jsonb NOT NULL DEFAULT '{}',    -- columns of the layer, typed
    attrs           jsonb NOT NULL DEFAULT '{}',    -- the other fields; null removes
    extra           jsonb NOT NULL DEFAULT '{}',    -- projects: parent, funding
    wkb             bytea,
    srid            integer,    -- of wkb where it is not the file's
    geom            geometry,
    fields          text[]      -- what changed
) ON COMMIT DROP;
