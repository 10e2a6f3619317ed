-- The base of kraj: what people and registers state. Everything here is source data: each table is logged in kraj.changes
-- and may be written by kraj, QGIS, psql or ogr2ogr alike. Derived tables (ties, atoms, tile copies) have files of their own.
-- {{.srid}} is the deployment's one metric SRID; it is kept in kraj.settings and cannot be changed afterwards.

CREATE SCHEMA IF NOT EXISTS kraj;
COMMENT ON SCHEMA kraj IS 'kraj: places, projects, ties and balance';

CREATE TABLE kraj.settings (
    key   text PRIMARY KEY,
    value text NOT NULL
);
COMMENT ON TABLE kraj.settings IS 'Facts about this database: srid (unchangeable), instance (renewed by a restore)';
INSERT INTO kraj.settings VALUES ('srid', '{{.srid}}'), ('instance', gen_random_uuid()::text);

-- Natural order of codes: 1.9 before 1.10. Deterministic, so it orders but never equates different codes.
CREATE COLLATION kraj.natural (provider = icu, locale = 'sl-u-kn-true');

-- fold is what search, slugs and duplicate detection compare: lower case, no diacritics, punctuation as one space.
-- Created here because generated columns need it; its body never changes once data depend on it.
CREATE FUNCTION kraj.fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        translate(
            regexp_replace(normalize(lower(value COLLATE "und-x-icu"), NFKD), '[\u0300-\u036f]', '', 'g'),
            'đłøıßæœ', 'dloisao'),
        '[^[:alnum:]]+', ' ', 'g'))
$$;

CREATE FUNCTION kraj.srid() RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT {{.srid}} $$;

