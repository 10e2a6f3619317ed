-- The index that balances read has the properties that filters ask for as keys, that which leaves fewest first: a key is compared in the
-- index, before PostgreSQL makes a row of it, and of few strategic projects no others are read.
DROP INDEX kraj.class_sums_read;
CREATE INDEX class_sums_read ON kraj.class_sums (scheme_id, municipality_id, strategic, status, horizon, theme_id, measure_id, holder)
    INCLUDE (extent, total_extent, project_id, class, firsts, priced, visibility, scope, project_cents);
-- What the balance by local community reads: projects in one place, in the order of places, because they are added up without telling
-- them apart, and the others in that of projects.
CREATE INDEX sums_alone ON kraj.sums (municipality_id, row_key, community_id) INCLUDE (extent, total_extent, visibility) WHERE rows = 1;
CREATE INDEX sums_several ON kraj.sums (municipality_id, project_id, row_key, community_id) INCLUDE (settlement_id, extent, total_extent, visibility) WHERE rows > 1;
-- Nobody asks for the ties of a municipality: projects and places are asked for, and each index of theirs costs a country seconds.
DROP INDEX kraj.ties_municipality;
-- Words of projects, in a table of their own: PostgreSQL reads a row of the trigram index again in the table, and of a wide row all columns
-- before the words. Derived; the code files keep it.
CREATE TABLE kraj.project_words (
    project_id      bigint PRIMARY KEY,
    municipality_id bigint NOT NULL,
    visibility      text NOT NULL,
    folded          text NOT NULL   -- code and title, folded, as in kraj.projects
);
INSERT INTO kraj.project_words SELECT p.id, p.municipality_id, p.effective_visibility, p.folded FROM kraj.projects p;
CREATE INDEX project_words_folded ON kraj.project_words USING gin (folded gin_trgm_ops);
-- How many titles hold a word decides how they are looked up; from a hundred samples that is a guess.
ALTER TABLE kraj.project_words ALTER COLUMN folded SET STATISTICS 1000;
