-- Ties and the balance: all derived. kraj.settle() keeps these tables before every commit; nobody else writes them, nothing of
-- them is logged, and kraj.verify_ties() / kraj.verify_sums() compare them with a computation from nothing.
-- They have no foreign keys: a check for each of 100 000 rows costs more than computing them, and settling deletes what is gone.

-- The shape of a project, by dimension: its sites dissolved, each stretch and each spot counted once. Kept, because every change of a
-- place asks for it again.
CREATE TABLE kraj.extents (
    project_id      bigint NOT NULL,
    municipality_id bigint NOT NULL,
    visibility      text NOT NULL,
    dimension       smallint NOT NULL CHECK (dimension BETWEEN 0 AND 2),
    measure         double precision NOT NULL,  -- count, m or m²
    geom            geometry(Geometry, {{.srid}}) NOT NULL,
    PRIMARY KEY (project_id, dimension)
);
CREATE INDEX extents_municipality ON kraj.extents (municipality_id);

-- A tie says: project P is at place X, in this relation, by this much, because of this.
CREATE TABLE kraj.ties (
    project_id      bigint NOT NULL,
    municipality_id bigint NOT NULL,            -- the project's
    visibility      text NOT NULL,              -- the project's
    layer           text NOT NULL,
    place_id        bigint NOT NULL,
    relation        text NOT NULL CHECK (relation IN ('within', 'crosses', 'near', 'serves', 'manual', 'named')),
    dimension       smallint CHECK (dimension BETWEEN 0 AND 2), -- of the project's geometry; null: of all of it, or none
    measure         double precision,           -- what the project has in common with the place
    unit            text CHECK (unit IN ('count', 'm', 'm2')),
    share           double precision,           -- measure / extent of the dimension; null where they differ in unit
    distance_m      double precision,           -- near ties
    origin          text NOT NULL CHECK (origin IN ('geometry', 'planner', 'words')),
    statement_id    bigint                      -- the row of project_places behind it
);
CREATE UNIQUE INDEX ties_key ON kraj.ties (project_id, layer, place_id, relation, dimension) NULLS NOT DISTINCT;
CREATE INDEX ties_place ON kraj.ties (layer, place_id);
CREATE INDEX ties_municipality ON kraj.ties (municipality_id);

-- How a leaf project divides over the rows r of the balance: a settlement of its municipality, or a special row. The four methods
-- stand side by side, because for most projects they agree; each column sums to 10¹² exactly for every project.
CREATE TABLE kraj.weights (
    project_id      bigint NOT NULL,
    municipality_id bigint NOT NULL,
    visibility      text NOT NULL,
    settlement_id   bigint,
    special         text CHECK (special IN ('outside', 'municipality_wide', 'unplaced')),
    row_key         bigint NOT NULL GENERATED ALWAYS AS (coalesce(settlement_id,
                      CASE special WHEN 'outside' THEN -1 WHEN 'municipality_wide' THEN -2 ELSE -3 END)) STORED,
    extent          bigint NOT NULL CHECK (extent BETWEEN 0 AND 1000000000000),
    population      bigint NOT NULL CHECK (population BETWEEN 0 AND 1000000000000),
    equal           bigint NOT NULL CHECK (equal BETWEEN 0 AND 1000000000000),
    served          bigint NOT NULL CHECK (served BETWEEN 0 AND 1000000000000),
    origin          text NOT NULL CHECK (origin IN ('explicit', 'municipality', 'geometry', 'stated', 'none')), -- the rule that decided
    note            text,                       -- explicit: the planner's reason
    CHECK ((settlement_id IS NULL) <> (special IS NULL)),
    PRIMARY KEY (project_id, row_key)
);
CREATE INDEX weights_municipality ON kraj.weights (municipality_id);
CREATE INDEX weights_settlement ON kraj.weights (settlement_id);

-- Atoms: the cents of one funding line in one row, for each method. funding_id null is the line "source not stated" (the stated cost
-- less the stated lines). Null cents: a line is stated without an amount, so the project counts under its source but adds nothing.
CREATE TABLE kraj.atoms (
    project_id      bigint NOT NULL,
    funding_id      bigint,
    municipality_id bigint NOT NULL,
    visibility      text NOT NULL,
    year            integer,
    source          text NOT NULL,              -- own, eu, state, private, other, not_stated
    mechanism       text,
    settlement_id   bigint,
    special         text CHECK (special IN ('outside', 'municipality_wide', 'unplaced')),
    row_key         bigint NOT NULL GENERATED ALWAYS AS (coalesce(settlement_id,
                      CASE special WHEN 'outside' THEN -1 WHEN 'municipality_wide' THEN -2 ELSE -3 END)) STORED,
    line_cents      bigint CHECK (line_cents >= 0), -- of the whole line
    extent          bigint CHECK (extent >= 0),
    population      bigint CHECK (population >= 0),
    equal           bigint CHECK (equal >= 0),
    served          bigint CHECK (served >= 0),
    CHECK ((settlement_id IS NULL) <> (special IS NULL)),
    CHECK (num_nulls(line_cents, extent, population, equal, served) IN (0, 5))
);
CREATE UNIQUE INDEX atoms_key ON kraj.atoms (project_id, funding_id, row_key) NULLS NOT DISTINCT;
CREATE INDEX atoms_municipality ON kraj.atoms (municipality_id);
