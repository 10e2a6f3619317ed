SELECT l.id, l.title_sl, l.title_en, l.geometry, l.builtin FROM layers l WHERE l.id = $1 AND NOT l.derived
