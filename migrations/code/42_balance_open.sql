-- Every figure of the balance opens: the projects behind it, and what is needed to say why. Like 40_balance.sql, once for each audience.
DO $make$
DECLARE
    audience text;
    body text := $sql$

-- balance_open lists the projects of a cell: of group "key" (no_key: the group without one; both null: all groups) and class (null: all).
-- parts: settlements and special rows of the cell with the project's parts there and the measures of its ties; extents: its geometry.
CREATE OR REPLACE FUNCTION AUDIENCE.balance_open(municipality text, by text, key text, no_key boolean, class text,
    scheme text DEFAULT 'municipal', method text DEFAULT 'extent', spread text DEFAULT 'none', money text DEFAULT 'total', filter jsonb DEFAULT '{}')
RETURNS TABLE (project_id bigint, code text, title text, status text, theme text, share double precision, amount_cents bigint,
               origin text, note text, served boolean, spread_over boolean, parts jsonb, extents jsonb)
LANGUAGE sql STABLE SET search_path = AUDIENCE, public, pg_temp AS $$
    WITH ask AS MATERIALIZED (
        SELECT town.id AS town, AUDIENCE.balance_scheme(town.id, balance_open.scheme) AS scheme_id
        FROM (SELECT AUDIENCE.balance_town(balance_open.municipality) AS id) town
    ), cell AS MATERIALIZED (
        SELECT g.* FROM ask, AUDIENCE.balance_grouped(ask.town, balance_open.by, ask.scheme_id, balance_open.method, balance_open.spread,
                                                      balance_open.money, balance_open.filter) g
        WHERE (balance_open.class IS NULL OR g.class = balance_open.class)
          AND CASE WHEN no_key THEN g.key IS NULL ELSE balance_open.key IS NULL OR g.key = balance_open.key END
    ), part AS (
        SELECT c.project_id, c.settlement_id, c.special, max(c.parts) AS parts FROM cell c GROUP BY 1, 2, 3
    ), described AS (
        SELECT p.project_id, jsonb_agg(jsonb_build_object('name', s.name, 'special', p.special, 'parts', p.parts,
                   'ties', (SELECT jsonb_agg(jsonb_build_object('dimension', t.dimension, 'measure', t.measure) ORDER BY t.dimension)
                            FROM ties t WHERE t.project_id = p.project_id AND t.layer = 'settlements' AND t.place_id = p.settlement_id
                              AND t.dimension IS NOT NULL))
                   ORDER BY p.parts DESC, s.name COLLATE "sl-x-icu") AS parts
        FROM part p LEFT JOIN settlements s ON s.id = p.settlement_id GROUP BY p.project_id
    ), summed AS (
        SELECT c.project_id, round(sum(c.weight)::numeric, 9)::double precision AS share, sum(c.cents)::bigint AS cents FROM cell c GROUP BY c.project_id
    )
    SELECT p.id, p.code, p.title, p.status, t.code, x.share, x.cents, w.origin, w.note,
           balance_open.method = 'served' AND EXISTS (SELECT FROM ties v WHERE v.project_id = p.id AND v.relation = 'serves' AND v.layer = 'settlements'),
           balance_open.spread = 'population' AND EXISTS (SELECT FROM weights v WHERE v.project_id = p.id AND v.special = 'municipality_wide'),
           d.parts,
           (SELECT jsonb_agg(jsonb_build_object('dimension', e.dimension, 'measure', e.measure) ORDER BY e.dimension)
            FROM extents e WHERE e.project_id = p.id)
    FROM summed x
    JOIN described d USING (project_id)
    JOIN projects p ON p.id = x.project_id
    LEFT JOIN themes t ON t.id = p.theme_id
    LEFT JOIN LATERAL (SELECT w.origin, w.note FROM weights w WHERE w.project_id = p.id ORDER BY w.row_key LIMIT 1) w ON true
    ORDER BY x.cents DESC NULLS LAST, x.share DESC, p.code COLLATE kraj.natural
$$;
$sql$;
BEGIN
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH audience IN ARRAY '{kraj,kraj_public}'::text[] LOOP
        EXECUTE replace(body, 'AUDIENCE', audience);
    END LOOP;
    PERFORM set_config('check_function_bodies', 'on', true);
END $make$;
