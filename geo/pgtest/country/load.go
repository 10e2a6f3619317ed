package country

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// Clone returns the pools of a database of its own that holds the country of the
// options. The country is loaded once a test run and kept as a template; each clone
// is a copy of files. The database is dropped when the test ends.
func Clone(t testing.TB, o Options) *pg.Pools {
	t.Helper()
	name := fmt.Sprintf("country_%g_%t_%t_%x", o.scale(), o.OneMunicipality, o.WithoutProjects, o.Seed)
	return pgtest.NewFrom(t, name, func(ctx context.Context, owner *pgxpool.Pool) error { return Load(ctx, owner, o) })
}

// Load fills a migrated, empty database with the country of the options; q is its
// owner's. Places are one transaction, projects another. Afterwards the database is
// analysed.
func Load(ctx context.Context, q *pgxpool.Pool, o Options) error {
	c := New(o)
	var srid uint32
	if err := q.QueryRow(ctx, `SELECT kraj.srid()`).Scan(&srid); err != nil {
		return fmt.Errorf("loading a country: %w", err)
	}
	if err := load(ctx, q, c.placeTables(encoder{srid})); err != nil {
		return err
	}
	if !o.WithoutProjects {
		if err := load(ctx, q, c.projectTables(encoder{srid}, c.plan())); err != nil {
			return err
		}
	}
	return analyse(ctx, q)
}

func load(ctx context.Context, q *pgxpool.Pool, tables []table) error {
	err := pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		for _, t := range tables {
			if _, err := copyTable(ctx, tx, t); err != nil {
				return err
			}
			// The rows came with their ids; those that follow must not meet them.
			sequence := fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('kraj.%[1]s', 'id'), max(id)) FROM kraj.%[1]s`, t.name)
			if _, err := tx.Exec(ctx, sequence); err != nil {
				return fmt.Errorf("loading %s: %w", t.name, err)
			}
		}
		// Settling is part of it, and its errors are better told than those of a commit.
		_, err := tx.Exec(ctx, `SELECT kraj.settle()`)
		return err
	})
	if err != nil {
		return fmt.Errorf("loading a country: %w", err)
	}
	return nil
}

// analyse does what autovacuum would do before long.
func analyse(ctx context.Context, q *pgxpool.Pool) error {
	rows, err := q.Query(ctx, `SELECT c.oid::regclass::text FROM pg_class c
		WHERE c.relnamespace IN ('kraj'::regnamespace, 'kraj_tiles'::regnamespace) AND c.relkind IN ('r', 'p')`)
	if err != nil {
		return fmt.Errorf("analysing a country: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("analysing a country: %w", err)
	}
	if _, err := q.Exec(ctx, `VACUUM ANALYZE `+strings.Join(names, ", ")); err != nil {
		return fmt.Errorf("analysing a country: %w", err)
	}
	return nil
}
