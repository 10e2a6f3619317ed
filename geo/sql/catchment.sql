-- The catchment of the place of layer $1, municipality $2 and code $3 within $4 metres.
WITH place AS MATERIALIZED (SELECT * FROM place_shape($1, $2, $3)),
met AS MATERIALIZED (SELECT c.* FROM place p CROSS JOIN LATERAL catchment(p.geom, $4) c)
SELECT EXISTS (SELECT FROM place p WHERE p.id IS NOT NULL), EXISTS (SELECT FROM place p WHERE p.geom IS NOT NULL), jsonb_build_object(
    'place', jsonb_build_object('layer', $1, 'code', $3, 'name', (SELECT p.name FROM place p)),
    'distance_m', $4,
    'people', (SELECT sum(m.people) FROM met m), 'unknown', (SELECT count(*) FROM met m WHERE m.people IS NULL), 'estimate', (SELECT round(sum(m.estimate)::numeric, 1) FROM met m),
    'settlements', coalesce((SELECT jsonb_agg(jsonb_build_object('municipality', m.municipality, 'code', m.code, 'name', m.name, 'distance_m', round(m.distance_m::numeric, 2),
        'people', m.people, 'share', round(m.share::numeric, 9), 'estimate', round(m.estimate::numeric, 1)) ORDER BY m.share DESC, m.distance_m, m.code COLLATE kraj.natural, m.id) FROM met m), '[]'))
