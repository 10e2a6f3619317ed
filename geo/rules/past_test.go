package rules_test

import "testing"

// The past has every relation that a copied function reads; one that a new function
// reads and the past lacks would be today's, or an error in the middle of an answer.
func TestThePastHasWhatTheBalanceReads(t *testing.T) {
	t.Parallel()
	p := world(t)
	const copied = `SELECT p.oid::regprocedure::text AS function, pg_get_functiondef(p.oid) AS code FROM pg_proc p
		WHERE p.pronamespace IN ('kraj_past'::regnamespace, 'kraj_past_public'::regnamespace)`
	is(t, p.Owner, ``, `WITH copied AS (`+copied+`)
		SELECT coalesce(string_agg(DISTINCT c.function || ' reads ' || m[2], ', '), '')
		FROM copied c CROSS JOIN LATERAL regexp_matches(c.code, '\m(FROM|JOIN)\s+(?:ONLY\s+)?(?:kraj_past\.|kraj_past_public\.)?([a-z_]+)\M(?!\s*\()', 'g') m
		WHERE (to_regclass('kraj.' || m[2]) IS NOT NULL OR to_regclass('kraj_public.' || m[2]) IS NOT NULL) AND c.function NOT LIKE '%.open(%' AND c.function NOT LIKE '%.close(%'
		  AND c.function !~ 'projects_in_sql|eligibility_' -- for filters that the past refuses
		  AND m[2] !~ '^class_' -- sums by class: read where to_regclass finds them, which is not in the past
		  AND to_regclass('kraj_past.' || m[2]) IS NULL`)
	// Nothing of today is named in them, but what is the same at all times.
	is(t, p.Owner, ``, `WITH copied AS (`+copied+`)
		SELECT coalesce(string_agg(DISTINCT c.function || ' names kraj.' || m[1], ', '), '')
		FROM copied c CROSS JOIN LATERAL regexp_matches(c.code, '\mkraj\.([a-z_]+)', 'g') m
		WHERE m[1] NOT IN ('natural', 'past_open', 'past_close')`)
	is(t, p.Owner, `true`, `SELECT (count(*) > 25)::text FROM (`+copied+`) c`)
	// And the public reaches nothing of it but its own views and functions.
	is(t, p.Owner, ``, `SELECT coalesce(string_agg(oid::regclass::text, ', '), '') FROM pg_class WHERE relnamespace = 'kraj_past'::regnamespace
		AND relkind IN ('r', 'v') AND has_table_privilege('kraj_public', oid, 'SELECT, INSERT, UPDATE, DELETE')`)
	is(t, p.Owner, ``, `SELECT coalesce(string_agg(proname::text, ', '), '') FROM pg_proc WHERE pronamespace = 'kraj_past'::regnamespace
		AND has_function_privilege('kraj_public', oid, 'EXECUTE') AND NOT proname = ANY (kraj.public_functions())`)
	is(t, p.Owner, ``, `SELECT coalesce(string_agg(oid::regclass::text, ', '), '') FROM pg_class WHERE relnamespace IN ('kraj_past'::regnamespace, 'kraj_past_public'::regnamespace)
		AND relkind IN ('r', 'v') AND has_table_privilege('kraj_planner', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')`)
}
