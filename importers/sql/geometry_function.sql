-- One geometry on its way in: to the deployment's CRS, valid, multi, of a dimension that the layer takes. What was done is
-- told in repair, what cannot be done in reject (a key), with detail. A session's own function: it always fits the binary.
CREATE OR REPLACE FUNCTION pg_temp.import_geometry(wkb bytea, from_srid integer, zone boolean, flip boolean, accepted text[], area box2d,
    OUT geom geometry, OUT repair text, OUT reject text, OUT detail text)
LANGUAGE plpgsql AS $$
DECLARE
    g geometry;
    part geometry;
    first_type text;
BEGIN
    g := ST_Force2D(ST_CurveToLine(ST_GeomFromWKB(wkb)));
    IF ST_IsEmpty(g) THEN
        repair := 'empty';
        RETURN;
    END IF;
    first_type := GeometryType(g);
    IF flip THEN g := ST_FlipCoordinates(g); END IF;
    IF zone THEN
        g := ST_Translate(g, CASE WHEN ST_XMin(g) > 5e6 THEN -5e6 ELSE 0 END, CASE WHEN ST_YMin(g) > 5e6 THEN -5e6 ELSE 0 END);
    END IF;
    g := ST_Transform(ST_SetSRID(g, from_srid), kraj.srid());
    IF NOT (abs(ST_XMin(g)) < 'Infinity' AND abs(ST_YMin(g)) < 'Infinity' AND abs(ST_XMax(g)) < 'Infinity' AND abs(ST_YMax(g)) < 'Infinity') THEN
        reject := 'transform';
        RETURN;
    END IF;
    IF area IS NOT NULL AND NOT g && ST_SetSRID(area::geometry, kraj.srid()) THEN
        reject := 'outside';
        detail := (SELECT round(ST_X(c)::numeric, 3) || ', ' || round(ST_Y(c)::numeric, 3)
                   FROM ST_Transform(ST_Centroid(ST_Envelope(g)), 4326) c);
        RETURN;
    END IF;
    IF NOT ST_IsValid(g) THEN
        detail := ST_IsValidReason(g);
        repair := 'invalid';
        BEGIN
            g := ST_MakeValid(g, 'method=structure');
        EXCEPTION WHEN OTHERS THEN
            g := ST_MakeValid(g);
        END;
    END IF;
    IF 'GEOMETRYCOLLECTION' = ANY (accepted) THEN -- sites of projects: every dimension is welcome
        geom := g;
        RETURN;
    END IF;
    FOR dimension IN REVERSE 2..0 LOOP
        CONTINUE WHEN NOT (ARRAY['MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON'])[dimension + 1] = ANY (accepted);
        part := CASE WHEN ST_Dimension(g) = dimension AND GeometryType(g) <> 'GEOMETRYCOLLECTION' THEN g
                     ELSE ST_CollectionExtract(g, dimension + 1) END;
        CONTINUE WHEN ST_IsEmpty(part);
        -- Repairing leaves dust: parts of square centimetres that are not on any map.
        IF repair = 'invalid' AND dimension = 2 AND ST_NumGeometries(part) > 1 THEN
            SELECT coalesce(ST_Collect(d.geom ORDER BY d.path), part) INTO part FROM ST_Dump(part) d WHERE ST_Area(d.geom) > 0.01;
        END IF;
        IF GeometryType(g) = 'GEOMETRYCOLLECTION' AND first_type <> 'GEOMETRYCOLLECTION' THEN
            repair := coalesce(repair, 'reduced');
        ELSIF first_type = 'GEOMETRYCOLLECTION' AND ST_NumGeometries(part) < ST_NumGeometries(g) THEN
            repair := 'reduced';
        END IF;
        geom := CASE WHEN dimension = 0 AND ST_NumGeometries(part) = 1 THEN ST_GeometryN(part, 1) ELSE ST_Multi(part) END;
        RETURN;
    END LOOP;
    reject := CASE WHEN repair = 'invalid' AND first_type LIKE '%POLYGON' THEN 'collapsed'
                   WHEN first_type LIKE '%LINESTRING' AND ST_IsClosed(g) AND 'MULTIPOLYGON' = ANY (accepted) THEN 'ring' ELSE 'type' END;
    detail := first_type;
EXCEPTION WHEN OTHERS THEN
    geom := NULL;
    reject := 'unreadable';
    detail := SQLERRM;
END $$;

-- Same as far as a file can tell: vertex by vertex within a tolerance in the deployment's units, whatever the direction of rings.
CREATE OR REPLACE FUNCTION pg_temp.same_geometry(a geometry, b geometry, tolerance double precision) RETURNS boolean
LANGUAGE sql AS $$
    SELECT CASE
        WHEN a IS NULL OR b IS NULL THEN a IS NULL AND b IS NULL
        WHEN a = b THEN true
        WHEN GeometryType(a) <> GeometryType(b) OR ST_NPoints(a) <> ST_NPoints(b) THEN false
        ELSE (SELECT bool_and(z.p1 = z.p2 AND abs(ST_X(z.g1) - ST_X(z.g2)) <= tolerance AND abs(ST_Y(z.g1) - ST_Y(z.g2)) <= tolerance)
              FROM ROWS FROM (ST_DumpPoints(ST_ForcePolygonCCW(a)), ST_DumpPoints(ST_ForcePolygonCCW(b))) AS z(p1, g1, p2, g2))
        END
$$;
