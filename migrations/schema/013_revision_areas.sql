-- Where tiles changed, revision by revision: what caches forget, and what an open map fetches again.

-- One row an area. Written once at commit from kraj.tile_touched and the log, never changed afterwards: whoever lost the notice of a
-- commit reads it here.
CREATE TABLE kraj.revision_areas (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    revision   bigint NOT NULL,         -- 0: no row changed, only what is derived from them (an upgrade, a setting)
    layer      text NOT NULL,           -- a layer, or a table without geometry
    box        box2d,                   -- EPSG:3857; null: no area, or with everywhere all of the layer
    everywhere boolean NOT NULL,
    shown      boolean NOT NULL         -- something that is or was public lies there: everybody may learn of it
);
CREATE INDEX revision_areas_revision ON kraj.revision_areas (revision);
CREATE INDEX revision_areas_xid ON kraj.revision_areas (xid);

-- The copies for drawing that this transaction wrote so far, gathered to a few boxes a statement. Unlogged: after a crash no
-- transaction is left that could need it.
CREATE UNLOGGED TABLE kraj.tile_touched (
    xid   xid8 NOT NULL DEFAULT pg_current_xact_id(),
    layer text NOT NULL,
    box   box2d NOT NULL,
    shown boolean NOT NULL
);
CREATE INDEX tile_touched_xid ON kraj.tile_touched (xid);
