-- With --municipality: rows that only their geometry could place, and that it places elsewhere, are left out. Touching is
-- enough: a route leads across the border.
UPDATE pg_temp.import_rows i SET kind = 'skipped'
FROM kraj.municipalities m
WHERE m.id = $1 AND m.geom IS NOT NULL AND i.ok AND i.kind IS NULL AND i.geom IS NOT NULL AND $2 AND NOT ST_Intersects(i.geom, m.geom)
