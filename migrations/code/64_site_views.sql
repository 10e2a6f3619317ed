-- Sites by dimension, for QGIS and ogr2ogr: typed, so that an empty layer can be drawn in; writable; a project is named by its
-- code. Single parts are shown as multi; a GIS promotes what is drawn by itself, ogr2ogr with -nlt PROMOTE_TO_MULTI.
CREATE OR REPLACE FUNCTION kraj.write_site() RETURNS trigger
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE project bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM kraj.sites s WHERE s.id = OLD.id;
        RETURN OLD;
    END IF;
    project := NEW.project_id;
    IF TG_OP = 'UPDATE' AND project IS NOT DISTINCT FROM OLD.project_id
       AND (NEW.project_code, NEW.municipality) IS DISTINCT FROM (OLD.project_code, OLD.municipality) THEN
        project := NULL;
    END IF;
    project := coalesce(project, kraj.project_named(NEW.project_code, NEW.municipality));
    IF TG_OP = 'UPDATE' THEN
        UPDATE kraj.sites s SET project_id = project, code = NEW.code, name = NEW.name, approximate = coalesce(NEW.approximate, false),
               attributes = coalesce(NEW.attributes, '{}'), source = NEW.source, source_date = NEW.source_date,
               geom = CASE WHEN ST_AsEWKB(NEW.geom) = ST_AsEWKB(OLD.geom) THEN s.geom ELSE NEW.geom END
        WHERE s.id = OLD.id;
    ELSIF NEW.id IS NULL THEN
        INSERT INTO kraj.sites (project_id, code, name, approximate, attributes, source, source_date, geom)
        VALUES (project, NEW.code, NEW.name, coalesce(NEW.approximate, false), coalesce(NEW.attributes, '{}'), NEW.source, NEW.source_date, NEW.geom)
        RETURNING id INTO NEW.id;
    ELSE
        INSERT INTO kraj.sites (id, project_id, code, name, approximate, attributes, source, source_date, geom)
        VALUES (NEW.id, project, NEW.code, NEW.name, coalesce(NEW.approximate, false), coalesce(NEW.attributes, '{}'), NEW.source, NEW.source_date, NEW.geom);
    END IF;
    NEW.project_id := project;
    RETURN NEW;
END $$;

-- project_named finds a project by its code and, where several municipalities have that code, its municipality's code or name.
CREATE OR REPLACE FUNCTION kraj.project_named(code text, municipality text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE found_ids bigint[] := ARRAY(
    SELECT p.id FROM kraj.projects p JOIN kraj.municipalities m ON m.id = p.municipality_id
    WHERE p.code = project_named.code
      AND (coalesce(municipality, '') = '' OR m.code = municipality OR m.slug = kraj.fold(municipality)));
BEGIN
    IF cardinality(found_ids) = 1 THEN
        RETURN found_ids[1];
    END IF;
    RAISE EXCEPTION 'sites: % project has the code "%"%', CASE cardinality(found_ids) WHEN 0 THEN 'no' ELSE 'more than one' END,
        coalesce(code, ''), coalesce(' in "' || nullif(municipality, '') || '"', '')
        USING ERRCODE = 'foreign_key_violation', HINT = 'Give project_id, or project_code and, where it is ambiguous, municipality.';
END $$;

DO $$
DECLARE v record;
BEGIN
    FOR v IN SELECT * FROM (VALUES ('sites_points', 'MultiPoint', 0), ('sites_lines', 'MultiLineString', 1), ('sites_polygons', 'MultiPolygon', 2)) v (name, type, dimension) LOOP
        -- ST_Dimension of a collection is that of its highest part: mixed collections are no layer of a GIS and stay out.
        EXECUTE format('CREATE OR REPLACE VIEW kraj.%I AS SELECT s.id, s.project_id, p.code AS project_code, p.title AS project_title, m.code AS municipality,
                s.code, s.name, s.approximate, s.attributes, s.source, s.source_date, s.visibility, ST_Multi(s.geom)::geometry(%s, %s) AS geom
            FROM kraj.sites s JOIN kraj.projects p ON p.id = s.project_id JOIN kraj.municipalities m ON m.id = p.municipality_id
            WHERE ST_Dimension(s.geom) = %s AND GeometryType(s.geom) <> ''GEOMETRYCOLLECTION''', v.name, v.type, kraj.srid(), v.dimension);
        EXECUTE format('CREATE OR REPLACE TRIGGER write_site INSTEAD OF INSERT OR UPDATE OR DELETE ON kraj.%I FOR EACH ROW EXECUTE FUNCTION kraj.write_site()', v.name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON kraj.%I TO kraj_planner', v.name);
        PERFORM kraj.publish_view(v.name, format('SELECT v.* FROM kraj.%I v WHERE v.visibility = ''public''', v.name));
    END LOOP;
END $$;
