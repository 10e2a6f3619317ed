-- What a feature's tile shows: one view a layer, (source_id, id, municipality_id, visibility, rank, props, geom in the
-- deployment's SRID). docs/tiles.md lists which column each attribute depends on; a change here belongs there, and in
-- kraj.settle_tiles().

-- Columns may have come or gone since: a view cannot be replaced then.
DO $$
DECLARE v record;
BEGIN
    FOR v IN SELECT format('kraj.%I', c.relname) AS name FROM pg_class c WHERE c.relnamespace = 'kraj'::regnamespace AND c.relkind = 'v' AND c.relname ~ '^tile_source_' LOOP
        EXECUTE format('DROP VIEW IF EXISTS %s CASCADE', v.name);
    END LOOP;
END $$;

-- The class that the map shows: of the current scheme "municipal", the municipality's own before one for all.
CREATE OR REPLACE FUNCTION kraj.tile_class(settlement_id bigint, municipality_id bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT c.class FROM kraj.scheme_classes c JOIN kraj.schemes m ON m.id = c.scheme_id
    WHERE c.settlement_id = $1 AND m.current AND m.code = 'municipal' AND (m.municipality_id IS NULL OR m.municipality_id = $2)
    ORDER BY m.municipality_id NULLS LAST LIMIT 1
$$;

-- The people that the map shows: of one set a municipality, so that neighbours can be compared. Preferred before others,
-- its own before one for all, the latest first; a settlement without a figure in that set has none.
CREATE OR REPLACE FUNCTION kraj.tile_population(settlement_id bigint, municipality_id bigint) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT p.people FROM kraj.population_settlements p
    WHERE p.settlement_id = $1 AND p.set_id = (
        SELECT x.id FROM kraj.population_sets x
        WHERE x.kind = 'settlements' AND (x.municipality_id = $2 OR x.municipality_id IS NULL)
        ORDER BY x.preferred DESC, x.municipality_id NULLS LAST, x.source_date DESC, x.id LIMIT 1)
$$;

CREATE OR REPLACE VIEW kraj.tile_source_municipalities AS
    SELECT m.id AS source_id, m.id, m.id AS municipality_id, 'public'::text AS visibility, 0::double precision AS rank,
           jsonb_build_object('code', m.code, 'name', m.name, 'municipality', m.slug, 'approximate', m.approximate) AS props,
           m.geom::geometry AS geom
    FROM kraj.municipalities m;

CREATE OR REPLACE VIEW kraj.tile_source_settlements AS
    SELECT s.id AS source_id, s.id, s.municipality_id, 'public'::text AS visibility,
           coalesce(p.people, 0)::double precision AS rank,
           jsonb_strip_nulls(jsonb_build_object('code', s.code, 'name', s.name, 'municipality', m.slug,
               'class', coalesce(kraj.tile_class(s.id, s.municipality_id), 'unclassified'), 'population', p.people,
               'approximate', s.approximate)) AS props,
           s.geom::geometry AS geom
    FROM kraj.settlements s
    LEFT JOIN kraj.municipalities m ON m.id = s.municipality_id
    CROSS JOIN LATERAL (SELECT kraj.tile_population(s.id, s.municipality_id) AS people) p;

-- The middle of the largest circle inside: where a name has most room. Where that fails, any point inside.
-- PARALLEL UNSAFE: a block with EXCEPTION is a subtransaction, which PostgreSQL refuses in a parallel plan.
CREATE OR REPLACE FUNCTION kraj.tile_label_point(geom geometry) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE SET search_path = public, pg_temp AS $$
DECLARE
    part geometry;
    p geometry;
BEGIN
    SELECT d.geom INTO part FROM ST_Dump($1) d ORDER BY ST_Area(d.geom) DESC LIMIT 1;
    BEGIN
        p := (ST_MaximumInscribedCircle(part)).center;
    EXCEPTION WHEN internal_error THEN
        p := NULL;
    END;
    IF p IS NULL OR NOT ST_Intersects(p, part) THEN
        p := ST_PointOnSurface(part);
    END IF;
    RETURN p;
END $$;

CREATE OR REPLACE VIEW kraj.tile_source_settlements_labels AS
    SELECT source_id, id, municipality_id, visibility, rank, props, kraj.tile_label_point(geom) AS geom
    FROM kraj.tile_source_settlements;

CREATE OR REPLACE VIEW kraj.tile_source_business_zones AS
    SELECT z.id AS source_id, z.id, z.municipality_id, 'public'::text AS visibility, ST_Area(z.geom) AS rank,
           jsonb_strip_nulls(jsonb_build_object('code', z.code, 'name', z.name, 'municipality', m.slug,
               'area_ha', coalesce(z.stated_area_ha, nullif(round((ST_Area(z.geom) / 10000)::numeric, 1), 0)),
               'plan_state', z.plan_state, 'approximate', z.approximate)) AS props,
           z.geom::geometry AS geom
    FROM kraj.business_zones z LEFT JOIN kraj.municipalities m ON m.id = z.municipality_id;

CREATE OR REPLACE VIEW kraj.tile_source_degraded_areas AS
    SELECT d.id AS source_id, d.id, d.municipality_id, 'public'::text AS visibility, ST_Area(d.geom) AS rank,
           jsonb_strip_nulls(jsonb_build_object('code', d.code, 'name', d.name, 'municipality', m.slug,
               'plan_state', d.plan_state, 'approximate', d.approximate)) AS props,
           d.geom::geometry AS geom
    FROM kraj.degraded_areas d LEFT JOIN kraj.municipalities m ON m.id = d.municipality_id;

CREATE OR REPLACE VIEW kraj.tile_source_cycling_routes AS
    SELECT r.id AS source_id, r.id, r.municipality_id, 'public'::text AS visibility, ST_Length(r.geom) AS rank,
           jsonb_strip_nulls(jsonb_build_object('code', r.code, 'name', r.name, 'municipality', m.slug,
               'route_level', r.route_level, 'state', r.state, 'approximate', r.approximate)) AS props,
           r.geom::geometry AS geom
    FROM kraj.cycling_routes r LEFT JOIN kraj.municipalities m ON m.id = r.municipality_id;

-- From which connected share on an agglomeration counts as equipped: settings key equipped_share, else 98 %.
CREATE OR REPLACE FUNCTION kraj.equipped_share() RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT s.value::numeric FROM kraj.settings s WHERE s.key = 'equipped_share'), 0.98)
$$;

