package geo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// AsOf names the past state that an answer tells of.
type AsOf struct {
	Revision int64     `json:"revision"`
	At       time.Time `json:"at"` // when it was committed
}

// snapshotter begins transactions of a chosen isolation: pools and connections.
type snapshotter interface {
	BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error)
}

// asIf asks in the database as it stood at a past revision: the same statements find
// the rows of then, of the municipality named. asOf is the number of a revision, or a
// day (as it ended) or a time, which mean the last revision until then; anything else
// is an error of kind Invalid that says what is accepted. For the public it shows what
// was public then.
//
// What was is put together in unlogged tables of this transaction, which is rolled
// back: nothing is written that stays, and no writer waits.
func asIf(ctx context.Context, q Querier, asOf, municipality string, ask func(Querier, AsOf) error) error {
	db, ok := q.(snapshotter)
	if !ok {
		return Errorf(Internal, "No past", "the past can be asked of a pool or a connection, not of a %T", q)
	}
	// One snapshot, and temporary rows in it, also where reading is all that is allowed.
	tx, err := db.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadWrite})
	if err != nil {
		return fmt.Errorf("opening the past: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	var at AsOf
	if err := tx.QueryRow(ctx, statement("past_enter"), asOf, municipality).Scan(&at.Revision, &at.At); err != nil {
		return pastError(err)
	}
	at.At = at.At.UTC()
	return ask(tx, at)
}

func pastError(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == "as_of" {
		return &Error{Kind: Invalid, Title: "Unknown as_of", Detail: pg.Message + ". " + pg.Hint, Err: err}
	}
	return fmt.Errorf("opening the past: %w", err)
}
