-- What a project has in a class of a scheme, and the people there, kept: the balance by theme, measure, status, horizon and holder reads one row a project and
-- class instead of putting them together from settlements for every question. Derived; the code files compute it.
--
-- A row is read up to the last column that a question names, and fastest while all before it have a fixed width and a value: so numbers
-- come first, then what may be missing or is text, then the money of single sources.
CREATE TABLE kraj.class_sums (
    municipality_id    bigint NOT NULL,
    scheme_id          bigint NOT NULL,
    project_id         bigint NOT NULL,
    extent             bigint NOT NULL,   -- parts of 10¹² of the project
    population         bigint NOT NULL,
    equal              bigint NOT NULL,
    served             bigint NOT NULL,
    total_extent       bigint NOT NULL,   -- cents; 0 where priced says that none are known
    total_population   bigint NOT NULL,
    total_equal        bigint NOT NULL,
    total_served       bigint NOT NULL,
    class              smallint NOT NULL, -- place in kraj.class_words()
    firsts             smallint NOT NULL, -- whether this is the project's first row with any weight: 1 by extent, 2 population, 4 equal, 8 served
    priced             smallint NOT NULL, -- of what cents are known: 1 total, 2 own, 4 eu, 8 state, 16 private
    strategic          boolean NOT NULL,
    theme_id           bigint,
    measure_id         bigint,
    status             text NOT NULL,
    horizon            text NOT NULL,
    scope              text NOT NULL,
    visibility         text NOT NULL,
    holder             text,
    project_cents      bigint,
    own_extent         bigint NOT NULL,
    own_population     bigint NOT NULL,
    own_equal          bigint NOT NULL,
    own_served         bigint NOT NULL,
    eu_extent          bigint NOT NULL,
    eu_population      bigint NOT NULL,
    eu_equal           bigint NOT NULL,
    eu_served          bigint NOT NULL,
    state_extent       bigint NOT NULL,
    state_population   bigint NOT NULL,
    state_equal        bigint NOT NULL,
    state_served       bigint NOT NULL,
    private_extent     bigint NOT NULL,
    private_population bigint NOT NULL,
    private_equal      bigint NOT NULL,
    private_served     bigint NOT NULL
);
CREATE UNIQUE INDEX class_sums_key ON kraj.class_sums (project_id, scheme_id, class);
-- The usual question (by extent, all money) reads this index alone.
CREATE INDEX class_sums_read ON kraj.class_sums (scheme_id, municipality_id)
    INCLUDE (extent, total_extent, project_id, class, firsts, priced, strategic, theme_id, measure_id, status, horizon, visibility, scope, holder, project_cents);

-- The same of each line of a project's money, for the balance by source, mechanism and year.
CREATE TABLE kraj.class_lines (
    municipality_id   bigint NOT NULL,
    scheme_id         bigint NOT NULL,
    project_id        bigint NOT NULL,
    weight_extent     double precision NOT NULL, -- parts of 10¹² of the project, times the line's share of it
    weight_population double precision NOT NULL,
    weight_equal      double precision NOT NULL,
    weight_served     double precision NOT NULL,
    extent            bigint NOT NULL,   -- cents; 0 where the line has no amount
    population        bigint NOT NULL,
    equal             bigint NOT NULL,
    served            bigint NOT NULL,
    class             smallint NOT NULL,
    present           smallint NOT NULL, -- by which methods the project has any weight here: 1 extent, 2 population, 4 equal, 8 served
    firsts            smallint NOT NULL, -- as in class_sums
    heads             smallint NOT NULL, -- the project's first line of its source 1, mechanism 2, year 4; the first with an amount: 8, 16, 32
    funding_id        bigint,            -- null: the line "source not stated"
    year              integer,
    source            text NOT NULL,
    mechanism         text,
    visibility        text NOT NULL
);
CREATE UNIQUE INDEX class_lines_key ON kraj.class_lines (project_id, scheme_id, class, funding_id) NULLS NOT DISTINCT;
CREATE INDEX class_lines_read ON kraj.class_lines (scheme_id, municipality_id)
    INCLUDE (weight_extent, extent, project_id, class, present, firsts, heads, year, source, mechanism, visibility);

-- The people of a municipality in each class of a scheme, by a set of people by settlement; null: none of them is known.
CREATE TABLE kraj.class_people (
    municipality_id bigint NOT NULL,
    scheme_id       bigint NOT NULL,
    set_id          bigint NOT NULL,
    class           text NOT NULL,
    people          bigint,
    PRIMARY KEY (municipality_id, scheme_id, set_id, class)
);
