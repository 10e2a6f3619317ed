-- Keeping weights and atoms: after the ties, before COMMIT.

-- weighed_anew: the projects whose weights or atoms this transaction may have changed.
CREATE OR REPLACE FUNCTION kraj.weighed_anew() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    direct bigint[];
    by_people bigint[] := '{}';
BEGIN
    direct := ARRAY(
        SELECT DISTINCT p.project_id FROM kraj.pending p
        WHERE p.xid = pg_current_xact_id() AND p.project_id IS NOT NULL
          AND p.relation IN ('projects', 'project_funding', 'project_weights', 'project_places', 'ties'));
    -- People: of single settlements, as the log names them, the projects tied there; of a set that came, went or changed its rank,
    -- all that divide by people in its municipality (in all of them, for a country's set).
    IF EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'population_settlements') THEN
        by_people := ARRAY(
            SELECT DISTINCT t.project_id FROM kraj.ties t
            WHERE t.layer = 'settlements' AND t.place_id IN (
                SELECT (v ->> 'settlement_id')::bigint FROM kraj.changes c CROSS JOIN LATERAL (VALUES (c.before), (c.after)) x (v)
                WHERE c.xid = pg_current_xact_id() AND c.relation = 'population_settlements' AND v IS NOT NULL));
    END IF;
    IF EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'population_sets') THEN
        by_people := by_people || ARRAY(
            SELECT t.project_id FROM kraj.ties t
            WHERE t.layer = 'settlements' AND (
                EXISTS (SELECT FROM kraj.pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'population_sets' AND p.municipality_id IS NULL)
                OR t.municipality_id IN (SELECT p.municipality_id FROM kraj.pending p
                                         WHERE p.xid = pg_current_xact_id() AND p.relation = 'population_sets')
                OR t.place_id IN (SELECT s.id FROM kraj.pending p JOIN kraj.settlements s ON s.municipality_id = p.municipality_id
                                  WHERE p.xid = pg_current_xact_id() AND p.relation = 'population_sets'))
            GROUP BY t.project_id HAVING count(*) > 1);
    END IF;
    RETURN ARRAY(SELECT unnest(direct) UNION SELECT unnest(by_people));
END $$;

-- settle_atoms works in steps, like replace_ties: no statement is planned for, or holds, a whole country.
CREATE OR REPLACE FUNCTION kraj.settle_atoms() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    affected bigint[] := ARRAY(SELECT unnest(kraj.weighed_anew()) UNION SELECT unnest(kraj.settle_communities()));
    step CONSTANT integer := 10000;
    many integer := cardinality(affected);
    ids bigint[];
BEGIN
    IF many = 0 THEN
        PERFORM kraj.settle_classes('{}');
        RETURN;
    END IF;
    PERFORM kraj.plan_for(many);
    IF many > step THEN PERFORM kraj.take_stock('{ties}', many); END IF;
    FOR done IN 0 .. many - 1 BY step LOOP
        ids := affected[done + 1 : done + step];
        DELETE FROM kraj.weights w WHERE w.project_id = ANY (ids);
        INSERT INTO kraj.weights (project_id, municipality_id, visibility, settlement_id, special, extent, population, equal, served,
                                  origin, note)
        SELECT * FROM kraj.compute_weights(ids);
        PERFORM kraj.progress('weights', done + step, many);
    END LOOP;
    IF many > step THEN PERFORM kraj.take_stock('{weights}', many); END IF;
    FOR done IN 0 .. many - 1 BY step LOOP
        ids := affected[done + 1 : done + step];
        DELETE FROM kraj.atoms a WHERE a.project_id = ANY (ids);
        INSERT INTO kraj.atoms SELECT * FROM kraj.compute_atoms(ids);
    END LOOP;
    IF many > step THEN PERFORM kraj.take_stock('{atoms}', many); END IF;
    FOR done IN 0 .. many - 1 BY step LOOP
        ids := affected[done + 1 : done + step];
        DELETE FROM kraj.sums s WHERE s.project_id = ANY (ids);
        INSERT INTO kraj.sums SELECT * FROM kraj.compute_sums(ids);
        PERFORM kraj.progress('sums', done + step, many);
    END LOOP;
    IF many > step THEN PERFORM kraj.take_stock('{sums}', many); END IF;
    PERFORM kraj.settle_classes(affected);
END $$;
