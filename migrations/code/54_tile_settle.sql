-- What has changed in this transaction, turned into copies that are right. docs/tiles.md has the table of sources.

-- tile_update brings rows of one layer up to date; moved are those of ids whose geometry changed, came or went.
CREATE OR REPLACE FUNCTION kraj.tile_update(layer text, ids bigint[], moved bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    is_coverage boolean := (SELECT l.coverage FROM kraj.layers l WHERE l.id = layer);
    everything bigint;
    touched bigint[];
BEGIN
    -- Neighbours in a coverage and points in a cell depend on each other: one writer at a time.
    PERFORM pg_advisory_xact_lock(hashtext('kraj.tiles'), hashtext(layer));
    ids := ARRAY (SELECT unnest(ids) EXCEPT SELECT unnest(moved));
    IF cardinality(ids) > 0 THEN
        PERFORM kraj.tile_describe(layer, ids);
    END IF;
    IF coalesce(cardinality(moved), 0) = 0 THEN
        RETURN;
    END IF;
    IF is_coverage THEN
        EXECUTE format('SELECT count(*) FROM kraj_tiles.%I', 'z15_' || layer) INTO everything;
        -- Those that touched the old shape; when much changes, looking for them costs more than redoing all.
        touched := CASE WHEN cardinality(moved) * 4 < everything THEN kraj.tile_neighbours(layer, moved) ELSE moved END;
    END IF;
    PERFORM kraj.tile_write(layer, moved, is_coverage);
    IF is_coverage THEN
        EXECUTE format('SELECT count(*) FROM kraj_tiles.%I', 'z15_' || layer) INTO everything;
        IF cardinality(moved) * 4 < everything THEN
            touched := kraj.tile_neighbours(layer, touched || moved);
        ELSE
            EXECUTE format('SELECT array_agg(id) FROM kraj_tiles.%I', 'z15_' || layer) INTO touched;
        END IF;
        PERFORM kraj.tile_cover(layer, touched);
    END IF;
END $$;

-- tile_changes tells which rows of which layer this transaction's changes concern. moved: the geometry changed. One row may
-- come more than once.
DROP FUNCTION IF EXISTS kraj.tile_changes();
CREATE FUNCTION kraj.tile_changes() RETURNS TABLE (layer text, id bigint, moved boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $$
DECLARE
    l record;
    touched text[] := ARRAY (SELECT DISTINCT p.relation FROM kraj.pending p WHERE p.xid = pg_current_xact_id());
BEGIN
    -- Places: the layers of a changed table. A row that has no copy came in this transaction, or got its geometry in it.
    FOR l IN SELECT r.id, kraj.tile_table(r.id) AS source FROM kraj.layers r
             WHERE r.id NOT IN ('projects', 'projects_named') AND kraj.tile_table(r.id) = ANY (touched) LOOP
        RETURN QUERY EXECUTE format('SELECT $1, p.id, s.geom IS NULL OR NOT EXISTS (SELECT FROM kraj_tiles.%I t WHERE t.id = p.id)
                OR bool_or(p.old_geom IS NOT NULL AND p.old_geom IS DISTINCT FROM s.geom)
            FROM kraj.pending p LEFT JOIN kraj.%I s ON s.id = p.id
            WHERE p.xid = pg_current_xact_id() AND p.relation = $2 GROUP BY p.id, s.geom', 'z15_' || l.id, l.source)
            USING l.id, l.source;
    END LOOP;
    -- Projects, with their sites, money, theme and measure.
    IF touched && '{projects,project_funding,sites,themes,measures}' THEN
        RETURN QUERY SELECT 'projects', p.project_id, p.old_geom IS DISTINCT FROM s.geom OR p.project_id IS DISTINCT FROM s.project_id
            FROM kraj.pending p LEFT JOIN kraj.sites s ON s.id = p.id
            WHERE p.xid = pg_current_xact_id() AND p.relation = 'sites' AND p.project_id IS NOT NULL
        UNION SELECT 'projects', p.project_id, false FROM kraj.pending p
            WHERE p.xid = pg_current_xact_id() AND p.relation = 'project_funding'
        UNION SELECT 'projects', p.id, false FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'projects'
        UNION SELECT 'projects', j.id, false FROM kraj.pending p JOIN kraj.projects j ON j.theme_id = p.id
            WHERE p.xid = pg_current_xact_id() AND p.relation = 'themes'
        UNION SELECT 'projects', j.id, false FROM kraj.pending p JOIN kraj.projects j ON j.measure_id = p.id
            WHERE p.xid = pg_current_xact_id() AND p.relation = 'measures';
    END IF;
    RETURN QUERY SELECT 'projects_named', n, true FROM kraj.named_changes() n;
    -- Class and people: whoever now differs from what is drawn, as a scheme or a set may concern all.
    IF touched && '{schemes,scheme_classes,population_sets,population_settlements}' THEN
        RETURN QUERY SELECT x.layer, s.id, false
            FROM kraj.tile_source_settlements s JOIN kraj_tiles.z15_settlements t ON t.id = s.id
            CROSS JOIN (VALUES ('settlements'), ('settlements_labels')) x (layer)
            WHERE s.props IS DISTINCT FROM t.props;
    END IF;
    -- A municipality's name is carried by all of its features.
    IF 'municipalities' = ANY (touched) THEN
        RETURN QUERY SELECT t.layer, CASE t.layer WHEN 'projects' THEN t.id / 4 ELSE t.id END, false
            FROM kraj.tile_features t JOIN kraj.municipalities m ON m.id = t.municipality_id
            WHERE t.band = 15 AND t.props ->> 'municipality' IS DISTINCT FROM m.slug
              AND m.id IN (SELECT p.id FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'municipalities');
    END IF;
END $$;

-- settle_tiles is called by kraj.settle() before every commit that changed something.
CREATE OR REPLACE FUNCTION kraj.settle_tiles() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    c record;
BEGIN
    -- Layers in one order, so that two writers cannot wait for each other.
    FOR c IN SELECT t.layer, array_agg(t.id) AS ids, array_agg(t.id) FILTER (WHERE t.moved) AS moved
             FROM (SELECT g.layer, g.id, bool_or(g.moved) AS moved FROM kraj.tile_changes() g GROUP BY g.layer, g.id) t
             GROUP BY t.layer ORDER BY t.layer LOOP
        PERFORM kraj.tile_update(c.layer, c.ids, coalesce(c.moved, '{}'));
    END LOOP;
END $$;

-- rebuild_tiles makes the copies of a layer, or of all, anew: after an upgrade that draws differently, or a setting changed.
CREATE OR REPLACE FUNCTION kraj.rebuild_tiles(only_layer text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    l record;
    ids bigint[];
BEGIN
    FOR l IN SELECT id FROM kraj.layers WHERE id = coalesce(only_layer, id) ORDER BY id LOOP
        EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM kraj.%I UNION SELECT CASE $1 WHEN ''projects'' THEN id / 4 ELSE id END FROM kraj_tiles.%I) i',
            kraj.tile_table(l.id), 'all_' || l.id) INTO ids USING l.id;
        IF ids IS NOT NULL THEN
            PERFORM kraj.tile_update(l.id, ids, ids);
        END IF;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION kraj.rebuild_tiles(text) FROM PUBLIC;

-- settings_drawn: from which share on an agglomeration counts as equipped is the one setting that tiles show. Another instance is another
-- database: whoever keeps anything forgets it.
CREATE OR REPLACE FUNCTION kraj.settings_drawn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF 'equipped_share' IN (OLD.key, NEW.key) THEN
        PERFORM kraj.tile_update('agglomerations', ARRAY(SELECT a.id FROM kraj.agglomerations a), '{}');
    END IF;
    IF 'instance' IN (OLD.key, NEW.key) THEN
        NOTIFY kraj, '*';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER drawn AFTER INSERT OR UPDATE OR DELETE ON kraj.settings FOR EACH ROW EXECUTE FUNCTION kraj.settings_drawn();
