-- The layers that can be drawn, in drawing order.
SELECT id, title_sl, title_en, geometry, builtin, derived, coverage, min_zoom, max_zoom
FROM layers
ORDER BY sort, id
