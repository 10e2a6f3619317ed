package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"kraj/importers/sources"
)

// rows are a layer's facts as the importers read a file: fields that are called like
// the layer's columns, and a geometry in the deployment's CRS.
type rows struct {
	info   sources.Info
	fields []string
	list   []sources.Row
	next   int
}

// readRows asks a statement of sql/load for the rows of a layer. They are read at
// once, because the importers use the same connection.
func readRows(ctx context.Context, tx pgx.Tx, sql string) (*rows, error) {
	r := &rows{info: sources.Info{Format: "kraj demo", Spatial: true}}
	if err := tx.QueryRow(ctx, `SELECT kraj.srid()`).Scan(&r.info.SRID); err != nil {
		return nil, fmt.Errorf("asking for the CRS: %w", err)
	}
	found, err := tx.Query(ctx, `SELECT to_jsonb(q) - 'geom', ST_AsBinary(q.geom) FROM (`+sql+`) q`)
	if err != nil {
		return nil, fmt.Errorf("reading the facts: %w", err)
	}
	var raw, wkb []byte
	_, err = pgx.ForEachRow(found, []any{&raw, &wkb}, func() error {
		row := sources.Row{Number: int64(len(r.list) + 1), WKB: bytes.Clone(wkb)}
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.UseNumber()
		if err := dec.Decode(&row.Values); err != nil {
			return fmt.Errorf("reading row %d: %w", row.Number, err)
		}
		r.list = append(r.list, row)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the facts: %w", err)
	}
	if r.info.Count = int64(len(r.list)); r.info.Count > 0 {
		r.fields = slices.Sorted(maps.Keys(r.list[0].Values))
	}
	return r, nil
}

func (r *rows) Info() sources.Info { return r.info }
func (r *rows) Fields() []string   { return r.fields }
func (r *rows) Close() error       { return nil }

// Next yields the next row, then io.EOF.
func (r *rows) Next() (sources.Row, error) {
	if r.next == len(r.list) {
		return sources.Row{}, io.EOF
	}
	r.next++
	return r.list[r.next-1], nil
}
