package geo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Revision is one transaction that changed something.
type Revision struct {
	ID      int64           `json:"id"`
	At      time.Time       `json:"at"`
	Actor   string          `json:"actor"`
	Source  string          `json:"source"`  // import, map, revert …; empty: plain SQL, QGIS
	Message string          `json:"message"` // what the author said about it
	Reverts []int64         `json:"reverts"` // the revisions that it undid
	Changes []RevisionCount `json:"changes"`
}

// RevisionCount says how many rows of a relation a revision changed.
type RevisionCount struct {
	Relation string `json:"relation"`
	Inserted int    `json:"inserted"`
	Updated  int    `json:"updated"`
	Deleted  int    `json:"deleted"`
}

// HistoryQuery narrows the history; the zero value means all of it.
type HistoryQuery struct {
	Since    time.Time
	Revision int64 // only this one
	Limit    int   // 0 means 50
}

// History lists the latest revisions, the newest first. q is a planner's or the
// owner's.
func History(ctx context.Context, q Querier, h HistoryQuery) ([]Revision, error) {
	var since *time.Time
	if !h.Since.IsZero() {
		since = &h.Since
	}
	var revision *int64
	if h.Revision != 0 {
		revision = &h.Revision
	}
	if h.Limit == 0 {
		h.Limit = 50
	}
	rows, err := q.Query(ctx, statement("history"), since, revision, h.Limit)
	if err != nil {
		return nil, fmt.Errorf("reading the history: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Revision])
	if err != nil {
		return nil, fmt.Errorf("reading the history: %w", err)
	}
	return list, nil
}

// Revert undoes revisions, bit for bit, in a revision of its own, whose number it
// returns. It refuses what later changes depend on (Conflict) and unknown
// revisions (NotFound). begin is the owner's pool or connection.
func Revert(ctx context.Context, begin Beginner, actor string, revisions ...int64) (int64, error) {
	tx, err := begin.Begin(ctx)
	if err != nil {
		return 0, fmt.Errorf("undoing: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := tx.Exec(ctx, `SELECT set_config('kraj.actor', $1, true)`, actor); err != nil {
		return 0, fmt.Errorf("undoing: %w", err)
	}
	var made int64
	err = tx.QueryRow(ctx, `SELECT kraj.revert(VARIADIC $1::bigint[])`, revisions).Scan(&made)
	if err == nil {
		err = tx.Commit(ctx)
	}
	if err != nil {
		return 0, revertError(err)
	}
	return made, nil
}

// Beginner begins transactions: a pool or a connection.
type Beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// revertError knows the refusals of kraj.revert by their constraint names.
func revertError(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || !strings.HasPrefix(pg.ConstraintName, "revert_") {
		return fmt.Errorf("undoing: %w", err)
	}
	kind := Conflict
	if pg.ConstraintName == "revert_missing" || pg.ConstraintName == "revert_nothing" {
		kind = NotFound
	}
	return &Error{Kind: kind, Title: "Not undone", Detail: strings.TrimSpace(pg.Message + ". " + pg.Hint)}
}
