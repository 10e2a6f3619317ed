package sources

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"kraj/geo"
)

// encodingByName knows the codings that Slovene files come in. nil means UTF-8.
func encodingByName(name string) (encoding.Encoding, string, error) {
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name)) {
	case "utf8":
		return nil, "utf-8", nil
	case "cp1250", "windows1250", "1250", "ansi":
		return charmap.Windows1250, "cp1250", nil
	case "iso88592", "latin2":
		return charmap.ISO8859_2, "iso-8859-2", nil
	case "cp852", "852":
		return charmap.CodePage852, "cp852", nil
	case "cp1252", "windows1252":
		return charmap.Windows1252, "cp1252", nil
	case "iso88591", "latin1":
		return charmap.ISO8859_1, "iso-8859-1", nil
	case "utf16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "utf-16", nil
	}
	return nil, "", geo.Errorf(geo.Invalid, "Unknown encoding", "%q; accepted: utf-8, cp1250, iso-8859-2, cp852, cp1252, iso-8859-1, utf-16", name)
}

// detectEncoding looks at a sample: a byte order mark, else UTF-8 if it is valid,
// else the code page that Windows uses in Slovenia.
func detectEncoding(sample []byte, whole bool) string {
	switch {
	case bytes.HasPrefix(sample, []byte("\xff\xfe")), bytes.HasPrefix(sample, []byte("\xfe\xff")):
		return "utf-16"
	case validPrefix(sample, whole):
		return "utf-8"
	}
	return "cp1250"
}

// validPrefix says whether b is UTF-8, but for a character cut at its end when b
// is only the beginning of a text.
func validPrefix(b []byte, whole bool) bool {
	if utf8.Valid(b) {
		return true
	}
	if whole {
		return false
	}
	for cut := 1; cut < utf8.UTFMax && cut < len(b); cut++ {
		if utf8.Valid(b[:len(b)-cut]) && !utf8.FullRune(b[len(b)-cut:]) {
			return true
		}
	}
	return false
}

// decoded wraps r, which is in the named coding, to yield UTF-8 without a byte
// order mark.
func decoded(r io.Reader, name string) (io.Reader, string, error) {
	enc, canonical, err := encodingByName(name)
	if err != nil {
		return nil, "", err
	}
	if enc == nil {
		return transform.NewReader(r, unicode.UTF8BOM.NewDecoder()), canonical, nil
	}
	return transform.NewReader(r, enc.NewDecoder()), canonical, nil
}

// Mended undoes the commonest damage: text in cp1250 that somebody read as
// Latin-1 and saved as UTF-8 (Moravèe for Moravče). Text that cannot have come
// about like that stays as it is.
func Mended(text, coding string) string {
	enc, _, err := encodingByName(coding)
	if err != nil || enc == nil {
		return text
	}
	raw, err := charmap.ISO8859_1.NewEncoder().String(text)
	if err != nil {
		return text
	}
	mended, err := enc.NewDecoder().String(raw)
	if err != nil || strings.ContainsRune(mended, utf8.RuneError) {
		return text
	}
	return mended
}

// Damaged says whether text was surely read in a wrong coding: it has control
// characters of Latin-1, where cp1250 has Š, š, Ž and ž, or replacement characters.
func Damaged(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 && r <= 0x9f || r == utf8.RuneError })
}
