package mvt

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads JSON from the front, forgivingly: what it reads was written by PostgreSQL.
type scanner struct{ rest []byte }

// next is the next byte that is no space, left where it is; 0 at the end.
func (s *scanner) next() byte {
	for i, c := range s.rest {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			s.rest = s.rest[i:]
			return c
		}
	}
	s.rest = nil
	return 0
}

// take passes over a byte if it is next.
func (s *scanner) take(c byte) bool {
	if s.next() != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *scanner) word(w string) bool {
	if len(s.rest) < len(w) || string(s.rest[:len(w)]) != w {
		return false
	}
	s.rest = s.rest[len(w):]
	return true
}

// text reads a string that begins here. One without escapes is part of what is read; another is written into scratch.
func (s *scanner) text(scratch *[]byte) ([]byte, bool) {
	b := s.rest[1:]
	end := bytes.IndexByte(b, '"')
	if end < 0 {
		return nil, false
	}
	if plain := b[:end]; bytes.IndexByte(plain, '\\') < 0 {
		s.rest = b[end+1:]
		return plain, true
	}
	out := (*scratch)[:0]
	for i := 0; i < len(b); {
		switch c := b[i]; c {
		case '"':
			s.rest, *scratch = b[i+1:], out
			return out, true
		case '\\':
			var n int
			if out, n = unescape(out, b[i:]); n == 0 {
				return nil, false
			}
			i += n
		default:
			out = append(out, c)
			i++
		}
	}
	return nil, false
}

// unescape appends what an escape at the front of b means and tells how long it is; 0: it is none.
func unescape(out, b []byte) ([]byte, int) {
	if len(b) < 2 {
		return out, 0
	}
	switch c := b[1]; c {
	case '"', '\\', '/':
		return append(out, c), 2
	case 'b':
		return append(out, '\b'), 2
	case 'f':
		return append(out, '\f'), 2
	case 'n':
		return append(out, '\n'), 2
	case 'r':
		return append(out, '\r'), 2
	case 't':
		return append(out, '\t'), 2
	case 'u':
		first, ok := hex4(b)
		if !ok {
			return out, 0
		}
		if utf16.IsSurrogate(first) {
			if second, ok := hex4(b[6:]); ok {
				if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
					return utf8.AppendRune(out, r), 12
				}
			}
		}
		return utf8.AppendRune(out, first), 6
	}
	return out, 0
}

// hex4 reads \uXXXX.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// number takes the bytes of a number.
func (s *scanner) number() []byte {
	n := 0
	for n < len(s.rest) {
		switch c := s.rest[n]; {
		case '0' <= c && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
			n++
			continue
		}
		break
	}
	number := s.rest[:n]
	s.rest = s.rest[n:]
	if n == 1 && number[0] == '-' {
		return nil
	}
	return number
}

// pass passes over a list or an object.
func (s *scanner) pass() bool {
	depth := 0
	for i := 0; i < len(s.rest); i++ {
		switch s.rest[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				s.rest = s.rest[i+1:]
				return true
			}
		case '"':
			for i++; i < len(s.rest) && s.rest[i] != '"'; i++ {
				if s.rest[i] == '\\' {
					i++
				}
			}
		}
	}
	return false
}