-- check_geometry raises, so that the message can name the feature and the reason; allowed lists PostGIS types.
-- A constraint rather than a trigger: it holds for every writer, whatever triggers a session switches off.
CREATE FUNCTION kraj.check_geometry(geom geometry, relation text, code text, allowed text[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
BEGIN
    IF geom IS NULL THEN RETURN true; END IF;
    IF GeometryType(geom) <> ALL (allowed) THEN
        RAISE EXCEPTION '%: feature "%" has a % geometry; accepted: %', relation, coalesce(code, '(no code)'),
            GeometryType(geom), array_to_string(allowed, ', ')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'geometry_type',
                  HINT = 'With ogr2ogr add -nlt PROMOTE_TO_MULTI; in QGIS use "Promote to multipart".';
    END IF;
    IF ST_IsEmpty(geom) THEN
        RAISE EXCEPTION '%: feature "%" has an empty geometry', relation, coalesce(code, '(no code)')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'geometry_empty',
                  HINT = 'Leave the geometry null when the place is known by name only.';
    END IF;
    IF NOT ST_IsValid(geom) THEN
        RAISE EXCEPTION '%: the geometry of "%" is not valid: %', relation, coalesce(code, '(no code)'),
            (ST_IsValidDetail(geom)).reason || ' at ' || ST_AsText((ST_IsValidDetail(geom)).location, 2)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'geometry_valid',
                  HINT = 'Repair it (ST_MakeValid, QGIS "Fix geometries") or use kraj import, which repairs and reports.';
    END IF;
    RETURN true;
END $$;

-- Layers: the registry of everything that can be drawn, tied and served by the same code.
CREATE TABLE kraj.layers (
    id        text PRIMARY KEY CHECK (id ~ '^[a-z][a-z0-9_]{1,40}$'),
    title_sl  text NOT NULL,
    title_en  text NOT NULL,
    geometry  text NOT NULL CHECK (geometry IN ('polygon', 'line', 'point', 'mixed')),
    builtin   boolean NOT NULL DEFAULT false,
    derived   boolean NOT NULL DEFAULT false,  -- a tile layer made from another one, without a table of its own
    tied      boolean NOT NULL DEFAULT true,   -- projects get geometric ties to its features
    coverage  boolean NOT NULL DEFAULT false,  -- features share boundaries: generalise them together
    near_m    double precision CHECK (near_m >= 0), -- "near" threshold in metres; null = no near ties
    min_zoom  integer NOT NULL DEFAULT 0 CHECK (min_zoom BETWEEN 0 AND 22),
    max_zoom  integer NOT NULL DEFAULT 22 CHECK (max_zoom BETWEEN 0 AND 22),
    sort      integer NOT NULL DEFAULT 100,
    CHECK (min_zoom <= max_zoom)
);
INSERT INTO kraj.layers (id, title_sl, title_en, geometry, builtin, derived, tied, coverage, near_m, min_zoom, sort) VALUES
    ('municipalities',     'Občine',              'Municipalities',    'polygon', true, false, false, true,  null, 4, 1),
    ('settlements',        'Naselja',             'Settlements',       'polygon', true, false, true,  true,  null, 7, 2),
    ('local_communities',  'Krajevne skupnosti',  'Local communities', 'mixed',   true, false, true,  false, null, 9, 3),
    ('business_zones',     'Poslovne cone',       'Business zones',    'mixed',   true, false, true,  false, 200,  9, 4),
    ('degraded_areas',     'Degradirana območja', 'Degraded areas',    'mixed',   true, false, true,  false, 200,  9, 5),
    ('cycling_routes',     'Kolesarske povezave', 'Cycling routes',    'mixed',   true, false, true,  false, 200,  9, 6),
    ('agglomerations',     'Aglomeracije',        'Agglomerations',    'mixed',   true, false, true,  false, null, 8, 7),
    ('projects',           'Projekti',            'Projects',          'mixed',   true, false, false, false, null, 8, 8),
    ('settlements_labels', 'Imena naselij',       'Settlement names',  'point',   true, true,  false, false, null, 7, 9);

-- Places. The same first and last columns in every layer; geom is in the deployment's SRID.
CREATE TABLE kraj.municipalities (
    id                 bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    code               text NOT NULL UNIQUE CHECK (code <> ''),
    name               text NOT NULL CHECK (btrim(name) <> ''),
    name_alt           text,                 -- the other official language, e.g. Capodistria
    slug               text NOT NULL GENERATED ALWAYS AS (kraj.fold(name)) STORED,
    short_name         text,                 -- what its documents call it, e.g. MOK
    surs_code          text,
    registered_area_m2 double precision CHECK (registered_area_m2 >= 0),
    strategy_sl        text,                 -- the plan whose projects are stored, with its period
    strategy_en        text,
    attributes         jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source             text,
    source_date        date,
    licence            text,
    approximate        boolean NOT NULL DEFAULT false,
    geom               geometry(MultiPolygon, {{.srid}}) CHECK (kraj.check_geometry(geom, 'municipalities', code, '{MULTIPOLYGON}'))
);
CREATE INDEX municipalities_geom ON kraj.municipalities USING gist (geom);
CREATE INDEX municipalities_slug ON kraj.municipalities (slug);

CREATE TABLE kraj.settlements (
    id                 bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    code               text NOT NULL CHECK (code <> ''),
    name               text NOT NULL CHECK (btrim(name) <> ''),
    name_alt           text,
    municipality_id    bigint REFERENCES kraj.municipalities,
    surs_code          text,                 -- six digits: municipality 3 + settlement 3
    registered_area_m2 double precision CHECK (registered_area_m2 >= 0),
    centroid_e         double precision,     -- the register's centroid, easting and northing in the deployment's SRID
    centroid_n         double precision,
    attributes         jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source             text,
    source_date        date,
    licence            text,
    approximate        boolean NOT NULL DEFAULT false,
    geom               geometry(MultiPolygon, {{.srid}}) CHECK (kraj.check_geometry(geom, 'settlements', code, '{MULTIPOLYGON}')),
    UNIQUE NULLS NOT DISTINCT (municipality_id, code)
);
CREATE INDEX settlements_geom ON kraj.settlements USING gist (geom);
CREATE INDEX settlements_name ON kraj.settlements (kraj.fold(name));

CREATE TABLE kraj.local_communities (
    id                 bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    code               text NOT NULL CHECK (code <> ''),
    name               text NOT NULL CHECK (btrim(name) <> ''),
    name_alt           text,
    municipality_id    bigint REFERENCES kraj.municipalities,
    kind               text,                 -- krajevna, četrtna, mestna, vaška skupnost
    registered_area_m2 double precision CHECK (registered_area_m2 >= 0),
    attributes         jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source             text,
    source_date        date,
    licence            text,
    approximate        boolean NOT NULL DEFAULT false,
    geom               geometry(Geometry, {{.srid}}) CHECK (kraj.check_geometry(geom, 'local_communities', code, '{MULTIPOLYGON,POINT,MULTIPOINT}')),
    UNIQUE NULLS NOT DISTINCT (municipality_id, code)
);
CREATE INDEX local_communities_geom ON kraj.local_communities USING gist (geom);

CREATE DOMAIN kraj.plan_state AS text CHECK (VALUE IN
    ('unknown', 'none', 'considered', 'in_preparation', 'public_display', 'adopted', 'amending'));

CREATE TABLE kraj.business_zones (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    code            text NOT NULL CHECK (code <> ''),
    name            text NOT NULL CHECK (btrim(name) <> ''),
    name_alt        text,
    municipality_id bigint REFERENCES kraj.municipalities,
    stated_area_ha  numeric CHECK (stated_area_ha >= 0),  -- as printed by the source; the drawn area is computed
    spatial_units   text[],                  -- EUP, e.g. HR 6/1
    land_use        text[],                  -- namenska raba: IG, IK …
    plan_state      kraj.plan_state NOT NULL DEFAULT 'unknown',
    plan_ordinance  text,
    plan_date       date,
    jobs_existing   integer CHECK (jobs_existing >= 0),
    jobs_expected   integer CHECK (jobs_expected >= 0),
    attributes      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source          text,
    source_date     date,
    licence         text,
    approximate     boolean NOT NULL DEFAULT false,
    geom            geometry(Geometry, {{.srid}}) CHECK (kraj.check_geometry(geom, 'business_zones', code, '{MULTIPOLYGON,POINT,MULTIPOINT}')),
    UNIQUE NULLS NOT DISTINCT (municipality_id, code)
);
CREATE INDEX business_zones_geom ON kraj.business_zones USING gist (geom);

CREATE TABLE kraj.degraded_areas (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    code            text NOT NULL CHECK (code <> ''),
    name            text NOT NULL CHECK (btrim(name) <> ''),
    name_alt        text,
    municipality_id bigint REFERENCES kraj.municipalities,
    kind            text,
    stated_area_ha  numeric CHECK (stated_area_ha >= 0),
    remediation     text,                    -- e.g. ekološka sanacija
    plan_state      kraj.plan_state NOT NULL DEFAULT 'unknown',
    plan_ordinance  text,
    plan_date       date,
    attributes      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source          text,
    source_date     date,
    licence         text,
    approximate     boolean NOT NULL DEFAULT false,
    geom            geometry(Geometry, {{.srid}}) CHECK (kraj.check_geometry(geom, 'degraded_areas', code, '{MULTIPOLYGON,POINT,MULTIPOINT}')),
    UNIQUE NULLS NOT DISTINCT (municipality_id, code)
);
CREATE INDEX degraded_areas_geom ON kraj.degraded_areas USING gist (geom);

CREATE TABLE kraj.cycling_routes (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    code            text NOT NULL CHECK (code <> ''),
    name            text NOT NULL CHECK (btrim(name) <> ''),
    name_alt        text,
    municipality_id bigint REFERENCES kraj.municipalities,
    route_number    text,                    -- e.g. KP9
    route_level     text NOT NULL DEFAULT 'unknown' CHECK (route_level IN ('state', 'local', 'bridge', 'unknown')),
    state           text NOT NULL DEFAULT 'unknown' CHECK (state IN ('existing', 'in_construction', 'planned', 'unknown')),
    stated_length_m double precision CHECK (stated_length_m >= 0),
    attributes      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source          text,
    source_date     date,
    licence         text,
    approximate     boolean NOT NULL DEFAULT false,
    geom            geometry(Geometry, {{.srid}}) CHECK (kraj.check_geometry(geom, 'cycling_routes', code, '{MULTILINESTRING,POINT,MULTIPOINT}')),
    UNIQUE NULLS NOT DISTINCT (municipality_id, code)
);
CREATE INDEX cycling_routes_geom ON kraj.cycling_routes USING gist (geom);

CREATE TABLE kraj.agglomerations (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    code            text NOT NULL CHECK (code <> ''),
    name            text NOT NULL CHECK (btrim(name) <> ''),
    name_alt        text,
    municipality_id bigint REFERENCES kraj.municipalities,
    load_pe         integer CHECK (load_pe >= 0),       -- population equivalents
    connected_pe    integer CHECK (connected_pe >= 0),
    connected_share numeric CHECK (connected_share BETWEEN 0 AND 1),
    reported_on     date,
    attributes      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source          text,
    source_date     date,
    licence         text,
    approximate     boolean NOT NULL DEFAULT false,
    geom            geometry(Geometry, {{.srid}}) CHECK (kraj.check_geometry(geom, 'agglomerations', code, '{MULTIPOLYGON,POINT,MULTIPOINT}')),
    UNIQUE NULLS NOT DISTINCT (municipality_id, code)
);
CREATE INDEX agglomerations_geom ON kraj.agglomerations USING gist (geom);

-- Known names that are not places of a layer: quarters, fields, abbreviations. Planners extend it.
CREATE TABLE kraj.gazetteer (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    municipality_id bigint REFERENCES kraj.municipalities ON DELETE CASCADE,
    name            text NOT NULL CHECK (btrim(name) <> ''),
    kind            text NOT NULL DEFAULT 'quarter',
    layer           text REFERENCES kraj.layers,   -- the place it belongs to, when it is one
    place_id        bigint,
    source          text,
    note            text,
    geom            geometry(Geometry, {{.srid}}) CHECK (kraj.check_geometry(geom, 'gazetteer', name,
                      '{POINT,MULTIPOINT,LINESTRING,MULTILINESTRING,POLYGON,MULTIPOLYGON}')),
    UNIQUE NULLS NOT DISTINCT (municipality_id, name, kind)
);
CREATE INDEX gazetteer_geom ON kraj.gazetteer USING gist (geom);

-- People, in named sets that are never mixed: a set is either one figure a settlement, or printed class totals.
CREATE TABLE kraj.population_sets (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    municipality_id bigint REFERENCES kraj.municipalities ON DELETE CASCADE, -- null: all of them
    code            text NOT NULL CHECK (code <> ''),
    name_sl         text NOT NULL,
    name_en         text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('settlements', 'classes')),
    scheme          text,                    -- of printed class totals: the scheme whose classes they are
    printed_total   integer CHECK (printed_total >= 0), -- the source's own total, kept apart from any sum
    source          text NOT NULL,
    source_date     date NOT NULL,
    preferred       boolean NOT NULL DEFAULT false,
    UNIQUE NULLS NOT DISTINCT (municipality_id, code)
);
CREATE TABLE kraj.population_settlements (
    id            bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    set_id        bigint NOT NULL REFERENCES kraj.population_sets ON DELETE CASCADE,
    settlement_id bigint NOT NULL REFERENCES kraj.settlements ON DELETE CASCADE,
    people        integer CHECK (people >= 0),  -- null: suppressed or unknown
    UNIQUE (set_id, settlement_id)
);
CREATE INDEX population_settlements_settlement ON kraj.population_settlements (settlement_id);
CREATE TABLE kraj.population_classes (
    id     bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    set_id bigint NOT NULL REFERENCES kraj.population_sets ON DELETE CASCADE,
    class  text NOT NULL CHECK (class IN ('urban', 'suburban', 'rural', 'unclassified')),
    people integer CHECK (people >= 0),
    UNIQUE (set_id, class)
);

-- Urban is never a boolean: settlements have a class in a scheme, and schemes stand side by side, versioned.
CREATE TABLE kraj.schemes (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    municipality_id bigint REFERENCES kraj.municipalities ON DELETE CASCADE,
    code            text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]*$'),
    version         integer NOT NULL DEFAULT 1 CHECK (version > 0),
    name_sl         text NOT NULL,
    name_en         text NOT NULL,
    classes         text[] NOT NULL CHECK (classes <@ '{urban,suburban,rural}'::text[] AND cardinality(classes) > 0),
    source          text,
    valid_from      date,
    current         boolean NOT NULL DEFAULT true,
    UNIQUE NULLS NOT DISTINCT (municipality_id, code, version)
);
CREATE UNIQUE INDEX schemes_current ON kraj.schemes (municipality_id, code) NULLS NOT DISTINCT WHERE current;
CREATE TABLE kraj.scheme_classes (
    id            bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    scheme_id     bigint NOT NULL REFERENCES kraj.schemes ON DELETE CASCADE,
    settlement_id bigint NOT NULL REFERENCES kraj.settlements ON DELETE CASCADE,
    class         text NOT NULL CHECK (class IN ('urban', 'suburban', 'rural')), -- no row: unclassified
    UNIQUE (scheme_id, settlement_id)
);
CREATE INDEX scheme_classes_settlement ON kraj.scheme_classes (settlement_id);

