-- The forms of names: Slovene declension of place names by rules, on lower-case letters with their diacritics, folded at the end.
-- A dictionary would not know the names, and a stemmer joins what has to stay apart (Zalog and zaloga). Rules make a few
-- forms that nobody says; nobody writes them either.
-- Endings are compared with LIKE and right(): PostgreSQL keeps 32 compiled regular expressions, and a register has thousands of names.

-- decline_noun lists the forms of one word in the six cases (1 nominative … 6 instrumental), as its ending asks.
CREATE OR REPLACE FUNCTION kraj.decline_noun(word text) RETURNS TABLE (gcase smallint, form text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    stem text := left(word, -1);
    short text;   -- the stem where a fleeting e stays or goes
BEGIN
    IF length(word) < 3 OR translate(word, '0123456789', '') <> word THEN
        RETURN QUERY SELECT c::smallint, word FROM generate_series(1, 6) c;
        RETURN;
    END IF;
    CASE
    WHEN word LIKE '%a' THEN        -- Kokrica
        RETURN QUERY VALUES (1::smallint, word), (2::smallint, stem || 'e'), (3::smallint, stem || 'i'), (4::smallint, stem || 'o'),
            (5::smallint, stem || 'i'), (6::smallint, stem || 'o');
    WHEN word LIKE '%e' THEN        -- Mavčiče, Predoslje, Jesenice; neuter Hrastje, Stražišče
        short := CASE WHEN right(stem, 2) IN ('lj', 'nj') AND left(right(stem, 3), 1) NOT IN ('a', 'e', 'i', 'o', 'u') THEN left(stem, -2) || 'e' || right(stem, 2)
                      WHEN right(stem, 1) IN ('n', 'r', 'l', 'v', 'm', 'k') AND left(right(stem, 2), 1) NOT IN ('a', 'e', 'i', 'o', 'u', 'r')
                      THEN left(stem, -1) || 'e' || right(stem, 1) ELSE stem END;
        RETURN QUERY VALUES (1::smallint, word), (4::smallint, word), (3::smallint, stem || 'am'), (5::smallint, stem || 'ah'), (6::smallint, stem || 'ami'),
            (5::smallint, stem || 'eh');
        IF length(short) > 3 THEN
            RETURN QUERY SELECT 2::smallint, short;
        END IF;
        IF stem LIKE '%šč' OR stem LIKE '%j' THEN
            RETURN QUERY VALUES (2::smallint, stem || 'a'), (3::smallint, stem || 'u'), (5::smallint, stem || 'u'), (6::smallint, stem || 'em');
        ELSIF stem LIKE '%l' OR stem LIKE '%n' THEN   -- Ravne, na Ravnem
            RETURN QUERY VALUES (2::smallint, stem || 'ega'), (5::smallint, stem || 'em');
        END IF;
    WHEN word LIKE '%o' THEN        -- Brdo; as an adjective: Struževo, v Struževem
        RETURN QUERY VALUES (1::smallint, word), (4::smallint, word), (2::smallint, stem || 'a'), (3::smallint, stem || 'u'), (5::smallint, stem || 'u'),
            (6::smallint, stem || 'om'), (6::smallint, stem || 'em'), (2::smallint, stem || 'ega'), (3::smallint, stem || 'emu'),
            (5::smallint, stem || 'em'), (6::smallint, stem || 'im');
    WHEN word LIKE '%i' THEN        -- Dekani, Hrvatini
        RETURN QUERY VALUES (1::smallint, word), (6::smallint, word), (2::smallint, stem || 'ov'), (2::smallint, stem || 'ev'), (3::smallint, stem || 'om'),
            (3::smallint, stem || 'em'), (4::smallint, stem || 'e'), (5::smallint, stem || 'ih'), (6::smallint, stem || 'mi');
    WHEN right(word, 1) IN ('u', 'y', 'ô', 'é', 'á', 'í') THEN
        RETURN QUERY SELECT c::smallint, word FROM generate_series(1, 6) c;
    WHEN right(word, 3) IN ('vas', 'peč', 'ost', 'pot', 'ves') AND word <> 'most' THEN  -- the i-stems: vas, Podpeč
        RETURN QUERY VALUES (1::smallint, word), (4::smallint, word), (2::smallint, word || 'i'), (3::smallint, word || 'i'), (5::smallint, word || 'i'),
            (6::smallint, word || 'jo');
    ELSE                            -- Britof, Breg, Bobovek, Koper, Labor
        RETURN QUERY VALUES (1::smallint, word), (4::smallint, word);
        short := CASE WHEN translate(left(word, -2), 'aeiou', '') = left(word, -2) THEN word   -- no other vowel: Breg
                      WHEN right(word, 3) IN ('elj', 'enj') THEN left(word, -3) || right(word, 2)
                      WHEN right(word, 2) IN ('ec', 'ek', 'er', 'el', 'en', 'et', 'em') THEN left(word, -2) || right(word, 1) ELSE word END;
        RETURN QUERY SELECT e.c, s.stem || e.ending FROM (SELECT word UNION SELECT short) s (stem),
            (VALUES (2::smallint, 'a'), (3::smallint, 'u'), (5::smallint, 'u'), (6::smallint, 'om'), (6::smallint, 'em')) e (c, ending);
        IF word LIKE '%r' THEN
            RETURN QUERY VALUES (2::smallint, word || 'ja'), (3::smallint, word || 'ju'), (5::smallint, word || 'ju'), (6::smallint, word || 'jem');
        END IF;
    END CASE;
END $$;

-- decline_adjective: the ending tells gender and number; where it does not (Sv., Repov), all of them.
CREATE OR REPLACE FUNCTION kraj.decline_adjective(word text) RETURNS TABLE (gcase smallint, form text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT e.c::smallint, s.stem || e.ending
    FROM (SELECT CASE WHEN word = 'sv' THEN 'svet' WHEN word = 'sp' THEN 'spodnj' WHEN word = 'zg' THEN 'zgornj'
                      WHEN right(word, 1) IN ('a', 'e', 'i', 'o') THEN left(word, -1) ELSE word END AS stem) s,
        (VALUES ('a', 1, 'a'), ('a', 2, 'e'), ('a', 3, 'i'), ('a', 4, 'o'), ('a', 5, 'i'), ('a', 6, 'o'),
                ('i', 1, 'i'), ('i', 2, 'ega'), ('i', 3, 'emu'), ('i', 4, 'i'), ('i', 5, 'em'), ('i', 6, 'im'),
                ('o', 1, 'o'), ('o', 2, 'ega'), ('o', 3, 'emu'), ('o', 4, 'o'), ('o', 5, 'em'), ('o', 6, 'im'),
                ('e', 1, 'e'), ('e', 2, 'ih'), ('e', 3, 'im'), ('e', 4, 'e'), ('e', 5, 'ih'), ('e', 6, 'imi'),
                ('e', 2, 'ega'), ('e', 3, 'emu'), ('e', 5, 'em'), ('e', 6, 'im')) e (gender, c, ending)
    WHERE e.gender = right(word, 1) OR right(word, 1) NOT IN ('a', 'e', 'i', 'o')
    UNION ALL SELECT c::smallint, word FROM generate_series(1, 4, 3) c WHERE right(word, 2) IN ('ov', 'ev', 'in')
    UNION ALL SELECT c::smallint, a.short FROM generate_series(1, 6) c,
        (SELECT CASE WHEN word IN ('sv', 'sveti', 'sveta', 'sveto') THEN 'sv' WHEN word = 'sp' OR word LIKE 'spodnj_' THEN 'sp' WHEN word = 'zg' OR word LIKE 'zgornj_' THEN 'zg'
                     WHEN word LIKE 'velik_' THEN 'vel' END AS short) a WHERE a.short IS NOT NULL
$$;

-- decline_any: every gender and case of an adjective, for adjectives made of names.
CREATE OR REPLACE FUNCTION kraj.decline_any(word text) RETURNS TABLE (gcase smallint, form text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT d.gcase, d.form FROM unnest('{a,i,o,e}'::text[]) g, kraj.decline_adjective(left(word, -1) || g) d
$$;

-- decline_words declines a name of several words: adjectives and head agree, the rest stays (Breg ob Savi), except after a dash.
CREATE OR REPLACE FUNCTION kraj.decline_words(words text[]) RETURNS TABLE (gcase smallint, form text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    head integer := 1;
    n integer := cardinality(words);
    i integer;
    tail text;
    forms text[];
    c integer;
BEGIN
    WHILE head < n AND (right(words[head], 1) IN ('a', 'e', 'i', 'o') OR right(words[head], 2) IN ('ov', 'ev', 'in') OR words[head] IN ('sv', 'sp', 'zg'))
        AND words[head + 1] NOT IN ('pri', 'ob', 'na', 'v', 'nad', 'pod', 'za', 'med', 'k', 's', 'z', '-')
        AND (words[head] NOT LIKE '%a' OR right(words[head + 1], 1) IN ('a', 's', 'č', 't')) LOOP
        head := head + 1;
    END LOOP;
    tail := array_to_string(words[head + 1:], ' ');
    FOR c IN 1..6 LOOP
        forms := ARRAY(SELECT f.form FROM kraj.decline_noun(words[head]) f WHERE f.gcase = c);
        FOR i IN REVERSE head - 1..1 LOOP
            forms := ARRAY(SELECT DISTINCT f.form || ' ' || g FROM kraj.decline_adjective(words[i]) f, unnest(forms) g WHERE f.gcase = c);
        END LOOP;
        RETURN QUERY SELECT c::smallint, concat_ws(' ', f, nullif(replace(tail, '- ', ''), '')) FROM unnest(forms) f;
        IF tail LIKE '- %' AND head + 2 = n THEN
            RETURN QUERY SELECT c::smallint, f || ' ' || g.form FROM unnest(forms) f, kraj.decline_noun(words[n]) g WHERE g.gcase = c;
        END IF;
    END LOOP;
END $$;

-- adjective_of: golniški, kokriški, mavčiški, koprski.
CREATE OR REPLACE FUNCTION kraj.adjective_of(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN word LIKE '%šče' THEN left(word, -3) || 'ški'
        WHEN right(word, 3) IN ('ica', 'ice', 'iče', 'ika', 'ike') THEN left(word, -3) || 'iški'
        WHEN right(word, 2) IN ('ič', 'ik') THEN left(word, -2) || 'iški'
        WHEN right(word, 2) IN ('ec', 'ek') THEN left(word, -2) || 'ški'
        WHEN right(word, 2) = 'er' AND left(right(word, 3), 1) NOT IN ('a', 'e', 'i', 'o', 'u') THEN left(word, -2) || 'rski'
        WHEN right(word, 1) IN ('a', 'e', 'i', 'o') THEN left(word, -1) || 'ski' ELSE word || 'ski' END
$$;

-- common_words are ordinary words, folded, that are names of places as well. As a name such a word needs more than a capital
-- at the beginning of a title.
CREATE OR REPLACE FUNCTION kraj.common_words() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT
    '{meja,jama,zalog,breg,most,vas,log,polje,gora,hrib,dol,dolina,brdo,reka,potok,otok,grad,trg,slap,planina,planica,laze,gozd,vrh,rob,kal,ravne,ravno,
      ravan,njiva,njivica,mlaka,suha,praprotno,javor,javornik,hrast,hrastje,jelovica,bukovje,brezje,breza,lipa,jesen,topol,vrba,rupa,center,sredisce,
      mesto,selo,sela,naselje,zaselek,loka,lokve,luka,pristava,dvor,dvorje,mlin,mlini,zaga,rudnik,postaja,cerkev,kapela,studenec,izvir,vodice,jezero,
      jezera,bajer,barje,blato,pesek,skala,kamen,pec,apno,lom,cesta,pot,klanec,ovinek,kriz,krizisce,holm,vrt,vrtovi,
      sad,sadje,vinograd,ograda,stari,nova,novi,mala,velika,lesce,podgora,podgorje,zagorje,pod,nad,dobrava,dobje,dobrovo,rova,rovi,jarek,kot,
      konec,stan,hisa,dom,prevoj,prelaz,sedlo,korita,korito,cesnja,hruska,jablana,oreh,orehek,leskovec,leska,borovnica,malina,
      bor,smreka,gaber,gabrje,jelka,bezovica,praproce,ples,plesivo,zima,poljana,poljane,travnik,senozet,seno,pasnik,obala,morje,zaliv,zatok,
      rt,sol,soline,ribnik,vodnjak,vodovod,stolp,obzidje,utrdba,tabor,straza,predel,pristan,brod,prelom,plaz,graben,lava,dekani,
      gradisce,gracisce}'::text[]
$$;

-- forms_of lists the folded forms of one name. Names in two languages are written with a slash or in name_alt, a route's slash is a dash; a name of the
-- kind "KS Čirče" or "Poslovna cona Hrastje" is found by its kernel, the word before it decides (kraj.read_names).
CREATE OR REPLACE FUNCTION kraj.forms_of(name text, name_alt text DEFAULT NULL)
RETURNS TABLE (variant text, form text, words smallint, cases smallint[], common boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH spelt AS (
        SELECT DISTINCT n.own, regexp_replace(regexp_replace(btrim(lower(regexp_replace(normalize(n.part, NFC), '\([^)]*\)', ' ', 'g') COLLATE "und-x-icu")),
            '^(ks|čs|mč|ms|vs|kč|krajevna skupnost|mestna skupnost|četrtna skupnost|vaška skupnost|poslovna cona|obrtna cona|industrijska cona|gospodarska cona|pc|oc|ioc|duo|fdo|aglomeracija|kp\d*|kolesarska pot|kolesarska povezava|soseska)\s+', ''),
            '\.(?=\s|$)', '', 'g') AS name
        FROM (SELECT true, btrim(x) FROM regexp_split_to_table($1, CASE WHEN $1 ~ '[-–—]|/.*/' THEN '$' ELSE '\s*/\s*' END) x
              UNION SELECT false, btrim(x) FROM regexp_split_to_table(coalesce($2, ''), '\s*/\s*') x) n (own, part)
        WHERE n.part <> ''
    ), word AS (
        SELECT s.own, string_to_array(btrim(regexp_replace(regexp_replace(s.name, '\s*[-–—/]\s*', ' - ', 'g'), '[^[:alnum:]-]+', ' ', 'g')), ' ') AS w FROM spelt s
    ), cut AS (
        SELECT w.*, coalesce((SELECT min(i) FROM generate_series(2, cardinality(w.w)) i WHERE w.w[i] IN ('pri', 'ob', 'na', 'v', 'nad', 'pod', 'za', 'k', '-')), 0) AS stop
        FROM word w WHERE cardinality(w.w) BETWEEN 1 AND 20
    ), part AS (
        SELECT 'full' AS variant, c.w FROM cut c WHERE c.own
        UNION SELECT 'short', c.w[:c.stop - 1] FROM cut c WHERE c.own AND c.stop > 1
        UNION SELECT 'short', c.w[c.stop + 1:] FROM cut c WHERE c.own AND c.w[c.stop] = '-' AND cardinality(c.w) - c.stop = 1 AND c.stop = 2
        UNION SELECT 'head', h.w[2:] FROM cut c CROSS JOIN LATERAL (SELECT CASE WHEN c.stop > 1 THEN c.w[:c.stop - 1] ELSE c.w END) h (w)
            WHERE c.own AND cardinality(h.w) > 1 AND h.w[1] ~ '^(sp|zg|(spodnj|zgornj|srednj|gornj|gorenj|dolnj|dolenj|velik|mal|star|nov)[aeio])$'
    ), declined AS (
        SELECT p.variant, d.form, d.gcase, kraj.fold(p.w[1]) AS lemma FROM part p, kraj.decline_words(p.w) d
        UNION ALL SELECT 'full', array_to_string(c.w, ' '), NULL, '' FROM cut c WHERE NOT c.own
        UNION ALL SELECT 'adjective', d.form, d.gcase, kraj.fold(p.w[1]) FROM part p CROSS JOIN LATERAL kraj.decline_any(kraj.adjective_of(p.w[1])) d
            WHERE cardinality(p.w) = 1 AND length(p.w[1]) > 4 AND translate(p.w[1], '0123456789', '') = p.w[1]
    ), folded AS (
        SELECT d.variant, kraj.fold(d.form) AS form, d.gcase, d.lemma FROM declined d
    )
    SELECT f.variant, f.form, cardinality(string_to_array(f.form, ' '))::smallint,
           coalesce(array_agg(DISTINCT f.gcase) FILTER (WHERE f.gcase IS NOT NULL), '{}'),
           f.form NOT LIKE '% %' AND (f.form = ANY (kraj.common_words()) OR bool_or(f.lemma = ANY (kraj.common_words())))
    FROM folded f WHERE length(f.form) > 1 GROUP BY f.variant, f.form
$$;
