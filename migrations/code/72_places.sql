-- All places of all layers in one relation, for questions that cross layers: what is here, search, the names behind ties.
-- It is made anew whenever a layer comes or goes; each branch keeps its own indexes.

CREATE OR REPLACE FUNCTION kraj.refresh_places() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    l record;
    branches text := '';
BEGIN
    FOR l IN SELECT id FROM kraj.layers
             WHERE NOT derived AND id <> 'projects' AND to_regclass('kraj.' || quote_ident(id)) IS NOT NULL ORDER BY sort, id LOOP
        branches := branches || CASE branches WHEN '' THEN '' ELSE ' UNION ALL ' END || format(
            'SELECT %1$L::text AS layer, id, code, name, name_alt, %2$s AS municipality_id, approximate, geom::geometry AS geom FROM kraj.%1$I',
            l.id, CASE l.id WHEN 'municipalities' THEN 'id' ELSE 'municipality_id' END);
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON kraj.%I USING gin (kraj.fold(name) gin_trgm_ops)', l.id || '_words', l.id);
    END LOOP;
    EXECUTE 'CREATE OR REPLACE VIEW kraj.places AS ' || branches;
    CREATE OR REPLACE VIEW kraj_public.places AS SELECT * FROM kraj.places;
    GRANT SELECT ON kraj_public.places TO kraj_public;
    GRANT SELECT ON kraj.places TO kraj_planner;
END $$;
REVOKE ALL ON FUNCTION kraj.refresh_places() FROM PUBLIC;

CREATE INDEX IF NOT EXISTS measures_words ON kraj.measures USING gin (kraj.fold(code || ' ' || name) gin_trgm_ops);
CREATE INDEX IF NOT EXISTS projects_municipality_code ON kraj.projects (municipality_id, code COLLATE kraj.natural, id);

SELECT kraj.refresh_places();

-- A layer that goes leaves the view before its table can go.
CREATE OR REPLACE FUNCTION kraj.places_follow_layers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    PERFORM kraj.refresh_places();
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS places_follow_layers ON kraj.layers;
CREATE TRIGGER places_follow_layers AFTER DELETE ON kraj.layers
    FOR EACH STATEMENT EXECUTE FUNCTION kraj.places_follow_layers();
