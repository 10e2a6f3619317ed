-- Ties: shapes in (kraj.extents, computed from sites before), ties out. Triggers, the verifier and scenarios call the same functions.

-- settlement_ties divides each shape over settlements so that every piece belongs to one: a spot on a border, a stretch along one, an
-- overlap of two settlements go to the project's own municipality first (so that loading a neighbour changes no figure), then to the
-- lowest code. Lines and areas are taken off the whole settlement by settlement; what a step takes off is the settlement's part, hence
-- parts never exceed the whole, overlaps or not, and what is left is outside. Shares are kept to 10⁻¹²: a half stays a half, however
-- many bits the coordinates have.
CREATE OR REPLACE FUNCTION kraj.settlement_ties(project_ids bigint[])
RETURNS TABLE (project_id bigint, municipality_id bigint, visibility text, settlement_id bigint, dimension smallint,
               part double precision, measure double precision)
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT at_spot.project_id, at_spot.municipality_id, at_spot.visibility, at_spot.settlement_id, 0::smallint,
           count(*)::double precision, min(at_spot.measure)
    FROM (
        SELECT DISTINCT ON (e.project_id, spot.path) e.project_id, e.municipality_id, e.visibility, e.measure, place.id AS settlement_id
        FROM extents e CROSS JOIN LATERAL ST_Dump(e.geom) spot JOIN settlements place ON ST_Intersects(place.geom, spot.geom)
        WHERE e.project_id = ANY (project_ids) AND e.dimension = 0
        ORDER BY e.project_id, spot.path, place.municipality_id = e.municipality_id DESC NULLS LAST,
                 place.code COLLATE kraj.natural, place.municipality_id, place.id
    ) at_spot
    GROUP BY at_spot.project_id, at_spot.municipality_id, at_spot.visibility, at_spot.settlement_id;

    RETURN QUERY
    SELECT s.project_id, s.municipality_id, s.visibility, (s.d).settlement_id, s.dimension, (s.d).part, s.measure
    FROM (  -- called here and not by LATERAL: PostgreSQL takes a second call of that for free, and gives nobody else work that is free
        SELECT e.project_id, e.municipality_id, e.visibility, e.dimension, e.measure,
               kraj.divide(e.geom, e.dimension, e.measure, e.municipality_id) AS d
        FROM extents e WHERE e.project_id = ANY (project_ids) AND e.dimension > 0 OFFSET 0
    ) s;
END $$;

