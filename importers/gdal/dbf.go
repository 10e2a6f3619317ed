package gdal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// DBFEncoding tells GDAL's name of the coding of a shapefile's texts. It is "" when
// the file says so itself (a .cpg beside it, or a language byte that means
// something); else the bytes decide between UTF-8 and cp1250, which is what
// Slovenian offices write.
func DBFEncoding(dbf string) (string, error) {
	for _, cpg := range []string{".cpg", ".CPG"} {
		if content, err := os.ReadFile(dbf[:len(dbf)-4] + cpg); err == nil && strings.TrimSpace(string(content)) != "" {
			return "", nil
		}
	}
	f, err := os.Open(dbf)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil // a shapefile without attributes
	}
	if err != nil {
		return "", fmt.Errorf("opening the shapefile's table: %w", err)
	}
	defer f.Close()
	header := make([]byte, 32)
	if _, err := io.ReadFull(f, header); err != nil {
		return "", nil //nolint:nilerr // GDAL will say what is wrong with it
	}
	const language, ansi = 29, 0x57 // 0x57 means "whatever Windows uses", GDAL takes it for Latin-1
	if header[language] != 0 && header[language] != ansi {
		return "", nil
	}
	if _, err := f.Seek(int64(binary.LittleEndian.Uint16(header[8:])), io.SeekStart); err != nil {
		return "", fmt.Errorf("reading the shapefile's table: %w", err)
	}
	return codingOf(f, int(binary.LittleEndian.Uint16(header[10:])))
}

// codingOf reads records one by one: a field that is cut inside a character of
// UTF-8 is common, since the width counts bytes, so a few wrong records do not
// make a text cp1250.
func codingOf(r io.Reader, size int) (string, error) {
	if size < 1 {
		return "", nil
	}
	record := make([]byte, size)
	valid, broken := 0, 0
	for range 100_000 {
		if _, err := io.ReadFull(r, record); err != nil {
			break // the end, or a cut that GDAL will report
		}
		switch {
		case ascii(record):
		case utf8.Valid(record):
			valid++
		default:
			broken++
		}
	}
	switch {
	case broken > valid/10:
		return "CP1250", nil
	case valid > 0:
		return "UTF-8", nil
	}
	return "", nil // ASCII: any does
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
