package sources

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"kraj/geo"
)

// openCSV reads a text table: coding, delimiter and header are found out.
func openCSV(file string, o Options) (Source, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("opening the file: %w", err)
	}
	s, err := newCSV(f, filepath.Base(file), o)
	if err != nil {
		f.Close()
		return nil, err
	}
	s.closer = f
	return s, nil
}

func newCSV(f io.ReadSeeker, name string, o Options) (*table, error) {
	coding := o.Encoding
	if coding == "" {
		var err error
		if coding, err = sniffEncoding(f); err != nil {
			return nil, err
		}
	}
	text, coding, err := decoded(bufio.NewReaderSize(f, 1<<20), coding)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReaderSize(text, 256<<10)
	head, err := buffered.Peek(256 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if strings.IndexByte(string(head), 0) >= 0 {
		return nil, geo.Errorf(geo.Invalid, "Not a text table", "%s has zero bytes; is it really CSV? Its ending should say what it is", name)
	}
	r := csv.NewReader(buffered)
	r.Comma = delimiter(string(head))
	r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = true, -1, false
	lines := func() (int64, []cell, error) {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return 0, nil, io.EOF
		}
		if err != nil {
			return 0, nil, geo.Errorf(geo.Invalid, "Broken table", "%s: %v", name, err)
		}
		line, _ := r.FieldPos(0)
		cells := make([]cell, len(record))
		for i, text := range record {
			if text = strings.TrimSpace(text); text != "" {
				cells[i].value = text
			}
		}
		return int64(line), cells, nil
	}
	info := Info{Format: "CSV", Layer: strings.TrimSuffix(name, filepath.Ext(name)), Encoding: coding, English: r.Comma == ',' || r.Comma == '\t'}
	return newTable(info, name, lines)
}

// sniffEncoding reads the whole text when it is not too long, because the first
// č may come late; it leaves f at its start.
func sniffEncoding(f io.ReadSeeker) (string, error) {
	const enough = 64 << 20
	sample, err := io.ReadAll(io.LimitReader(f, enough))
	if err != nil {
		return "", fmt.Errorf("reading the file: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("reading the file again: %w", err)
	}
	return detectEncoding(sample, len(sample) < enough), nil
}

// delimiter chooses the character that cuts the most lines into the same number
// of cells, more cells being better.
func delimiter(head string) rune {
	best, bestScore := ';', 0
	for _, c := range []rune{';', ',', '\t', '|'} {
		if score := evenness(head, c); score > bestScore {
			best, bestScore = c, score
		}
	}
	return best
}

// evenness is the number of delimiters in lines that have as many as most have.
func evenness(head string, c rune) int {
	counts := map[int]int{}
	n, quoted, lines := 0, false, 0
	for _, r := range head {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == c:
			n++
		case r == '\n':
			counts[n]++
			n = 0
			if lines++; lines == 200 {
				return mostCells(counts)
			}
		}
	}
	if n > 0 {
		counts[n]++
	}
	return mostCells(counts)
}

func mostCells(counts map[int]int) int {
	best := 0
	for n, lines := range counts {
		best = max(best, n*lines)
	}
	return best
}
