// Package territory loads the territory lists of funding mechanisms from tables
// (CSV, Excel): one row a place, with what the list is about in the same row or said
// for all rows. A list is replaced whole; either every row is taken or nothing is.
package territory

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/importers/sources"
	"kraj/importers/words"
)

//go:embed sql/*.sql
var statements embed.FS

// Options of an import.
type Options struct {
	File         string
	Sheet        string            // of a workbook with several
	Set          map[string]string // fields that are the same for all rows
	Municipality string            // code or folded name, where the rows name none
	DryRun       bool
	Actor        string
}

// Refusal is a row that cannot be taken, and why.
type Refusal struct {
	Row    int64      `json:"row"`
	Reason words.Text `json:"reason"`
}

// Counts of rows by what happened to them.
type Counts struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Gone    int `json:"gone"`
	Same    int `json:"same"`
}

// Report of an import. With refusals nothing was stored.
type Report struct {
	File     string    `json:"file"`
	Lists    Counts    `json:"lists"`
	Places   Counts    `json:"places"`
	Refusals []Refusal `json:"refusals"`
	DryRun   bool      `json:"dry_run"`
}

// Summary is one line for people.
func (r *Report) Summary() string {
	return fmt.Sprintf("lists: %d new, %d changed, %d same; places: %d new, %d changed, %d gone, %d same; %d rejected",
		r.Lists.New, r.Lists.Changed, r.Lists.Same, r.Places.New, r.Places.Changed, r.Places.Gone, r.Places.Same, len(r.Refusals))
}

// Beginner opens transactions: a pool or a connection.
type Beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

var errDryRun = errors.New("dry run")

// Import loads a file in one transaction. Loading it again changes nothing.
func Import(ctx context.Context, db Beginner, o Options) (*Report, error) {
	rows, err := read(ctx, o)
	if err != nil {
		return nil, err
	}
	r := &Report{File: filepath.Base(o.File), DryRun: o.DryRun, Refusals: []Refusal{}}
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `SELECT set_config('kraj.actor', $1, true), set_config('kraj.source', 'import', true), set_config('kraj.message', $2, true)`, o.Actor, "mechanism lists: "+r.File)
		if err != nil {
			return fmt.Errorf("naming the import: %w", err)
		}
		b := &builder{lists: map[string]*list{}, report: r, towns: map[string]*geo.MunicipalityRef{}}
		if err := b.build(ctx, tx, rows, o); err != nil {
			return err
		}
		if len(r.Refusals) > 0 {
			slices.SortStableFunc(r.Refusals, func(a, b Refusal) int { return int(a.Row - b.Row) })
			return errDryRun
		}
		if err := b.store(ctx, tx); err != nil {
			return err
		}
		if o.DryRun {
			return errDryRun
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return nil, err
	}
	return r, nil
}

// record is a row by the fields it fills.
type record struct {
	number int64
	values map[string]string
	broken error
}

// read reads the file into records, with what is said for all rows filled in.
func read(ctx context.Context, o Options) (list []record, err error) {
	for field := range o.Set {
		if _, ok := fields()[field]; !ok {
			return nil, geo.Errorf(geo.Invalid, "Unknown field", "%q cannot be set; accepted: %s", field, fieldNames())
		}
	}
	source, err := sources.Open(ctx, o.File, sources.Options{Layer: o.Sheet})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	of, err := columnsOf(source.Fields())
	if err != nil {
		return nil, err
	}
	for {
		row, err := source.Next()
		if err == io.EOF { //nolint:errorlint // sources return io.EOF itself
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		rec := record{number: row.Number, values: maps.Clone(o.Set), broken: row.Problem}
		if rec.values == nil {
			rec.values = map[string]string{}
		}
		for column, value := range row.Values {
			if text := strings.TrimSpace(fmt.Sprint(value)); value != nil && text != "" {
				rec.values[of[column]] = text
			}
		}
		if rec.values["place"] == "" {
			rec.values["place"] = rec.values["place_name"]
		}
		list = append(list, rec)
	}
}

// statement runs an embedded statement that answers one row; arguments that are not numbers travel as JSON.
func statement(ctx context.Context, q geo.Querier, name string, args ...any) (pgx.Rows, error) {
	text, err := statements.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return nil, fmt.Errorf("reading the statements: %w", err)
	}
	for i, a := range args {
		if _, ok := a.(int64); ok {
			continue
		}
		raw, err := json.Marshal(a)
		if err != nil {
			return nil, fmt.Errorf("writing the arguments: %w", err)
		}
		args[i] = string(raw)
	}
	return q.Query(ctx, string(text), args...)
}