-- divide does it for one line or area. A function of a single shape, like beside_shape(): what is asked of one shape has nothing to do
-- with the next one, so PostgreSQL may give the shapes to several processes. Its statement is planned once, whatever its caller wants.
CREATE OR REPLACE FUNCTION kraj.divide(shape geometry, dimension smallint, measure double precision, municipality bigint)
RETURNS TABLE (settlement_id bigint, part double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000 ROWS 3 SET search_path = kraj, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    least CONSTANT double precision := greatest(1e-6, measure * 1e-10);  -- what is below is arithmetic, not geography
    place record;
    rest geometry := shape;
    whole boolean := true;  -- nothing is taken off yet
    before double precision;
    remains double precision := measure;
BEGIN
    FOR place IN  -- ST_Force2D changes nothing: it hands the outline on unpacked, which is asked for several times
        SELECT s.id, ST_Force2D(s.geom) AS geom FROM settlements s WHERE ST_Intersects(s.geom, shape)
        ORDER BY s.municipality_id = municipality DESC NULLS LAST, s.code COLLATE kraj.natural, s.municipality_id, s.id
    LOOP
        before := remains;
        IF whole AND shape @ place.geom AND ST_CoveredBy(shape, place.geom) THEN
            remains := 0;
        ELSE
            rest := ST_Difference(rest, place.geom);
            whole := false;
            remains := kraj.size_of(rest, dimension);
            remains := CASE WHEN remains < least THEN 0 WHEN before - remains < least THEN before ELSE remains END;
        END IF;
        IF before > remains THEN
            settlement_id := place.id;
            part := before - remains;
            RETURN NEXT;
        END IF;
        EXIT WHEN remains = 0;
    END LOOP;
END $$;

-- ties_function makes kraj.ties_to_<layer>(project_ids), what meets the features of one other layer: a function for each, so that its
-- statement is planned once a session and not for every moved point. Its features are no partition: each is measured by itself. A tie
-- needs an intersection of the full dimension (a zone touched along its fence is near, not crossed); two lines may also cross in a spot.
-- In a layer with a threshold the lines and spots that meet lines and spots are left to beside(), which compares outlines anyway.
-- (GeometryType reads the first bytes of a geometry, ST_Dimension all of it.)
CREATE OR REPLACE FUNCTION kraj.ties_function(layer_id text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $make$
BEGIN
    EXECUTE format('DROP FUNCTION IF EXISTS kraj.%I(bigint[])', 'ties_to_' || layer_id);
    EXECUTE format($def$
CREATE FUNCTION kraj.%1$I(project_ids bigint[]) RETURNS SETOF kraj.ties
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = kraj, public, pg_temp AS $f$
#variable_conflict use_column
DECLARE
    everything boolean := (SELECT l.near_m IS NULL FROM layers l WHERE l.id = %2$L);
    areas boolean := everything OR cardinality(project_ids) < 1000  -- to look for one takes longer than to ask a few shapes
                     OR EXISTS (SELECT FROM %2$I place WHERE GeometryType(place.geom) IN ('POLYGON', 'MULTIPOLYGON'));
BEGIN
    RETURN QUERY
    SELECT e.project_id, e.municipality_id, e.visibility, %2$L::text, place.id, CASE WHEN hit.covered THEN 'within' ELSE 'crosses' END,
           e.dimension, hit.measure, kraj.unit_of(hit.dimension),
           CASE WHEN hit.dimension = e.dimension THEN least(hit.measure / nullif(e.measure, 0), 1) END,
           NULL::double precision, 'geometry'::text, NULL::bigint
    FROM extents e
    JOIN %2$I place ON place.geom && e.geom AND (everything OR e.dimension = 2 OR GeometryType(place.geom) IN ('POLYGON', 'MULTIPOLYGON'))
    CROSS JOIN LATERAL kraj.tie_hit(e.geom, e.dimension, e.measure, place.geom) hit
    WHERE e.project_id = ANY (project_ids) AND (areas OR e.dimension = 2) AND hit.measure IS NOT NULL;
END $f$ $def$, 'ties_to_' || layer_id, layer_id);
END $make$;

-- beside: which features of the layers lie within near_m of the projects, how far; and the ties of lines and spots to lines and spots.
-- A distance between long outlines compares each segment with each. So the stretches of a shape look for the stretches of places
-- (kraj.outlines) around them, and only those are compared: the same smallest distance, far sooner. All layers of one threshold at once,
-- because looking takes longer than comparing. A row with a measure is a tie of its own, one without may be near.
CREATE OR REPLACE FUNCTION kraj.beside(project_ids bigint[], near double precision, of_layers text[])
RETURNS TABLE (project_id bigint, municipality_id bigint, visibility text, dimension smallint, extent double precision, layer text, place_id bigint,
               covered boolean, hit_dimension smallint, measure double precision, distance double precision)
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = kraj, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT e.project_id, e.municipality_id, e.visibility, e.dimension, e.measure, o.layer, o.place_id,
           true, 0::smallint, CASE WHEN bool_or(NOT o.area AND ST_Intersects(e.geom, o.geom)) THEN e.measure END, min(ST_Distance(e.geom, o.geom))
    FROM extents e JOIN outlines o ON o.geom && ST_Expand(e.geom, near) AND o.layer = ANY (of_layers)
    WHERE e.project_id = ANY (project_ids) AND e.dimension = 0 AND e.measure = 1
    GROUP BY e.project_id, e.dimension, o.layer, o.place_id, e.municipality_id, e.visibility, e.measure
    HAVING min(ST_Distance(e.geom, o.geom)) <= near;

    RETURN QUERY
    SELECT s.project_id, s.municipality_id, s.visibility, s.dimension, s.measure, (s.b).layer, (s.b).place_id,
           (s.b).covered, (s.b).hit_dimension, (s.b).measure, (s.b).distance
    FROM (  -- as in settlement_ties()
        SELECT e.project_id, e.municipality_id, e.visibility, e.dimension, e.measure,
               kraj.beside_shape(e.geom, e.dimension, e.measure, near, of_layers) AS b
        FROM extents e WHERE e.project_id = ANY (project_ids) AND (e.dimension > 0 OR e.measure > 1) OFFSET 0
    ) s;
END $$;

-- beside_shape does it for one shape that is more than a point. Two lines meet where their stretches meet: in spots, each counted once
-- (a spot where two stretches are joined belongs to both). Only where they run along each other are the whole lines intersected; so are
-- spots, and whatever comes as close as a millimetre. along: null where no stretches meet, false where they meet in spots alone.
CREATE OR REPLACE FUNCTION kraj.beside_shape(shape geometry, shape_dimension smallint, shape_measure double precision, near double precision, of_layers text[])
RETURNS TABLE (layer text, place_id bigint, covered boolean, hit_dimension smallint, measure double precision, distance double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000 ROWS 20 SET search_path = kraj, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT p.layer, p.place_id, CASE WHEN NOT p.along THEN false ELSE whole.covered END, CASE WHEN NOT p.along THEN 0::smallint ELSE whole.dimension END,
           CASE WHEN NOT p.along THEN p.spots ELSE whole.measure END, p.distance
    FROM (
        SELECT o.layer, o.place_id, bool_or(o.area) AS area, min(away.distance) AS distance,
               CASE count(meet.common) WHEN 0 THEN 0 WHEN 1 THEN ST_NPoints(ST_Collect(meet.common) FILTER (WHERE meet.common IS NOT NULL))
                    ELSE (SELECT count(DISTINCT spot.geom) FROM ST_Dump(ST_Collect(meet.common) FILTER (WHERE meet.common IS NOT NULL)) spot)
               END::double precision AS spots, bool_or(ST_Dimension(meet.common) > 0) FILTER (WHERE meet.common IS NOT NULL) AS along
        FROM unnest(ARRAY(SELECT piece FROM kraj.pieces(shape) piece)) mine (geom)  -- an array: or a stretch would be cut once for each use
        JOIN outlines o ON o.geom && ST_Expand(mine.geom, near) AND o.layer = ANY (of_layers)
        CROSS JOIN LATERAL (SELECT ST_Distance(mine.geom, o.geom) AS distance OFFSET 0) apart
        CROSS JOIN LATERAL (  -- a distance takes a tenth of an intersection, and most stretches whose boxes meet do not
            SELECT CASE WHEN NOT ST_IsEmpty(i.both) THEN i.both END AS common
            FROM (SELECT CASE WHEN apart.distance < 1e-6 AND shape_dimension = 1 AND NOT o.area AND GeometryType(o.geom) = 'LINESTRING'
                              THEN ST_Intersection(mine.geom, o.geom) END AS both OFFSET 0) i OFFSET 0
        ) meet
        CROSS JOIN LATERAL (SELECT CASE WHEN meet.common IS NULL THEN apart.distance ELSE 0 END AS distance OFFSET 0) away
        GROUP BY o.place_id, o.layer
    ) p
    LEFT JOIN LATERAL (
        SELECT * FROM kraj.tie_hit(shape, shape_dimension, shape_measure, kraj.place_shape(p.layer, p.place_id))
        WHERE p.distance < 0.001 AND p.along IS NOT FALSE AND shape_dimension < 2 AND NOT p.area OFFSET 0
    ) whole ON true
    WHERE p.distance <= near;
END $$;

-- place_shape is the geometry of a place of any layer.
CREATE OR REPLACE FUNCTION kraj.place_shape(layer text, place bigint) RETURNS geometry
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = kraj, public, pg_temp AS $$
DECLARE found geometry;
BEGIN
    EXECUTE format('SELECT t.geom FROM kraj.%I t WHERE t.id = $1', layer) INTO found USING place;
    RETURN found;
END $$;

-- tie_hit: what a shape and a place have in common; no measure when that is nothing, or a touch.
DROP FUNCTION IF EXISTS kraj.tie_hit(geometry, smallint, double precision, geometry, double precision);
CREATE OR REPLACE FUNCTION kraj.tie_hit(shape geometry, shape_dimension smallint, shape_measure double precision, place geometry,
    OUT covered boolean, OUT dimension smallint, OUT measure double precision)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    common geometry;
    lines CONSTANT boolean := shape_dimension = 1 AND ST_Dimension(place) = 1;
BEGIN
    IF NOT lines AND NOT ST_Intersects(shape, place) THEN  -- of two lines that come here most meet
        RETURN;
    END IF;
    -- What is covered lies in the place's box; only then is the dearer question asked.
    covered := GeometryType(shape) = 'POINT' OR shape @ place AND ST_CoveredBy(shape, place);
    IF covered THEN
        dimension := shape_dimension;
        measure := shape_measure;
        RETURN;
    END IF;
    common := ST_Intersection(shape, place);
    dimension := ST_Dimension(common);
    IF dimension >= least(shape_dimension, ST_Dimension(place)) OR lines THEN
        common := ST_CollectionExtract(common, dimension + 1);
        measure := kraj.size_of(common, dimension);
    END IF;
    IF coalesce(measure, 0) <= 0 THEN
        dimension := NULL;
        measure := NULL;
    END IF;
END $$;

-- pieces cuts an outline at its vertices into stretches of a dozen segments: small boxes, and not a digit of any coordinate changes. It
-- cuts the binary form (OGC Simple Features 06-103r4, 8.2: one byte for the order, type, number of points, 16 bytes a point), because
-- taking thousands of points out one by one, and putting them together again, costs more than all that is done with them.
CREATE OR REPLACE FUNCTION kraj.pieces(geom geometry) RETURNS SETOF geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 10 AS $$
    SELECT CASE WHEN part.n = 1 THEN part.geom ELSE ST_GeomFromWKB('\x0102000000'::bytea
               || set_byte('\x00000000'::bytea, 0, least(13, part.n - 12 * at)) || substr(part.wkb, 10 + 192 * at, 208), ST_SRID($1)) END
    FROM (SELECT d.geom, ST_NPoints(d.geom) AS n, ST_AsBinary(ST_Force2D(d.geom), 'NDR') AS wkb
          FROM ST_Dump(CASE ST_Dimension($1) WHEN 2 THEN ST_Boundary($1) ELSE $1 END) d OFFSET 0) part
    CROSS JOIN LATERAL generate_series(0, (part.n - 2) / 12) at
$$;

-- stated_ties: what planners state. A name found in the words is a tie only once it is confirmed. Statements have no foreign key to
-- their place, which may be of any layer: a place that is gone ties nothing.
CREATE OR REPLACE FUNCTION kraj.stated_ties(project_ids bigint[], layers text[] DEFAULT NULL) RETURNS SETOF kraj.ties
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE stated text;
BEGIN
    FOR stated IN
        SELECT DISTINCT s.layer FROM unnest(project_ids) wanted (id) JOIN kraj.project_places s ON s.project_id = wanted.id
        WHERE s.state = 'confirmed' AND (layers IS NULL OR s.layer = ANY (layers)) AND to_regclass(format('kraj.%I', s.layer)) IS NOT NULL
    LOOP
        RETURN QUERY EXECUTE format($sql$
            SELECT s.project_id, p.municipality_id, p.effective_visibility, s.layer, s.place_id, s.relation, NULL::smallint,
                   NULL::double precision, NULL::text, NULL::double precision, NULL::double precision,
                   CASE s.relation WHEN 'named' THEN 'words' ELSE 'planner' END, s.id
            FROM kraj.project_places s
            JOIN kraj.projects p ON p.id = s.project_id
            JOIN kraj.%1$I place ON place.id = s.place_id
            WHERE s.project_id = ANY ($1) AND s.layer = %1$L AND s.state = 'confirmed'$sql$, stated) USING project_ids;
    END LOOP;
END $$;

-- compute_ties: all ties of the projects, or those to some layers.
CREATE OR REPLACE FUNCTION kraj.compute_ties(project_ids bigint[], layers text[] DEFAULT NULL) RETURNS SETOF kraj.ties
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE
    near double precision;
    alike text[];
BEGIN
    IF layers IS NULL OR 'settlements' = ANY (layers) THEN
        RETURN QUERY
        SELECT t.project_id, t.municipality_id, t.visibility, 'settlements'::text, t.settlement_id,
               CASE WHEN t.part >= t.measure THEN 'within' ELSE 'crosses' END, t.dimension, t.part, kraj.unit_of(t.dimension),
               round((t.part / t.measure)::numeric, 12)::double precision, NULL::double precision, 'geometry'::text, NULL::bigint
        FROM kraj.settlement_ties(project_ids) t;
    END IF;
    FOR near, alike IN
        SELECT l.near_m, array_agg(l.id ORDER BY l.id) FROM kraj.layers l
        WHERE l.tied AND NOT l.derived AND l.id <> 'settlements' AND (layers IS NULL OR l.id = ANY (layers))
          AND to_regclass(format('kraj.%I', l.id)) IS NOT NULL
        GROUP BY l.near_m ORDER BY l.near_m
    LOOP
        RETURN QUERY SELECT * FROM kraj.ties_alike(project_ids, near, alike);
    END LOOP;
    RETURN QUERY SELECT * FROM kraj.stated_ties(project_ids, layers);
END $$;

-- ties_alike: the ties to layers of one threshold; null: nothing is near. Whoever meets a place is not near it, with whatever part.
CREATE OR REPLACE FUNCTION kraj.ties_alike(project_ids bigint[], near double precision, alike text[]) RETURNS SETOF kraj.ties
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF near IS NULL THEN
        RETURN QUERY SELECT * FROM kraj.ties_met(project_ids, alike);
        RETURN;
    END IF;
    RETURN QUERY
    WITH beside AS MATERIALIZED (
        SELECT * FROM kraj.beside(project_ids, near, alike)
    ), met AS MATERIALIZED (
        SELECT * FROM kraj.ties_met(project_ids, alike)
        UNION ALL
        SELECT b.project_id, b.municipality_id, b.visibility, b.layer, b.place_id, CASE WHEN b.covered THEN 'within' ELSE 'crosses' END,
               b.dimension, b.measure, kraj.unit_of(b.hit_dimension),
               CASE WHEN b.hit_dimension = b.dimension THEN least(b.measure / nullif(b.extent, 0), 1) END,
               NULL::double precision, 'geometry'::text, NULL::bigint
        FROM beside b WHERE b.measure IS NOT NULL
    )
    SELECT * FROM met
    UNION ALL
    SELECT b.project_id, min(b.municipality_id), min(b.visibility), b.layer, b.place_id, 'near', NULL, NULL, NULL, NULL,
           CASE WHEN min(b.distance) < 1e-6 THEN 0 ELSE min(b.distance) END, 'geometry', NULL
    FROM beside b LEFT JOIN met m ON m.project_id = b.project_id AND m.layer = b.layer AND m.place_id = b.place_id
    WHERE m.place_id IS NULL
    GROUP BY b.project_id, b.layer, b.place_id;
END $$;

-- ties_met: what meets the features of these layers.
CREATE OR REPLACE FUNCTION kraj.ties_met(project_ids bigint[], layers text[]) RETURNS SETOF kraj.ties
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
DECLARE layer_id text;
BEGIN
    FOREACH layer_id IN ARRAY layers LOOP
        RETURN QUERY EXECUTE format('SELECT * FROM kraj.%I($1)', 'ties_to_' || layer_id) USING project_ids;
    END LOOP;
END $$;
