-- What the load statements share, for this transaction only.
CREATE TEMPORARY TABLE in_loaded (relation text NOT NULL, row_id bigint NOT NULL, PRIMARY KEY (relation, row_id)) ON COMMIT DROP;
CREATE TEMPORARY TABLE in_shapes (layer text NOT NULL, code text NOT NULL, geojson text NOT NULL, geom geometry) ON COMMIT DROP;

-- The facts give coordinates in EPSG:3794, whatever the deployment's SRID is.
CREATE OR REPLACE FUNCTION pg_temp.in_geometry(wkt text) RETURNS geometry
LANGUAGE sql STABLE RETURN public.ST_Transform(public.ST_GeomFromText(wkt, 3794), kraj.srid());

CREATE OR REPLACE FUNCTION pg_temp.in_attributes(placed_by text, note text) RETURNS jsonb
LANGUAGE sql IMMUTABLE RETURN jsonb_build_object('demo', true, 'placed_by', placed_by, 'note', note);

-- The municipality that the facts are about: it may be there already, under the register's code or a code of one's own.
CREATE OR REPLACE FUNCTION pg_temp.in_home() RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT m.id FROM kraj.municipalities m, in_municipality i WHERE m.code = i.code OR m.surs_code = i.surs_code OR m.slug = kraj.fold(i.name)
            ORDER BY m.code = i.code DESC, m.surs_code = i.surs_code DESC NULLS LAST, m.id LIMIT 1);
END $$;

-- The statements of ties.csv about projects that the demonstration loaded, with the place that each means and the reason it has.
CREATE OR REPLACE FUNCTION pg_temp.in_ties()
RETURNS TABLE (project_id bigint, layer text, place_id bigint, relation text, words text, reason text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT p.id, i.layer, x.id, i.relation, i.words, concat_ws(': ', CASE i.decided_by WHEN 'title' THEN 'naslov' WHEN 'description' THEN 'opis'
               WHEN 'group' THEN 'naslov sklopa' WHEN 'source' THEN 'besedilo strategije' WHEN 'knowledge' THEN 'splošno poznavanje kraja' END, i.note)
    FROM in_ties i
    JOIN kraj.projects p ON p.municipality_id = pg_temp.in_home() AND p.code = i.project
    JOIN kraj.demo_rows d ON d.relation = 'projects' AND d.row_id = p.id
    JOIN LATERAL (SELECT y.id FROM kraj.places y WHERE y.layer = i.layer AND y.municipality_id = p.municipality_id AND y.code = i.place
                  ORDER BY y.id LIMIT 1) x ON true;
END $$;