-- The strategy: themes, goals, measures.
CREATE TABLE kraj.themes (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    municipality_id bigint NOT NULL REFERENCES kraj.municipalities ON DELETE CASCADE,
    code            text NOT NULL CHECK (code <> ''),
    name            text NOT NULL,
    name_en         text,
    goal            text,
    goal_en         text,
    kind            text NOT NULL DEFAULT 'theme' CHECK (kind IN ('theme', 'horizontal')),
    color           text CHECK (color ~ '^#[0-9a-f]{6}$'),
    attributes      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source          text,
    UNIQUE (municipality_id, code)
);
CREATE TABLE kraj.goals (
    id       bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    theme_id bigint NOT NULL REFERENCES kraj.themes ON DELETE CASCADE,
    number   text NOT NULL,
    text     text NOT NULL,
    text_en  text,
    source   text,
    UNIQUE (theme_id, number)
);
CREATE TABLE kraj.measures (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    municipality_id bigint NOT NULL REFERENCES kraj.municipalities ON DELETE CASCADE,
    theme_id        bigint NOT NULL REFERENCES kraj.themes ON DELETE CASCADE,
    code            text NOT NULL CHECK (code <> ''),
    name            text NOT NULL,
    name_en         text,
    description     text,
    attributes      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source          text,
    UNIQUE (municipality_id, code)
);
CREATE INDEX measures_theme ON kraj.measures (theme_id);

