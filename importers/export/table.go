package export

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// textTable is CSV: UTF-8; with decimal commas also semicolons and a byte order
// mark, so that Excel opens it by a click.
type textTable struct {
	out    *csv.Writer
	comma  bool
	fields *layerFields
}

func newCSV(_ context.Context, out io.Writer, f *layerFields, o Options) (sink, error) {
	t := &textTable{out: csv.NewWriter(out), comma: o.DecimalComma || o.Lang == "sl", fields: f}
	if t.comma || o.Lang != "" {
		if _, err := io.WriteString(out, "\ufeff"); err != nil {
			return nil, err
		}
		t.out.UseCRLF = true
	}
	if t.comma {
		t.out.Comma = ';'
	}
	return t, t.out.Write(f.header())
}

func (t *textTable) write(values []any, geometry string) error {
	cells := make([]string, 0, len(values)+1)
	for i, v := range values {
		switch v := t.fields.said(i, flat(v)).(type) {
		case nil:
			cells = append(cells, "")
		case json.Number:
			text := v.String()
			if t.comma {
				text = strings.Replace(text, ".", ",", 1)
			}
			cells = append(cells, text)
		case string:
			cells = append(cells, harmless(v))
		default:
			cells = append(cells, fmt.Sprint(v))
		}
	}
	if t.fields.wkt {
		cells = append(cells, geometry)
	}
	return t.out.Write(cells)
}

func (t *textTable) close() error {
	t.out.Flush()
	return t.out.Error()
}

// harmless puts an apostrophe before a text that a spreadsheet would run as a
// formula; the importer takes it off again.
func harmless(text string) string {
	if text != "" && strings.IndexByte("=+-@\t\r", text[0]) >= 0 {
		return "'" + text
	}
	return text
}

// workbook is Excel with typed cells, written as a stream.
type workbook struct {
	out    io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	fields *layerFields
	date   int
	row    int
}

// A sheet holds 1 048 576 rows, a cell 32 767 characters.
const (
	maxRows = 1_048_576
	maxCell = 32_767
)

func newXLSX(_ context.Context, out io.Writer, f *layerFields, _ Options) (sink, error) {
	w := &workbook{out: out, file: excelize.NewFile(), fields: f, row: 1}
	err := w.file.SetSheetName("Sheet1", f.layer)
	if err != nil {
		return nil, fmt.Errorf("naming the sheet: %w", err)
	}
	if w.date, err = w.file.NewStyle(&excelize.Style{NumFmt: 14}); err != nil {
		return nil, fmt.Errorf("making a style: %w", err)
	}
	bold, err := w.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, fmt.Errorf("making a style: %w", err)
	}
	if w.stream, err = w.file.NewStreamWriter(f.layer); err != nil {
		return nil, fmt.Errorf("opening the sheet: %w", err)
	}
	if err := w.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, fmt.Errorf("freezing the header: %w", err)
	}
	var header []any
	for _, name := range f.header() {
		header = append(header, excelize.Cell{StyleID: bold, Value: name})
	}
	return w, w.stream.SetRow("A1", header)
}

func (w *workbook) write(values []any, geometry string) error {
	if w.row++; w.row > maxRows {
		return fmt.Errorf("a sheet holds %d rows; export to .gpkg or .csv, or with --municipality", maxRows)
	}
	cells := make([]any, 0, len(values)+1)
	for i, v := range values {
		cells = append(cells, w.cell(w.fields.names[i], w.fields.said(i, flat(v))))
	}
	if w.fields.wkt && len(geometry) <= maxCell { // a longer one stays out; importing leaves what is stored
		cells = append(cells, geometry)
	}
	return w.stream.SetRow(fmt.Sprintf("A%d", w.row), cells)
}

func (w *workbook) cell(name string, v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Float64(); err == nil {
			return n
		}
	case string:
		if w.fields.dates[name] {
			if day, err := time.Parse("2006-01-02", v); err == nil {
				return excelize.Cell{StyleID: w.date, Value: day}
			}
		}
		if len(v) > maxCell {
			return v[:maxCell]
		}
	}
	return v
}

func (w *workbook) close() error {
	err := w.stream.Flush()
	if err == nil {
		_, err = w.file.WriteTo(w.out)
	}
	return errors.Join(err, w.file.Close())
}