CREATE OR REPLACE VIEW kraj.tile_source_agglomerations AS
    SELECT a.id AS source_id, a.id, a.municipality_id, 'public'::text AS visibility,
           coalesce(a.load_pe, 0)::double precision AS rank,
           jsonb_strip_nulls(jsonb_build_object('code', a.code, 'name', a.name, 'municipality', m.slug,
               'load_pe', a.load_pe, 'equipped', a.connected_share >= kraj.equipped_share(), 'approximate', a.approximate)) AS props,
           a.geom::geometry AS geom
    FROM kraj.agglomerations a LEFT JOIN kraj.municipalities m ON m.id = a.municipality_id;

-- One feature a project and dimension: 0 points, 1 lines, 2 areas. amount: what the balance and the API say, in euros: the stated
-- total, or the sum of the funding lines that count where that is more; none when there is neither.
CREATE OR REPLACE VIEW kraj.tile_source_projects AS
    SELECT p.id AS source_id, p.id * 4 + g.dimension AS id, p.municipality_id, p.effective_visibility AS visibility,
           (CASE WHEN p.strategic THEN 1e12 ELSE 0 END + coalesce(a.cents, 0) / 100.0)::double precision AS rank,
           jsonb_strip_nulls(jsonb_build_object('code', p.code, 'name', p.title, 'municipality', m.slug,
               'theme', t.code, 'color', coalesce(t.color, '#5f6368'), 'measure', u.code, 'status', p.status, 'horizon', p.horizon,
               'strategic', p.strategic, 'amount', trim_scale(a.cents / 100.0), 'approximate', g.approximate)) AS props,
           g.geom
    FROM kraj.projects p
    JOIN kraj.municipalities m ON m.id = p.municipality_id
    LEFT JOIN kraj.themes t ON t.id = p.theme_id
    LEFT JOIN kraj.measures u ON u.id = p.measure_id
    CROSS JOIN LATERAL (
        SELECT greatest(p.cost_cents::numeric, (
            SELECT sum(f.effective_cents) FROM (
                SELECT f.effective_cents, k.certainty, max(k.certainty) OVER (PARTITION BY f.year, f.source, f.mechanism, f.nrp_code) AS surest
                FROM kraj.project_funding f CROSS JOIN LATERAL (SELECT array_position('{estimated,budgeted,contracted,paid}', f.kind) AS certainty) k
                WHERE f.project_id = p.id AND f.effective_cents IS NOT NULL) f
            WHERE f.certainty = f.surest)) AS cents) a
    CROSS JOIN LATERAL (
        SELECT d.dimension, bool_or(s.approximate) AS approximate, CASE WHEN d.dimension = 2 AND count(*) > 1 THEN ST_UnaryUnion(ST_Collect(part.geom ORDER BY s.id, part.path))
                    ELSE ST_Collect(part.geom ORDER BY s.id, part.path) END AS geom
        FROM kraj.sites s
        CROSS JOIN LATERAL ST_Dump(s.geom) part
        CROSS JOIN LATERAL (SELECT ST_Dimension(part.geom) AS dimension) d
        WHERE s.project_id = p.id AND NOT ST_IsEmpty(part.geom)
        GROUP BY d.dimension) g;

