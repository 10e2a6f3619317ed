-- What the last revisions did, the newest first, as the audience may know. $1: a municipality, or null; $2, $3: only what concerns this row of
-- this layer (projects: with all that hangs on it), or null; $4: only revisions before this one, or null; $5: only this one, or null;
-- $6: how many; $7: how many things of each are named.
WITH latest AS MATERIALIZED (
    SELECT r.* FROM told_revisions r
    WHERE ($4::bigint IS NULL OR r.id < $4) AND ($5::bigint IS NULL OR r.id = $5)
      AND ($2::text IS NULL OR r.id IN (SELECT c.revision FROM told_changes c WHERE $2 <> 'projects' AND c.relation = $2 AND c.row_key = $3::text
                                        UNION ALL SELECT c.revision FROM told_changes c WHERE $2 = 'projects' AND c.project_key = $3::text))
      AND ($2::text IS NOT NULL OR EXISTS (
          SELECT FROM told_changes c LEFT JOIN projects p ON p.id = c.project_key::bigint
          WHERE c.revision = r.id AND ($1::bigint IS NULL OR coalesce(c.municipality_id, p.municipality_id) = $1)))
    ORDER BY r.id DESC LIMIT $6::int
), line AS MATERIALIZED (
    SELECT c.*, coalesce(c.municipality_id, p.municipality_id) AS owner_id, p.code AS project_code, p.title, p.title_en,
        CASE WHEN c.project_key IS NOT NULL THEN 'projects' WHEN l.id IS NOT NULL THEN l.id END AS layer, coalesce(c.project_key, c.row_key) AS thing
    FROM latest r JOIN told_changes c ON c.revision = r.id
    LEFT JOIN projects p ON p.id = c.project_key::bigint LEFT JOIN layers l ON l.id = c.relation AND NOT l.derived
    WHERE CASE WHEN $2::text IS NULL THEN $1::bigint IS NULL OR coalesce(c.municipality_id, p.municipality_id) = $1
               WHEN $2 = 'projects' THEN c.project_key = $3::text ELSE c.relation = $2 AND c.row_key = $3::text END
), thing AS MATERIALIZED (
    SELECT x.revision, x.layer, x.thing, max(x.owner_id) AS owner_id, coalesce(max(x.project_code), max(x.code) FILTER (WHERE x.relation = x.layer)) AS code,
        coalesce(max(x.title), max(x.name) FILTER (WHERE x.relation = x.layer)) AS name, max(x.title_en) AS name_en,
        CASE WHEN bool_or(x.op = 'D' AND x.relation = x.layer) THEN 'gone' WHEN bool_or(x.op = 'I' AND x.relation = x.layer) THEN 'new' ELSE 'changed' END AS what,
        array_agg(DISTINCT x.relation) FILTER (WHERE x.relation <> x.layer) AS parts
    FROM line x WHERE x.layer IS NOT NULL GROUP BY x.revision, x.layer, x.thing
), numbered AS (
    SELECT t.*, row_number() OVER (PARTITION BY t.revision ORDER BY t.layer = 'projects' DESC, l.sort, t.name IS NULL, t.code COLLATE kraj.natural, t.thing) AS n
    FROM thing t LEFT JOIN layers l ON l.id = t.layer
)
SELECT r.id, r.at, r.kind, r.by_whom, r.origin, r.words, coalesce(r.undid, '{}'),
    coalesce((SELECT jsonb_agg(jsonb_build_object('relation', k.relation, 'new', k.new, 'changed', k.changed, 'gone', k.gone) ORDER BY k.sort, k.relation) FROM (
        SELECT x.relation, min(l.sort) AS sort, count(*) FILTER (WHERE x.op = 'I') AS new, count(*) FILTER (WHERE x.op = 'U') AS changed, count(*) FILTER (WHERE x.op = 'D') AS gone
        FROM line x LEFT JOIN layers l ON l.id = x.relation WHERE x.revision = r.id GROUP BY x.relation) k), '[]'),
    (SELECT count(*) FROM thing t WHERE t.revision = r.id),
    coalesce((SELECT jsonb_agg(jsonb_build_object('layer', t.layer, 'municipality', m.slug, 'code', t.code, 'name', t.name, 'name_en', t.name_en, 'what', t.what, 'parts', coalesce(t.parts, '{}'),
            'fields', coalesce((SELECT jsonb_agg(DISTINCT f) FROM line x CROSS JOIN LATERAL unnest(x.fields) f
                WHERE x.revision = r.id AND x.layer = t.layer AND x.thing = t.thing AND x.relation = t.layer AND t.what = 'changed'), '[]'),
            'values', (SELECT jsonb_agg(jsonb_build_object('field', f, 'before', left(x.was ->> f, 300), 'after', left(x.became ->> f, 300)) ORDER BY x.id, f)
                FROM line x CROSS JOIN LATERAL unnest(x.fields) f
                WHERE x.revision = r.id AND x.layer = t.layer AND x.thing = t.thing AND x.relation = t.layer AND t.what = 'changed' AND x.was IS NOT NULL AND f <> 'geom')) ORDER BY t.n)
        FROM numbered t LEFT JOIN municipalities m ON m.id = t.owner_id WHERE t.revision = r.id AND t.n <= $7::int), '[]'),
    coalesce((SELECT jsonb_agg(jsonb_build_object('layer', a.layer, 'bbox', jsonb_build_array(round(ST_XMin(a.box)::numeric, 6), round(ST_YMin(a.box)::numeric, 6),
            round(ST_XMax(a.box)::numeric, 6), round(ST_YMax(a.box)::numeric, 6))) ORDER BY a.layer, a.id)
        FROM (SELECT x.id, x.layer, ST_Transform(ST_SetSRID(x.box::geometry, 3857), 4326) AS box FROM revision_areas x JOIN layers l ON l.id = x.layer AND NOT l.derived
              WHERE x.revision = r.id AND x.box IS NOT NULL) a), '[]')
FROM latest r ORDER BY r.id DESC
