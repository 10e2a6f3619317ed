-- Sums are read whole, row after row, and a row is read up to the last column that a question names: what every question filters and
-- groups by stands first, the money of each source last. Derived; the code files compute them anew.
DROP TABLE kraj.sums CASCADE;
-- Sums: the atoms of a project in one row, over its lines: of all of its money and of that of each source, for each method. Null cents:
-- no amount is known; 0 of a source: all of the money is known to come from elsewhere.
CREATE TABLE kraj.sums (
    municipality_id    bigint NOT NULL,
    project_id         bigint NOT NULL,
    row_key            bigint NOT NULL,
    rows               integer NOT NULL,
    extent             bigint NOT NULL,  -- parts of 10¹²
    population         bigint NOT NULL,
    equal              bigint NOT NULL,
    served             bigint NOT NULL,
    theme_id           bigint,
    measure_id         bigint,
    settlement_id      bigint,
    community_id       bigint,
    strategic          boolean NOT NULL,
    status             text NOT NULL,
    horizon            text NOT NULL,
    special            text,
    scope              text NOT NULL,
    holder             text,
    visibility         text NOT NULL,
    project_cents      bigint,
    total_extent       bigint,
    total_population   bigint,
    total_equal        bigint,
    total_served       bigint,
    own_extent         bigint,
    own_population     bigint,
    own_equal          bigint,
    own_served         bigint,
    eu_extent          bigint,
    eu_population      bigint,
    eu_equal           bigint,
    eu_served          bigint,
    state_extent       bigint,
    state_population   bigint,
    state_equal        bigint,
    state_served       bigint,
    private_extent     bigint,
    private_population bigint,
    private_equal      bigint,
    private_served     bigint
);
CREATE UNIQUE INDEX sums_key ON kraj.sums (project_id, row_key, community_id) NULLS NOT DISTINCT;
CREATE INDEX sums_municipality ON kraj.sums (municipality_id);
