package geo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"kraj/geo/pg"
)

// Names come, change and go while others write texts that say them, in one municipality and in another: at the end every text has
// the proposals that its words ask for, as if one after the other had written. A writer may be refused as one of a deadlock is, and
// then writes again.
func TestNamesAndTextsAtTheSameTime(t *testing.T) {
	t.Parallel()
	p := namedLand(t)
	const pairs = 6
	var writing sync.WaitGroup
	write := func(sql string) {
		writing.Go(func() {
			if err := persist(t, p, sql); err != nil {
				t.Errorf("%s: %v", sql, err)
			}
		})
	}
	for i := range pairs {
		x := string(rune('a' + i))
		write(fmt.Sprintf(`INSERT INTO settlements (code, municipality_id, name) VALUES ('n%[1]s', 1, 'Nov%[1]sgrad')`, x))
		write(fmt.Sprintf(`INSERT INTO projects (municipality_id, code, title) VALUES (1, 'n%[1]s', 'Vodovod v Nov%[1]sgradu')`, x))
		write(fmt.Sprintf(`INSERT INTO known_names (municipality_id, name, kind, layer, place_id) SELECT 1, 'Četrt%[1]sščica', 'quarter', 'settlements', id FROM settlements WHERE name = 'Kranj'`, x))
		write(fmt.Sprintf(`INSERT INTO projects (municipality_id, code, title) VALUES (1, 'k%[1]s', 'Vodovod v Četrt%[1]sščici'), (3, 'k%[1]s', 'Vodovod v Hrvatinih')`, x))
	}
	write(`UPDATE settlements SET name = 'Tavče' WHERE name = 'Mavčiče'`)
	write(`INSERT INTO projects (municipality_id, code, title) VALUES (1, 'm', 'Vrtec v Mavčičah'), (1, 't', 'Vrtec v Tavčah')`)
	writing.Wait()
	var wrong, proposals int
	if err := p.Owner.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM kraj.verify_names(ARRAY(SELECT id FROM kraj.projects))),
		(SELECT count(*) FROM kraj.project_places WHERE relation = 'named' AND score >= kraj.default_score())`).Scan(&wrong, &proposals); err != nil {
		t.Fatal(err)
	}
	if want := 3*pairs + 1; wrong != 0 || proposals != want {
		t.Errorf("%d proposals differ from a computation from nothing; %d are likely, want %d", wrong, proposals, want)
	}
}

// The second writes while the first has settled and not yet committed: neither sees the other's row, so one has to wait.
func TestANameMeetsATextBeforeCommit(t *testing.T) {
	t.Parallel()
	// A name that is known everywhere: the locks of a municipality's places do not keep the two apart.
	const name, text = `INSERT INTO known_names (name, kind, layer, place_id) SELECT 'Novigrad', 'alias', 'settlements', id FROM settlements WHERE code = 'golnik'`,
		`INSERT INTO projects (municipality_id, code, title) VALUES (3, 'n', 'Vodovod v Novigradu')`
	for what, sql := range map[string][2]string{"the name first": {name, text}, "the text first": {text, name}} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p := namedLand(t)
			tx, err := p.Planner.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
			if _, err := tx.Exec(t.Context(), sql[0]+"; SELECT kraj.settle()"); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() {
				_, err := p.Planner.Exec(t.Context(), sql[1])
				done <- err
			}()
			select {
			case err := <-done:
				done <- err
			case <-time.After(time.Second): // it waits, as it should
			}
			if err := tx.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			var likely int
			if err := p.Owner.QueryRow(t.Context(), `SELECT count(*) FROM kraj.project_places WHERE relation = 'named' AND words = 'Novigradu'`).Scan(&likely); err != nil || likely != 1 {
				t.Errorf("%d proposals, want 1: %v", likely, err)
			}
		})
	}
}

// persist writes until it is not refused as one of a deadlock.
func persist(t *testing.T, p *pg.Pools, sql string) error {
	for {
		_, err := p.Planner.Exec(t.Context(), sql)
		if refused := (*pgconn.PgError)(nil); errors.As(err, &refused) && strings.HasPrefix(refused.Code, "40") {
			continue
		}
		return err
	}
}
