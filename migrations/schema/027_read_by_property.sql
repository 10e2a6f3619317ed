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
-- How many titles hold a word decides whether they are looked up one by one; from a hundred samples that is a guess.
ALTER TABLE kraj.projects ALTER COLUMN folded SET STATISTICS 1000;
