-- What changed since a cursor, by revision: $1 the transaction to begin at (null: the oldest one that may still run), $2 the most rows. One row at least: the next cursor and the
-- database's instance. Rows that were committed before may come again, because transactions end in another order than they begin.
SELECT c.next, c.instance, a.revision, a.at, a.layer, a.shown, a.everywhere,
       round(ST_XMin(a.box)::numeric, 6)::float8, round(ST_YMin(a.box)::numeric, 6)::float8, round(ST_XMax(a.box)::numeric, 6)::float8, round(ST_YMax(a.box)::numeric, 6)::float8
FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS next,
             coalesce((SELECT s.value FROM settings s WHERE s.key = 'instance'), '') AS instance) c
LEFT JOIN (
    SELECT x.id, x.revision, r.at, x.layer, x.shown, x.everywhere, ST_Transform(ST_SetSRID(x.box::geometry, 3857), 4326) AS box
    FROM revision_areas x LEFT JOIN revisions r ON r.id = x.revision
    WHERE x.xid >= coalesce($1::xid8, pg_snapshot_xmin(pg_current_snapshot())) ORDER BY x.id LIMIT $2) a ON true
ORDER BY a.id
