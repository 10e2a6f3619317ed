-- What is drawn differently: every write to a copy says where, whatever the reason for it was. So caches forget exactly what changed
-- in tiles, also for reasons that nobody listed: a neighbour in a coverage, a point that another one displaced.

-- touch_tiles_ins/_upd/_del note the boxes of the rows that a statement wrote, as they were and as they are. Up to sixteen are noted
-- one by one; of more, those that share a square of a 4 × 4 grid over all of them are one.
DO $make$
DECLARE
    event record;
BEGIN
    FOR event IN SELECT * FROM (VALUES
        ('ins', 'INSERT', 'NEW TABLE AS new_rows', 'SELECT geom, visibility FROM new_rows'),
        ('del', 'DELETE', 'OLD TABLE AS old_rows', 'SELECT geom, visibility FROM old_rows'),
        ('upd', 'UPDATE', 'OLD TABLE AS old_rows NEW TABLE AS new_rows', 'SELECT geom, visibility FROM old_rows UNION ALL SELECT geom, visibility FROM new_rows')
    ) e (suffix, event, tables, rows) LOOP
        EXECUTE format($def$
CREATE OR REPLACE FUNCTION kraj.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = kraj, public, pg_temp SET jit = off AS $f$
BEGIN
    IF NOT EXISTS (SELECT FROM %3$s) THEN
        RETURN NULL;
    END IF;
    INSERT INTO kraj.tile_touched (layer, box, shown)
    WITH written AS MATERIALIZED (
        SELECT r.geom::box2d AS box, r.visibility = 'public' AS shown, row_number() OVER () AS n FROM (%2$s) r
    ), whole AS MATERIALIZED (
        SELECT count(*) AS n, ST_Extent(w.box::geometry) AS box FROM written w
    )
    SELECT regexp_replace(TG_TABLE_NAME, '^(all|z\d+)_', ''), ST_Extent(w.box::geometry)::box2d, w.shown
    FROM written w, whole
    GROUP BY w.shown, CASE WHEN whole.n <= 16 THEN w.n ELSE kraj.grid_square(w.box, whole.box, 4) END;
    PERFORM kraj.request_settle();
    RETURN NULL;
END $f$ $def$, 'touch_tiles_' || event.suffix, event.rows, CASE event.suffix WHEN 'del' THEN 'old_rows' ELSE 'new_rows' END);
    END LOOP;
END $make$;

-- watch_copies puts the triggers on the tables of a layer's copies: statements name the layer's table or one of its bands.
CREATE OR REPLACE FUNCTION kraj.watch_copies(layer text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    copies regclass;
    event record;
BEGIN
    FOR copies IN SELECT to_regclass(format('kraj_tiles.%I', x.prefix || layer))
                  FROM (SELECT 'all_' AS prefix UNION ALL SELECT 'z' || b.band || '_' FROM kraj.tile_bands() b) x LOOP
        CONTINUE WHEN copies IS NULL;
        FOR event IN SELECT * FROM (VALUES ('ins', 'INSERT', 'NEW TABLE AS new_rows'), ('del', 'DELETE', 'OLD TABLE AS old_rows'),
                                           ('upd', 'UPDATE', 'OLD TABLE AS old_rows NEW TABLE AS new_rows')) e (suffix, event, tables) LOOP
            EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER %s ON %s REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION kraj.%I()',
                'touch_' || event.suffix, event.event, copies, event.tables, 'touch_tiles_' || event.suffix);
        END LOOP;
    END LOOP;
END $$;

SELECT kraj.watch_copies(l.id) FROM kraj.layers l;
