package geo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// Kind says what sort of failure an Error is. Transports map it to their own
// codes, each in one table.
type Kind string

// The kinds of failure.
const (
	Invalid     Kind = "invalid"     // the question or the data asked to be stored make no sense
	NotFound    Kind = "not_found"   // there is no such thing, or not for this audience
	Conflict    Kind = "conflict"    // it contradicts what is stored
	Forbidden   Kind = "forbidden"   // the asker may not do this
	Unavailable Kind = "unavailable" // the database is away; the same question may work later
	TooLarge    Kind = "too_large"   // the answer or the input is larger than allowed, or takes too long
	Unprocessed Kind = "unprocessed" // it can be read, and still cannot be worked with: a geometry that is not valid
	Internal    Kind = "internal"    // a fault of kraj
)

// Error is a failure in words for people. Title and Detail may be shown to
// anybody; Err is the cause, for the log only.
type Error struct {
	Kind   Kind
	Title  string // what went wrong, short, the same for all of its sort
	Detail string // this case: what was wrong, and what is accepted
	Err    error
}

func (e *Error) Error() string {
	text := e.Title
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error whose detail is the formatted sentence.
func Errorf(kind Kind, title, format string, args ...any) *Error {
	return &Error{Kind: kind, Title: title, Detail: fmt.Sprintf(format, args...)}
}

// KindOf finds the kind of any error: that of the Error in its chain, Unavailable
// when the database could not be reached or is going down, TooLarge when a
// statement ran out of time, else Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return Unavailable // whatever the server said: there is no way in
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return kindOfState(pg.Code)
	}
	var network net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return TooLarge
	case errors.As(err, &network), pgconn.SafeToRetry(err), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return Unavailable // the connection broke
	}
	return Internal
}

// kindOfState knows SQLSTATEs, never an error's text.
func kindOfState(code string) Kind {
	switch code {
	case "57014", "55P03": // query_canceled by the statement timeout, lock_not_available
		return TooLarge
	case "57P01", "57P02", "57P03", "53300", "25006": // going down, starting, too many connections, read-only
		return Unavailable
	}
	switch code[:min(2, len(code))] {
	case "08": // connection
		return Unavailable
	case "22": // data: a value that does not fit its type
		return Invalid
	case "23": // integrity
		return Conflict
	}
	return Internal
}
