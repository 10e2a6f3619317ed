package archive

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// snapshot is some transactions that all see the same moment.
type snapshot struct{ txs []pgx.Tx }

// openSnapshot begins n of them. Whatever is written meanwhile none of them sees. A country takes longer than a request may.
func openSnapshot(ctx context.Context, pool *pgxpool.Pool, n int) (_ *snapshot, err error) {
	s := &snapshot{}
	defer func() {
		if err != nil {
			s.close(ctx)
		}
	}()
	var id string
	for i := range min(n, int(pool.Config().MaxConns)) {
		tx, err := pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
		if err != nil {
			return nil, fmt.Errorf("beginning to read: %w", err)
		}
		s.txs = append(s.txs, tx)
		if i == 0 {
			err = tx.QueryRow(ctx, `SELECT pg_export_snapshot()`).Scan(&id)
		} else {
			_, err = tx.Exec(ctx, `SET TRANSACTION SNAPSHOT '`+id+`'`) // the server's own word; no parameter can stand here
		}
		if err != nil {
			return nil, fmt.Errorf("agreeing on one moment to read: %w", err)
		}
		if _, err = tx.Exec(ctx, `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
			return nil, fmt.Errorf("beginning to read: %w", err)
		}
	}
	return s, nil
}

func (s *snapshot) first() pgx.Tx { return s.txs[0] }

func (s *snapshot) close(ctx context.Context) {
	for _, tx := range s.txs {
		_ = tx.Rollback(context.WithoutCancel(ctx)) // nothing was written
	}
}
