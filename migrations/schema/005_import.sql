-- Imports: what was loaded, and how fields of known files map to columns. Neither is source data, so neither is in kraj.changes.

-- One row a merge that changed something, written in the merge's own transaction: an interrupted import leaves no trace,
-- and one that found everything the same adds none. kraj.revisions names the row in its import column.
CREATE TABLE kraj.imports (
    id           bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    layer        text NOT NULL REFERENCES kraj.layers ON DELETE CASCADE,
    file         text NOT NULL,             -- base name only: a server's folders are nobody's business
    source_layer text,
    format       text NOT NULL,
    srid         integer,                   -- CRS the coordinates were read in; null without geometry
    actor        text NOT NULL,
    merged_at    timestamptz NOT NULL DEFAULT now(),
    new          integer NOT NULL,
    changed      integer NOT NULL,
    gone         integer NOT NULL,          -- stored, but no longer in the file
    deleted      integer NOT NULL,          -- of these, removed (--delete-gone)
    same         integer NOT NULL,
    rejected     integer NOT NULL,
    mapping      jsonb NOT NULL,
    notes        jsonb NOT NULL
);
CREATE INDEX imports_layer ON kraj.imports (layer, merged_at);

-- A mapping that somebody gave with --map is remembered for files with the same fields.
CREATE TABLE kraj.import_profiles (
    id       bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    layer    text NOT NULL REFERENCES kraj.layers ON DELETE CASCADE,
    fields   text[] NOT NULL,               -- the file's folded field names, sorted
    mapping  jsonb NOT NULL CHECK (jsonb_typeof(mapping) = 'object'),  -- column of the layer → field of the file
    saved_by text NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (layer, fields)
);