-- Projects: a tree inside a measure. A node with children is a group: shown, never counted (is_leaf is derived).
CREATE TABLE kraj.projects (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    municipality_id bigint NOT NULL REFERENCES kraj.municipalities,
    parent_id       bigint REFERENCES kraj.projects,
    theme_id        bigint REFERENCES kraj.themes,
    measure_id      bigint REFERENCES kraj.measures,
    code            text NOT NULL CHECK (code <> ''),
    source_code     text,                    -- as printed; not unique
    title           text NOT NULL CHECK (btrim(title) <> ''),
    title_en        text,
    description     text,
    holder          text,
    participants    text[],
    department      text,
    keeper          text,                    -- internal: never in kraj_public
    status          text NOT NULL DEFAULT 'unknown' CHECK (status IN
                      ('idea', 'preparation', 'implementation', 'realised', 'not_realised', 'dropped', 'unknown')),
    horizon         text NOT NULL DEFAULT 'none' CHECK (horizon IN ('2030', '2035', '2030+2035', 'none')),
    strategic       boolean NOT NULL DEFAULT false,
    responsible     text CHECK (responsible IN ('municipality', 'state', 'joint', 'private')), -- "(RS)": works of the state
    plan_state      kraj.plan_state,         -- of a project that is a plan document: "(izdelava OPPN)"
    cost_cents      bigint CHECK (cost_cents >= 0),  -- the stated total; null when none is stated
    cost_text       text,                    -- as printed
    cost_qualifier  text NOT NULL DEFAULT 'exact' CHECK (cost_qualifier IN ('exact', 'about', 'at_least')),
    scope           text NOT NULL DEFAULT 'unplaced' CHECK (scope IN ('sites', 'municipality', 'unplaced')),
    visibility      text NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'internal')),
    is_leaf         boolean NOT NULL DEFAULT true,   -- derived: kept by kraj.settle
    attributes      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source          text,
    source_ref      text,                    -- the place in the source: slide, page, row
    UNIQUE (municipality_id, code),
    CHECK (parent_id <> id)
);
CREATE INDEX projects_parent ON kraj.projects (parent_id);
CREATE INDEX projects_theme ON kraj.projects (theme_id);
CREATE INDEX projects_measure ON kraj.projects (measure_id);

