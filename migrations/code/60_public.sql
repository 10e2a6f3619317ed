-- What the public may read: plain views in kraj_public, named like their tables. Neither security_barrier nor
-- security_invoker: PostGIS operators are not leakproof, and a barrier would keep them from the indexes.
CREATE SCHEMA IF NOT EXISTS kraj_public;

-- publish makes the public view of a place layer: every column, every row. Layers hold no drafts.
CREATE OR REPLACE FUNCTION kraj.publish(relation text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
BEGIN
    EXECUTE format('DROP VIEW IF EXISTS kraj_public.%I', relation);
    EXECUTE format('CREATE VIEW kraj_public.%1$I AS SELECT * FROM kraj.%1$I', relation);
    EXECUTE format('GRANT SELECT ON kraj_public.%I TO kraj_public, kraj_planner', relation);
END $$;
GRANT USAGE ON SCHEMA kraj_public TO kraj_public, kraj_planner;
