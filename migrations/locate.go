package migrations

import (
	"strings"
	"unicode/utf8"
)

// lineOf turns the server's position (in characters, from 1) into a line number.
func lineOf(sql string, position int) int {
	line := 1
	for i, r := range []rune(sql) {
		if i+1 >= position {
			break
		}
		if r == '\n' {
			line++
		}
	}
	return line
}

// statementLine is the line on which the statement with this index (from 0)
// begins. It serves only error messages: most errors of DDL carry no position,
// but the number of statements that succeeded before is known.
func statementLine(sql string, index int) int {
	start := 0
	for n := 0; ; n++ {
		start += skipBlank(sql[start:])
		end := start + statementEnd(sql[start:])
		if n == index || end >= len(sql) {
			return 1 + strings.Count(sql[:start], "\n")
		}
		start = end
	}
}

// skipBlank is the length of the white space, comments and stray semicolons
// before the next statement.
func skipBlank(s string) int {
	i := 0
	for i < len(s) {
		switch {
		case strings.ContainsRune(" \t\r\n;", rune(s[i])):
			i++
		case strings.HasPrefix(s[i:], "--"), strings.HasPrefix(s[i:], "/*"):
			i += tokenLength(s[i:])
		default:
			return i
		}
	}
	return i
}

// statementEnd is the offset behind the semicolon that ends the first statement.
func statementEnd(s string) int {
	for i := 0; i < len(s); {
		if s[i] == ';' {
			return i + 1
		}
		i += tokenLength(s[i:])
	}
	return len(s)
}

// tokenLength is the length of what must be skipped as one piece: a comment, a
// quoted string, a dollar-quoted body, or else one character.
func tokenLength(s string) int {
	switch {
	case strings.HasPrefix(s, "--"):
		return until(s, "\n", 2)
	case strings.HasPrefix(s, "/*"):
		return until(s, "*/", 2)
	case s[0] == '\'':
		return until(s, "'", 1)
	case s[0] == '"':
		return until(s, `"`, 1)
	case s[0] == '$':
		if tag := dollarTag(s); tag != "" {
			return until(s, tag, len(tag))
		}
	}
	_, size := utf8.DecodeRuneInString(s)
	return size
}

// until is the length up to and with the closing mark, searched from offset from.
func until(s, mark string, from int) int {
	if i := strings.Index(s[from:], mark); i >= 0 {
		return from + i + len(mark)
	}
	return len(s)
}

// dollarTag returns $$ or $tag$ at the start of s, or nothing.
func dollarTag(s string) string {
	for i := 1; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '$':
			return s[:i+1]
		case c == '_', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', i > 1 && c >= '0' && c <= '9':
		default:
			return ""
		}
	}
	return ""
}
