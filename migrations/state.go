package migrations

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// waitForOthers lets one process migrate at a time. It is a command of its own:
// in one command with what follows, the catalogue would be read as it was before
// the wait, and the schema that the other has just made would be made again.
const waitForOthers = `SELECT pg_advisory_xact_lock(x'6b72616a'::bigint)`

// bookkeeping is what the runner itself needs.
const bookkeeping = `
SET LOCAL client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS kraj;
CREATE TABLE IF NOT EXISTS kraj.migrations (
  number     integer PRIMARY KEY,
  name       text NOT NULL,
  hash       text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE kraj.migrations IS 'Schema files that have been applied, with their hash';
CREATE TABLE IF NOT EXISTS kraj.migrations_code (
  one        boolean PRIMARY KEY DEFAULT true CHECK (one),
  hash       text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE kraj.migrations_code IS 'Hash of the functions, triggers and views in this database';
`

// State of a database, seen from this binary.
type State struct {
	Version int    // highest schema file applied; 0 for an empty database
	Wanted  int    // highest schema file in this binary
	Code    string // hash of the code in the database
	Current bool   // schema and code are exactly those of this binary
	Newer   bool   // the database was made by a newer kraj
}

// NewerError says that the database's schema is newer than this binary.
type NewerError struct{ Database, Binary int }

func (e *NewerError) Error() string {
	return fmt.Sprintf("the database has schema %d, this kraj knows only %d: use a newer kraj, or restore a backup made by this version", e.Database, e.Binary)
}

// ChangedError says that a file was edited after it had been applied.
type ChangedError struct{ Name string }

func (e *ChangedError) Error() string {
	return fmt.Sprintf("migrations/%s has changed since it was applied to this database: add a further file instead, or make the database again if it holds nothing of worth", e.Name)
}

type record struct{ name, hash string }

func applied(ctx context.Context, q Querier) (map[int]record, error) {
	rows, err := q.Query(ctx, `SELECT number, name, hash FROM kraj.migrations`)
	if err != nil {
		return nil, fmt.Errorf("reading the applied migrations: %w", err)
	}
	done := map[int]record{}
	var n int
	var r record
	_, err = pgx.ForEachRow(rows, []any{&n, &r.name, &r.hash}, func() error {
		done[n] = r
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the applied migrations: %w", err)
	}
	return done, nil
}

func codeHash(ctx context.Context, q Querier) (string, error) {
	var hash string
	err := q.QueryRow(ctx, `SELECT hash FROM kraj.migrations_code`).Scan(&hash)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", fmt.Errorf("reading the code's hash: %w", err)
	}
	return hash, nil
}

// Querier is what Current asks: a connection, a pool or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// compare refuses a database that a newer kraj has made and files that changed.
func compare(files []file, done map[int]record) error {
	known, wanted := map[int]file{}, 0
	for _, f := range files {
		known[f.number], wanted = f, f.number
	}
	newest := 0
	for n := range done {
		newest = max(newest, n)
	}
	if newest > wanted {
		return &NewerError{Database: newest, Binary: wanted}
	}
	for n, r := range done {
		if known[n].hash != r.hash {
			return &ChangedError{Name: r.name}
		}
	}
	return nil
}

// Current reads the state of the database without changing it.
func Current(ctx context.Context, q Querier) (State, error) {
	schema, err := load(Files(), "schema")
	if err != nil {
		return State{}, err
	}
	code, err := loadCode(Files())
	if err != nil {
		return State{}, err
	}
	var s State
	if len(schema) > 0 {
		s.Wanted = schema[len(schema)-1].number
	}
	done, err := applied(ctx, q)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "42P01" || pg.Code == "3F000") {
		return s, nil // no such table or schema: an empty database
	}
	if err != nil {
		return s, err
	}
	for n := range done {
		s.Version = max(s.Version, n)
	}
	if s.Code, err = codeHash(ctx, q); err != nil {
		return s, err
	}
	s.Newer = s.Version > s.Wanted
	s.Current = compare(schema, done) == nil && len(done) == len(schema) && s.Code == combined(code)
	return s, nil
}
