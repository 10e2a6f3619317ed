package mvt

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math"
	"strconv"
)

// table numbers values, equal ones once. It keeps them as the tile writes them.
type table struct {
	written []byte // all values, each a field of the layer's message
	values  []span
	slots   []uint32 // a hash table of numbers + 1; 0 is free
}

type span struct{ from, to uint32 }

var seed = maphash.MakeSeed()

func (t *table) reset() {
	t.written, t.values = t.written[:0], t.values[:0]
	clear(t.slots)
}

// number finds a value among those there are, or adds it.
func (t *table) number(value []byte) uint32 {
	if 4*len(t.values) >= 3*len(t.slots) {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	for at := maphash.Bytes(seed, value) & mask; ; at = (at + 1) & mask {
		n := t.slots[at]
		if n == 0 {
			t.slots[at] = uint32(len(t.values)) + 1
			return t.add(value)
		}
		if bytes.Equal(t.value(n-1), value) {
			return n - 1
		}
	}
}

func (t *table) add(value []byte) uint32 {
	t.written = append(t.written, tagValue)
	t.written = appendVarint(t.written, uint64(len(value)))
	from := uint32(len(t.written))
	t.written = append(t.written, value...)
	t.values = append(t.values, span{from, uint32(len(t.written))})
	return uint32(len(t.values)) - 1
}

func (t *table) value(n uint32) []byte { s := t.values[n]; return t.written[s.from:s.to] }

func (t *table) grow() {
	t.slots = make([]uint32, max(256, 2*len(t.slots)))
	mask := uint64(len(t.slots) - 1)
	for n := range t.values {
		at := maphash.Bytes(seed, t.value(uint32(n))) & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = uint32(n) + 1
	}
}

// names numbers the few keys of a layer.
type names struct{ list [][]byte }

// number finds a key, first where the last feature had it, or adds it.
func (k *names) number(name []byte, guess int) uint32 {
	if guess < len(k.list) && bytes.Equal(k.list[guess], name) {
		return uint32(guess)
	}
	for i, known := range k.list {
		if bytes.Equal(known, name) {
			return uint32(i)
		}
	}
	if len(k.list) < cap(k.list) { // there may be room from another tile
		k.list = k.list[:len(k.list)+1]
		last := &k.list[len(k.list)-1]
		*last = append((*last)[:0], name...)
	} else {
		k.list = append(k.list, bytes.Clone(name))
	}
	return uint32(len(k.list)) - 1
}

// attributes reads the members of a JSON object, as PostgreSQL writes jsonb, and appends the numbers of keys and values to tags. A
// member that is null, a list or an object has no value in a tile. What is no JSON ends the reading.
func (l *Layer) attributes(tags, props []byte) []byte {
	s := scanner{rest: props}
	if !s.take('{') {
		return tags
	}
	for guess := 0; s.next() == '"'; {
		name, ok := s.text(&l.scratchKey)
		if !ok || !s.take(':') {
			return tags
		}
		value, ok := s.value(l.scratchValue[:0], &l.scratchText)
		if !ok {
			return tags
		}
		if len(value) > 0 {
			l.scratchValue = value
			key := l.keys.number(name, guess)
			guess = int(key) + 1
			tags = appendVarint(tags, uint64(key))
			tags = appendVarint(tags, uint64(l.values.number(value)))
		}
		if !s.take(',') {
			return tags
		}
	}
	return tags
}

// value appends the next value as a message of the specification; nothing for one that tiles have no word for.
func (s *scanner) value(out []byte, text *[]byte) ([]byte, bool) {
	switch c := s.next(); c {
	case '"':
		t, ok := s.text(text)
		return appendBytes(out, tagString, t), ok
	case 't':
		return append(out, tagBool, 1), s.word("true")
	case 'f':
		return append(out, tagBool, 0), s.word("false")
	case 'n':
		return out, s.word("null")
	case '{', '[':
		return out, s.pass()
	default:
		number := s.number()
		if len(number) == 0 {
			return out, false
		}
		return appendNumber(out, number), true
	}
}

// appendNumber writes whole numbers of up to 64 bits as such, others as the nearest double.
func appendNumber(out, number []byte) []byte {
	digits := number
	negative := digits[0] == '-'
	if negative {
		digits = digits[1:]
	}
	n, decimals, exact := decimal(digits)
	switch {
	case exact && decimals == 0 && !negative:
		return appendVarint(append(out, tagUint), n)
	case exact && decimals == 0 && n <= 1<<63:
		v := -int64(n) // also of 1<<63, which is its own negative
		return appendVarint(append(out, tagSint), uint64(v<<1)^uint64(v>>63))
	}
	var v float64
	if exact && n < 1<<53 && decimals < len(tens) {
		v = float64(n) / tens[decimals] // both are exact, so the quotient is the nearest
		if negative {
			v = -v
		}
	} else {
		var err error
		if v, err = strconv.ParseFloat(string(number), 64); err != nil || math.IsInf(v, 0) {
			return out
		}
	}
	return binary.LittleEndian.AppendUint64(append(out, tagDouble), math.Float64bits(v))
}

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// decimal reads digits with perhaps a point among them: n / 10^decimals, without zeros at the end. Not exact: another notation, or more
// than 64 bits.
func decimal(digits []byte) (n uint64, decimals int, exact bool) {
	point := bytes.IndexByte(digits, '.')
	if point >= 0 {
		digits = bytes.TrimRight(digits, "0")
		decimals = len(digits) - point - 1
	}
	if len(digits) == 0 {
		return 0, 0, false
	}
	for i, c := range digits {
		if i == point {
			continue
		}
		if c < '0' || c > '9' || n > (math.MaxUint64-uint64(c-'0'))/10 {
			return 0, 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, decimals, true
}
