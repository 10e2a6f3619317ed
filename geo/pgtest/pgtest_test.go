package pgtest_test

import (
	"fmt"
	"testing"

	"kraj/geo/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestEveryTestHasItsOwnDatabase(t *testing.T) {
	t.Parallel()
	for i := range 3 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			pools := pgtest.New(t)
			ctx := t.Context()
			if _, err := pools.Owner.Exec(ctx, `CREATE TABLE kraj.only_here (geom geometry(Point, 3794))`); err != nil {
				t.Fatal(err)
			}
			var role, path, readOnly string
			err := pools.Public.QueryRow(ctx, `SELECT current_user, current_setting('search_path'), current_setting('transaction_read_only')`).Scan(&role, &path, &readOnly)
			if err != nil || role != "kraj_public" || path != "kraj_public, public" || readOnly != "on" {
				t.Errorf("public pool: role %q, path %q, read only %q, %v", role, path, readOnly, err)
			}
			if err := pools.Planner.QueryRow(ctx, `SELECT current_user`).Scan(&role); err != nil || role != "kraj_planner" {
				t.Errorf("planner pool: role %q, %v", role, err)
			}
		})
	}
}
