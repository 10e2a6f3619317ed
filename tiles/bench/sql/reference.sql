-- The reference: what kraj's tiles show, as ordinary tables in Web Mercator with typed columns, not generalised, for ST_AsMVT.
-- Made from kraj's own copies, so that both draw the same features with the same attributes.
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;

CREATE TABLE bench.settlements AS
SELECT id, props ->> 'code' AS code, props ->> 'name' AS name, props ->> 'municipality' AS municipality, props ->> 'class' AS class,
    (props ->> 'population')::integer AS population, (props ->> 'approximate')::boolean AS approximate, geom
FROM kraj.tile_features WHERE layer = 'settlements' AND band = 15 AND visibility = 'public' ORDER BY geom;

CREATE TABLE bench.business_zones AS
SELECT id, props ->> 'code' AS code, props ->> 'name' AS name, props ->> 'municipality' AS municipality, (props ->> 'area_ha')::double precision AS area_ha,
    props ->> 'plan_state' AS plan_state, (props ->> 'approximate')::boolean AS approximate, geom
FROM kraj.tile_features WHERE layer = 'business_zones' AND band = 15 AND visibility = 'public' ORDER BY geom;

CREATE TABLE bench.cycling_routes AS
SELECT id, props ->> 'code' AS code, props ->> 'name' AS name, props ->> 'municipality' AS municipality, props ->> 'route_level' AS route_level,
    props ->> 'state' AS state, (props ->> 'approximate')::boolean AS approximate, geom
FROM kraj.tile_features WHERE layer = 'cycling_routes' AND band = 15 AND visibility = 'public' ORDER BY geom;

CREATE TABLE bench.projects AS
SELECT id, props ->> 'code' AS code, props ->> 'name' AS name, props ->> 'municipality' AS municipality, props ->> 'theme' AS theme, props ->> 'color' AS color,
    props ->> 'measure' AS measure, props ->> 'status' AS status, props ->> 'horizon' AS horizon, (props ->> 'strategic')::boolean AS strategic,
    (props ->> 'amount')::double precision AS amount, (props ->> 'approximate')::boolean AS approximate, geom
FROM kraj.tile_features WHERE layer = 'projects' AND band = 15 AND visibility = 'public' ORDER BY geom;

-- Up to zoom 12 points are thinned: the same points for both, so that the reference does not draw more.
CREATE TABLE bench.projects_thinned AS
SELECT r.*, (t.props ->> 'points')::integer AS points
FROM bench.projects r JOIN kraj.tile_features t ON t.layer = 'projects' AND t.band = 12 AND t.id = r.id ORDER BY r.geom;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY '{settlements,business_zones,cycling_routes,projects,projects_thinned}'::text[] LOOP
        EXECUTE format('ALTER TABLE bench.%I ADD PRIMARY KEY (id)', name);
        EXECUTE format('CREATE INDEX ON bench.%I USING gist (geom)', name);
        EXECUTE format('ANALYZE bench.%I', name);
    END LOOP;
END $$;

-- A plpgsql function, so that plans are kept; only the layers of the zoom are touched. No condition on the made geometry: it would be
-- made twice.
CREATE FUNCTION bench.raw(z integer, x integer, y integer) RETURNS bytea LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    box geometry := ST_TileEnvelope(z, x, y);
    wide geometry := ST_TileEnvelope(z, x, y, margin => 64.0 / 4096);
    tile bytea := '';
    part bytea;
BEGIN
    SELECT ST_AsMVT(t, 'settlements', 4096, 'geom', 'id') INTO part FROM (
        SELECT id, code, name, municipality, class, population, approximate, ST_AsMVTGeom(geom, box, 4096, 64, true) AS geom
        FROM bench.settlements WHERE geom && wide) t;
    tile := tile || part;
    IF z >= 9 THEN
        SELECT ST_AsMVT(t, 'business_zones', 4096, 'geom', 'id') INTO part FROM (
            SELECT id, code, name, municipality, area_ha, plan_state, approximate, ST_AsMVTGeom(geom, box, 4096, 64, true) AS geom
            FROM bench.business_zones WHERE geom && wide) t;
        tile := tile || part;
    END IF;
    IF z >= 10 THEN
        SELECT ST_AsMVT(t, 'cycling_routes', 4096, 'geom', 'id') INTO part FROM (
            SELECT id, code, name, municipality, route_level, state, approximate, ST_AsMVTGeom(geom, box, 4096, 64, true) AS geom
            FROM bench.cycling_routes WHERE geom && wide) t;
        tile := tile || part;
    END IF;
    IF z >= 13 THEN
        SELECT ST_AsMVT(t, 'projects', 4096, 'geom', 'id') INTO part FROM (
            SELECT id, code, name, municipality, theme, color, measure, status, horizon, strategic, amount, approximate, ST_AsMVTGeom(geom, box, 4096, 64, true) AS geom
            FROM bench.projects WHERE geom && wide) t;
        tile := tile || part;
    ELSIF z >= 11 THEN
        SELECT ST_AsMVT(t, 'projects', 4096, 'geom', 'id') INTO part FROM (
            SELECT id, code, name, municipality, theme, color, measure, status, horizon, strategic, amount, approximate, points, ST_AsMVTGeom(geom, box, 4096, 64, true) AS geom
            FROM bench.projects_thinned WHERE geom && wide) t;
        tile := tile || part;
    END IF;
    RETURN tile;
END $$;