CREATE TABLE kraj.project_phases (
    id         bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    project_id bigint NOT NULL REFERENCES kraj.projects ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('DIIP', 'PIZ', 'IP', 'IDZ', 'DGD', 'PZI', 'tender', 'construction', 'other')),
    name       text,
    starts_on  date,
    ends_on    date,
    note       text,
    CHECK (starts_on <= ends_on)
);
CREATE INDEX project_phases_project ON kraj.project_phases (project_id);

CREATE TABLE kraj.project_links (
    id         bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    project_id bigint NOT NULL REFERENCES kraj.projects ON DELETE CASCADE,
    title      text NOT NULL,
    url        text NOT NULL CHECK (url ~ '^https?://'),
    UNIQUE (project_id, url)
);

CREATE TABLE kraj.mechanisms (
    id      bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    code    text NOT NULL UNIQUE CHECK (code <> ''),
    name_sl text NOT NULL,
    name_en text NOT NULL,
    note_sl text,
    note_en text,
    source  text
);

-- Money, in integer cents. effective_cents is what may enter a sum: a recurring amount only times the years stated.
CREATE TABLE kraj.project_funding (
    id           bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    project_id   bigint NOT NULL REFERENCES kraj.projects ON DELETE CASCADE,
    year         integer CHECK (year BETWEEN 1900 AND 2200),
    source       text NOT NULL CHECK (source IN ('own', 'eu', 'state', 'private', 'other')),
    mechanism    text REFERENCES kraj.mechanisms (code),
    nrp_code     text,
    amount_cents bigint CHECK (amount_cents >= 0),   -- null: a source is named without an amount
    kind         text NOT NULL DEFAULT 'estimated' CHECK (kind IN ('estimated', 'budgeted', 'contracted', 'paid')),
    text         text,                               -- as printed
    qualifier    text NOT NULL DEFAULT 'exact' CHECK (qualifier IN ('exact', 'about', 'at_least')),
    period       text NOT NULL DEFAULT 'once' CHECK (period IN ('once', 'yearly', 'per_n_years')),
    period_years integer CHECK (period_years > 0),   -- the n of per_n_years
    years        integer CHECK (years > 0),          -- for how many years a recurring amount is stated
    effective_cents bigint GENERATED ALWAYS AS (
        CASE period WHEN 'once' THEN amount_cents
                    WHEN 'yearly' THEN amount_cents * years
                    ELSE amount_cents * (years / period_years) END) STORED,
    CHECK ((period = 'per_n_years') = (period_years IS NOT NULL)),
    CHECK (period <> 'once' OR years IS NULL),
    CHECK (years % period_years = 0)
);
CREATE INDEX project_funding_project ON kraj.project_funding (project_id);

