-- Keeping the forms of names and the proposals: kraj.settle() calls settle_names() before COMMIT, ahead of the ties.

-- names_of lists the names of a layer's places (or of the known names), some or (null) all of them.
CREATE OR REPLACE FUNCTION kraj.names_of(layer text, ids bigint[]) RETURNS TABLE (place_id bigint, municipality_id bigint, name text, name_alt text)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT t.id, %s, t.name, %s FROM kraj.%I t %s',
        CASE layer WHEN 'municipalities' THEN 't.id' ELSE 't.municipality_id' END,
        CASE layer WHEN 'known_names' THEN 'NULL::text' ELSE 't.name_alt' END, layer,
        CASE WHEN ids IS NOT NULL THEN 'WHERE t.id = ANY ($1)' ELSE '' END) USING ids;
END $$;

-- compute_name_forms: names in, forms out.
CREATE OR REPLACE FUNCTION kraj.compute_name_forms(layer text, ids bigint[]) RETURNS SETOF kraj.name_forms
LANGUAGE sql STABLE ROWS 10000 SET search_path = kraj, public, pg_temp AS $$
    SELECT $1, n.place_id, n.municipality_id, f.variant, split_part(f.form, ' ', 1), f.form, f.words, f.cases, f.common
    FROM kraj.names_of($1, $2) n CROSS JOIN LATERAL kraj.forms_of(n.name, n.name_alt) f
    WHERE $1 <> 'known_names' OR f.variant = 'full'   -- planners mean the name they wrote: stari Kranj is not Kranj
$$;

-- renamed lists the rows of a layer (or known names) whose meaning in a text this transaction changed.
CREATE OR REPLACE FUNCTION kraj.renamed(layer text) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT c.row_key::bigint), '{}') FROM changes c
    WHERE c.xid = pg_current_xact_id() AND c.relation = $1
      AND (c.op <> 'U' OR c.relation = 'known_names' OR (c.before -> 'name', c.before -> 'name_alt', c.before -> 'municipality_id')
          IS DISTINCT FROM (c.after -> 'name', c.after -> 'name_alt', c.after -> 'municipality_id'))
$$;

-- settle_name_forms keeps the forms; returns the projects whose texts may say one of the names that came, went or changed.
CREATE OR REPLACE FUNCTION kraj.settle_name_forms() RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    named text;
    ids bigint[];
    firsts text[] := '{}';
    count integer := 0;
    reached bigint[];
BEGIN
    FOR named IN SELECT DISTINCT p.relation FROM kraj.pending p
                 WHERE p.xid = pg_current_xact_id() AND (p.relation = 'known_names' OR p.relation IN (SELECT l.id FROM kraj.layers l WHERE l.id <> 'projects')) LOOP
        ids := kraj.renamed(named);
        CONTINUE WHEN cardinality(ids) = 0;
        PERFORM kraj.plan_for(cardinality(ids));
        count := count + cardinality(ids);
        firsts := firsts || ARRAY(SELECT DISTINCT f.first FROM kraj.name_forms f WHERE f.layer = named AND f.place_id = ANY (ids));
        DELETE FROM kraj.name_forms f WHERE f.layer = named AND f.place_id = ANY (ids);
        INSERT INTO kraj.name_forms SELECT * FROM kraj.compute_name_forms(named, ids);
        firsts := firsts || ARRAY(SELECT DISTINCT f.first FROM kraj.name_forms f WHERE f.layer = named AND f.place_id = ANY (ids));
    END LOOP;
    IF count = 0 THEN
        RETURN '{}';
    ELSIF count > 200 THEN   -- a whole register: reading all texts is quicker than asking for thousands of words
        reached := ARRAY(SELECT p.id FROM kraj.projects p);
    ELSE
        reached := ARRAY(SELECT p.id FROM kraj.projects p WHERE kraj.text_words(p.title, p.description) && firsts);
    END IF;
    RETURN reached;
END $$;

-- reread_projects lists the projects whose proposals this transaction may change by itself: new or changed words, a changed place in the
-- tree (what stands above a project says what it speaks of), or a decision that is gone.
CREATE OR REPLACE FUNCTION kraj.reread_projects() RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    WITH RECURSIVE changed AS (
        SELECT DISTINCT c.row_key::bigint AS id, c.op = 'U' AS was FROM changes c
        WHERE c.xid = pg_current_xact_id() AND c.relation = 'projects' AND c.op <> 'D'
          AND (c.op = 'I' OR (c.before -> 'title', c.before -> 'description', c.before -> 'scope', c.before -> 'municipality_id', c.before -> 'parent_id')
              IS DISTINCT FROM (c.after -> 'title', c.after -> 'description', c.after -> 'scope', c.after -> 'municipality_id', c.after -> 'parent_id'))
    ), below AS (
        SELECT c.id FROM changed c WHERE c.was
        UNION SELECT p.id FROM below b JOIN projects p ON p.parent_id = b.id
    )
    SELECT coalesce(array_agg(x.id), '{}') FROM (
        SELECT c.id FROM changed c UNION SELECT b.id FROM below b
        UNION SELECT p.project_id FROM pending p WHERE p.xid = pg_current_xact_id() AND p.relation = 'project_places') x
    WHERE EXISTS (SELECT FROM projects p WHERE p.id = x.id)
