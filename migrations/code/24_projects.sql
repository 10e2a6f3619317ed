-- The project tree: what settling derives in it (leaves, visibility, the sites' columns) and the rules that can only be judged
-- when a transaction is complete: no cycles, money at one level of a branch, weights and statements about places that exist.

-- carry_site: a new site knows its project's municipality and visibility at once, not only after settling. It runs with the
-- writer's own rights and names every schema: switching role and path for each of 100 000 rows would cost most of a COPY.
CREATE OR REPLACE FUNCTION kraj.carry_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT p.municipality_id, p.effective_visibility INTO NEW.municipality_id, NEW.visibility
    FROM kraj.projects p WHERE p.id = NEW.project_id;
    IF NOT FOUND THEN
        NEW.visibility := 'internal';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS carry_site ON kraj.sites;
CREATE TRIGGER carry_site BEFORE INSERT OR UPDATE OF project_id ON kraj.sites
    FOR EACH ROW EXECUTE FUNCTION kraj.carry_site();

-- states_money: a total, or at least one funding line with an amount.
CREATE OR REPLACE FUNCTION kraj.states_money(project kraj.projects) RETURNS boolean
LANGUAGE sql STABLE
RETURN project.cost_cents IS NOT NULL
    OR EXISTS (SELECT FROM kraj.project_funding f WHERE f.project_id = project.id AND f.amount_cents IS NOT NULL);

-- project_trees walks the whole trees of the given projects from their roots. money_above is the nearest ancestor that states
-- money. A project that hangs in a cycle has no root and does not appear.
CREATE OR REPLACE FUNCTION kraj.project_trees(projects bigint[])
RETURNS TABLE (id bigint, effective_visibility text, leaf boolean, money boolean, money_above bigint, parent_municipality bigint, municipality_id bigint)
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT p.id, p.parent_id FROM kraj.projects p WHERE p.id = ANY ($1)
        UNION SELECT p.id, p.parent_id FROM up JOIN kraj.projects p ON p.id = up.parent_id),
    down AS (
        SELECT p.id, p.visibility = 'public' AS shown, m.money, NULL::bigint AS money_above, p.municipality_id AS parent_municipality, p.municipality_id
        FROM up JOIN kraj.projects p ON p.id = up.id, kraj.states_money(p) m (money) WHERE up.parent_id IS NULL
        UNION ALL
        SELECT c.id, d.shown AND c.visibility = 'public', m.money, CASE WHEN d.money THEN d.id ELSE d.money_above END, d.municipality_id, c.municipality_id
        FROM down d JOIN kraj.projects c ON c.parent_id = d.id, kraj.states_money(c) m (money))
    SELECT d.id, CASE WHEN d.shown THEN 'public' ELSE 'internal' END, NOT EXISTS (SELECT FROM kraj.projects k WHERE k.parent_id = d.id),
           d.money, d.money_above, d.parent_municipality, d.municipality_id
    FROM down d
$$;

CREATE OR REPLACE FUNCTION kraj.settle_projects() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    mine xid8 := pg_current_xact_id();
    stated bigint[] := ARRAY(SELECT DISTINCT p.project_id FROM kraj.pending p JOIN kraj.projects j ON j.id = p.project_id
                             WHERE p.xid = mine AND p.relation IN ('projects', 'project_funding'));
    carried bigint[] := ARRAY(SELECT DISTINCT p.project_id FROM kraj.pending p WHERE p.xid = mine AND p.relation = 'sites');
BEGIN
    PERFORM kraj.fill_municipalities();
    PERFORM kraj.forget_places();
    IF cardinality(stated) > 0 THEN
        PERFORM kraj.settle_trees(stated);
    END IF;
    UPDATE kraj.sites s SET visibility = p.effective_visibility, municipality_id = p.municipality_id
    FROM kraj.projects p
    WHERE p.id = s.project_id AND (s.visibility, s.municipality_id) IS DISTINCT FROM (p.effective_visibility, p.municipality_id)
      AND p.id IN (SELECT unnest(carried) UNION SELECT q.id FROM kraj.pending q WHERE q.xid = mine AND q.relation = 'projects');
    PERFORM kraj.check_weights();
    PERFORM kraj.check_statements();
END $$;

