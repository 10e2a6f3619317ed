-- Keeping the ties: what of this transaction's changes moves which ties. kraj.settle() calls settle_ties() before COMMIT.

-- unmoved lists the places of a layer that this transaction only renamed or described: shape, code and municipality stayed, so no tie
-- moves. A register that is published again touches every row and few shapes. The log is asked, because kraj.pending keeps no codes.
CREATE OR REPLACE FUNCTION kraj.unmoved(layer_id text) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT c.row_key::bigint FROM changes c
    WHERE c.xid = pg_current_xact_id() AND c.relation = layer_id
    GROUP BY c.row_key
    HAVING bool_and(c.op = 'U' AND c.before_geom IS NOT DISTINCT FROM c.after_geom AND c.before -> 'code' = c.after -> 'code'
        AND c.before -> 'municipality_id' IS NOT DISTINCT FROM c.after -> 'municipality_id')
$$;

-- reached_projects: whose ties to a layer the changed places may move: sites that touch (or are near) a place as it was or as it is
-- now, and whoever is tied to one of them by a statement.
CREATE OR REPLACE FUNCTION kraj.reached_projects(layer_id text, near_m double precision) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE reached bigint[];
BEGIN
    EXECUTE format($sql$
        WITH moved AS MATERIALIZED (
            SELECT p.id, p.old_geom FROM kraj.pending p
            WHERE p.xid = pg_current_xact_id() AND p.relation = %1$L AND p.id NOT IN (SELECT kraj.unmoved(%1$L))
        ), area AS MATERIALIZED (
            SELECT m.old_geom AS geom FROM moved m WHERE m.old_geom IS NOT NULL
            UNION ALL
            SELECT x.geom FROM (SELECT DISTINCT m.id FROM moved m) m JOIN kraj.%1$I x ON x.id = m.id WHERE x.geom IS NOT NULL
        )
        SELECT array_agg(project_id) FROM (
            SELECT s.project_id FROM area JOIN kraj.sites s ON ST_DWithin(s.geom, area.geom, %2$L::double precision)
            UNION
            SELECT t.project_id FROM kraj.ties t WHERE t.layer = %1$L AND t.place_id IN (SELECT m.id FROM moved m)
            UNION
            SELECT s.project_id FROM kraj.project_places s WHERE s.layer = %1$L AND s.place_id IN (SELECT m.id FROM moved m)
        ) r$sql$, layer_id, coalesce(near_m, 0)) INTO reached;
    RETURN coalesce(reached, '{}');
END $$;

-- plan_for lets the statements of settling be planned for the number of rows at hand when they are many, and once a session when they
-- are few: then planning would take longer than all the work. The plan that is kept for one moved point (loops over indexes) takes hours
-- for a country, and the plan for a country would read whole tables for one point. kraj.settle() gives the setting back.
CREATE OR REPLACE FUNCTION kraj.plan_for(rows integer) RETURNS void
LANGUAGE sql AS $$
    SELECT set_config('plan_cache_mode', CASE WHEN rows > 20 THEN 'force_custom_plan' ELSE 'force_generic_plan' END, true)
$$;

