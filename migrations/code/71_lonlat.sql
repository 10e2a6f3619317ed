-- Longitude and latitude (CRS84) at the edges of kraj: requests come in degrees, boxes go out in degrees.

-- to_storage brings a geometry into the deployment's SRID, or answers null where that makes no sense: far outside a
-- projection's area PROJ fails or, worse, gives coordinates that lead somewhere else on the way back.
CREATE OR REPLACE FUNCTION kraj.to_storage(geom geometry) RETURNS geometry
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE SET search_path = public, pg_temp AS $$ -- EXCEPTION is a subtransaction
DECLARE
    there geometry;
    back geometry;
BEGIN
    there := ST_Transform(geom, kraj.srid());
    back := ST_Transform(there, ST_SRID(geom));
    IF NOT (ST_HausdorffDistance(geom, back) < (CASE WHEN ST_SRID(geom) = 4326 THEN 1e-6 ELSE 0.1 END)) THEN
        RETURN NULL;
    END IF;
    RETURN there;
EXCEPTION WHEN internal_error OR numeric_value_out_of_range OR invalid_parameter_value THEN
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kraj.from_lonlat(lon double precision, lat double precision) RETURNS geometry
LANGUAGE sql STABLE STRICT PARALLEL UNSAFE AS $$
    SELECT kraj.to_storage(public.ST_SetSRID(public.ST_MakePoint(lon, lat), 4326))
$$;

-- bbox84 is the box west, south, east, north around a geometry, in degrees; its edges are bent before they are measured.
CREATE OR REPLACE FUNCTION kraj.bbox84(geom geometry) RETURNS double precision[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT ARRAY[round(ST_XMin(b)::numeric, 6), round(ST_YMin(b)::numeric, 6), round(ST_XMax(b)::numeric, 6), round(ST_YMax(b)::numeric, 6)]::double precision[]
    FROM (SELECT ST_Transform(CASE ST_Dimension(e) WHEN 2 THEN ST_Segmentize(e, greatest(ST_XMax(e) - ST_XMin(e), ST_YMax(e) - ST_YMin(e)) / 8) ELSE e END, 4326) AS b
          FROM (SELECT ST_Envelope(geom) AS e) x) y
    WHERE NOT ST_IsEmpty(geom)
$$;