-- settle_trees checks the trees of the given projects and derives is_leaf and effective_visibility in them.
CREATE OR REPLACE FUNCTION kraj.settle_trees(stated bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    trees bigint[];
    wrong record;
BEGIN
    trees := ARRAY(SELECT t.id FROM kraj.project_trees(stated) t);
    SELECT p.code, p.id INTO wrong FROM kraj.projects p WHERE p.id = ANY (stated) AND p.id <> ALL (trees) ORDER BY p.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'projects: "%" would lie under itself: %', wrong.code, kraj.branch(wrong.id)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_no_cycle', TABLE = 'projects', SCHEMA = 'kraj';
    END IF;
    FOR wrong IN
        SELECT c.code, a.code AS above, t.money AND t.money_above IS NOT NULL AS money
        FROM kraj.project_trees(stated) t JOIN kraj.projects c ON c.id = t.id
        JOIN kraj.projects a ON a.id = coalesce(t.money_above, c.parent_id)
        WHERE (t.money AND t.money_above IS NOT NULL) OR t.parent_municipality <> t.municipality_id
        ORDER BY c.code COLLATE kraj.natural LIMIT 1
    LOOP
        IF wrong.money THEN
            RAISE EXCEPTION 'projects: both "%" and "%" below it state money; amounts belong to one level of a branch', wrong.above, wrong.code
                USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_money_level', TABLE = 'projects', SCHEMA = 'kraj',
                      HINT = 'Remove the cost or funding of one of them, or it would be counted twice.';
        END IF;
        RAISE EXCEPTION 'projects: "%" and its parent "%" belong to different municipalities', wrong.code, wrong.above
            USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_parent_municipality', TABLE = 'projects', SCHEMA = 'kraj';
    END LOOP;
    UPDATE kraj.projects p SET is_leaf = t.leaf, effective_visibility = t.effective_visibility
    FROM kraj.project_trees(stated) t
    WHERE p.id = t.id AND (p.is_leaf, p.effective_visibility) IS DISTINCT FROM (t.leaf, t.effective_visibility);
END $$;

-- branch writes the codes from a project upward, for messages; it stops where it meets a code again.
CREATE OR REPLACE FUNCTION kraj.branch(project bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT p.id, p.parent_id, 1 AS step, p.code FROM kraj.projects p WHERE p.id = $1
        UNION ALL SELECT p.id, p.parent_id, up.step + 1, p.code FROM up JOIN kraj.projects p ON p.id = up.parent_id WHERE up.step < 50)
    CYCLE id SET again USING path
    SELECT string_agg('"' || up.code || '"', ' under ' ORDER BY up.step) FROM up
$$;

-- fill_municipalities: places that lay in no stored municipality learn theirs when it arrives or is redrawn, by this writer
-- or by one who has committed meanwhile. A code that the municipality already has stays behind: the row keeps its null
-- rather than failing the writer.
CREATE OR REPLACE FUNCTION kraj.fill_municipalities() RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    changed bigint[] := ARRAY(SELECT DISTINCT p.id FROM kraj.pending p
                              WHERE p.xid = pg_current_xact_id() AND p.relation = 'municipalities');
    written text[] := ARRAY(SELECT DISTINCT p.relation FROM kraj.pending p
                            WHERE p.xid = pg_current_xact_id() AND p.municipality_id IS NULL);
    layer text;
BEGIN
    IF kraj.reverting() THEN
        RETURN;
    END IF;
    FOR layer IN SELECT l.id FROM kraj.layers l WHERE NOT l.derived AND l.id NOT IN ('municipalities', 'projects')
                 AND (cardinality(changed) > 0 OR l.id = ANY (written)) ORDER BY l.sort, l.id LOOP
        EXECUTE format($q$
            UPDATE kraj.%1$I t SET municipality_id = f.municipality_id
            FROM (SELECT t.id, t.code, kraj.municipality_at(t.geom) AS municipality_id FROM kraj.%1$I t
                  WHERE t.municipality_id IS NULL AND t.geom IS NOT NULL
                    AND (EXISTS (SELECT FROM kraj.municipalities m WHERE m.id = ANY ($1) AND m.geom && t.geom)
                         OR t.id IN (SELECT p.id FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = %1$L))) f
            WHERE t.id = f.id AND f.municipality_id IS NOT NULL
              AND NOT EXISTS (SELECT FROM kraj.%1$I o WHERE o.municipality_id = f.municipality_id AND o.code = f.code)$q$, layer) USING changed;
    END LOOP;
END $$;

-- forget_places: statements about a place that is gone go with it; a name in the gazetteer or among the known ones stays, without the place.
CREATE OR REPLACE FUNCTION kraj.forget_places() RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE
    layer text;
    named text;
BEGIN
    FOR layer IN SELECT DISTINCT p.relation FROM kraj.pending p JOIN kraj.layers l ON l.id = p.relation
                 WHERE p.xid = pg_current_xact_id() AND p.relation <> 'projects' LOOP
        EXECUTE format($q$
            DELETE FROM kraj.project_places pp WHERE pp.layer = %1$L AND NOT EXISTS (SELECT FROM kraj.%1$I t WHERE t.id = pp.place_id)
                AND pp.place_id IN (SELECT p.id FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = %1$L)$q$, layer);
        FOREACH named IN ARRAY '{gazetteer,known_names}'::text[] LOOP
            EXECUTE format($q$
                UPDATE kraj.%2$I g SET layer = NULL, place_id = NULL
                WHERE g.layer = %1$L AND NOT EXISTS (SELECT FROM kraj.%1$I t WHERE t.id = g.place_id)
                    AND g.place_id IN (SELECT p.id FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = %1$L)$q$, layer, named);
        END LOOP;
    END LOOP;
END $$;

-- check_weights: explicit weights name settlements of the project's own municipality; everything else is "outside".
CREATE OR REPLACE FUNCTION kraj.check_weights() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE wrong record;
BEGIN
    SELECT j.code, s.name INTO wrong
    FROM (SELECT w.* FROM kraj.pending p JOIN kraj.project_weights w ON w.project_id = p.project_id
          WHERE p.xid = pg_current_xact_id() AND p.relation IN ('projects', 'project_weights')
          UNION SELECT w.* FROM kraj.pending p JOIN kraj.project_weights w ON w.settlement_id = p.id
          WHERE p.xid = pg_current_xact_id() AND p.relation = 'settlements') w
    JOIN kraj.projects j ON j.id = w.project_id JOIN kraj.settlements s ON s.id = w.settlement_id
    WHERE s.municipality_id IS DISTINCT FROM j.municipality_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'project_weights: settlement "%" is not in the municipality of project "%"', wrong.name, wrong.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_weights_municipality', TABLE = 'project_weights', SCHEMA = 'kraj',
                  HINT = 'Weights for places elsewhere go to the special row "outside".';
    END IF;
END $$;

-- check_statements: a statement about a place needs the place. Any layer may be meant, so no foreign key can say it.
CREATE OR REPLACE FUNCTION kraj.check_statements() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = kraj, public, pg_temp AS $$
DECLARE
    stated record;
    missing bigint;
BEGIN
    FOR stated IN SELECT x.layer, x.relation, array_agg(DISTINCT x.place_id) AS places FROM (
            SELECT pp.layer, p.relation, pp.place_id FROM kraj.pending p JOIN kraj.project_places pp ON pp.id = p.id
            WHERE p.xid = pg_current_xact_id() AND p.relation = 'project_places'
            UNION ALL SELECT g.layer, p.relation, g.place_id FROM kraj.pending p JOIN kraj.gazetteer g ON g.id = p.id
            WHERE p.xid = pg_current_xact_id() AND p.relation = 'gazetteer' AND g.place_id IS NOT NULL
            UNION ALL SELECT k.layer, p.relation, k.place_id FROM kraj.pending p JOIN kraj.known_names k ON k.id = p.id
            WHERE p.xid = pg_current_xact_id() AND p.relation = 'known_names' AND k.place_id IS NOT NULL) x
        GROUP BY x.layer, x.relation LOOP
        IF stated.layer IS NULL OR to_regclass('kraj.' || quote_ident(stated.layer)) IS NULL OR stated.layer = 'projects' THEN
            RAISE EXCEPTION '%: "%" is no layer of places', stated.relation, stated.layer
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = stated.relation || '_layer', TABLE = stated.relation, SCHEMA = 'kraj';
        END IF;
        EXECUTE format('SELECT i FROM unnest($1::bigint[]) i WHERE NOT EXISTS (SELECT FROM kraj.%I t WHERE t.id = i) LIMIT 1', stated.layer)
            INTO missing USING stated.places;
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION '%: the layer % has no place with id %', stated.relation, stated.layer, missing
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = stated.relation || '_place', TABLE = stated.relation, SCHEMA = 'kraj';
        END IF;
    END LOOP;
END $$;
