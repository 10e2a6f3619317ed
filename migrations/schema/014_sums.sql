-- The balance joins nothing any more: atoms carry what a balance groups and filters by, and kraj.sums keeps their sums by project and
-- row, one row a project for most. Both are derived; the code files of this version compute them anew.

-- Which local communities have land in a settlement, and how much of it. A settlement that only one shares is beyond doubt.
CREATE TABLE kraj.settlement_communities (
    settlement_id bigint NOT NULL,
    community_id  bigint NOT NULL,
    share         double precision NOT NULL, -- of the settlement's area
    PRIMARY KEY (settlement_id, community_id)
);
CREATE INDEX settlement_communities_community ON kraj.settlement_communities (community_id);

DROP TABLE kraj.atoms CASCADE;
-- Atoms: the cents of one funding line in one row, for each method. funding_id null is the line "source not stated" (the stated cost
-- less the stated lines; without any, its cents are null). Within a settlement a row is a local community where geometry tells one.
CREATE TABLE kraj.atoms (
    municipality_id bigint NOT NULL,
    project_id      bigint NOT NULL,
    funding_id      bigint,
    settlement_id   bigint,
    community_id    bigint,
    row_key         bigint NOT NULL,            -- settlement_id, else −1 outside, −2 municipality_wide, −3 unplaced
    w_extent        bigint NOT NULL DEFAULT 0,  -- the parts of 10¹² of the project in this row
    w_population    bigint NOT NULL DEFAULT 0,
    w_equal         bigint NOT NULL DEFAULT 0,
    w_served        bigint NOT NULL DEFAULT 0,
    line_cents      bigint CHECK (line_cents >= 0), -- of the whole line
    extent          bigint CHECK (extent >= 0),
    population      bigint CHECK (population >= 0),
    equal           bigint CHECK (equal >= 0),
    served          bigint CHECK (served >= 0),
    line_share      double precision NOT NULL DEFAULT 1, -- of the project's count: by cents, equally where none are stated
    lines           integer NOT NULL DEFAULT 1, -- how many lines the project has
    rows            integer NOT NULL DEFAULT 1, -- over how many rows it divides
    first_line      boolean NOT NULL DEFAULT true,
    first_row       boolean NOT NULL DEFAULT true,
    sources         integer NOT NULL DEFAULT 0, -- of all lines: 1 own, 2 eu, 4 state, 8 private, 16 other, 32 not stated
    year            integer,
    source          text NOT NULL,              -- own, eu, state, private, other, not_stated
    mechanism       text,
    special         text CHECK (special IN ('outside', 'municipality_wide', 'unplaced')),
    -- What the project is, carried from it.
    project_cents   bigint,                     -- all its lines; null where none has an amount
    theme_id        bigint,
    measure_id      bigint,
    strategic       boolean NOT NULL DEFAULT false,
    status          text NOT NULL DEFAULT 'unknown',
    horizon         text NOT NULL DEFAULT 'none',
    scope           text NOT NULL DEFAULT 'unplaced',
    holder          text,
    visibility      text NOT NULL,
    CHECK ((settlement_id IS NULL) <> (special IS NULL)),
    CHECK (num_nulls(line_cents, extent, population, equal, served) IN (0, 5))
);
CREATE UNIQUE INDEX atoms_key ON kraj.atoms (project_id, funding_id, row_key, community_id) NULLS NOT DISTINCT;
CREATE INDEX atoms_municipality ON kraj.atoms (municipality_id);

-- Sums: the atoms of a project in one row, over its lines: of all of its money and of that of each source, for each method. Null cents:
-- no amount is known; 0 of a source: all of the money is known to come from elsewhere.
CREATE TABLE kraj.sums (
    municipality_id    bigint NOT NULL,
    project_id         bigint NOT NULL,
    settlement_id      bigint,
    community_id       bigint,
    row_key            bigint NOT NULL,
    rows               integer NOT NULL,
    extent             bigint NOT NULL,  -- parts of 10¹²
    population         bigint NOT NULL,
    equal              bigint NOT NULL,
    served             bigint NOT NULL,
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
    private_served     bigint,
    special            text,
    project_cents      bigint,
    theme_id           bigint,
    measure_id         bigint,
    strategic          boolean NOT NULL,
    status             text NOT NULL,
    horizon            text NOT NULL,
    scope              text NOT NULL,
    holder             text,
    visibility         text NOT NULL
);
CREATE UNIQUE INDEX sums_key ON kraj.sums (project_id, row_key, community_id) NULLS NOT DISTINCT;
CREATE INDEX sums_municipality ON kraj.sums (municipality_id);
