package importers

import (
	"fmt"

	"kraj/importers/words"
)

// Text is a sentence in the languages of kraj.
type Text = words.Text

// Reject is a reason why a row was not taken.
type Reject struct {
	Row    int64  `json:"row"`   // as people count: line of a table with its header, feature from 1
	Field  string `json:"field"` // of the file; "" when the reason is not about one field
	Value  string `json:"value"`
	Reason Text   `json:"reason"`
}

// Note is something that was noticed or decided and that people should know.
type Note struct {
	Rows int  `json:"rows"` // how many rows it is about; 0: the file
	Text Text `json:"text"`
}

// Mapped tells where a column of the layer came from.
type Mapped struct {
	Column string `json:"column"`
	Field  string `json:"field"`
	By     string `json:"by"` // option, profile, known, likeness
}

// Report is what an import found and did.
type Report struct {
	Layer       string   `json:"layer"`
	File        string   `json:"file"`
	SourceLayer string   `json:"source_layer,omitempty"`
	Format      string   `json:"format"`
	SRID        int      `json:"srid,omitempty"`
	Encoding    string   `json:"encoding,omitempty"`
	Rows        int      `json:"rows"`
	New         int      `json:"new"`
	Changed     int      `json:"changed"`
	Gone        int      `json:"gone"`
	Same        int      `json:"same"`
	Rejected    int      `json:"rejected"`
	Deleted     int      `json:"deleted"`
	DryRun      bool     `json:"dry_run"`
	Merged      bool     `json:"merged"`
	Import      int64    `json:"import,omitempty"` // kraj.imports.id; 0 when nothing changed
	Mapping     []Mapped `json:"mapping"`
	Unmapped    []string `json:"unmapped"` // fields that went into attributes
	Notes       []Note   `json:"notes"`
	Rejects     []Reject `json:"rejects"` // the first 1000; all are in RejectsFile
	RejectsFile string   `json:"rejects_file,omitempty"`
	Changes     []Change `json:"changes"` // the first 1000
}

// Change is one difference between file and store.
type Change struct {
	Kind   string   `json:"kind"` // new, changed, gone
	Code   string   `json:"code"`
	Name   string   `json:"name"`
	Fields []string `json:"fields,omitempty"` // of a changed row
}

// Summary is the last line of an import.
func (r *Report) Summary() string {
	return fmt.Sprintf("%s: %d new, %d changed, %d gone, %d same, %d rejected",
		r.Layer, r.New, r.Changed, r.Gone, r.Same, r.Rejected)
}
