-- Every figure of the balance opens: the projects behind it, and what is needed to say why. Like 40_balance.sql, once for each audience.
DO $make$
DECLARE
    audience text;
    body text := $sql$

-- balance_open lists the projects of a cell: of group "key" (no_key: the group without one; both null: all groups) and class (null: all).
-- parts: settlements and special rows of the cell with the project's parts there and the measures of its ties; extents: its geometry.
DROP FUNCTION IF EXISTS AUDIENCE.balance_open(text, text, text, boolean, text, text, text, text, text, jsonb);
CREATE OR REPLACE FUNCTION AUDIENCE.balance_open(municipality text, by text, key text, no_key boolean, class text,
    scheme text DEFAULT 'municipal', method text DEFAULT 'extent', spread text DEFAULT 'none', money text DEFAULT 'total', filter jsonb DEFAULT '{}',
    include text[] DEFAULT '{}')
RETURNS TABLE (project_id bigint, code text, title text, status text, theme text, share double precision, amount_cents bigint,
               origin text, note text, served boolean, spread_over boolean, parts jsonb, extents jsonb)
LANGUAGE plpgsql STABLE SET search_path = AUDIENCE, public, pg_temp SET work_mem = '64MB' SET jit = off AS $$
#variable_conflict use_column
DECLARE
    town bigint := AUDIENCE.balance_town(balance_open.municipality);
    scheme_id bigint := AUDIENCE.balance_scheme(town, balance_open.scheme);
BEGIN
    IF town IS NULL THEN RETURN; END IF;
    PERFORM AUDIENCE.balance_check(balance_open.by, balance_open.method, balance_open.spread, balance_open.money, balance_open.include);
    RETURN QUERY EXECUTE format($q$
    WITH step AS MATERIALIZED (SELECT * FROM (%1$s) c WHERE $1::text IS NULL OR c.class = $1
    ), cell AS MATERIALIZED (
        SELECT s.* FROM step s LEFT JOIN (%2$s) k ON k.key = s.key WHERE CASE WHEN $2 THEN k.code IS NULL ELSE $3::text IS NULL OR k.code = $3 END
    ), part AS (  -- a settlement's communities together; each line of a project repeats its parts
        SELECT y.project_id, y.settlement_id, y.special, sum(y.parts)::bigint AS parts
        FROM (SELECT x.project_id, x.settlement_id, x.special, max(x.parts) AS parts FROM cell x GROUP BY 1, 2, 3, x.community_id) y GROUP BY 1, 2, 3
    ), described AS (
        SELECT p.project_id, jsonb_agg(jsonb_build_object('name', s.name, 'special', p.special, 'parts', p.parts,
                   'ties', (SELECT jsonb_agg(jsonb_build_object('dimension', t.dimension, 'measure', t.measure) ORDER BY t.dimension)
                            FROM ties t WHERE t.project_id = p.project_id AND t.layer = 'settlements' AND t.place_id = p.settlement_id
                              AND t.dimension IS NOT NULL))
                   ORDER BY p.parts DESC, s.name COLLATE "sl-x-icu") AS parts
        FROM part p LEFT JOIN settlements s ON s.id = p.settlement_id GROUP BY p.project_id
    ), summed AS (
        SELECT c.project_id, round(sum(c.weight)::numeric / 1000000000000, 9)::double precision AS share, sum(c.cents)::bigint AS cents FROM cell c GROUP BY c.project_id
    )
    SELECT p.id, p.code, p.title, p.status, t.code, x.share, x.cents,
           CASE WHEN p.id = ANY ($6) AND NOT EXISTS (SELECT FROM extents e WHERE e.project_id = p.id) AND w.origin = 'none' THEN 'proposed' ELSE w.origin END, w.note,
           $4 = 'served' AND EXISTS (SELECT FROM ties v WHERE v.project_id = p.id AND v.relation = 'serves' AND v.layer = 'settlements'),
           $5 = 'population' AND EXISTS (SELECT FROM weights v WHERE v.project_id = p.id AND v.special = 'municipality_wide'),
           d.parts,
           (SELECT jsonb_agg(jsonb_build_object('dimension', e.dimension, 'measure', e.measure) ORDER BY e.dimension)
            FROM extents e WHERE e.project_id = p.id)
    FROM summed x
    JOIN described d USING (project_id)
    JOIN projects p ON p.id = x.project_id
    LEFT JOIN themes t ON t.id = p.theme_id
    LEFT JOIN LATERAL (SELECT w.origin, w.note FROM weights w WHERE w.project_id = p.id ORDER BY w.row_key LIMIT 1) w ON true
    ORDER BY x.cents DESC NULLS LAST, x.share DESC, p.code COLLATE kraj.natural$q$,
        AUDIENCE.balance_cells_sql(town, balance_open.by, scheme_id, balance_open.method, balance_open.spread, balance_open.money, balance_open.filter, balance_open.include),
        AUDIENCE.balance_keys(town, balance_open.by, 'step'))
    USING balance_open.class, balance_open.no_key, balance_open.key, balance_open.method, balance_open.spread,
        CASE WHEN 'proposed' = ANY (balance_open.include) THEN AUDIENCE.proposed_projects(town, balance_open.method) ELSE '{}' END;
END $$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
