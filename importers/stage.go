package importers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/importers/sources"
	"kraj/importers/words"
)

// stager copies a source into the staging table, row by row, and learns on the way
// what can only be known from all rows.
type stager struct {
	source sources.Source
	mend   string // coding that texts were wrongly read without; "" leaves them
	tick   func(done, total int64)

	row     sources.Row
	rows    int64
	err     error
	sample  []map[string]any
	points  map[string]map[words.Point]bool // what each field's texts prove
	damaged *damage
}

// damage is the first text that was read in a wrong coding.
type damage struct {
	row         int64
	field, text string
}

const sampleSize = 200

// stage loads all rows as they are.
func (r *run) stage(ctx context.Context, source sources.Source) (*stager, error) {
	s := &stager{source: source, points: map[string]map[words.Point]bool{}, tick: func(done, total int64) { r.progress("stage", done, total) }}
	if info := source.Info(); r.o.Encoding != "" && info.Format != "CSV" && info.Format != "ESRI Shapefile" {
		s.mend = r.o.Encoding
	}
	_, err := r.tx.CopyFrom(ctx, pgx.Identifier{"pg_temp", "import_stage"}, []string{"number", "vals", "wkb", "problem", "repaired"}, s)
	if s.err != nil {
		return nil, s.err // in the source's own words, which COPY would wrap
	}
	if err != nil {
		return nil, fmt.Errorf("loading the rows: %w", err)
	}
	if s.damaged != nil {
		return nil, s.damaged.refuse()
	}
	if s.rows == 0 {
		return nil, geo.Errorf(geo.Invalid, "Nothing to import", "%s has no rows", r.report.File)
	}
	return s, nil
}

// Next, Values and Err feed COPY.
func (s *stager) Next() bool {
	s.row, s.err = s.source.Next()
	if s.err != nil {
		if errors.Is(s.err, io.EOF) {
			s.err = nil
		}
		return false
	}
	s.rows++
	if s.rows%200 == 0 {
		s.tick(s.rows, s.source.Info().Count)
	}
	for field, v := range s.row.Values {
		if text, ok := v.(string); ok {
			s.row.Values[field] = s.text(field, text)
		}
	}
	if len(s.sample) < sampleSize {
		s.sample = append(s.sample, s.row.Values)
	}
	return true
}

// text mends, looks for damage and notes how numbers are written.
func (s *stager) text(field, text string) string {
	text = strings.ReplaceAll(text, "\x00", "")
	if s.mend != "" {
		text = sources.Mended(text, s.mend)
	}
	if s.damaged == nil && sources.Damaged(text) {
		s.damaged = &damage{s.row.Number, field, text}
	}
	if len(text) < 40 {
		if p := words.PointOf(text); p != words.Unknown {
			if s.points[field] == nil {
				s.points[field] = map[words.Point]bool{}
			}
			s.points[field][p] = true
		}
	}
	return text
}

// Values is one row for COPY.
func (s *stager) Values() ([]any, error) {
	vals, err := json.Marshal(s.row.Values)
	if err != nil {
		return nil, fmt.Errorf("row %d: %w", s.row.Number, err)
	}
	var problem any // both languages, or NULL
	if s.row.Problem != nil {
		problem = words.Reason(s.row.Problem)
	}
	return []any{s.row.Number, vals, s.row.WKB, problem, s.row.Repaired}, nil
}

// Err is what stopped the source.
func (s *stager) Err() error { return s.err }

// point is how a field's numbers are written: proven by its texts, else as the
// kind of file suggests.
func (s *stager) point(field string) words.Point {
	proven := s.points[field]
	switch {
	case proven[words.Dot] && !proven[words.Comma]:
		return words.Dot
	case proven[words.Comma] && !proven[words.Dot]:
		return words.Comma
	case len(proven) == 0 && s.source.Info().English:
		return words.Dot
	}
	return words.Unknown
}

func (d *damage) refuse() error {
	hint := "give its encoding with --encoding"
	if better := sources.Mended(d.text, "cp1250"); better != d.text {
		hint = fmt.Sprintf("it is probably %q: run again with --encoding cp1250", better)
	}
	return geo.Errorf(geo.Invalid, "Wrong encoding", "row %d, field %q reads %q: the text was once read in the wrong encoding; %s", d.row, d.field, d.text, hint)
}
