package country

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Types of EWKB.
const (
	wkbPoint        = 1
	wkbLine         = 2
	wkbPolygon      = 3
	wkbMultiLine    = 5
	wkbMultiPolygon = 6
	wkbHasSRID      = 0x20000000
)

// shape is a geometry in EWKB, hexadecimal: what COPY reads.
type shape string

// encoder writes EWKB of one reference system. Coordinates are whole centimetres,
// as those of registers are.
type encoder struct{ srid uint32 }

func (e encoder) head(b []byte, kind uint32, parts int) []byte {
	b = binary.LittleEndian.AppendUint32(append(b, 1), kind|wkbHasSRID)
	b = binary.LittleEndian.AppendUint32(b, e.srid)
	if parts >= 0 {
		b = binary.LittleEndian.AppendUint32(b, uint32(parts))
	}
	return b
}

func inner(b []byte, kind uint32, parts int) []byte {
	b = binary.LittleEndian.AppendUint32(append(b, 1), kind)
	return binary.LittleEndian.AppendUint32(b, uint32(parts))
}

func coordinates(b []byte, points ...point) []byte {
	for _, p := range points {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(math.Round(p.x*100)/100))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(math.Round(p.y*100)/100))
	}
	return b
}

func (e encoder) point(p point) shape {
	return shape(hex.EncodeToString(coordinates(e.head(nil, wkbPoint, -1), p)))
}

func (e encoder) line(points []point) shape {
	return shape(hex.EncodeToString(coordinates(inner(e.head(nil, wkbMultiLine, 1), wkbLine, len(points)), points...)))
}

// polygon closes the rings; the first is the outer one.
func (e encoder) polygon(rings ...[]point) shape {
	b := inner(e.head(nil, wkbMultiPolygon, 1), wkbPolygon, len(rings))
	for _, ring := range rings {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(ring)+1))
		b = coordinates(coordinates(b, ring...), ring[0])
	}
	return shape(hex.EncodeToString(b))
}

// table is one COPY: write calls row for each line.
type table struct {
	name    string
	columns string
	write   func(row func(cells ...any))
}

// copyTable runs one COPY as the text format has it.
func copyTable(ctx context.Context, tx pgx.Tx, t table) (int64, error) {
	reader, writer := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(writer, 1<<18)
		t.write(func(cells ...any) {
			for i, cell := range cells {
				if i > 0 {
					_ = w.WriteByte('\t')
				}
				_, _ = w.WriteString(cellText(cell)) // a broken pipe ends COPY, which tells
			}
			_ = w.WriteByte('\n')
		})
		_ = writer.CloseWithError(w.Flush())
	}()
	tag, err := tx.Conn().PgConn().CopyFrom(ctx, reader, fmt.Sprintf("COPY kraj.%s (%s) FROM STDIN", t.name, t.columns))
	_ = reader.Close()
	if err != nil {
		return 0, fmt.Errorf("loading %s: %w", t.name, err)
	}
	return tag.RowsAffected(), nil
}

var escaper = strings.NewReplacer("\\", `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func cellText(cell any) string {
	switch v := cell.(type) {
	case nil:
		return `\N`
	case shape:
		return string(v)
	case string:
		return escaper.Replace(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	default:
		return escaper.Replace(fmt.Sprint(v))
	}
}
