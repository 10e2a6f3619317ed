package sources

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"kraj/geo"
)

// workbook reads one sheet.
type workbook struct {
	file  *excelize.File
	sheet string
	dates map[int]bool // by style: does its number format show a date
}

func openXLSX(file string, o Options) (Source, error) {
	// excelize unpacks into memory up to the second limit, then into temporary files.
	f, err := excelize.OpenFile(file, excelize.Options{RawCellValue: true, UnzipSizeLimit: o.MaxBytes, UnzipXMLSizeLimit: min(o.MaxBytes, 64<<20)})
	if err != nil {
		return nil, geo.Errorf(geo.Invalid, "Not an Excel file", "%s: %v", filepath.Base(file), err)
	}
	w := &workbook{file: f, dates: map[int]bool{}}
	t, err := w.table(filepath.Base(file), o.Layer)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	t.closer = f
	return t, nil
}

// table opens the named sheet, or the first one with a header.
func (w *workbook) table(name, sheet string) (*table, error) {
	sheets := w.file.GetSheetList()
	if sheet != "" {
		if i, _ := w.file.GetSheetIndex(sheet); i < 0 {
			return nil, geo.Errorf(geo.Invalid, "Unknown sheet", "%s has no sheet %q; it has: %s", name, sheet, strings.Join(sheets, ", "))
		}
		sheets = []string{sheet}
	}
	var firstErr error
	for _, s := range sheets {
		w.sheet = s
		lines, err := w.lines()
		if err != nil {
			return nil, err
		}
		t, err := newTable(Info{Format: "XLSX", Layer: s}, name+", sheet "+s, lines)
		if err == nil {
			return t, nil
		}
		if firstErr == nil {
			firstErr = err
		}
	}
	return nil, firstErr
}

func (w *workbook) lines() (lineReader, error) {
	rows, err := w.file.Rows(w.sheet)
	if err != nil {
		return nil, fmt.Errorf("reading sheet %s: %w", w.sheet, err)
	}
	number := int64(0)
	return func() (int64, []cell, error) {
		if !rows.Next() {
			if err := errors.Join(rows.Error(), rows.Close()); err != nil {
				return 0, nil, fmt.Errorf("reading sheet %s: %w", w.sheet, err)
			}
			return 0, nil, io.EOF
		}
		number++
		columns, err := rows.Columns()
		if err != nil {
			return 0, nil, fmt.Errorf("reading sheet %s, row %d: %w", w.sheet, number, err)
		}
		cells := make([]cell, len(columns))
		for i, text := range columns {
			if text = strings.TrimSpace(text); text != "" {
				if cells[i].value, err = w.value(text, i+1, number); err != nil {
					return 0, nil, fmt.Errorf("reading sheet %s, row %d: %w", w.sheet, number, err)
				}
			}
		}
		return number, cells, nil
	}, nil
}

// value types a cell's raw text: numbers stay numbers, so that 1.234 in a numeric
// cell is not taken for the Slovene one thousand two hundred and thirty-four.
func (w *workbook) value(text string, column int, row int64) (any, error) {
	serial, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text, nil //nolint:nilerr // it is a text
	}
	axis, err := excelize.CoordinatesToCellName(column, int(row))
	if err != nil {
		return nil, err
	}
	kind, err := w.file.GetCellType(w.sheet, axis)
	if err != nil {
		return nil, err
	}
	switch kind {
	case excelize.CellTypeSharedString, excelize.CellTypeInlineString:
		return text, nil
	case excelize.CellTypeBool:
		return text == "1", nil
	}
	if date, err := w.isDate(axis); err != nil || !date {
		return json.Number(strconv.FormatFloat(serial, 'f', -1, 64)), err
	}
	day, err := excelize.ExcelDateToTime(serial, false)
	if err != nil {
		return text, nil //nolint:nilerr // not a day that exists
	}
	return day.Format("2006-01-02"), nil
}

func (w *workbook) isDate(axis string) (bool, error) {
	style, err := w.file.GetCellStyle(w.sheet, axis)
	if err != nil {
		return false, err
	}
	if known, ok := w.dates[style]; ok {
		return known, nil
	}
	format, err := w.file.GetStyle(style)
	if err != nil {
		return false, err
	}
	is := format.NumFmt >= 14 && format.NumFmt <= 22 || format.NumFmt >= 27 && format.NumFmt <= 36 || format.NumFmt >= 50 && format.NumFmt <= 58
	if format.CustomNumFmt != nil {
		is = datePattern(*format.CustomNumFmt)
	}
	w.dates[style] = is
	return is, nil
}

// datePattern looks for a day or year outside quotes and brackets: "d. m. yyyy"
// shows a date, `#,##0.00 "d.d."` and "[Red]0" do not.
func datePattern(format string) bool {
	depth, quoted := 0, false
	for _, r := range strings.ToLower(format) {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '[':
			depth++
		case r == ']':
			depth--
		case depth == 0 && (r == 'd' || r == 'y'):
			return true
		}
	}
	return false
}