$$;

-- replace_some_proposals stores the proposals of some projects anew; rows that stay the same are not touched.
CREATE OR REPLACE FUNCTION kraj.replace_some_proposals(project_ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp SET jit = off AS $$
BEGIN
    WITH made AS MATERIALIZED (
        SELECT * FROM kraj.propose_names(project_ids)
    ), gone AS (
        DELETE FROM kraj.project_places d WHERE d.project_id = ANY (project_ids) AND d.relation = 'named' AND d.state = 'proposed' AND d.author IS NULL
            AND NOT EXISTS (SELECT FROM made m WHERE m.project_id = d.project_id AND m.layer = d.layer AND m.place_id = d.place_id)
    )
    INSERT INTO kraj.project_places AS d (project_id, layer, place_id, relation, state, score, words, choice)
    SELECT m.project_id, m.layer, m.place_id, 'named', 'proposed', m.score, m.words, m.choice FROM made m
    WHERE NOT EXISTS (SELECT FROM kraj.project_places o WHERE o.project_id = m.project_id AND o.layer = m.layer AND o.place_id = m.place_id
        AND o.relation = 'named' AND (o.state, o.score, o.words, o.choice) IS NOT DISTINCT FROM ('proposed', m.score, m.words, m.choice))
    ORDER BY m.project_id, m.layer, m.place_id
    ON CONFLICT (project_id, layer, place_id, relation) DO UPDATE SET score = excluded.score, words = excluded.words, choice = excluded.choice
        WHERE d.state = 'proposed' AND d.author IS NULL;
END $$;

-- replace_proposals does so for any number of projects, ten thousand at a time: what stands in the texts of one is compared with itself
-- only, and no plan gets the number of words in a hundred thousand texts right. With many, words are joined by hash.
CREATE OR REPLACE FUNCTION kraj.replace_proposals(project_ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE
    loops text := current_setting('enable_nestloop');
BEGIN
    IF cardinality(project_ids) = 0 THEN RETURN; END IF;
    PERFORM kraj.plan_for(cardinality(project_ids));
    IF cardinality(project_ids) > 100 THEN
        PERFORM set_config('enable_nestloop', 'off', true);
    END IF;
    FOR at IN 1 .. cardinality(project_ids) BY 10000 LOOP
        PERFORM kraj.replace_some_proposals(project_ids[at:at + 9999]);
    END LOOP;
    PERFORM set_config('enable_nestloop', loops, true);
END $$;

CREATE OR REPLACE FUNCTION kraj.settle_names() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE reached bigint[] := kraj.settle_name_forms();
BEGIN
    PERFORM kraj.replace_proposals(ARRAY(SELECT DISTINCT x FROM unnest(reached || kraj.reread_projects()) x));
END $$;

-- rebuild_names makes all forms and proposals anew, after an upgrade.
CREATE OR REPLACE FUNCTION kraj.rebuild_names() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kraj, public, pg_temp AS $$
DECLARE named text;
BEGIN
    DELETE FROM kraj.name_forms;
    FOR named IN SELECT l.id FROM kraj.layers l WHERE NOT l.derived AND l.id <> 'projects' UNION ALL SELECT 'known_names' LOOP
        INSERT INTO kraj.name_forms SELECT * FROM kraj.compute_name_forms(named, NULL);
    END LOOP;
    PERFORM kraj.replace_proposals(ARRAY(SELECT p.id FROM kraj.projects p));
END $$;
REVOKE ALL ON FUNCTION kraj.rebuild_names() FROM PUBLIC;

-- verify_names compares the stored proposals of the projects with computed ones, like kraj.verify_ties.
CREATE OR REPLACE FUNCTION kraj.verify_names(project_ids bigint[]) RETURNS TABLE (project_id bigint, kind text, what text, stored text, computed text)
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT coalesce(d.project_id, m.project_id), 'proposal', coalesce(d.layer, m.layer) || ' ' || coalesce(d.place_id, m.place_id),
           coalesce(concat_ws(' ', round(d.score::numeric, 3), d.words, d.choice), ''), coalesce(concat_ws(' ', round(m.score::numeric, 3), m.words, m.choice), '')
    FROM (SELECT * FROM project_places d WHERE d.project_id = ANY ($1) AND d.relation = 'named' AND d.state = 'proposed' AND d.author IS NULL) d
    FULL JOIN kraj.propose_names($1) m ON m.project_id = d.project_id AND m.layer = d.layer AND m.place_id = d.place_id
    WHERE (d.score, d.words, d.choice) IS DISTINCT FROM (m.score, m.words, m.choice) OR d.id IS NULL OR m.project_id IS NULL
    ORDER BY 1, 3
$$;

-- A decision takes the place of the proposal it is about, and keeps its words; so a statement may be inserted without looking.
CREATE OR REPLACE FUNCTION kraj.decide_proposal() RETURNS trigger
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE proposal kraj.project_places;
BEGIN
    DELETE FROM kraj.project_places d WHERE d.project_id = NEW.project_id AND d.layer = NEW.layer AND d.place_id = NEW.place_id
        AND d.relation = 'named' AND d.state = 'proposed' RETURNING * INTO proposal;
    IF FOUND AND NOT kraj.reverting() THEN
        NEW.score := coalesce(NEW.score, proposal.score);
        NEW.words := coalesce(NEW.words, proposal.words);
        NEW.choice := coalesce(NEW.choice, proposal.choice);
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER decide_proposal BEFORE INSERT ON kraj.project_places FOR EACH ROW
    WHEN (NEW.relation = 'named' AND NEW.state <> 'proposed') EXECUTE FUNCTION kraj.decide_proposal();

-- decide_name records what a planner says of one row of project_places; the author is SET kraj.actor, else the login.
CREATE OR REPLACE FUNCTION kraj.decide_name(statement bigint, state text, reason text) RETURNS kraj.project_places
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE decided kraj.project_places;
BEGIN
    UPDATE kraj.project_places d SET state = decide_name.state, reason = coalesce(decide_name.reason, d.reason), decided_at = now(),
        author = coalesce(nullif(current_setting('kraj.actor', true), ''), session_user)
    WHERE d.id = statement AND d.relation = 'named' RETURNING * INTO decided;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no proposal %', statement USING ERRCODE = 'no_data_found',
            HINT = 'Proposals are the rows of kraj.project_places with relation named; they follow the words and may be gone.';
    END IF;
    RETURN decided;
END $$;

-- confirm_name: this name does mean this place. Of an open choice, choose one instead.
CREATE OR REPLACE FUNCTION kraj.confirm_name(statement bigint, reason text DEFAULT NULL) RETURNS kraj.project_places
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM kraj.project_places d JOIN kraj.project_places o ON o.project_id = d.project_id AND o.choice = d.choice AND o.id <> d.id
               WHERE d.id = statement AND d.state = 'proposed' AND o.state = 'proposed') THEN
        RAISE EXCEPTION 'Proposal % is an open choice', statement USING ERRCODE = 'invalid_parameter_value',
            HINT = format('SELECT kraj.choose_name(%s); takes this one and rejects the others.', statement);
    END IF;
    RETURN kraj.decide_name(statement, 'confirmed', reason);
END $$;

-- reject_name: it does not. The row stays, so that it is not proposed again.
CREATE OR REPLACE FUNCTION kraj.reject_name(statement bigint, reason text DEFAULT NULL) RETURNS kraj.project_places
LANGUAGE sql SET search_path = kraj, public, pg_temp AS $$ SELECT * FROM kraj.decide_name(statement, 'rejected', reason) $$;

-- choose_name: of the places this name may mean, it is this one. Choosing the municipality also says so of the project, where nothing
-- was said: its scope becomes the whole municipality.
CREATE OR REPLACE FUNCTION kraj.choose_name(statement bigint, reason text DEFAULT NULL) RETURNS kraj.project_places
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
DECLARE chosen kraj.project_places := kraj.decide_name(statement, 'confirmed', reason);
BEGIN
    PERFORM kraj.decide_name(o.id, 'rejected', choose_name.reason) FROM kraj.project_places o
    WHERE o.project_id = chosen.project_id AND o.choice = chosen.choice AND o.id <> chosen.id AND o.relation = 'named' AND o.state = 'proposed';
    IF chosen.layer = 'municipalities' THEN
        UPDATE kraj.projects p SET scope = 'municipality' WHERE p.id = chosen.project_id AND p.scope = 'unplaced';
    END IF;
    RETURN chosen;
END $$;
