package web

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gorilla/mux"

	"kraj/geo"
)

// params reads a request's query strictly: a name that is not accepted is an
// error that says what is, and so is a name given twice. The first error is kept
// until Err, so that handlers read their values in one go.
type params struct {
	values url.Values
	err    error
}

const badParameter = "Bad parameter"

func readParams(r *http.Request, accepted ...string) *params {
	p := &params{}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		p.fail("the query cannot be read: write name=value pairs separated by &, percent-encoded")
		return p
	}
	p.values = values
	for _, name := range slices.Sorted(keys(values)) {
		if !slices.Contains(accepted, name) {
			p.fail("unknown parameter %q; accepted: %s", name, orNone(accepted))
		}
		if len(values[name]) > 1 {
			p.fail("parameter %q is given %d times; give it once (lists are separated by commas)", name, len(values[name]))
		}
		if !cleanText(values.Get(name)) {
			p.fail("parameter %q is not clean UTF-8 text", name)
		}
	}
	return p
}

func keys(v url.Values) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range v {
			if !yield(name) {
				return
			}
		}
	}
}

func orNone(accepted []string) string {
	if len(accepted) == 0 {
		return "none"
	}
	return strings.Join(accepted, ", ")
}

// cleanText refuses what PostgreSQL cannot store in a text.
func cleanText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func (p *params) fail(format string, args ...any) {
	if p.err == nil {
		p.err = geo.Errorf(geo.Invalid, badParameter, format, args...)
	}
}

// Err is the first thing wrong with what has been read so far.
func (p *params) Err() error { return p.err }

// Has reports whether the parameter is given, even if empty.
func (p *params) Has(name string) bool { return p.values.Has(name) }

// Text returns the value without spaces at its ends.
func (p *params) Text(name string) string { return strings.TrimSpace(p.values.Get(name)) }

// List splits at commas; empty parts do not count. nil when there is nothing. A comma that belongs to a value has a backslash
// before it, and so has a backslash: names of holders have commas.
func (p *params) List(name string) []string {
	var list []string
	var part strings.Builder
	add := func() {
		if text := strings.TrimSpace(part.String()); text != "" {
			list = append(list, text)
		}
		part.Reset()
	}
	escaped := false
	for _, c := range p.values.Get(name) {
		switch {
		case escaped:
			part.WriteRune(c)
			escaped = false
		case c == '\\':
			escaped = true
		case c == ',':
			add()
		default:
			part.WriteRune(c)
		}
	}
	add()
	return list
}

// Words is a List of which each must be one of the accepted.
func (p *params) Words(name string, accepted ...string) []string {
	list := p.List(name)
	for _, word := range list {
		if !slices.Contains(accepted, word) {
			p.fail("%s=%q is not known; accepted: %s", name, word, strings.Join(accepted, ", "))
		}
	}
	return list
}

// Word is one of the accepted; the first of them when nothing is given.
func (p *params) Word(name string, accepted ...string) string {
	word := p.Text(name)
	if word == "" && !p.Has(name) {
		return accepted[0]
	}
	if !slices.Contains(accepted, word) {
		p.fail("%s=%q is not known; accepted: %s", name, word, strings.Join(accepted, ", "))
	}
	return word
}

// Int is a whole number between low and high.
func (p *params) Int(name string, fallback, low, high int) int {
	if !p.Has(name) {
		return fallback
	}
	n, err := strconv.Atoi(p.Text(name))
	if err != nil || n < low || n > high {
		p.fail("%s=%q must be a whole number from %d to %d", name, p.values.Get(name), low, high)
		return fallback
	}
	return n
}

// Float is a number between low and high.
func (p *params) Float(name string, fallback, low, high float64) float64 {
	if !p.Has(name) {
		return fallback
	}
	f, ok := number(p.Text(name))
	if !ok || f < low || f > high {
		p.fail("%s=%q must be a number from %v to %v, with a decimal point", name, p.values.Get(name), low, high)
		return fallback
	}
	return f
}

func number(text string) (float64, bool) {
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// Bool is true or false, 1 or 0; nil when nothing is given.
func (p *params) Bool(name string) *bool {
	if !p.Has(name) {
		return nil
	}
	var v bool
	switch p.Text(name) {
	case "true", "1":
		v = true
	case "false", "0":
	default:
		p.fail("%s=%q must be true or false", name, p.values.Get(name))
	}
	return &v
}

// pathValue returns a part of the address, decoded; "" when it is not text.
func pathValue(r *http.Request, name string) string {
	value, err := url.PathUnescape(mux.Vars(r)[name])
	if err != nil || !cleanText(value) {
		return ""
	}
	return value
}
