-- What the public may read: plain views in kraj_public, named like their tables, so that one statement serves both audiences.
-- Neither security_barrier nor security_invoker: PostGIS operators are not leakproof, and a barrier would keep them from the
-- indexes. Rights and the second fence are in 95_grants.sql.
CREATE SCHEMA IF NOT EXISTS kraj_public;
COMMENT ON SCHEMA kraj_public IS 'kraj: what everybody may read; no drafts, no internal columns';

-- publish_view puts a view in place; one whose columns changed is made anew.
CREATE OR REPLACE FUNCTION kraj.publish_view(name text, query text) RETURNS void
LANGUAGE plpgsql SET search_path = kraj, public, pg_temp AS $$
BEGIN
    BEGIN
        EXECUTE format('CREATE OR REPLACE VIEW kraj_public.%I AS %s', name, query);
    EXCEPTION WHEN invalid_table_definition THEN
        EXECUTE format('DROP VIEW kraj_public.%I', name);
        EXECUTE format('CREATE VIEW kraj_public.%I AS %s', name, query);
    END;
    EXECUTE format('GRANT SELECT ON kraj_public.%I TO kraj_public, kraj_planner', name);
END $$;

-- public_columns lists a table's columns for its public view, without the internal ones.
CREATE OR REPLACE FUNCTION kraj.public_columns(relation text, alias text) RETURNS text
LANGUAGE sql STABLE SET search_path = kraj, public, pg_temp AS $$
    SELECT string_agg(format('%s.%I', alias, a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
    WHERE a.attrelid = ('kraj.' || quote_ident(relation))::regclass AND a.attnum > 0 AND NOT a.attisdropped
      AND (relation, a.attname) NOT IN (('projects', 'keeper'), ('project_places', 'author'), ('project_places', 'words'),
                                        ('project_places', 'score'), ('project_places', 'choice'), ('project_weights', 'author'))
$$;

-- publish makes the public view of a table that holds no drafts: every row.
CREATE OR REPLACE FUNCTION kraj.publish(relation text) RETURNS void
LANGUAGE sql SET search_path = kraj, public, pg_temp AS $$
    SELECT kraj.publish_view(relation, format('SELECT %s FROM kraj.%I t', kraj.public_columns(relation, 't'), relation))
$$;

SELECT kraj.publish(t) FROM unnest('{layers,gazetteer,known_names,population_sets,population_settlements,population_classes,schemes,scheme_classes,
    themes,goals,measures,mechanisms,mechanism_lists,mechanism_territory,indicators,indicator_values,facts,settlement_communities,class_people}'::text[]) t;
SELECT kraj.publish('gaps');
SELECT kraj.publish('name_forms');   -- search reads it: names in all cases

-- Projects, and what carries their visibility.
SELECT kraj.publish_view('projects', format('SELECT %s FROM kraj.projects t WHERE t.effective_visibility = ''public''',
                                            kraj.public_columns('projects', 't')));
SELECT kraj.publish_view(t, format('SELECT %s FROM kraj.%I t WHERE t.visibility = ''public''', kraj.public_columns(t, 't'), t))
FROM unnest('{sites,ties,extents,weights,atoms,sums,class_sums,class_lines,project_words}'::text[]) t WHERE to_regclass('kraj.' || t) IS NOT NULL;

-- What hangs on a project and does not carry its visibility. Of statements about places only the confirmed ones.
SELECT kraj.publish_view(t, format('SELECT %s FROM kraj.%I t JOIN kraj.projects p ON p.id = t.project_id WHERE p.effective_visibility = ''public''%s',
                                   kraj.public_columns(t, 't'), t, CASE t WHEN 'project_places' THEN ' AND t.state = ''confirmed''' ELSE '' END))
FROM unnest('{project_funding,project_phases,project_links,project_places,project_weights}'::text[]) t;

-- What the words of a project propose: the place, not who or what proposed it. Planners read the same view of the base.
SELECT kraj.publish_view('place_proposals', 'SELECT t.project_id, t.layer, t.place_id, t.relation FROM kraj.project_places t
    JOIN kraj.projects p ON p.id = t.project_id WHERE p.effective_visibility = ''public'' AND t.state = ''proposed''');
CREATE OR REPLACE VIEW kraj.place_proposals AS SELECT t.project_id, t.layer, t.place_id, t.relation FROM kraj.project_places t WHERE t.state = 'proposed';
GRANT SELECT ON kraj.place_proposals TO kraj_planner;

-- The log without names and images: that something public changed, and where.
SELECT kraj.publish_view('revisions', 'SELECT r.id, r.xid, r.at, r.instance FROM kraj.revisions r');
SELECT kraj.publish_view('changes', 'SELECT c.id, c.revision, c.xid, c.relation, c.row_key, c.op, c.before_area, c.after_area
    FROM kraj.changes c WHERE c.shown');

SELECT kraj.publish_view('revision_areas', 'SELECT a.id, a.xid, a.revision, a.layer, a.box, a.everywhere FROM kraj.revision_areas a WHERE a.shown');

-- The functions that statements for both audiences may use without naming a schema.
CREATE OR REPLACE FUNCTION kraj_public.fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN kraj.fold(value);
CREATE OR REPLACE FUNCTION kraj_public.srid() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN kraj.srid();
