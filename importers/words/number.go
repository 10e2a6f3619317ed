package words

import (
	"math/big"
	"regexp"
	"strings"
)

// Point is the character before decimals in a column.
type Point byte

// What a column's numbers are written like. Unknown reads 1.234 as Slovenes do,
// one thousand two hundred and thirty-four, and 1.5 as one and a half.
const (
	Unknown Point = 0
	Dot     Point = '.'
	Comma   Point = ','
)

var (
	dotEvidence   = regexp.MustCompile(`^-?(\d{4,}\.\d+|\d+\.(\d{1,2}|\d{4,})|0\.\d+|\d{1,3}(,\d{3})+\.\d+|\d+(\.\d+)?[eE][+-]?\d+)$`)
	commaEvidence = regexp.MustCompile(`^-?(\d{4,},\d+|\d+,(\d{1,2}|\d{4,})|0,\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})$`)
	plain         = regexp.MustCompile(`^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$`)
	spaces        = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\u2009", "", "'", "", "−", "-")
)

// PointOf says what a text proves about the decimals of its column; Unknown when
// it could be read either way.
func PointOf(text string) Point {
	text = spaces.Replace(text)
	switch {
	case dotEvidence.MatchString(text):
		return Dot
	case commaEvidence.MatchString(text):
		return Comma
	}
	return Unknown
}

// maxDigits bounds the work that a hostile number can cause.
const maxDigits = 40

// Number reads a number exactly. Grouping must be in threes: 10.0000 is refused as
// a misprint where it cannot be a decimal.
func Number(text string, point Point) (*big.Rat, error) {
	s := spaces.Replace(strings.TrimSpace(text))
	if s == "" {
		return nil, Refuse("prazno je", "it is empty")
	}
	if len(s) > maxDigits {
		return nil, Refuse("%q je predolgo za število", "%q is too long for a number", clip(text))
	}
	s = strings.TrimPrefix(s, "+")
	canonical, ok := canonicalNumber(s, point)
	if !ok || !plain.MatchString(canonical) {
		return nil, Refuse("%q ni število (sprejeto: 1234,5 ali 1.234,5 ali 1234.5)", "%q is not a number (accepted: 1234,5 or 1.234,5 or 1234.5)", clip(text))
	}
	r, ok := new(big.Rat).SetString(canonical)
	if !ok {
		return nil, Refuse("%q ni število", "%q is not a number", clip(text))
	}
	return r, nil
}

// canonicalNumber rewrites to digits with a dot before the decimals.
func canonicalNumber(s string, point Point) (string, bool) {
	dots, commas := strings.Count(s, "."), strings.Count(s, ",")
	switch {
	case dots == 0 && commas == 0:
		return s, true
	case dots > 0 && commas > 0:
		if strings.LastIndexByte(s, ',') > strings.LastIndexByte(s, '.') {
			return split(s, '.', ',')
		}
		return split(s, ',', '.')
	case dots > 1:
		return split(s, '.', ',')
	case commas > 1:
		return split(s, ',', '.')
	case commas == 1:
		if point == Dot && grouped(s, ',') {
			return split(s, ',', '.')
		}
		return strings.Replace(s, ",", ".", 1), true
	}
	// One dot: decimals, unless it stands where a Slovene groups thousands.
	if point != Dot && grouped(s, '.') {
		return split(s, '.', ',')
	}
	return s, point != Comma || dotEvidence.MatchString(s) && !strings.Contains(s, ",")
}

// split removes the grouping character, which must cut into threes, and makes the
// other one a dot.
func split(s string, group, decimal byte) (string, bool) {
	whole, rest, _ := strings.Cut(s, string(decimal))
	if strings.IndexByte(rest, group) >= 0 || strings.IndexByte(rest, decimal) >= 0 || !grouped(whole, group) {
		return "", false
	}
	whole = strings.ReplaceAll(whole, string(group), "")
	if rest != "" {
		return whole + "." + rest, true
	}
	return whole, true
}

// grouped says whether the character cuts digits into one to three and then threes.
func grouped(s string, group byte) bool {
	parts := strings.Split(strings.TrimPrefix(s, "-"), string(group))
	if n := len(parts[0]); n < 1 || n > 3 || parts[0] == "0" && len(parts) > 1 {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) != 3 {
			return false
		}
	}
	return true
}

func clip(text string) string {
	const enough = 60
	if r := []rune(text); len(r) > enough {
		return string(r[:enough]) + "…"
	}
	return text
}
