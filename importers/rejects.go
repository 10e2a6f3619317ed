package importers

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

var rejectsHeader = []string{"vrstica (row)", "polje (field)", "vrednost (value)", "razlog", "reason"}

// writeRejects writes all reasons beside the file (or, where that folder cannot be
// written, into the current one), as a table that Excel opens. When there are none
// it removes the table of an earlier attempt.
func (r *run) writeRejects() error {
	path := r.o.RejectsFile
	if path == "-" {
		return nil
	}
	if path == "" {
		path = r.o.File + ".rejects.csv"
	}
	if len(r.rejects) == 0 {
		return removeOld(path)
	}
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma = ';'
	_ = w.Write(rejectsHeader) // a buffer does not fail
	for _, x := range r.rejects {
		_ = w.Write([]string{strconv.FormatInt(x.Row, 10), x.Field, harmless(x.Value), x.Reason.SL, x.Reason.EN})
	}
	w.Flush()
	err := os.WriteFile(path, b.Bytes(), 0o644) //nolint:gosec // a table for people
	if errors.Is(err, os.ErrPermission) && r.o.RejectsFile == "" {
		path = filepath.Base(path)
		err = os.WriteFile(path, b.Bytes(), 0o644) //nolint:gosec // as above
	}
	if err != nil {
		return fmt.Errorf("writing the rejected rows: %w", err)
	}
	r.report.RejectsFile = path
	return nil
}

// removeOld removes a table of rejects, and only one.
func removeOld(path string) error {
	content, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(content, []byte("\ufeff"+rejectsHeader[0]+";")) {
		return nil //nolint:nilerr // there is none, or it is not ours
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("removing the old list of rejected rows: %w", err)
	}
	return nil
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(text string) string {
	if text != "" && bytes.ContainsRune([]byte("=+-@\t\r"), rune(text[0])) {
		return "'" + text
	}
	return text
}

func sortRejects(list []Reject) {
	slices.SortStableFunc(list, func(a, b Reject) int { return cmp.Compare(a.Row, b.Row) })
}
