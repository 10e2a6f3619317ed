// Package importers reads files of any usual format into the layers of kraj.
//
// An import has stages: inspect (what is in the file), stage (all rows as they
// are, into a temporary table), map (which field is which column), check (every
// row, repairing geometry), diff (against what is stored) and merge (one
// transaction, so one revision). What fails is reported by row, field and reason.
//
// Staging tables are PostgreSQL's temporary ones: they vanish with the session,
// however it ends, so an interrupted import leaves nothing behind.
package importers

import "log/slog"

// Options of one import.
type Options struct {
	Layer string // layer id, e.g. settlements, projects or a planner's own
	File  string // path of the file

	SourceLayer  string            // layer (or sheet) in the file; needed where several have rows
	SRID         int               // EPSG code of the coordinates; 0 believes the file
	Encoding     string            // of text: utf-8, cp1250, … ; "" detects
	Map          map[string]string // column of the layer → field of the file (the reverse is understood too)
	Set          map[string]string // column → constant for all rows, e.g. licence, source_date, approximate
	Municipality string            // code or folded name: rows without one get it, rows of another are skipped

	DryRun       bool // stop after the diff
	AllowRejects bool // merge the good rows although some were rejected
	DeleteGone   bool // remove stored rows that the file no longer has
	// Changeable are the ids of the stored rows that may change, all others are kept
	// as they are; nil: every row may.
	Changeable  []int64
	Actor       string
	RejectsFile string // "" means File + ".rejects.csv"; "-" writes none

	Log      *slog.Logger
	Progress func(stage string, done, total int64) // total is 0 while unknown; may be nil
}
