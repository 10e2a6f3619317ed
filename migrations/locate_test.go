package migrations

import "testing"

func TestStatementLine(t *testing.T) {
	sql := `-- a comment; with a semicolon
CREATE TABLE a ("odd;name" text DEFAULT ';');

/* two
   lines; */ CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $body$
  SELECT 'x'; -- ž
$body$;
DO $$ BEGIN PERFORM 1; END $$; SELECT $1;
SELECT 'never closed`
	for index, want := range []int{2, 5, 8, 8, 9, 9} {
		if got := statementLine(sql, index); got != want {
			t.Errorf("statement %d: line %d, want %d", index, got, want)
		}
	}
}

func TestLineOfCountsCharacters(t *testing.T) {
	sql := "-- žščž\nSELECT\n  nothing"
	for position, want := range map[int]int{1: 1, 8: 1, 9: 2, 18: 3} {
		if got := lineOf(sql, position); got != want {
			t.Errorf("position %d: line %d, want %d", position, got, want)
		}
	}
}
