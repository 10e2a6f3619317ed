-- The registry of gaps: what migrations/gaps/*.sql declares. Written anew with the code; nobody's source data, so not logged.
CREATE TABLE kraj.gaps (
    name       text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]*$'),
    sort       integer NOT NULL,
    title_sl   text NOT NULL,
    title_en   text NOT NULL,
    about_sl   text NOT NULL,
    about_en   text NOT NULL,
    parameters jsonb NOT NULL CHECK (jsonb_typeof(parameters) = 'array')  -- {name, type, default, low, high, among, sl, en}
);
COMMENT ON TABLE kraj.gaps IS 'Gaps: each is a function kraj.gap_NAME(town, …) and a view kraj.gaps_NAME';
