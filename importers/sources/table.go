package sources

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kraj/geo"
	"kraj/importers/words"
)

// cell is one cell of a table; value is nil, string, json.Number, bool, or a
// date as string in ISO form.
type cell struct{ value any }

func (c cell) text() string {
	switch v := c.value.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return fmt.Sprint(c.value)
}

// lineReader yields a table's lines with their numbers, then io.EOF.
type lineReader func() (int64, []cell, error)

type line struct {
	number int64
	cells  []cell
}

// table turns lines into rows: it finds the header, which may stand below titles
// and merged group headers, and leaves out blank lines and totals.
type table struct {
	info   Info
	next   lineReader
	ahead  []line // read while looking for the header
	header []string
	closer io.Closer
}

// headerDepth is how many lines may stand above the first record.
const headerDepth = 25

func newTable(info Info, name string, next lineReader) (*table, error) {
	t := &table{info: info, next: next}
	for len(t.ahead) < headerDepth {
		number, cells, err := next()
		if err == io.EOF { //nolint:errorlint // returned bare by lineReader
			break
		}
		if err != nil {
			return nil, err
		}
		t.ahead = append(t.ahead, line{number, cells})
	}
	at := findHeader(t.ahead)
	if at < 0 {
		return nil, geo.Errorf(geo.Invalid, "No header", "%s: among the first %d lines none names the columns; put names such as code, name, title (šifra, naziv) above the records", name, headerDepth)
	}
	t.header, at = headerNames(t.ahead, at)
	for _, l := range t.ahead[:at] {
		if !blank(l.cells) {
			t.info.Skipped.Above++
		}
	}
	t.ahead = t.ahead[at+1:]
	return t, nil
}

// findHeader scores the first lines: words that are known names of fields count
// most, then the number of distinct texts. A line with numbers is no header.
func findHeader(lines []line) int {
	best, bestScore := -1, 0
	for i, l := range lines {
		score, distinct := 0, map[string]bool{}
		for _, c := range l.cells {
			text := words.Fold(c.text())
			if text == "" || distinct[text] {
				continue
			}
			distinct[text] = true
			switch {
			case words.IsFieldName(text):
				score += 10
			case isNumber(c.text()):
				score -= 5
			case len(text) <= 60:
				score++
			}
		}
		if len(distinct) >= min(2, width(lines)) && score > bestScore {
			best, bestScore = i, score
		}
	}
	return best
}

// width is the number of filled cells of the widest line.
func width(lines []line) int {
	widest := 0
	for _, l := range lines {
		n := 0
		for _, c := range l.cells {
			if c.value != nil {
				n++
			}
		}
		widest = max(widest, n)
	}
	return widest
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
	return err == nil
}

// headerNames gives every column a name and returns the header's last line. In a
// header of two lines a merged cell names a group: below it, or above a header that
// was found, stand the columns' own names.
func headerNames(lines []line, at int) ([]string, int) {
	upper, lower := []cell(nil), lines[at].cells
	switch {
	case at+1 < len(lines) && isSubHeader(lower, lines[at+1].cells):
		at++
		upper, lower = lower, lines[at].cells
	case at > 0 && lines[at-1].number == lines[at].number-1 && isSubHeader(lines[at-1].cells, lower):
		upper = lines[at-1].cells
	}
	names, times, group := make([]string, max(len(upper), len(lower))), map[string]int{}, ""
	for i := range names {
		names[i] = words.Fold(textAt(lower, i))
		times[names[i]]++
	}
	used := map[string]int{}
	for i := range names {
		if above := textAt(upper, i); above != "" {
			group = above
		}
		name := textAt(lower, i)
		switch {
		case name == "":
			name = textAt(upper, i)
		case times[words.Fold(name)] > 1 && group != "":
			name = group + " " + name
		}
		if used[name]++; name != "" && used[name] > 1 {
			name = fmt.Sprintf("%s %d", name, used[name])
		}
		names[i] = name
	}
	return names, at
}

// isSubHeader says whether the lower line continues the header above it: texts
// only, and only under cells that are merged with the next one or empty. A title
// above a table, one cell alone, is no header.
func isSubHeader(upper, lower []cell) bool {
	filled := 0
	for i := range lower {
		text := textAt(lower, i)
		if text == "" {
			continue
		}
		filled++
		merged := textAt(upper, i) == "" || textAt(upper, i+1) == "" && i+1 < max(len(upper), len(lower))
		if isNumber(text) || !merged {
			return false
		}
	}
	return filled > 0 && width([]line{{cells: upper}}) > 1
}

func textAt(cells []cell, i int) string {
	if i >= len(cells) {
		return ""
	}
	return strings.Join(strings.Fields(cells[i].text()), " ")
}

// named counts the columns that have names.
func named(header []string) int {
	n := 0
	for _, name := range header {
		if name != "" {
			n++
		}
	}
	return n
}

func (t *table) Info() Info { return t.info }

func (t *table) Close() error {
	if t.closer == nil {
		return nil
	}
	return t.closer.Close()
}

func (t *table) Fields() []string {
	var f fieldList
	for _, name := range t.header {
		if name != "" {
			f.add(name)
		}
	}
	return f.names
}

func (t *table) line() (line, error) {
	if len(t.ahead) > 0 {
		l := t.ahead[0]
		t.ahead = t.ahead[1:]
		return l, nil
	}
	number, cells, err := t.next()
	return line{number, cells}, err
}

func (t *table) Next() (Row, error) {
	for {
		l, err := t.line()
		if err != nil {
			return Row{}, err
		}
		switch {
		case blank(l.cells):
			t.info.Skipped.Blank++
		case total(l.cells):
			t.info.Skipped.Totals = append(t.info.Skipped.Totals, l.number)
		default:
			return t.row(l), nil
		}
	}
}

func (t *table) row(l line) Row {
	row := Row{Number: l.number, Values: make(map[string]any, len(l.cells))}
	for i, c := range l.cells {
		switch {
		case c.value == nil:
		case i < len(t.header) && t.header[i] != "":
			row.Values[t.header[i]] = plain(c.value)
		default:
			// A cell beside the table: usually an unquoted delimiter in a text.
			row.Problem = words.Refuse("vrstica ima %d celic, glava %d: %q stoji ob tabeli; besedila, ki vsebujejo ločilo, dajte v narekovaje",
				"the row has %d cells, the header %d: %q stands beside the table; put texts that contain the delimiter in quotes", len(l.cells), named(t.header), c.text())
		}
	}
	return row
}

// plain takes off the apostrophe that keeps spreadsheets from running a text.
func plain(v any) any {
	if s, ok := v.(string); ok && len(s) > 1 && s[0] == '\'' && strings.IndexByte("=+-@\t\r", s[1]) >= 0 {
		return s[1:]
	}
	return v
}

func blank(cells []cell) bool {
	for _, c := range cells {
		if c.value != nil {
			return false
		}
	}
	return true
}

// total recognises the line of sums: its first text says so, and nothing but
// numbers follows.
func total(cells []cell) bool {
	first := true
	for _, c := range cells {
		if c.value == nil {
			continue
		}
		text := words.Fold(c.text())
		if first {
			if !words.IsTotal(text) {
				return false
			}
			first = false
			continue
		}
		if _, err := words.Amount(c.text()); err != nil {
			return false
		}
	}
	return !first
}
