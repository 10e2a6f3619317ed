package words

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// Money is an amount as a document states it.
type Money struct {
	Cents       int64
	Qualifier   string // exact, about, at_least
	Period      string // once, yearly, per_n_years
	PeriodYears int    // the n of per_n_years
}

// A stated amount: how sure, the number, thousands or millions, euros, how often.
var amountPattern = regexp.MustCompile(`(?i)^\s*(okvirno|okoli|približno|priblizno|pribl\.?|cca\.?|ca\.?|about|approx\.?|vsaj|najmanj|at least|min\.?)?\s*` +
	`(?:€|EUR)?\s*([+\-−]?\d[\d.,\s\x{00a0}\x{202f}\x{2009}']*(?:[eE][+-]?\d{1,3})?)(?:,-|,–)?\s*` +
	`(mio\.?|mil\.|milijon\S*|million|mrd\.?|milijard\S*|tis\.?|tisoč)?\s*(?:€|EUR|evr\S*|euro\S*)?\.?\s*` +
	`(letno|na leto|/\s*leto|/leto|yearly|per year|(?:na|vsak\S*|every)\s+(\d{1,2})\s+(?:let\S*|years))?\s*$`)

var multipliers = map[string]int64{"t": 1_000, "mi": 1_000_000, "mr": 1_000_000_000}

// maxCents keeps sums of many amounts within 64 bits.
var maxCents = big.NewInt(1e17)

// Amount reads euros: "1.234.567,89 €", "2.000 EUR letno", "5.000 EUR na 3 leta",
// "vsaj 10.000", "okvirno 2,5 mio EUR". A misprint such as "10.0000 EUR" is an
// error, because nobody can know what was meant.
func Amount(text string) (Money, error) {
	m := amountPattern.FindStringSubmatch(text)
	if m == nil {
		return Money{}, Refuse("%q ni znesek (sprejeto: 1.234,56 € · 2.000 EUR letno · 5.000 EUR na 3 leta · vsaj 10.000 · okvirno 2,5 mio EUR)", "%q is not an amount (accepted: 1.234,56 € · 2.000 EUR letno · 5.000 EUR na 3 leta · vsaj 10.000 · okvirno 2,5 mio EUR)", clip(text))
	}
	money := Money{Qualifier: qualifier(m[1]), Period: "once"}
	if m[4] != "" {
		money.Period = "yearly"
	}
	if m[5] != "" {
		money.Period = "per_n_years"
		money.PeriodYears, _ = strconv.Atoi(m[5]) // one or two digits
		if money.PeriodYears == 0 {
			return Money{}, Refuse("%q se ponavlja vsakih 0 let", "%q recurs every 0 years", clip(text))
		}
	}
	var err error
	money.Cents, err = cents(strings.TrimSpace(m[2]), multiplier(m[3]), text)
	return money, err
}

func qualifier(word string) string {
	switch w := Fold(word); {
	case w == "":
		return "exact"
	case strings.HasPrefix(w, "vsaj"), strings.HasPrefix(w, "najmanj"), strings.HasPrefix(w, "min"), w == "at least":
		return "at_least"
	}
	return "about"
}

func multiplier(word string) int64 {
	w := Fold(word)
	switch {
	case w == "":
		return 1
	case strings.HasPrefix(w, "milijard"):
		return multipliers["mr"]
	case strings.HasPrefix(w, "t"):
		return multipliers["t"]
	}
	return multipliers[w[:2]]
}

// cents converts exactly: more than two decimals are refused, unless a multiplier
// or an exponent uses them up.
func cents(number string, times int64, text string) (int64, error) {
	point := Unknown
	if times > 1 && strings.Count(number, ".") == 1 && !strings.Contains(number, ",") {
		point = Dot // 2.5 mio, 1.234 mio
	}
	if times == 1 && !strings.ContainsAny(number, "eE") && decimals(number) > 2 {
		return 0, misprint(text)
	}
	r, err := Number(number, point)
	if err != nil {
		return 0, err
	}
	if r.Sign() < 0 {
		return 0, Refuse("%q je negativno", "%q is negative", clip(text))
	}
	r.Mul(r, new(big.Rat).SetInt64(100*times))
	if !r.IsInt() {
		return 0, misprint(text)
	}
	if r.Num().Cmp(maxCents) > 0 {
		return 0, Refuse("%q je več kot tisoč milijard evrov", "%q is more than a thousand thousand million euros", clip(text))
	}
	return r.Num().Int64(), nil
}

func misprint(text string) error {
	return Refuse("%q ima dele centa; je to tiskarska napaka ali ločilo tisočic na napačnem mestu?",
		"%q has parts of a cent; is it a misprint, or a thousands separator in the wrong place?", clip(text))
}

// decimals counts the digits after a lone separator that does not group in threes.
func decimals(number string) int {
	s := spaces.Replace(number)
	if strings.Count(s, ".")+strings.Count(s, ",") != 1 || grouped(s, '.') {
		return 0
	}
	return len(s) - 1 - strings.IndexAny(s, ".,")
}

// PointAmount reads the plain number of a column whose decimals follow a point, where
// 1.234 is no thousand. ok is false for anything else.
func PointAmount(text string) (money Money, ok bool, err error) {
	r, err := Number(text, Dot)
	if err != nil {
		return Money{}, false, nil //nolint:nilerr // words around it: not for this function
	}
	s := spaces.Replace(strings.TrimSpace(text))
	r.Mul(r, big.NewRat(100, 1))
	switch places := len(s) - 1 - strings.LastIndexByte(s, '.'); {
	case r.Sign() < 0:
		return Money{}, true, Refuse("%q je negativno", "%q is negative", clip(text))
	case !r.IsInt(), strings.Contains(s, ".") && places > 2 && !strings.ContainsAny(s, "eE"):
		return Money{}, true, misprint(text)
	case r.Num().Cmp(maxCents) > 0:
		return Money{}, true, Refuse("%q je več kot tisoč milijard evrov", "%q is more than a thousand thousand million euros", clip(text))
	}
	return Money{Cents: r.Num().Int64(), Qualifier: "exact", Period: "once"}, true, nil
}

// RoundedAmount reads the number of a spreadsheet's numeric cell, which is binary
// and may carry noise beyond the cent.
func RoundedAmount(number string) (Money, error) {
	r, ok := new(big.Rat).SetString(number)
	if !ok || len(number) > maxDigits {
		return Money{}, Refuse("ni število", "not a number")
	}
	if r.Sign() < 0 {
		return Money{}, Refuse("%s je negativno", "%s is negative", number)
	}
	r.Mul(r, big.NewRat(100, 1)).Add(r, big.NewRat(1, 2))
	n := new(big.Int).Quo(r.Num(), r.Denom())
	if n.Cmp(maxCents) > 0 {
		return Money{}, Refuse("%s je več kot tisoč milijard evrov", "%s is more than a thousand thousand million euros", number)
	}
	return Money{Cents: n.Int64(), Qualifier: "exact", Period: "once"}, nil
}
