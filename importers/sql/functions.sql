-- merged lays the file's fields over stored attributes; null removes.
CREATE OR REPLACE FUNCTION pg_temp.merged(stored jsonb, file jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(e.key, e.value) FILTER (WHERE e.value <> 'null'), '{}') FROM jsonb_each(stored || file) e
$$;
