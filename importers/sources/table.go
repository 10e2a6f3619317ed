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
	t.header = headerNames(t.ahead, at)
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

// headerNames gives every column a name. Cells that are empty in the header, or
// whose name occurs twice, take the group's name above them, which merged cells
// state only once, at their left.
func headerNames(lines []line, at int) []string {
	header := lines[at].cells
	var groups []cell
	if at > 0 && lines[at-1].number == lines[at].number-1 {
		groups = lines[at-1].cells
	}
	times := map[string]int{}
	for _, c := range header {
		times[words.Fold(c.text())]++
	}
	names, used, group := make([]string, len(header)), map[string]int{}, ""
	for i, c := range header {
		if i < len(groups) && groups[i].value != nil {
			group = groups[i].text()
		}
		name := strings.Join(strings.Fields(c.text()), " ")
		switch {
		case name == "":
			name = groupAt(groups, i)
		case times[words.Fold(name)] > 1 && group != "":
			name = group + " " + name
		}
		if name != "" {
			if used[name]++; used[name] > 1 {
				name = fmt.Sprintf("%s %d", name, used[name])
			}
		}
		names[i] = name
	}
	return names
}

// groupAt is the text directly above an empty header cell: a header of two merged
// lines. Nothing is borrowed from the left, where it belongs to another column.
func groupAt(groups []cell, i int) string {
	if i < len(groups) {
		return strings.Join(strings.Fields(groups[i].text()), " ")
	}
	return ""
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
			row.Values[t.header[i]] = c.value
		default:
			// A cell beside the table: usually an unquoted delimiter in a text.
			row.Problem = fmt.Sprintf("the row has %d cells, the header %d: %q stands beside the table; put texts that contain the delimiter in quotes", len(l.cells), len(t.header), c.text())
		}
	}
	return row
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
