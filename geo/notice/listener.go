package notice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

const (
	pingEvery = time.Second     // how often a silent database is asked whether it is there
	certainty = 2 * time.Second // how long its answer counts
	channel   = "kraj"

	// everything is the notice that this is another database now: a backup was restored.
	everything = "*"
)

// Subscriber hears notices. Its methods are called one after the other by the listener and must be quick; none may be
// called again after Listen has returned.
type Subscriber interface {
	// Connected says that from now on every change is heard. What was committed before may have been missed.
	Connected()
	// Heard delivers a notice. The change it tells of is visible to every statement that begins now.
	Heard(Notice)
	// Hold says that until the given moment the subscriber knows of every change that was committed up to about
	// the time of one notification ago. When the moment passes without another Hold, it knows nothing for certain,
	// until Hold comes again: then nothing was missed, unless Connected came first.
	Hold(until time.Time)
	// Dropped says that changes may be missed from now on, until Connected.
	Dropped()
}

// Config of Listen.
type Config struct {
	// Connection to the primary, as any role: a standby has no notices.
	Connection *pgx.ConnConfig
	Log        *slog.Logger // nil is silent
}

// Listen keeps a connection of its own and tells the subscribers, until ctx ends. A connection that breaks, or does not
// answer within two seconds, is replaced; it never gives up.
func Listen(ctx context.Context, c Config, to ...Subscriber) {
	l := &listener{log: c.Log, to: to}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	config := c.Connection.Copy()
	config.RuntimeParams["application_name"] = "kraj listener"
	config.ConnectTimeout = certainty
	config.OnNotification = l.heard
	// Waiting is interrupted all the time: by a deadline on the socket, not by asking the server to cancel.
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.DeadlineContextWatcherHandler{Conn: conn.Conn()}
	}
	l.config = config
	l.run(ctx)
}

type listener struct {
	config *pgx.ConnConfig
	log    *slog.Logger
	to     []Subscriber
	ready  bool // Connected has been said and Dropped not since
}

func (l *listener) run(ctx context.Context) {
	wait := time.Duration(0)
	for ctx.Err() == nil {
		began := time.Now()
		err := l.listen(ctx)
		if l.ready {
			l.ready = false
			for _, s := range l.to {
				s.Dropped()
			}
		}
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > 10*time.Second {
			wait = 0
		}
		l.log.LogAttrs(ctx, slog.LevelWarn, "the listener lost the database; it tries again", slog.Any("cause", err), slog.Duration("in", wait))
		select {
		case <-time.After(wait + rand.N(50*time.Millisecond)):
		case <-ctx.Done():
		}
		wait = min(max(2*wait, 100*time.Millisecond), 2*time.Second)
	}
}

// listen works on one connection until it breaks.
func (l *listener) listen(ctx context.Context) error {
	connect, cancel := context.WithTimeout(ctx, certainty)
	conn, err := pgx.ConnectConfig(connect, l.config)
	cancel()
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(ctx) // it is broken, or nobody needs it any more
	}()
	asked := time.Now()
	if err := l.ask(ctx, conn, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	// Only now: what is committed from here on is heard, and a statement that begins from here on sees what was before.
	l.ready = true
	for _, s := range l.to {
		s.Connected()
	}
	l.hold(asked)
	for {
		if err := l.wait(ctx, conn, asked.Add(pingEvery)); err != nil {
			return err
		}
		asked = time.Now()
		if err := l.ask(ctx, conn, "-- ping"); err != nil {
			return fmt.Errorf("asking whether the database is there: %w", err)
		}
		l.hold(asked)
	}
}

// ask sends a statement and waits for the answer, before which the server delivers the notices it has.
func (l *listener) ask(ctx context.Context, conn *pgx.Conn, sql string) error {
	ctx, cancel := context.WithTimeout(ctx, pingEvery)
	defer cancel()
	_, err := conn.PgConn().Exec(ctx, sql).ReadAll()
	return err
}

// wait hears notices until a moment.
func (l *listener) wait(ctx context.Context, conn *pgx.Conn, until time.Time) error {
	for {
		pause, cancel := context.WithDeadline(ctx, until)
		err := conn.PgConn().WaitForNotification(pause)
		cancel()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err):
			return nil
		case err != nil:
			return fmt.Errorf("waiting for notices: %w", err)
		case !time.Now().Before(until):
			return nil // notices without a pause must not keep it from asking
		}
	}
}

// hold counts from when the question was sent: an answer that was long on its way is old.
func (l *listener) hold(asked time.Time) {
	for _, s := range l.to {
		s.Hold(asked.Add(certainty))
	}
}

func (l *listener) heard(_ *pgconn.PgConn, n *pgconn.Notification) {
	if n.Channel != channel {
		return
	}
	heard, err := parse(n.Payload)
	if n.Payload == everything {
		for _, s := range l.to {
			s.Connected()
		}
		return
	}
	if err != nil {
		// Anybody may NOTIFY. What cannot be read could have been anything.
		l.log.LogAttrs(context.Background(), slog.LevelWarn, "a notice that cannot be read; everything is forgotten", slog.Any("cause", err))
		for _, s := range l.to {
			s.Connected()
		}
		return
	}
	for _, s := range l.to {
		s.Heard(heard)
	}
}
