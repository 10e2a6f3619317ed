-- Reading names: texts in, mentions of places out. kraj.settle, the verifier and the command line call the same functions.

-- default_score: from here on a proposal counts as likely. Open choices always stay below.
CREATE OR REPLACE FUNCTION kraj.default_score() RETURNS real
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 0.7::real $$;

-- text_words are the distinct folded words of a project's texts; an index finds the projects that a new name may concern.
CREATE OR REPLACE FUNCTION kraj.text_words(title text, description text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT string_to_array(kraj.fold(concat_ws(' ', title, description)), ' ') $$;
CREATE INDEX IF NOT EXISTS projects_text_words ON kraj.projects USING gin (kraj.text_words(title, description));

-- place_words are folded words that say what kind of place a name beside them is.
CREATE OR REPLACE FUNCTION kraj.place_words() RETURNS TABLE (word text, class text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT unnest(string_to_array(c.words, ' ')), c.class FROM (VALUES
        ('local_communities', 'ks cs skupnost skupnosti skupnostjo skupnostih skupnostmi'),
        ('business_zones', 'pc ioc oc cona cone coni cono con conah conami lokacija lokacije lokaciji lokacijo lokacij lokacijah'),
        ('degraded_areas', 'duo fdo'),
        ('agglomerations', 'aglomeracija aglomeracije aglomeraciji aglomeracijo aglomeracij aglomeracijah'),
        ('cycling_routes', 'kp kolesarska kolesarske kolesarski kolesarsko kolesarskih kolesarskimi kolesarskega kolesarskem kolesarje kolesarjev brv brvi brvjo nadhod nadhoda nadhodu podhod podhoda podhodu'),
        ('municipality', 'obcina obcine obcini obcino mok mo'),
        ('settlement', 'naselje naselja naselju naseljem naseljih vas vasi vasjo mesto mesta mestu mestom zaselek zaselka zaselku'),
        ('road', 'lc jp cesta ceste cesti cesto cest regionalka odsek odseka odseku proga proge progi vodovod vodovoda kanalizacija kanalizacije kanalizaciji
                 kanalizacijo most mosta mostu brv brvi pot poti plocnik plocnika povezava povezave povezavi povezavo relacija relaciji krizisce krizisca'),
        ('building', 'os pos ps sola sole soli solo vrtec vrtca vrtcu dom doma domu pgd gd igrisce igrisca igriscu pokopalisce pokopalisca pokopaliscu cerkev cerkve
                 knjiznica knjiznice postaja postaje postaji zd enota enote enoti zupnija zupnije grad gradu gradisce park parka odlagalisce odlagalisca cn ccn center centra'),
        ('street', 'ulica ulice ulici ulico trg trga trgu cesta ceste cesti cesto pot poti nabrezje drevored obvoznica obvoznice obvoznico vpadnica')) c (class, words)
$$;

-- excepting_words are folded words after which a name says where not: izvzeto SMJ, razen na Golniku, z izjemo KS Kokrica, brez Mavčič.
CREATE OR REPLACE FUNCTION kraj.excepting_words() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT '{izvzet,izvzeta,izvzete,izvzeti,izvzeto,izvzemsi,razen,izjemo,brez}'::text[] $$;

-- read_names lists what names stand in the titles and descriptions of projects. kind says what is meant: place (layer and place_id),
-- municipality, outside, institution, not_a_place, excepted. Rows of one project with the same choice exclude each other.
CREATE OR REPLACE FUNCTION kraj.read_names(project_ids bigint[])
RETURNS TABLE (project_id bigint, field text, at integer, said text, kind text, layer text, place_id bigint, score real, choice text)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE cue AS MATERIALIZED (
        SELECT * FROM kraj.place_words()
    ), wanted AS MATERIALIZED (
        SELECT DISTINCT unnest(project_ids) AS id
    ), branch AS (  -- a project under "Poslovne cone" speaks of zones
        SELECT w.id AS project_id, p.parent_id, NULL::text AS above, 0 AS step FROM wanted w JOIN projects p ON p.id = w.id
        UNION ALL SELECT b.project_id, p.parent_id, p.title, b.step + 1 FROM branch b JOIN projects p ON p.id = b.parent_id WHERE b.step < 20
    ), above AS MATERIALIZED (
        SELECT b.project_id, array_agg(DISTINCT c.class) AS classes
        FROM branch b CROSS JOIN LATERAL unnest(string_to_array(kraj.fold(b.above), ' ')) w JOIN cue c ON c.word = w GROUP BY b.project_id
    ), written AS MATERIALIZED (
        SELECT p.id AS project_id, p.municipality_id, p.scope, f.field, normalize(f.value, NFKC) COLLATE "und-x-icu" AS value
        FROM wanted w JOIN projects p ON p.id = w.id CROSS JOIN LATERAL (VALUES ('title', p.title), ('description', p.description)) f (field, value)
    ), text AS MATERIALIZED (  -- folded words, words as written, and what stands before each
        SELECT row_number() OVER () AS id, w.*, string_to_array(kraj.fold(w.value), ' ') AS folded,
               string_to_array(btrim(regexp_replace(w.value, '[^[:alnum:]]+', ' ', 'g')), ' ') AS words,
               regexp_split_to_array(regexp_replace(w.value, '^[^[:alnum:]]+', ''), '[[:alnum:]]+') AS seps
        FROM written w WHERE w.value ~ '[[:alnum:]]'
    ), token AS MATERIALIZED (
        SELECT t.id AS text_id, t.municipality_id, t.folded, w.word, w.at::integer FROM text t CROSS JOIN LATERAL unnest(t.folded) WITH ORDINALITY w (word, at)
    ), spoken AS MATERIALIZED (
        SELECT t.text_id, t.at, array_agg(c.class) AS classes FROM token t JOIN cue c ON c.word = t.word GROUP BY t.text_id, t.at
    ), topic AS MATERIALIZED (
        SELECT s.text_id, array_agg(DISTINCT c) AS classes FROM spoken s CROSS JOIN LATERAL unnest(s.classes) c GROUP BY s.text_id
    ), found AS MATERIALIZED (
        SELECT DISTINCT t.text_id, t.at, f.words::integer AS n, f.variant, f.cases, f.common, own.own,
               CASE WHEN own.own THEN f.layer ELSE 'outside' END AS layer, CASE WHEN own.own THEN f.place_id END AS place_id
        FROM token t JOIN name_forms f ON f.first = t.word
        CROSS JOIN LATERAL (SELECT f.municipality_id IS NULL OR f.municipality_id = t.municipality_id AS own) own
        WHERE (f.words = 1 OR array_to_string(t.folded[t.at:t.at + f.words - 1], ' ') = f.form)
          AND (own.own OR f.variant IN ('full', 'short') AND f.layer IN ('settlements', 'municipalities'))
    ), excepted AS MATERIALIZED (  -- between the word and the name stand only prepositions, kinds of places and other names: razen Golnika in Kokrice
        SELECT DISTINCT f.text_id, f.at
        FROM token e JOIN found f ON f.text_id = e.text_id AND f.at > e.at JOIN text t ON t.id = e.text_id
        WHERE e.word = ANY (kraj.excepting_words()) AND NOT EXISTS (
            SELECT FROM generate_series(e.at + 1, f.at) w
            WHERE t.seps[w] ~ '[.:!?;()]' OR w < f.at AND t.folded[w] <> ALL ('{v,na,pri,ob,z,s,za,in,ter,ali,od,do,obmocja,obmocje,obmocju,obmocjem}')
                AND NOT EXISTS (SELECT FROM cue c WHERE c.word = t.folded[w])
                AND NOT EXISTS (SELECT FROM found o WHERE o.text_id = f.text_id AND w BETWEEN o.at AND o.at + o.n - 1 AND o.own))
    ), seen AS MATERIALIZED (  -- each with what the text says around it
        SELECT f.text_id, f.at, f.n, f.variant, f.cases, f.common AND f.n = 1 AS common, f.own,
               t.project_id, t.municipality_id, t.scope, t.field, letters.spelt AS said,
               CASE f.layer WHEN 'known_names' THEN k.kind WHEN 'outside' THEN 'outside' WHEN 'municipalities' THEN 'municipality' ELSE 'place' END AS kind,
               f.layer = 'known_names' AS known, CASE f.layer WHEN 'known_names' THEN k.layer ELSE f.layer END AS layer,
               CASE f.layer WHEN 'known_names' THEN k.place_id ELSE f.place_id END AS place_id,
               letters.spelt <> lower(letters.spelt) AS capital, t.value = upper(t.value) AS shouted, t.value = lower(t.value) AS hushed,
               (f.at = 1 OR t.seps[f.at] ~ '[.:!?;)]\s*$') AND t.words[f.at] <> lower(t.words[f.at]) AS opens, f.at = 1 AND f.n = cardinality(t.folded) AS alone,
               t.folded[f.at - 1] AS before, coalesce(b.classes, '{}') || CASE WHEN t.seps[f.at + f.n] ~ '^\s*\($' OR f.variant = 'adjective' AND NOT f.common AND NOT a.classes && '{street}' THEN coalesce(a.classes, '{}') ELSE '{}' END AS cues, 'street' = ANY (a.classes) AS street,
               coalesce(c.classes, '{}') || coalesce(u.classes, '{}') AS topics,
               -- a dash to a name that nobody has loaded: Ljubljana–Kranj
               coalesce(t.seps[f.at] ~ '^\s*[-–—]\s*$' AND t.words[f.at - 1] <> lower(t.words[f.at - 1]), false) OR
               coalesce(t.seps[f.at + f.n] ~ '^\s*[-–—]\s*$' AND t.words[f.at + f.n] <> lower(t.words[f.at + f.n]), false) AS joined,
               -- M. Čop, OŠ Staneta Žagarja: a person, not a place
               coalesce(length(t.words[f.at - 1]) = 1 AND t.words[f.at - 1] <> lower(t.words[f.at - 1]) AND t.seps[f.at] ~ '^\.' OR
               t.words[f.at - 1] <> lower(t.words[f.at - 1]) AND b.classes IS NULL AND i.classes && '{building,street}' AND t.seps[f.at] ~ '^\s*$' AND t.seps[f.at - 1] ~ '^\s*$'
                   AND NOT EXISTS (SELECT FROM found o WHERE o.text_id = f.text_id AND o.at = f.at - 1), false) AS person,
               x.at IS NOT NULL AS excepted
        FROM found f JOIN text t ON t.id = f.text_id
        CROSS JOIN LATERAL (SELECT array_to_string(t.words[f.at:f.at + f.n - 1], ' ') AS spelt) letters
        LEFT JOIN known_names k ON f.layer = 'known_names' AND k.id = f.place_id
        LEFT JOIN spoken b ON b.text_id = f.text_id AND b.at = f.at - 1
        LEFT JOIN spoken a ON a.text_id = f.text_id AND a.at = f.at + f.n
        LEFT JOIN spoken i ON i.text_id = f.text_id AND i.at = f.at - 2
        LEFT JOIN topic c ON c.text_id = f.text_id
        LEFT JOIN excepted x ON x.text_id = f.text_id AND x.at = f.at
        LEFT JOIN above u ON u.project_id = t.project_id
    ), admitted AS MATERIALIZED (
        SELECT s.* FROM seen s
        WHERE (s.layer IS DISTINCT FROM 'cycling_routes' AND s.layer IS DISTINCT FROM 'agglomerations' OR s.known OR s.alone OR s.layer = ANY (s.topics))
          AND (s.variant <> 'adjective' OR NOT s.street AND (NOT s.capital OR s.opens) AND s.layer = 'settlements'
               AND NOT EXISTS (SELECT FROM settlements p JOIN municipalities m ON m.id = p.municipality_id WHERE p.id = s.place_id AND m.slug = kraj.fold(p.name)))
          AND (s.kind <> 'outside' OR s.known OR s.capital AND NOT s.opens OR s.n > 1 AND s.capital OR NOT s.common AND s.capital)
    ), span AS MATERIALIZED (
        SELECT a.text_id, a.at, a.n, bool_and(a.layer IS NOT DISTINCT FROM 'cycling_routes') AS route, bool_and(a.layer IS NOT DISTINCT FROM 'local_communities') AS community, bool_or(a.kind IN ('place', 'outside', 'quarter', 'alias', 'municipality') AND a.variant <> 'adjective' AND a.capital AND NOT a.person) AS place
        FROM admitted a GROUP BY a.text_id, a.at, a.n
    ), longest AS MATERIALIZED (  -- several words win over their parts; but a route is also where the places are that name it, and KS Orehek - Drulovka is both
        SELECT s.* FROM span s JOIN text t ON t.id = s.text_id WHERE NOT EXISTS (SELECT FROM span o WHERE o.text_id = s.text_id AND o.at < s.at + s.n AND s.at < o.at + o.n
            AND NOT o.route AND NOT (o.community AND o.n > s.n AND t.seps[CASE WHEN s.at > o.at THEN s.at ELSE s.at + s.n END] ~ '[-–—]') AND (o.n > s.n OR o.n = s.n AND o.at < s.at))
    ), beside AS MATERIALIZED (  -- another place right beside: Jama–Prebačevo; Golnik, Mavčiče in Besnica
        SELECT s.text_id, s.at, s.n, bool_or(t.seps[r.right_at] ~ '^\s*[-–—/]+\s*$') AS dashed, true AS listed
        FROM longest s JOIN longest o ON o.text_id = s.text_id AND o.place AND o.at <> s.at JOIN text t ON t.id = s.text_id
        CROSS JOIN LATERAL (SELECT greatest(s.at, o.at) AS right_at, CASE WHEN s.at < o.at THEN s.at + s.n ELSE o.at + o.n END AS left_end) r
        WHERE r.right_at = r.left_end AND t.seps[r.right_at] ~ '^\s*[-–—/,]+\s*$'
           OR r.right_at = r.left_end + 1 AND t.folded[r.left_end] IN ('in', 'ter', 'do', 'ali')
        GROUP BY s.text_id, s.at, s.n
    ), rated AS MATERIALIZED (
        SELECT a.*, coalesce(b.dashed, false) AS dashed, a.joined OR coalesce(b.listed, false) AS listed,
               bool_or(a.own) OVER same AS any_own, bool_or(a.known) OVER same AS any_known,
               bool_or(a.layer = ANY (a.cues)) OVER same AS any_cued, bool_or(a.layer = 'settlements' AND a.own) OVER same AS any_settlement,
               bool_or(a.layer = ANY (a.topics) AND a.layer <> 'settlements') OVER same AS any_topic,
               bool_or(a.layer = ANY (a.topics) AND a.layer NOT IN ('settlements', 'local_communities') AND a.alone) OVER same AS any_listed,
               bool_or(a.kind = 'municipality' AND a.own) OVER same AS any_municipality,
               array_position('{full,short,head,adjective}', a.variant) AS form_rank
        FROM admitted a JOIN longest l USING (text_id, at, n) LEFT JOIN beside b USING (text_id, at, n)
        WINDOW same AS (PARTITION BY a.text_id, a.at, a.n)
    ), meant AS MATERIALIZED (  -- which of the places with this name: what the word before says, what planners know, settlements, the topic
        SELECT r.*, min(r.form_rank) OVER (PARTITION BY r.text_id, r.at, r.n, r.layer) AS best_form
        FROM rated r
        WHERE CASE WHEN NOT r.any_own THEN true WHEN NOT r.own THEN false
                   WHEN r.any_cued THEN r.layer = ANY (r.cues) OR r.cues && '{local_communities,cycling_routes}'
                       AND (r.known OR r.layer = 'settlements' AND NOT r.any_known)
                   WHEN r.any_listed THEN r.layer = ANY (r.topics) OR r.known
                   WHEN r.any_known THEN r.known
                   WHEN r.any_municipality AND r.any_settlement THEN CASE
                       WHEN 'municipality' = ANY (r.cues) THEN r.kind = 'municipality'
                       WHEN r.dashed OR r.listed OR r.cues && '{settlement,road}' THEN r.kind = 'place' AND r.layer = 'settlements'
                       WHEN r.scope = 'municipality' THEN r.kind = 'municipality'
                       ELSE r.kind = 'municipality' OR r.layer = 'settlements' END
                   WHEN r.any_settlement THEN r.layer = 'settlements'
                   WHEN r.any_topic THEN r.layer = ANY (r.topics)
                   ELSE true END
    ), scored AS MATERIALIZED (
        SELECT m.project_id, m.field, m.text_id, m.at, m.n, m.said, m.layer, m.place_id,
               CASE WHEN m.excepted THEN 'excepted' WHEN m.person THEN 'institution' WHEN m.kind IN ('quarter', 'alias') THEN 'place' ELSE m.kind END AS kind,
               CASE m.variant WHEN 'full' THEN CASE WHEN m.n > 1 THEN 0.75 ELSE 0.55 END WHEN 'short' THEN CASE WHEN m.n > 1 THEN 0.65 ELSE 0.5 END
                              WHEN 'head' THEN CASE WHEN m.n > 1 THEN 0.6 ELSE 0.45 END ELSE 0.3 END
               + CASE WHEN m.variant = 'adjective' THEN 0.35
                      WHEN m.capital AND m.shouted THEN CASE WHEN m.common THEN 0 ELSE 0.15 END
                      WHEN m.capital AND NOT m.opens THEN 0.35
                      WHEN m.capital THEN CASE WHEN m.common THEN 0 WHEN 1 = ANY (m.cases) OR m.cases = '{}' THEN 0.2 ELSE 0.05 END
                      WHEN m.hushed THEN CASE WHEN m.common THEN -0.3 ELSE 0 END
                      ELSE CASE WHEN m.common THEN -0.5 ELSE -0.35 END END
               + CASE WHEN m.before IN ('v', 'na', 'pri', 'ob', 'po') AND 5 = ANY (m.cases) OR m.before IN ('iz', 'z', 's', 'do', 'od', 'okoli', 'mimo') AND 2 = ANY (m.cases)
                       OR m.before IN ('proti', 'k', 'h') AND 3 = ANY (m.cases) OR m.before IN ('skozi', 'cez', 'v', 'na', 'za') AND 4 = ANY (m.cases)
                       OR m.before IN ('med', 'nad', 'pod', 'pred', 'za', 'z', 's') AND 6 = ANY (m.cases) THEN 0.15 ELSE 0 END
               + CASE WHEN m.cues && '{settlement,road,building,local_communities,business_zones,degraded_areas,agglomerations,cycling_routes}' THEN 0.2 ELSE 0 END
               + CASE WHEN m.dashed THEN 0.25 WHEN m.listed THEN 0.15 ELSE 0 END + CASE WHEN m.alone THEN 0.25 ELSE 0 END
               - CASE WHEN m.field = 'description' THEN 0.05 ELSE 0 END AS score,
               bool_or(m.kind = 'municipality') OVER (PARTITION BY m.text_id, m.at, m.n) AND bool_or(m.kind = 'place') OVER (PARTITION BY m.text_id, m.at, m.n) AS town_or_all,
               count(*) FILTER (WHERE m.own) OVER (PARTITION BY m.text_id, m.at, m.n, m.layer) AS candidates
        FROM meant m WHERE m.form_rank = m.best_form
    )
    SELECT DISTINCT s.project_id, s.field, s.at, s.said, s.kind, CASE WHEN s.kind IN ('place', 'municipality') THEN s.layer END,
           CASE WHEN s.kind IN ('place', 'municipality') THEN s.place_id END,
           CASE WHEN o.open THEN least(s.score - 0.3, 0.5) ELSE least(s.score, 0.99) END::real, CASE WHEN o.open THEN kraj.fold(s.said) END
    FROM scored s CROSS JOIN LATERAL (SELECT s.kind IN ('place', 'municipality') AND s.place_id IS NOT NULL
        AND (s.candidates > 1 OR s.town_or_all) AS open) o
    WHERE s.score >= 0.3 OR s.kind <> 'place';
END $$;

-- propose_names lists what read_names proposes as ties: one row a place. What planners have decided is not proposed again.
CREATE OR REPLACE FUNCTION kraj.propose_names(project_ids bigint[])
RETURNS TABLE (project_id bigint, layer text, place_id bigint, score real, words text, choice text)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = kraj, public, pg_temp SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH mention AS MATERIALIZED (
        SELECT r.* FROM kraj.read_names(project_ids) r
        WHERE r.place_id IS NOT NULL AND (r.kind = 'place' OR r.choice IS NOT NULL)
    ), plain AS MATERIALIZED (
        SELECT m.project_id, m.layer, m.place_id FROM mention m WHERE m.choice IS NULL
    ), kept AS (  -- a choice of which one is named plainly elsewhere is none
        SELECT m.* FROM mention m WHERE m.choice IS NULL OR NOT EXISTS (
            SELECT FROM mention o JOIN plain p ON p.project_id = o.project_id AND p.layer = o.layer AND p.place_id = o.place_id
            WHERE o.project_id = m.project_id AND o.choice = m.choice)
    )
    SELECT k.project_id, k.layer, k.place_id, max(k.score), string_agg(DISTINCT k.said, '; '), min(k.choice)
    FROM kept k
    WHERE NOT EXISTS (SELECT FROM project_places d WHERE d.project_id = k.project_id AND d.layer = k.layer AND d.place_id = k.place_id
                      AND d.relation = 'named' AND (d.state <> 'proposed' OR d.author IS NOT NULL))
    GROUP BY k.project_id, k.layer, k.place_id;
END $$;