-- Where a project happens: 0…n sites of any dimension. visibility and municipality_id are carried from the project.
CREATE TABLE kraj.sites (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    project_id      bigint NOT NULL REFERENCES kraj.projects ON DELETE CASCADE,
    code            text,
    name            text,
    municipality_id bigint,                            -- derived: the project's
    visibility      text NOT NULL DEFAULT 'internal',  -- derived: the project's; internal until carried
    approximate     boolean NOT NULL DEFAULT false,
    attributes      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    source          text,
    source_date     date,
    geom            geometry(Geometry, {{.srid}}) NOT NULL CHECK (kraj.check_geometry(geom, 'sites', coalesce(code, name),
                      '{POINT,MULTIPOINT,LINESTRING,MULTILINESTRING,POLYGON,MULTIPOLYGON,GEOMETRYCOLLECTION}'))
);
CREATE INDEX sites_geom ON kraj.sites USING gist (geom);
CREATE INDEX sites_project ON kraj.sites (project_id);

-- What a planner states about a project and a place, beside what geometry says: serves, manual, or a name found in the
-- words (a proposal until confirmed). A rejected row stays, so that it is not proposed again.
CREATE TABLE kraj.project_places (
    id         bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    project_id bigint NOT NULL REFERENCES kraj.projects ON DELETE CASCADE,
    layer      text NOT NULL REFERENCES kraj.layers,
    place_id   bigint NOT NULL,
    relation   text NOT NULL CHECK (relation IN ('serves', 'manual', 'named')),
    state      text NOT NULL DEFAULT 'confirmed' CHECK (state IN ('proposed', 'confirmed', 'rejected')),
    score      real CHECK (score BETWEEN 0 AND 1),
    words      text,
    author     text,
    decided_at timestamptz,
    reason     text,
    UNIQUE (project_id, layer, place_id, relation)
);
CREATE INDEX project_places_place ON kraj.project_places (layer, place_id);

