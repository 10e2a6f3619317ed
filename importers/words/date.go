package words

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	yearFirst = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.,+Z-]*)?$`)
	compact   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[./]\s*(\d{1,2})[./]\s*(\d{4})\.?(?:\s+[\d:.]+)?$`)
	dayMonth  = regexp.MustCompile(`^(\d{1,2})\.?\s*(\pL{3,})\.?\s*(\d{4})$`)
)

// months by the first three folded letters, Slovene and English alike.
var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "maj": 5, "may": 5, "jun": 6, "jul": 7,
	"avg": 8, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}

// Date reads a day as written in Slovenia: "15. 3. 2021", "15.3.2021", "15. marca
// 2021", and the ISO and register forms 2021-03-15, 2021/03/15, 20210315. The
// answer is a day in UTC. Years of two digits are refused.
func Date(text string) (time.Time, error) {
	text = strings.TrimSpace(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text))
	var year, day string
	var month time.Month
	if m := yearFirst.FindStringSubmatch(text); m != nil {
		year, month, day = m[1], number(m[2]), m[3]
	} else if m := compact.FindStringSubmatch(text); m != nil {
		year, month, day = m[1], number(m[2]), m[3]
	} else if m := dayFirst.FindStringSubmatch(text); m != nil {
		year, month, day = m[3], number(m[2]), m[1]
	} else if m := dayMonth.FindStringSubmatch(text); m != nil {
		year, day = m[3], m[1]
		if name := Fold(m[2]); len(name) >= 3 {
			month = months[name[:3]]
		}
	}
	y, _ := strconv.Atoi(year) // digits, by the patterns
	d, _ := strconv.Atoi(day)
	t := time.Date(y, month, d, 0, 0, 0, 0, time.UTC)
	if y < 1000 || month == 0 || t.Day() != d || t.Month() != month {
		return time.Time{}, Refuse("%q ni datum (sprejeto: 15. 3. 2021, 15.3.2021, 2021-03-15)", "%q is not a date (accepted: 15. 3. 2021, 15.3.2021, 2021-03-15)", clip(text))
	}
	return t, nil
}

func number(digits string) time.Month {
	n, _ := strconv.Atoi(digits)
	return time.Month(n)
}
