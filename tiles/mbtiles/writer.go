package mbtiles

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"

	_ "modernc.org/sqlite" // SQLite in Go
)

//go:embed schema.sql
var schema string

// applicationID marks an SQLite file as MBTiles, for file(1) and others ("MPBX").
const applicationID = 0x4d504258

// Writer fills a new file. It keeps no journal: a file that was not finished is good for nothing.
type Writer struct {
	db     *sql.DB
	tx     *sql.Tx
	image  *sql.Stmt
	tile   *sql.Stmt
	seen   map[[sha256.Size]byte]int64
	number int64
}

// open opens a file with some pragmas.
func open(path, query string) (*sql.DB, error) {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// Create begins a file at a path where there is none, or an empty one.
func Create(ctx context.Context, path string) (_ *Writer, err error) {
	db, err := open(path, "_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=page_size(4096)")
	if err != nil {
		return nil, fmt.Errorf("making the file: %w", err)
	}
	w := &Writer{db: db, seen: make(map[[sha256.Size]byte]int64)}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Abandon())
		}
	}()
	if _, err = db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		return nil, fmt.Errorf("making the file: %w", err)
	}
	if _, err = db.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("making the tables: %w", err)
	}
	if w.tx, err = db.BeginTx(ctx, nil); err != nil {
		return nil, fmt.Errorf("beginning to write: %w", err)
	}
	if w.image, err = w.tx.PrepareContext(ctx, "INSERT INTO images (tile_id, tile_data) VALUES (?, ?)"); err != nil {
		return nil, fmt.Errorf("beginning to write: %w", err)
	}
	if w.tile, err = w.tx.PrepareContext(ctx, "INSERT INTO map (zoom_level, tile_column, tile_row, tile_id) VALUES (?, ?, ?, ?)"); err != nil {
		return nil, fmt.Errorf("beginning to write: %w", err)
	}
	return w, nil
}

// Add stores a tile (rows counted from the north), gzipped if it is a vector tile.
func (w *Writer) Add(ctx context.Context, z, x, y int, tile []byte) error {
	key := sha256.Sum256(tile)
	id, ok := w.seen[key]
	if !ok {
		w.number++
		id = w.number
		if _, err := w.image.ExecContext(ctx, id, tile); err != nil {
			return fmt.Errorf("storing tile %d/%d/%d: %w", z, x, y, err)
		}
		w.seen[key] = id
	}
	if _, err := w.tile.ExecContext(ctx, z, x, flip(z, y), id); err != nil {
		return fmt.Errorf("storing tile %d/%d/%d: %w", z, x, y, err)
	}
	return nil
}

// Contents is how many different tiles there are.
func (w *Writer) Contents() int64 { return w.number }

// Finish writes the metadata and closes the file.
func (w *Writer) Finish(ctx context.Context, metadata map[string]string) error {
	for name, value := range metadata {
		if _, err := w.tx.ExecContext(ctx, "INSERT INTO metadata (name, value) VALUES (?, ?)", name, value); err != nil {
			return fmt.Errorf("storing the metadata: %w", err)
		}
	}
	if err := w.tx.Commit(); err != nil {
		return fmt.Errorf("storing the tiles: %w", err)
	}
	return w.db.Close()
}

// Abandon closes an unfinished file; it is the caller's to remove.
func (w *Writer) Abandon() error {
	if w.tx != nil {
		_ = w.tx.Rollback()
	}
	return w.db.Close()
}

// flip turns a row counted from the north into one from the south, and back.
func flip(z, y int) int { return 1<<z - 1 - y }
