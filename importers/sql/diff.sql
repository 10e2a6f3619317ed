-- What differs, column by column; only columns that the file has are compared, so what a planner added elsewhere stays.
UPDATE pg_temp.import_rows i SET
    kind = CASE WHEN d.fields = '{}' THEN 'same' ELSE 'changed' END, fields = d.fields
FROM (
    SELECT r.number, array_remove(ARRAY[
        {compare}
        CASE WHEN r.attrs <> '{}' AND pg_temp.merged(s.attributes, r.attrs) <> s.attributes THEN 'attributes' END,
        {compare_more}
        NULL], NULL)::text[] AS fields
    FROM pg_temp.import_rows r JOIN {layer} s ON s.id = r.place, LATERAL jsonb_populate_record(s, r.vals) n
    WHERE r.ok AND r.kind IS NULL) d
WHERE d.number = i.number
