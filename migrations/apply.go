package migrations

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// DefaultSRID is Slovenia's metric system D96/TM.
const DefaultSRID = 3794

// ProgressCode is the SQLSTATE of the notices that say how far Apply is with what
// it computes anew.
const ProgressCode = "KR001"

// Options of Apply.
type Options struct {
	// SRID of all stored geometry, metric. It is chosen when the database is
	// made; 0 means DefaultSRID for a new database and "as it is" for an old one.
	SRID int
	// Log receives one line a file; nil is silent.
	Log *slog.Logger
	// Files replaces the embedded migrations, for tests of the runner.
	Files fs.FS
}

// Apply makes the roles, applies the schema files that are missing and replaces
// the code when it changed. conn is the owner's. Several processes may call it at
// once: one works, the others wait and find nothing to do.
//
// An error names the file and the line. *NewerError means that the database was
// made by a newer kraj, *ChangedError that an applied file has changed since.
func Apply(ctx context.Context, conn *pgx.Conn, o Options) error {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Files == nil {
		o.Files = Files()
	}
	if err := EnsureRoles(ctx, conn); err != nil {
		return err
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("beginning the migration: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if err := apply(ctx, tx, o); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("committing the migration: %w", err)
	}
	return nil
}

func apply(ctx context.Context, tx pgx.Tx, o Options) error {
	if _, err := tx.Exec(ctx, waitForOthers); err != nil {
		return fmt.Errorf("waiting for another migration: %w", err)
	}
	if _, err := tx.Exec(ctx, bookkeeping); err != nil {
		return fmt.Errorf("preparing the schema kraj: %w", err)
	}
	files, err := load(o.Files, "schema")
	if err == nil {
		err = unique(files)
	}
	if err != nil {
		return err
	}
	done, err := applied(ctx, tx)
	if err != nil {
		return err
	}
	if err := compare(files, done); err != nil {
		return err
	}
	srid, err := chooseSRID(ctx, tx, o.SRID, len(done) > 0)
	if err != nil {
		return err
	}
	changed := false
	for _, f := range files {
		if _, ok := done[f.number]; ok {
			continue
		}
		changed = true
		o.Log.InfoContext(ctx, "migrating", "file", f.name)
		if err := run(ctx, tx, f, srid); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO kraj.migrations (number, name, hash) VALUES ($1, $2, $3)`, f.number, f.name, f.hash); err != nil {
			return fmt.Errorf("recording %s: %w", f.name, err)
		}
	}
	return replaceCode(ctx, tx, o, srid, changed)
}

// replaceCode runs all code files when one of them, or the schema, changed.
func replaceCode(ctx context.Context, tx pgx.Tx, o Options, srid int, schemaChanged bool) error {
	files, err := loadCode(o.Files)
	if err != nil {
		return err
	}
	hash := combined(files)
	stored, err := codeHash(ctx, tx)
	if err != nil || (stored == hash && !schemaChanged) {
		return err
	}
	o.Log.InfoContext(ctx, "replacing functions, triggers and views", "files", len(files))
	for _, f := range files {
		if err := run(ctx, tx, f, srid); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO kraj.migrations_code (hash) VALUES ($1)
		ON CONFLICT (one) DO UPDATE SET hash = excluded.hash, applied_at = now()`, hash)
	if err != nil {
		return fmt.Errorf("recording the code's hash: %w", err)
	}
	return nil
}

// run executes one file. All its statements travel in one simple query; when one
// fails, the server's position, or else the number of statements that succeeded,
// tells the line.
func run(ctx context.Context, tx pgx.Tx, f file, srid int) error {
	sql, err := f.render(srid)
	if err != nil {
		return err
	}
	// The same surroundings for every file, whoever the owner is and whatever the
	// file before has set.
	if _, err := tx.Exec(ctx, "SET LOCAL search_path = kraj, public; RESET ROLE"); err != nil {
		return fmt.Errorf("before migrations/%s: %w", f.name, err)
	}
	results := tx.Conn().PgConn().Exec(ctx, sql)
	succeeded := 0
	for results.NextResult() {
		if _, err := results.ResultReader().Close(); err == nil {
			succeeded++
		}
	}
	if err := results.Close(); err != nil {
		return fileError(f, sql, succeeded, err)
	}
	return nil
}

func fileError(f file, sql string, succeeded int, err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return fmt.Errorf("running migrations/%s: %w", f.name, err)
	}
	line := statementLine(sql, succeeded)
	if pg.Position > 0 {
		line = lineOf(sql, int(pg.Position))
	}
	extra := ""
	for _, s := range []string{pg.Detail, pg.Hint, pg.Where} {
		if s != "" {
			extra += "\n  " + s
		}
	}
	return fmt.Errorf("migrations/%s:%d: %w%s", f.name, line, err, extra)
}

// webMercator is measured in metres that are none: areas at 46° N are twice too large.
const webMercator = 3857

// checkMetric refuses a reference system in which lengths and areas are not true
// metres.
func checkMetric(ctx context.Context, tx pgx.Tx, srid int) error {
	var known, metric bool
	err := tx.QueryRow(ctx, `SELECT count(*) > 0, coalesce(bool_and(proj4text || ' ' LIKE '%+units=m %' AND srid <> $2), false)
		FROM public.spatial_ref_sys WHERE srid = $1`, srid, webMercator).Scan(&known, &metric)
	switch {
	case err != nil:
		return fmt.Errorf("looking for EPSG:%d: %w", srid, err)
	case !known:
		return fmt.Errorf("PostGIS knows no EPSG:%d; Slovenia's is %d", srid, DefaultSRID)
	case !metric:
		return fmt.Errorf("EPSG:%d does not measure in true metres, in which lengths and areas are stored; Slovenia's metric one is EPSG:%d", srid, DefaultSRID)
	}
	return nil
}

// chooseSRID keeps the SRID of an existing database and refuses another one:
// geometry columns are typed with it.
func chooseSRID(ctx context.Context, tx pgx.Tx, wanted int, exists bool) (int, error) {
	if !exists {
		srid := cmp.Or(wanted, DefaultSRID)
		return srid, checkMetric(ctx, tx, srid)
	}
	var has bool
	if err := tx.QueryRow(ctx, `SELECT to_regprocedure('kraj.srid()') IS NOT NULL`).Scan(&has); err != nil {
		return 0, fmt.Errorf("reading the database's SRID: %w", err)
	}
	if !has {
		return cmp.Or(wanted, DefaultSRID), nil
	}
	var stored int
	if err := tx.QueryRow(ctx, `SELECT kraj.srid()`).Scan(&stored); err != nil {
		return 0, fmt.Errorf("reading the database's SRID: %w", err)
	}
	if wanted != 0 && wanted != stored {
		return 0, fmt.Errorf("this database stores its geometry in EPSG:%d and cannot be changed to EPSG:%d: start without --srid, or make a new database", stored, wanted)
	}
	return stored, nil
}
