-- The layers that have features of their own.
SELECT array_agg(id ORDER BY sort, id) FROM layers WHERE NOT derived
