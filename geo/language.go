package geo

import (
	"strconv"
	"time"
)

// Language writes numbers, money and dates as its people do, with no-break spaces.
type Language string

// The two languages of kraj.
const (
	Slovene Language = "sl"
	English Language = "en"
)

// Of chooses a text.
func (l Language) Of(t Text) string {
	if l == English {
		return t.EN
	}
	return t.SL
}

// Int writes 57.138 or 57,138.
func (l Language) Int(n int64) string {
	if l == English {
		return enInt(n)
	}
	return slInt(n)
}

// Number writes so many decimals: 0,65 or 0.65.
func (l Language) Number(v float64, decimals int) string {
	if l == English {
		return enNumber(v, decimals)
	}
	return slNumber(v, decimals)
}

// Euro writes cents in full: 1.234.567,89 € or €1,234,567.89.
func (l Language) Euro(cents int64) string {
	if l == English {
		return enEuro(cents)
	}
	return slEuro(cents)
}

// Percent writes a share with one decimal: 74,7 % or 74.7%.
func (l Language) Percent(share float64) string {
	if l == English {
		return enPercent(share)
	}
	return slPercent(share)
}

// Date writes a day: 15. 3. 2021 or 15 March 2021.
func (l Language) Date(day time.Time) string {
	if l == English {
		return strconv.Itoa(day.Day()) + nbsp + day.Month().String() + nbsp + strconv.Itoa(day.Year())
	}
	return strconv.Itoa(day.Day()) + "." + nbsp + strconv.Itoa(int(day.Month())) + "." + nbsp + strconv.Itoa(day.Year())
}

// ISODate writes a day that comes as 2021-03-15; anything else comes back as it is.
func (l Language) ISODate(text string) string {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return l.Date(day)
}

// Moment writes when something was, by the clock of Slovenia.
func (l Language) Moment(at time.Time) string {
	here := at.In(slovenia())
	if l == English {
		return l.Date(here) + ", " + here.Format("15:04")
	}
	return l.Date(here) + " ob " + here.Format("15.04")
}

// Plural chooses the form of a noun after n: Slovene has four, English uses the first
// and the last.
func (l Language) Plural(n int, one, two, few, many string) string {
	if l == English {
		return enPlural(n, one, many)
	}
	return slPlural(n, one, two, few, many)
}

// Word is what a key of a fixed vocabulary is called: by is status, horizon, source …
func Word(by, key string) Text { return groupName(by, &key, Text{}) }