-- progress tells an upgrade how far the work is, as a notice with the code KR001; other writers hear nothing.
CREATE OR REPLACE FUNCTION kraj.progress(what text, done integer, everything integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('kraj.progress', true) = 'on' THEN
        RAISE NOTICE '%: % of % projects', what, least(done, everything), everything USING ERRCODE = 'KR001';
    END IF;
END $$;

-- replace_ties stores the projects' ties to some layers (null: all, and their extents) anew, and marks them for settle_atoms(). Some
-- thousand projects at a time: statements for all of a country would hold all that they find in memory and be planned for its worst.
CREATE OR REPLACE FUNCTION kraj.replace_ties(project_ids bigint[], layers text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    step CONSTANT integer := 20000;
    many integer := cardinality(project_ids);
    ids bigint[];
BEGIN
    IF many = 0 THEN RETURN; END IF;
    PERFORM kraj.plan_for(many);
    IF layers IS NULL THEN
        FOR done IN 0 .. many - 1 BY step LOOP
            ids := project_ids[done + 1 : done + step];
            DELETE FROM kraj.extents e WHERE e.project_id = ANY (ids);
            INSERT INTO kraj.extents SELECT * FROM kraj.compute_extents(ids);
        END LOOP;
    END IF;
    IF many > step THEN
        PERFORM kraj.take_stock('{extents}', many);
    END IF;
    FOR done IN 0 .. many - 1 BY step LOOP
        ids := project_ids[done + 1 : done + step];
        IF cardinality(ids) < 200 THEN
            PERFORM kraj.renew_few_ties(ids, layers);
        ELSE
            PERFORM kraj.renew_many_ties(ids, layers);
        END IF;
        PERFORM kraj.progress('ties', done + step, many);
    END LOOP;
    IF layers IS NULL OR layers && '{settlements,local_communities}' THEN
        INSERT INTO kraj.pending (relation, id, project_id) SELECT 'ties', p, p FROM unnest(project_ids) p;
    END IF;
END $$;

-- renew_ties writes the ties of some projects anew.
CREATE OR REPLACE FUNCTION kraj.renew_ties(project_ids bigint[], layers text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    DELETE FROM kraj.ties t WHERE t.project_id = ANY (project_ids) AND (layers IS NULL OR t.layer = ANY (layers));
    INSERT INTO kraj.ties SELECT * FROM kraj.compute_ties(project_ids, layers);
END $$;
REVOKE ALL ON FUNCTION kraj.renew_ties(bigint[], text[]) FROM PUBLIC;

-- renew_few_ties does so on one core: to start a process for them takes longer than all the work, and a plan that is kept for one moved
-- point cannot know how few there will be.
CREATE OR REPLACE FUNCTION kraj.renew_few_ties(project_ids bigint[], layers text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    PERFORM kraj.renew_ties(project_ids, layers);
END $$;
REVOKE ALL ON FUNCTION kraj.renew_few_ties(bigint[], text[]) FROM PUBLIC;

-- renew_many_ties does so for hundreds, on several cores as far as the settings grant workers: PostgreSQL measures by the pages of a table
-- whether they are worth while, and a few pages of shapes are seconds of work. Each process sorts what it has found as a whole: sorted
-- bit by bit, one would wait for the other at every bit. Ties that stay as they are, all but a few of them after an upgrade, are not
-- written again: to take one out and put it into the indexes anew takes half as long as to compute it, and leaves a dead row.
CREATE OR REPLACE FUNCTION kraj.renew_many_ties(project_ids bigint[], layers text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp
SET min_parallel_table_scan_size = 0 SET min_parallel_index_scan_size = 0 SET parallel_setup_cost = 0 SET enable_incremental_sort = off AS $$
DECLARE
    step CONSTANT integer := 5000;  -- whose ties are one value of PostgreSQL for a moment: it may have 1 GB
    ids bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM kraj.ties t WHERE t.project_id = ANY (project_ids)) THEN
        PERFORM kraj.renew_ties(project_ids, layers);
        RETURN;
    END IF;
    FOR done IN 0 .. cardinality(project_ids) - 1 BY step LOOP
        ids := project_ids[done + 1 : done + step];
        PERFORM kraj.write_ties(ids, layers, ARRAY(SELECT c FROM kraj.compute_ties(ids, layers) c));
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION kraj.renew_many_ties(bigint[], text[]) FROM PUBLIC;

-- write_ties makes the stored ties of some projects to some layers those that were computed.
CREATE OR REPLACE FUNCTION kraj.write_ties(project_ids bigint[], layers text[], computed kraj.ties[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET enable_nestloop = off SET enable_mergejoin = off AS $$
BEGIN
    DELETE FROM kraj.ties t WHERE t.project_id = ANY (project_ids) AND (layers IS NULL OR t.layer = ANY (layers))
        AND NOT EXISTS (SELECT FROM unnest(computed) f WHERE f.project_id = t.project_id AND f.place_id = t.place_id AND f IS NOT DISTINCT FROM t);
    INSERT INTO kraj.ties SELECT f.* FROM unnest(computed) f
        WHERE NOT EXISTS (SELECT FROM kraj.ties t WHERE t.project_id = ANY (project_ids) AND t.project_id = f.project_id AND t.place_id = f.place_id
                          AND t.layer = f.layer AND t.relation = f.relation AND t.dimension IS NOT DISTINCT FROM f.dimension);
END $$;
REVOKE ALL ON FUNCTION kraj.write_ties(bigint[], text[], kraj.ties[]) FROM PUBLIC;

-- settle_outlines cuts the outlines of changed places anew, of layers in which something may be near.
CREATE OR REPLACE FUNCTION kraj.settle_outlines() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    layer_id text;
    changed bigint[];
BEGIN
    FOR layer_id IN
        SELECT l.id FROM kraj.layers l
        WHERE l.tied AND NOT l.derived AND l.near_m IS NOT NULL AND l.id <> 'settlements'
          AND l.id IN (SELECT p.relation FROM kraj.pending p WHERE p.xid = pg_current_xact_id())
        ORDER BY l.id
    LOOP
        changed := ARRAY(SELECT DISTINCT p.id FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = layer_id
                         AND p.id NOT IN (SELECT kraj.unmoved(layer_id)));
        PERFORM kraj.plan_for(cardinality(changed));
        PERFORM kraj.replace_outlines(layer_id, changed);
    END LOOP;
END $$;

-- replace_outlines cuts the outlines of some places of a layer anew; null: of all of them. A layer in which nothing is near has none.
CREATE OR REPLACE FUNCTION kraj.replace_outlines(of_layer text, place_ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    DELETE FROM kraj.outlines o WHERE o.layer = of_layer AND (place_ids IS NULL OR o.place_id = ANY (place_ids));
    IF EXISTS (SELECT FROM kraj.layers l WHERE l.id = of_layer AND l.tied AND NOT l.derived AND l.near_m IS NOT NULL AND l.id <> 'settlements') THEN
        EXECUTE format('INSERT INTO kraj.outlines SELECT %1$L, x.id, piece, ST_Dimension(x.geom) = 2 FROM kraj.%1$I x, kraj.pieces(x.geom) piece
            WHERE x.geom IS NOT NULL%2$s', of_layer, CASE WHEN place_ids IS NOT NULL THEN ' AND x.id = ANY ($1)' ELSE '' END) USING place_ids;
    END IF;
END $$;
REVOKE ALL ON FUNCTION kraj.replace_outlines(text, bigint[]) FROM PUBLIC;

-- rebuild_outlines cuts all of them.
CREATE OR REPLACE FUNCTION kraj.rebuild_outlines() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
    SELECT kraj.replace_outlines(l.id, NULL) FROM kraj.layers l WHERE l.id <> 'projects'
$$;
REVOKE ALL ON FUNCTION kraj.rebuild_outlines() FROM PUBLIC;

-- carry_projects: deleted projects leave, and a changed visibility reaches the ties; returns those that changed municipality, because
-- a project's own settlements come first on a border.
CREATE OR REPLACE FUNCTION kraj.carry_projects() RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    changed bigint[];
    gone bigint[];
    moved bigint[];
BEGIN
    SELECT coalesce(array_agg(DISTINCT p.project_id), '{}') INTO changed FROM kraj.pending p
    WHERE p.xid = pg_current_xact_id() AND p.relation = 'projects';
    IF cardinality(changed) = 0 THEN RETURN changed; END IF;
    SELECT array_agg(c) INTO gone FROM unnest(changed) c WHERE NOT EXISTS (SELECT FROM kraj.projects p WHERE p.id = c);
    IF gone IS NOT NULL THEN
        DELETE FROM kraj.ties t WHERE t.project_id = ANY (gone);
        DELETE FROM kraj.extents e WHERE e.project_id = ANY (gone);
    END IF;
    UPDATE kraj.ties t SET visibility = p.effective_visibility FROM unnest(changed) c JOIN kraj.projects p ON p.id = c
    WHERE t.project_id = c AND t.visibility <> p.effective_visibility;
    UPDATE kraj.extents e SET visibility = p.effective_visibility FROM unnest(changed) c JOIN kraj.projects p ON p.id = c
    WHERE e.project_id = c AND e.visibility <> p.effective_visibility;
    SELECT array_agg(c) INTO moved FROM unnest(changed) c JOIN kraj.projects p ON p.id = c
    WHERE EXISTS (SELECT FROM kraj.extents e WHERE e.project_id = c AND e.municipality_id <> p.municipality_id)
       OR EXISTS (SELECT FROM kraj.ties t WHERE t.project_id = c AND t.municipality_id <> p.municipality_id);
    RETURN coalesce(moved, '{}');
END $$;

-- settle_layers works off changed thresholds and layers that are gone. A new layer brings its rows itself.
CREATE OR REPLACE FUNCTION kraj.settle_layers() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE changed text;
BEGIN
    FOR changed IN
        SELECT DISTINCT c.row_key FROM kraj.changes c WHERE c.xid = pg_current_xact_id() AND c.relation = 'layers'
          AND (c.op = 'D' OR c.op = 'U' AND (c.before -> 'near_m', c.before -> 'tied') IS DISTINCT FROM (c.after -> 'near_m', c.after -> 'tied'))
    LOOP
        PERFORM kraj.replace_outlines(changed, NULL);
        PERFORM kraj.replace_ties(ARRAY(SELECT DISTINCT s.project_id FROM kraj.sites s), ARRAY[changed]);
        DELETE FROM kraj.ties t WHERE t.layer = changed AND NOT EXISTS (SELECT FROM kraj.layers l WHERE l.id = changed);
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION kraj.settle_ties() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    whole bigint[];
    layer record;
BEGIN
    PERFORM kraj.settle_outlines();
    SELECT kraj.carry_projects() || ARRAY(
        SELECT DISTINCT p.project_id FROM kraj.pending p
        WHERE p.xid = pg_current_xact_id() AND p.relation = 'sites' AND p.project_id IS NOT NULL) INTO whole;
    PERFORM kraj.replace_ties(whole, NULL);

    FOR layer IN
        SELECT l.id, l.near_m FROM kraj.layers l
        WHERE l.tied AND NOT l.derived AND l.id IN (SELECT p.relation FROM kraj.pending p WHERE p.xid = pg_current_xact_id())
        ORDER BY l.id
    LOOP
        PERFORM kraj.replace_ties(ARRAY(
            SELECT r FROM unnest(kraj.reached_projects(layer.id, layer.near_m)) r EXCEPT SELECT w FROM unnest(whole) w), ARRAY[layer.id]);
    END LOOP;

    IF EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'layers') THEN
        PERFORM kraj.settle_layers();
    END IF;

    IF EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'project_places') THEN
        whole := ARRAY(SELECT DISTINCT p.project_id FROM kraj.pending p
                       WHERE p.xid = pg_current_xact_id() AND p.relation = 'project_places');
        DELETE FROM kraj.ties t WHERE t.project_id = ANY (whole) AND t.origin <> 'geometry';
        INSERT INTO kraj.ties SELECT * FROM kraj.stated_ties(whole);
    END IF;
END $$;
