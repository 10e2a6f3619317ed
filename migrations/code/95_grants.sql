-- Rights. The public role has none on any table here: it reads the views of kraj_public. Row-level security on every table is
-- the second fence: a grant made by mistake still shows the public no row. COPY into these tables is the owner's.

-- public_functions may be called by the public. All of them only compute; none reads a table.
CREATE OR REPLACE FUNCTION kraj.public_functions() RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$ SELECT '{fold,srid,bbox84,from_lonlat,to_storage}'::text[] $$;

-- planner_functions run with the owner's rights and may be called by planners, beside those a file grants itself. What runs
-- with the caller's own rights is harmless.
CREATE OR REPLACE FUNCTION kraj.planner_functions() RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$ SELECT '{settle,revert,create_layer,drop_layer,reverting}'::text[] $$;

-- grant_rights sets every right from the beginning; safe to repeat, and repeated when a layer is created.
CREATE OR REPLACE FUNCTION kraj.grant_rights() RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    f record;
    t record;
    base text[] := ARRAY(SELECT kraj.base_tables());
BEGIN
    GRANT USAGE ON SCHEMA kraj TO kraj_planner, kraj_public;   -- names only: the tables stay closed
    GRANT USAGE ON SCHEMA kraj_public TO kraj_planner, kraj_public;
    REVOKE ALL ON ALL TABLES IN SCHEMA kraj FROM PUBLIC, kraj_public;
    FOR f IN SELECT p.oid::regprocedure AS id, p.proname::text AS name, p.prosecdef AS definer, n.nspname = 'kraj_public' AS published,
                    p.prorettype = 'trigger'::regtype AS trigger
             FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname IN ('kraj', 'kraj_public') AND p.prokind = 'f' LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, kraj_public', f.id);
        IF f.published OR f.name = ANY (kraj.public_functions()) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO kraj_public, kraj_planner', f.id);
        ELSIF NOT f.trigger AND (NOT f.definer OR f.name = ANY (kraj.planner_functions())) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO kraj_planner', f.id);
        END IF;
    END LOOP;
    FOR t IN SELECT c.oid::regclass AS id, c.relname::text AS name, c.relrowsecurity AS fenced, pg_get_userbyid(c.relowner) = current_user AS own
             FROM pg_class c WHERE c.relnamespace = 'kraj'::regnamespace AND c.relkind IN ('r', 'p') LOOP
        IF NOT t.fenced THEN
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.id);
        END IF;
        CONTINUE WHEN t.name IN ('users', 'sessions', 'pending', 'settle_requests', 'settle_locks', 'undo', 'tile_touched');
        EXECUTE format('GRANT %s ON %s TO kraj_planner', CASE
            WHEN t.name = 'layers' THEN 'SELECT, UPDATE'
            WHEN t.name = ANY (base) THEN 'SELECT, INSERT, UPDATE, DELETE' ELSE 'SELECT' END, t.id);
        IF NOT EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = t.id AND y.polname = 'planner') THEN
            EXECUTE format('CREATE POLICY planner ON %s TO kraj_planner USING (true) WITH CHECK (true)', t.id);
        END IF;
    END LOOP;
END $$;
SELECT kraj.grant_rights();