-- tile_ids are the features that rows of a layer's table can have.
CREATE OR REPLACE FUNCTION kraj.tile_ids(layer text, source_ids bigint[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE layer WHEN 'projects' THEN (SELECT array_agg(s * 4 + d) FROM unnest(source_ids) s, generate_series(0, 2) d)
                      ELSE source_ids END
$$;

-- tile_source_sql is the statement for some rows of any layer; a planner's own layer has the common columns only. Geometry is made, in
-- EPSG:3857, only when asked for: a label point costs a thousand times more than the attributes. ids: an SQL expression.
CREATE OR REPLACE FUNCTION kraj.tile_source_sql(layer text, ids text, with_geom boolean) RETURNS text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT CASE WHEN to_regclass(format('kraj.%I', 'tile_source_' || layer)) IS NOT NULL THEN
        -- One by one: what the planner believes about the shapes lets it read all projects in the order of their themes.
        format('SELECT v.id, v.municipality_id, v.visibility, v.rank, v.props, %s AS geom FROM (SELECT DISTINCT unnest(%s) AS id) wanted
            CROSS JOIN LATERAL (SELECT * FROM kraj.%I v WHERE v.source_id = wanted.id OFFSET 0) v',
            CASE WHEN with_geom THEN 'ST_Transform(v.geom, 3857)' ELSE 'NULL::geometry' END, ids, 'tile_source_' || layer)
    ELSE
        format('SELECT o.id, o.municipality_id, ''public''::text AS visibility, coalesce(ST_Area(o.geom) + ST_Length(o.geom), 0) AS rank,
            jsonb_strip_nulls(jsonb_build_object(''code'', o.code, ''name'', o.name, ''municipality'', m.slug, ''approximate'', o.approximate)) AS props,
            %s AS geom
            FROM kraj.%I o LEFT JOIN kraj.municipalities m ON m.id = o.municipality_id WHERE o.id = ANY (%s)',
            CASE WHEN with_geom THEN 'ST_Transform(o.geom::geometry, 3857)' ELSE 'NULL::geometry' END, layer, ids)
    END
$$;

DROP FUNCTION IF EXISTS kraj.tile_source(text, bigint[], boolean);
CREATE FUNCTION kraj.tile_source(layer text, source_ids bigint[], with_geom boolean)
RETURNS TABLE (id bigint, municipality_id bigint, visibility text, rank double precision, props jsonb, geom geometry)
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp SET jit = off AS $$
BEGIN
    RETURN QUERY EXECUTE kraj.tile_source_sql(layer, '$1', with_geom) USING source_ids;
END $$;
