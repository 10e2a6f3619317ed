package mbtiles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// Reader reads a file, and never writes to it.
type Reader struct{ db *sql.DB }

// Open opens a file and looks whether it is an SQLite database with the tables of MBTiles.
func Open(ctx context.Context, path string) (*Reader, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	db, err := open(path, "mode=ro&immutable=1")
	if err != nil {
		return nil, err
	}
	r := &Reader{db}
	for _, q := range []struct{ sql, what string }{
		{"SELECT name, value FROM metadata LIMIT 0", "metadata (name, value)"},
		{"SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles LIMIT 0", "tiles (zoom_level, tile_column, tile_row, tile_data)"},
	} {
		if _, err := db.ExecContext(ctx, q.sql); err != nil {
			return nil, errors.Join(fmt.Errorf("the file has no readable table %s: it is no MBTiles, or it is damaged: %w", q.what, err), db.Close())
		}
	}
	return r, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.db.Close() }

// Integrity lists what SQLite itself finds wrong with the file.
func (r *Reader) Integrity(ctx context.Context) ([]string, error) {
	var bad []string
	err := r.rows(ctx, "PRAGMA integrity_check(20)", func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		if text != "ok" {
			bad = append(bad, text)
		}
		return err
	})
	return bad, err
}

// Metadata are all its rows; a name that comes twice has the last value.
func (r *Reader) Metadata(ctx context.Context) (map[string]string, error) {
	m := make(map[string]string)
	err := r.rows(ctx, "SELECT name, coalesce(value, '') FROM metadata", func(rows *sql.Rows) error {
		var name, value string
		err := rows.Scan(&name, &value)
		m[name] = value
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the metadata: %w", err)
	}
	return m, nil
}

// Walk calls do with each tile, rows counted from the north; a row outside its zoom comes as y −1. Data are as stored.
func (r *Reader) Walk(ctx context.Context, do func(z, x, y int, data []byte) error) error {
	return r.rows(ctx, "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles ORDER BY zoom_level, tile_column, tile_row", func(rows *sql.Rows) error {
		var z, x, y int
		var data sql.RawBytes
		if err := rows.Scan(&z, &x, &y, &data); err != nil {
			return fmt.Errorf("reading a tile: %w", err)
		}
		if z >= 0 && z <= 30 && y >= 0 && y < 1<<z {
			return do(z, x, flip(z, y), data)
		}
		return do(z, x, -1, data)
	})
}

// Strays counts addresses without a content and contents without an address, in files made like ours; others have none.
func (r *Reader) Strays(ctx context.Context) (addresses, contents int64, err error) {
	var ours bool
	err = r.db.QueryRowContext(ctx, "SELECT count(*) = 2 FROM sqlite_master WHERE type = 'table' AND name IN ('map', 'images')").Scan(&ours)
	if err != nil || !ours {
		return 0, 0, err
	}
	err = r.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM map WHERE tile_id NOT IN (SELECT tile_id FROM images)),
		(SELECT count(*) FROM images WHERE tile_id NOT IN (SELECT tile_id FROM map))`).Scan(&addresses, &contents)
	return addresses, contents, err
}

// Tile is a tile as stored, nil where there is none.
func (r *Reader) Tile(ctx context.Context, z, x, y int) ([]byte, error) {
	var data []byte
	err := r.db.QueryRowContext(ctx, "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?", z, x, flip(z, y)).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return data, err
}

func (r *Reader) rows(ctx context.Context, query string, do func(*sql.Rows) error) error {
	rows, err := r.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Contents is how many different tiles there are.
func (r *Reader) Contents(ctx context.Context) (n int64, err error) {
	err = r.db.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT DISTINCT tile_data FROM tiles)").Scan(&n)
	return n, err
}
