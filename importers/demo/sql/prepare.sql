-- What the load statements share, for this transaction only.
CREATE TEMPORARY TABLE in_loaded (relation text NOT NULL, row_id bigint NOT NULL, PRIMARY KEY (relation, row_id)) ON COMMIT DROP;
CREATE TEMPORARY TABLE in_shapes (layer text NOT NULL, code text NOT NULL, geojson text NOT NULL, geom geometry) ON COMMIT DROP;

-- The facts give coordinates in EPSG:3794, whatever the deployment's SRID is.
CREATE OR REPLACE FUNCTION pg_temp.in_geometry(wkt text) RETURNS geometry
LANGUAGE sql STABLE RETURN public.ST_Transform(public.ST_GeomFromText(wkt, 3794), kraj.srid());

CREATE OR REPLACE FUNCTION pg_temp.in_attributes(placed_by text, note text) RETURNS jsonb
LANGUAGE sql IMMUTABLE RETURN jsonb_strip_nulls(jsonb_build_object('demo', true, 'placed_by', placed_by, 'note', note));
