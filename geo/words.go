package geo

import (
	"math"
	"strconv"
	"strings"
)

// Numbers and plurals in sentences: Slovene 1.234.567,89 € and 74,7 %, English
// €1,234,567.89 and 74.7%, with no-break spaces so that a unit never starts a line.
const nbsp = "\u00a0"

// slPlural chooses among the four forms of Slovene: 1 projekt, 2 projekta,
// 3 or 4 projekti, 5 projektov; 101 counts like 1.
func slPlural(n int, one, two, few, many string) string {
	switch n % 100 {
	case 1:
		return one
	case 2:
		return two
	case 3, 4:
		return few
	}
	return many
}

func enPlural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// grouped writes an integer with a separator for thousands.
func grouped(n int64, separator string) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	var parts []string
	for len(digits) > 3 {
		parts = append([]string{digits[len(digits)-3:]}, parts...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, parts...), separator)
}

func slInt(n int64) string { return grouped(n, ".") }
func enInt(n int64) string { return grouped(n, ",") }

// cents splits an amount into whole euros and its two digits.
func cents(amount int64) (sign string, euros int64, rest string) {
	if amount < 0 {
		sign, amount = "−", -amount
	}
	rest = strconv.FormatInt(amount%100, 10)
	if len(rest) == 1 {
		rest = "0" + rest
	}
	return sign, amount / 100, rest
}

func slEuro(amount int64) string {
	sign, euros, rest := cents(amount)
	return sign + slInt(euros) + "," + rest + nbsp + "€"
}

func enEuro(amount int64) string {
	sign, euros, rest := cents(amount)
	return sign + "€" + enInt(euros) + "." + rest
}

// slNumber and enNumber write a measure with so many decimals.
func slNumber(v float64, decimals int) string {
	return separated(v, decimals, ".", ",")
}

func enNumber(v float64, decimals int) string {
	return separated(v, decimals, ",", ".")
}

func separated(v float64, decimals int, thousands, point string) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, found := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return text
	}
	out := grouped(n, thousands)
	if found {
		out += point + fraction
	}
	if v < 0 {
		out = "−" + out
	}
	return out
}

func slPercent(share float64) string { return slNumber(share*100, 1) + nbsp + "%" }
func enPercent(share float64) string { return enNumber(share*100, 1) + "%" }

// enumerateWords joins a, b and c.
func enumerateWords(list []string, and string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + and + list[len(list)-1]
}
