-- Projects that only their words place, for drawing: one feature a project, a point in each place that it names. What planners
-- confirmed is public with its project; a proposal is the machine's guess and internal. A project with sites is drawn where these are.

-- named_spot: somewhere in the place, always the same for a project, so that a hundred projects of one town do not hide each other.
CREATE OR REPLACE FUNCTION kraj.named_spot(place geometry, project_id bigint) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = kraj, public, pg_temp AS $$
    SELECT CASE WHEN ST_Dimension($1) < 2 OR ST_Intersects(moved.geom, $1) THEN moved.geom ELSE middle.geom END
    FROM (SELECT ST_PointOnSurface($1) AS geom, abs(hashint8($2)::bigint) AS h OFFSET 0) middle
    CROSS JOIN LATERAL (SELECT CASE WHEN ST_Dimension($1) < 2 THEN 120 ELSE sqrt(ST_Area($1)) / 4 END * sqrt((middle.h % 1000) / 1000.0) AS r, radians(middle.h / 1000 % 360) AS a) away
    CROSS JOIN LATERAL (SELECT ST_Translate(middle.geom, away.r * cos(away.a), away.r * sin(away.a)) AS geom) moved
$$;

CREATE OR REPLACE VIEW kraj.tile_source_projects_named AS
    SELECT p.id AS source_id, p.id, p.municipality_id, CASE WHEN n.confirmed THEN p.effective_visibility ELSE 'internal' END AS visibility,
           (CASE WHEN p.strategic THEN 1e12 ELSE 0 END)::double precision AS rank,
           jsonb_strip_nulls(jsonb_build_object('code', p.code, 'name', p.title, 'municipality', m.slug, 'theme', t.code, 'color', coalesce(t.color, '#5f6368'),
               'measure', u.code, 'status', p.status, 'horizon', p.horizon, 'strategic', p.strategic, 'approximate', true,
               'state', CASE WHEN n.confirmed THEN 'confirmed' ELSE 'proposed' END, 'places', n.places)) AS props,
           n.geom
    FROM kraj.projects p
    JOIN kraj.municipalities m ON m.id = p.municipality_id
    LEFT JOIN kraj.themes t ON t.id = p.theme_id
    LEFT JOIN kraj.measures u ON u.id = p.measure_id
    CROSS JOIN LATERAL (
        SELECT bool_or(d.state = 'confirmed') AS confirmed, string_agg(DISTINCT x.name, ', ' ORDER BY x.name) AS places,
               ST_Multi(ST_Collect(kraj.named_spot(x.geom, p.id) ORDER BY d.layer, d.place_id)) AS geom
        FROM (SELECT d.*, bool_or(d.state = 'confirmed') OVER () AS sure, bool_or(d.layer = 'settlements') OVER () AS settled FROM kraj.project_places d
              WHERE d.project_id = p.id AND d.layer <> 'municipalities' AND (d.relation IN ('named', 'manual') AND d.state = 'confirmed'
                  OR d.relation = 'named' AND d.state = 'proposed' AND d.choice IS NULL AND d.score >= kraj.default_score())) d
        JOIN kraj.places x ON x.layer = d.layer AND x.id = d.place_id AND x.geom IS NOT NULL
        WHERE (d.state = 'confirmed' OR NOT d.sure) AND NOT (d.settled AND d.layer = 'local_communities')) n
    WHERE p.is_leaf AND n.geom IS NOT NULL AND NOT EXISTS (SELECT FROM kraj.sites s WHERE s.project_id = p.id);

-- named_changes lists the projects whose feature this transaction may change.
CREATE OR REPLACE FUNCTION kraj.named_changes() RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    WITH mine AS MATERIALIZED (SELECT * FROM kraj.pending p WHERE p.xid = pg_current_xact_id())
    SELECT p.project_id FROM mine p WHERE p.relation = 'project_places'
    UNION SELECT p.project_id FROM mine p WHERE p.relation IN ('projects', 'sites')
        AND (EXISTS (SELECT FROM kraj.project_places d WHERE d.project_id = p.project_id) OR EXISTS (SELECT FROM kraj_tiles.z15_projects_named t WHERE t.id = p.project_id))
    UNION SELECT d.project_id FROM mine p JOIN kraj.project_places d ON d.layer = p.relation AND d.place_id = p.id
    UNION SELECT j.id FROM mine p JOIN kraj.projects j ON p.relation = 'themes' AND j.theme_id = p.id OR p.relation = 'measures' AND j.measure_id = p.id
$$;

-- The functions that draw the layer were made before its view was there.
SELECT kraj.tile_functions('projects_named');
