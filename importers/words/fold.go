// Package words knows how people in Slovenian municipalities write numbers,
// amounts, dates, states and the names of columns.
package words

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var special = strings.NewReplacer("đ", "d", "ł", "l", "ø", "o", "ı", "i", "ß", "s", "æ", "a", "œ", "o")

// Fold is kraj.fold of the database: lower case, no diacritics, punctuation as one
// space.
func Fold(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range special.Replace(norm.NFKD.String(strings.ToLower(text))) {
		switch {
		case r >= 0x300 && r <= 0x36f:
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return b.String()
}

// IsTotal says whether the folded first cell of a row announces sums.
func IsTotal(folded string) bool {
	for _, word := range []string{"skupaj", "vsota", "sestevek", "skupna vsota", "total", "sum", "grand total"} {
		if folded == word || strings.HasPrefix(folded, word+" ") {
			return true
		}
	}
	return false
}
