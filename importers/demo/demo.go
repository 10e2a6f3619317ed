// Package demo holds the demonstration: what the strategies of Kranj and Koper
// say, transcribed into CSV files that a person can read and correct, and the
// loader that brings it into a database and takes it out again.
//
// README.md describes the files. Every row of them names its source.
package demo

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Municipalities whose facts are embedded, in the order in which they load.
func Municipalities() []string { return []string{"kranj", "koper"} }

// Options of Load and Remove.
type Options struct {
	Municipalities []string // folders of the facts; none means all
	Actor          string   // written into the change log; "" means "kraj demo"
	Log            *slog.Logger
}

func (o Options) municipalities() []string {
	if len(o.Municipalities) > 0 {
		return o.Municipalities
	}
	return Municipalities()
}

func (o Options) log() *slog.Logger {
	if o.Log != nil {
		return o.Log
	}
	return slog.New(slog.DiscardHandler)
}

// Loaded tells what one call of Load did for one municipality.
type Loaded struct {
	Municipality string         `json:"municipality"`
	Rows         map[string]int `json:"rows"`    // new rows by table
	Changed      map[string]int `json:"changed"` // rows by table that were corrected here since they were loaded
	Total        int            `json:"total"`   // of both
	Took         time.Duration  `json:"took_ns"`
}

// Load loads the demonstration through the owner's pool: one transaction, and so
// one revision, a municipality. Layers and projects go the way of every import:
// staged, mapped, checked, compared, merged. A planner's own rows are left as they
// are, and so are the demonstration's once somebody has changed them; its other
// places and projects follow what was corrected in the files. Loading twice changes
// nothing.
func Load(ctx context.Context, owner *pgxpool.Pool, o Options) ([]Loaded, error) {
	var out []Loaded
	for _, name := range o.municipalities() {
		start := time.Now()
		f, err := readFacts(name)
		if err != nil {
			return out, err
		}
		one := Loaded{Municipality: name}
		err = transaction(ctx, owner, o, func(tx pgx.Tx) error { return load(ctx, tx, f, &one) })
		if err != nil {
			return out, fmt.Errorf("loading the demonstration of %s: %w", name, err)
		}
		for _, n := range one.Rows {
			one.Total += n
		}
		for _, n := range one.Changed {
			one.Total += n
		}
		one.Took = time.Since(start)
		o.log().InfoContext(ctx, "demonstration loaded", "municipality", name, "rows", one.Total, "took", one.Took)
		out = append(out, one)
	}
	return out, nil
}

// transaction runs fn in one transaction that names the demonstration as its
// actor and source, and keeps two loaders apart.
func transaction(ctx context.Context, owner *pgxpool.Pool, o Options, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `SELECT set_config('kraj.actor', $1, true), set_config('kraj.source', 'demo', true),
			pg_advisory_xact_lock(hashtextextended('kraj demo', 0))`, cmp.Or(o.Actor, "kraj demo"))
		if err != nil {
			return fmt.Errorf("naming the transaction: %w", err)
		}
		return fn(tx)
	})
}
