-- Row rules: what is filled in before a row is stored. They run for every writer, so a QGIS user may leave these columns empty.

-- reverting tells whether this transaction is an undo (kraj.revert), which puts rows back exactly as they were: then the row
-- rules below stay out of the way. The setting alone proves nothing, anyone may set it; the row in kraj.settle_requests does.
CREATE OR REPLACE FUNCTION kraj.reverting() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('kraj.reverting', true), '') = '' THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT FROM kraj.settle_requests r WHERE r.xid = pg_current_xact_id() AND r.reverting);
END $$;

-- settings: the SRID is chosen once; every geometry column depends on it.
CREATE OR REPLACE FUNCTION kraj.keep_settings() RETURNS trigger
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF OLD.key = 'srid' THEN
        RAISE EXCEPTION 'The SRID of this database is % and cannot be changed', OLD.value
            USING ERRCODE = 'check_violation', HINT = 'Export, create a new database with kraj serve --srid, and import.';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
DROP TRIGGER IF EXISTS keep_settings ON kraj.settings;
CREATE TRIGGER keep_settings BEFORE UPDATE OR DELETE ON kraj.settings
    FOR EACH ROW EXECUTE FUNCTION kraj.keep_settings();

-- municipality_at finds the municipality a geometry lies in: by its inner point, which is on the geometry for every type.
CREATE OR REPLACE FUNCTION kraj.municipality_at(geom geometry) RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = kraj, public, pg_temp AS $$
    SELECT m.id FROM kraj.municipalities m
    WHERE ST_Intersects(m.geom, ST_PointOnSurface($1))
    ORDER BY m.code COLLATE kraj.natural LIMIT 1
$$;

-- fill_place: promote single to multi where the column's type lets a trigger see it, find the municipality, make a code.
CREATE OR REPLACE FUNCTION kraj.fill_place() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF kraj.reverting() THEN RETURN NEW; END IF;
    IF NEW.geom IS NOT NULL AND GeometryType(NEW.geom) IN ('POLYGON', 'LINESTRING') THEN
        NEW.geom := ST_Multi(NEW.geom);
    END IF;
    IF NEW.municipality_id IS NULL AND NEW.geom IS NOT NULL AND NOT ST_IsEmpty(NEW.geom) THEN
        NEW.municipality_id := kraj.municipality_at(NEW.geom);
    END IF;
    IF NEW.code IS NULL OR btrim(NEW.code) = '' THEN
        NEW.code := 'k' || NEW.id;   -- "k" for kraj: cannot meet a register's own number
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION kraj.fill_code() RETURNS trigger
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF kraj.reverting() THEN RETURN NEW; END IF;
    IF NEW.code IS NULL OR btrim(NEW.code) = '' THEN
        NEW.code := 'k' || NEW.id;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS fill_code ON kraj.municipalities;
CREATE TRIGGER fill_code BEFORE INSERT OR UPDATE ON kraj.municipalities
    FOR EACH ROW EXECUTE FUNCTION kraj.fill_code();

-- fill_project: theme and measure follow the parent, the theme follows the measure; all of one municipality.
CREATE OR REPLACE FUNCTION kraj.fill_project() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    parent kraj.projects;
    measure kraj.measures;
    theme_municipality bigint;
BEGIN
    IF kraj.reverting() THEN RETURN NEW; END IF;
    IF NEW.code IS NULL OR btrim(NEW.code) = '' THEN
        NEW.code := 'k' || NEW.id;
    END IF;
    IF NEW.parent_id IS NOT NULL THEN
        SELECT * INTO parent FROM kraj.projects p WHERE p.id = NEW.parent_id;
        IF FOUND THEN
            NEW.municipality_id := coalesce(NEW.municipality_id, parent.municipality_id);
            NEW.measure_id := coalesce(NEW.measure_id, parent.measure_id);
            NEW.theme_id := coalesce(NEW.theme_id, parent.theme_id);
            IF NEW.municipality_id <> parent.municipality_id THEN
                RAISE EXCEPTION 'projects: "%" and its parent "%" belong to different municipalities', NEW.code, parent.code
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_parent_municipality';
            END IF;
        END IF;
    END IF;
    IF NEW.measure_id IS NOT NULL THEN
        SELECT * INTO measure FROM kraj.measures m WHERE m.id = NEW.measure_id;
        IF FOUND THEN
            NEW.municipality_id := coalesce(NEW.municipality_id, measure.municipality_id);
            NEW.theme_id := coalesce(NEW.theme_id, measure.theme_id);
            IF NEW.municipality_id <> measure.municipality_id OR NEW.theme_id <> measure.theme_id THEN
                RAISE EXCEPTION 'projects: "%" does not fit measure %: another municipality or theme', NEW.code, measure.code
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_measure_theme';
            END IF;
        END IF;
    END IF;
    IF NEW.theme_id IS NOT NULL THEN
        SELECT t.municipality_id INTO theme_municipality FROM kraj.themes t WHERE t.id = NEW.theme_id;
        NEW.municipality_id := coalesce(NEW.municipality_id, theme_municipality);
        IF NEW.municipality_id <> theme_municipality THEN
            RAISE EXCEPTION 'projects: the theme of "%" belongs to another municipality', NEW.code
                USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_theme_municipality';
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN   -- a first word; kraj.settle has the last
        NEW.is_leaf := true;
        NEW.effective_visibility := CASE WHEN NEW.parent_id IS NULL OR parent.effective_visibility = 'public'
                                         THEN NEW.visibility ELSE 'internal' END;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS fill_project ON kraj.projects;
CREATE TRIGGER fill_project BEFORE INSERT OR UPDATE OF code, municipality_id, parent_id, theme_id, measure_id ON kraj.projects
    FOR EACH ROW EXECUTE FUNCTION kraj.fill_project();

CREATE OR REPLACE FUNCTION kraj.fill_measure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE theme_municipality bigint;
BEGIN
    IF kraj.reverting() THEN RETURN NEW; END IF;
    SELECT t.municipality_id INTO theme_municipality FROM kraj.themes t WHERE t.id = NEW.theme_id;
    NEW.municipality_id := coalesce(NEW.municipality_id, theme_municipality);
    IF NEW.municipality_id <> theme_municipality THEN
        RAISE EXCEPTION 'measures: the theme of "%" belongs to another municipality', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measures_theme_municipality';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS fill_measure ON kraj.measures;
CREATE TRIGGER fill_measure BEFORE INSERT OR UPDATE ON kraj.measures
    FOR EACH ROW EXECUTE FUNCTION kraj.fill_measure();
