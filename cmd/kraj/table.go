package main

import (
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// printTable writes rows in columns; the first row is the heading. right says
// which columns hold figures.
func (p *program) printTable(rows [][]string, right func(column int) bool) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i > 0 {
				b.WriteString("  ")
			}
			if right != nil && right(i) {
				b.WriteString(pad + cell)
			} else {
				b.WriteString(cell + pad)
			}
		}
		p.printf("%s\n", strings.TrimRight(b.String(), " "))
	}
}

// lang is the language of names and sentences out of the data: Slovene where the
// system speaks it, else English.
func (p *program) lang() string {
	for _, key := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		for _, kv := range p.environ {
			if value, ok := strings.CutPrefix(kv, key+"="); ok && value != "" {
				if strings.HasPrefix(value, "sl") {
					return "sl"
				}
				return "en"
			}
		}
	}
	return "en"
}

// euros writes cents with grouped thousands: 1,234,567.89 or 1.234.567,89.
func euros(cents *int64, lang string) string {
	if cents == nil {
		return "–"
	}
	group, decimal := ",", "."
	if lang == "sl" {
		group, decimal = ".", ","
	}
	v, sign := *cents, ""
	if v < 0 {
		v, sign = -v, "-"
	}
	whole := strconv.FormatInt(v/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	fraction := strconv.FormatInt(100+v%100, 10)[1:]
	return sign + whole + decimal + fraction
}

// systemUser is who is recorded as the author of changes made here.
func (p *program) systemUser() string {
	for _, key := range []string{"SUDO_USER", "USER", "LOGNAME"} {
		if name := os.Getenv(key); name != "" {
			return name
		}
	}
	return "kraj"
}
