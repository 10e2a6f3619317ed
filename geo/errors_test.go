package geo_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"kraj/geo"
)

func TestKindOf(t *testing.T) {
	t.Parallel()
	state := func(code string) error { return fmt.Errorf("asking: %w", &pgconn.PgError{Code: code}) }
	for _, c := range []struct {
		err  error
		want geo.Kind
	}{
		{geo.Errorf(geo.Conflict, "t", "d"), geo.Conflict},
		{fmt.Errorf("around: %w", geo.Errorf(geo.NotFound, "t", "d")), geo.NotFound},
		{&geo.Error{Kind: geo.Invalid, Err: state("57014")}, geo.Invalid},
		{state("57014"), geo.TooLarge},
		{state("57P01"), geo.Unavailable},
		{state("08006"), geo.Unavailable},
		{state("22P02"), geo.Invalid},
		{state("23505"), geo.Conflict},
		{state("42P01"), geo.Internal},
		{context.DeadlineExceeded, geo.TooLarge},
		{fmt.Errorf("reading: %w", io.ErrUnexpectedEOF), geo.Unavailable},
		{errors.New("anything else"), geo.Internal},
		{nil, geo.Internal},
	} {
		if got := geo.KindOf(c.err); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
}