-- A planner's explicit weights win over every method. settlement_id or one special row; weights are relative.
CREATE TABLE kraj.project_weights (
    id            bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    project_id    bigint NOT NULL REFERENCES kraj.projects ON DELETE CASCADE,
    settlement_id bigint REFERENCES kraj.settlements ON DELETE CASCADE,
    special       text CHECK (special IN ('outside', 'municipality_wide', 'unplaced')),
    weight        numeric NOT NULL CHECK (weight > 0),
    author        text NOT NULL CHECK (author <> ''),
    reason        text NOT NULL CHECK (reason <> ''),
    CHECK ((settlement_id IS NULL) <> (special IS NULL)),
    UNIQUE NULLS NOT DISTINCT (project_id, settlement_id, special)
);
CREATE INDEX project_weights_settlement ON kraj.project_weights (settlement_id);

-- Indicators, as printed: "<35", "ohraniti", "+1.500", "NP" are values too.
CREATE TABLE kraj.indicators (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    municipality_id bigint NOT NULL REFERENCES kraj.municipalities ON DELETE CASCADE,
    theme_id        bigint REFERENCES kraj.themes ON DELETE CASCADE,
    code            text NOT NULL CHECK (code <> ''),
    source_code     text,                    -- as printed; K5.3 occurs twice
    name            text NOT NULL,
    name_en         text,
    unit            text,
    note            text,
    source          text,
    UNIQUE (municipality_id, code)
);
CREATE TABLE kraj.indicator_values (
    id           bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    indicator_id bigint NOT NULL REFERENCES kraj.indicators ON DELETE CASCADE,
    year         integer NOT NULL,
    text         text NOT NULL,              -- as printed
    comparator   text CHECK (comparator IN ('=', '<', '<=', '>', '>=', '+', '-')),
    value        numeric,
    trend        text CHECK (trend IN ('keep', 'improve', 'grow', 'reduce')),
    UNIQUE (indicator_id, year)
);

-- Facts a strategy prints about a municipality (status shares, people, jobs), each with source and date.
CREATE TABLE kraj.facts (
    id              bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    municipality_id bigint NOT NULL REFERENCES kraj.municipalities ON DELETE CASCADE,
    code            text NOT NULL,
    name            text NOT NULL,
    name_en         text,
    year            text,
    value_text      text NOT NULL,
    value           numeric,
    unit            text,
    source          text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (municipality_id, code, year)
);
