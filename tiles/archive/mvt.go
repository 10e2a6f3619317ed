package archive

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// layersOf reads a whole vector tile (Mapbox Vector Tile 2.1) without keeping anything of it, and returns the names of its
// layers. It says what is wrong with the first thing that is: this is the judge of tiles, not the one who draws them.
func layersOf(tile []byte) ([]string, error) {
	var names []string
	err := fields(tile, func(n protowire.Number, v value) error {
		if n != 3 {
			return nil
		}
		l := layer{}
		if err := l.read(v.bytes); err != nil {
			return err
		}
		for _, name := range names {
			if name == l.name {
				return fmt.Errorf("it has the layer “%s” twice", name)
			}
		}
		names = append(names, l.name)
		return nil
	})
	return names, err
}

// value is a field of a message: a number or bytes.
type value struct {
	kind   protowire.Type
	number uint64
	bytes  []byte
}

// fields goes over the fields of a message. Lengths are checked against the bytes that are left.
func fields(b []byte, do func(protowire.Number, value) error) error {
	for len(b) > 0 {
		n, kind, size := protowire.ConsumeTag(b)
		if size < 0 {
			return errors.New("a field has no readable tag")
		}
		b = b[size:]
		v := value{kind: kind}
		switch kind {
		case protowire.VarintType:
			v.number, size = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			v.bytes, size = protowire.ConsumeBytes(b)
		default:
			size = protowire.ConsumeFieldValue(n, kind, b)
		}
		if size < 0 {
			return fmt.Errorf("field %d reaches beyond the end", n)
		}
		b = b[size:]
		if err := do(n, v); err != nil {
			return err
		}
	}
	return nil
}

type layer struct {
	name         string
	version      uint64
	extent       uint64
	keys, values uint64
	features     [][]byte
}

func (l *layer) read(b []byte) error {
	l.extent = 4096
	err := fields(b, func(n protowire.Number, v value) error {
		switch n {
		case 1:
			l.name = string(v.bytes)
		case 2:
			l.features = append(l.features, v.bytes)
		case 3:
			l.keys++
			if !utf8.Valid(v.bytes) {
				return errors.New("the name of an attribute is no UTF-8")
			}
		case 4:
			l.values++
			return l.value(v.bytes)
		case 5:
			l.extent = v.number
		case 15:
			l.version = v.number
		}
		return nil
	})
	switch {
	case err != nil:
		return fmt.Errorf("layer “%.40s”: %w", l.name, err)
	case l.name == "" || !utf8.ValidString(l.name):
		return errors.New("a layer has no name")
	case l.version != 1 && l.version != 2:
		return fmt.Errorf("layer “%.40s” has version %d; known are 1 and 2", l.name, l.version)
	case l.extent == 0 || l.extent > 1<<20:
		return fmt.Errorf("layer “%.40s” has the extent %d", l.name, l.extent)
	case len(l.features) == 0:
		return fmt.Errorf("layer “%.40s” has no feature", l.name)
	}
	for i, f := range l.features {
		if err := l.feature(f); err != nil {
			return fmt.Errorf("layer “%.40s”, feature %d: %w", l.name, i, err)
		}
	}
	return nil
}

// value of an attribute: one of the seven kinds, strings in UTF-8.
func (l *layer) value(b []byte) error {
	known := 0
	err := fields(b, func(n protowire.Number, v value) error {
		if n == 1 && !utf8.Valid(v.bytes) {
			return errors.New("the text of an attribute is no UTF-8")
		}
		if n >= 1 && n <= 7 {
			known++
		}
		return nil
	})
	if err == nil && known != 1 {
		err = fmt.Errorf("an attribute has %d values", known)
	}
	return err
}

func (l *layer) feature(b []byte) error {
	var kind uint64
	var tags, geometry []byte
	err := fields(b, func(n protowire.Number, v value) error {
		switch n {
		case 2:
			tags = v.bytes
		case 3:
			kind = v.number
		case 4:
			geometry = v.bytes
		}
		return nil
	})
	if err != nil {
		return err
	}
	n := 0
	for ; len(tags) > 0; n++ {
		i, size := protowire.ConsumeVarint(tags)
		if size < 0 || (n%2 == 0 && i >= l.keys) || (n%2 == 1 && i >= l.values) {
			return errors.New("its attributes point at names or values that the layer does not have")
		}
		tags = tags[size:]
	}
	if n%2 != 0 {
		return errors.New("an attribute lacks its value")
	}
	if kind < 1 || kind > 3 {
		return fmt.Errorf("its type of geometry is %d; known are 1 to 3", kind)
	}
	return commands(geometry, kind)
}

// commands checks that geometry is made of the commands that its type has: points MoveTo; lines MoveTo, LineTo; areas also
// ClosePath. A count larger than what the bytes left can hold is refused.
func commands(b []byte, kind uint64) error {
	if len(b) == 0 {
		return errors.New("it has no geometry")
	}
	const moveTo, lineTo, closePath = 1, 2, 7
	next := uint64(moveTo)
	last := next
	for len(b) > 0 {
		c, size := protowire.ConsumeVarint(b)
		if size < 0 {
			return errors.New("its geometry is cut off")
		}
		b = b[size:]
		id, count := c&7, c>>3
		if id != next && (id != moveTo || kind == 3 || last == moveTo) {
			return fmt.Errorf("its geometry has the command %d where %d is expected", id, next)
		}
		if count == 0 || (id == closePath && count != 1) || (id == moveTo && kind != 1 && count != 1) || (id == lineTo && kind == 3 && count < 2) {
			return fmt.Errorf("its geometry has the command %d %d times", id, count)
		}
		if id != closePath {
			if count > uint64(len(b))/2 {
				return fmt.Errorf("its geometry claims %d positions but has only %d bytes left", count, len(b))
			}
			for range 2 * count {
				_, size := protowire.ConsumeVarint(b)
				if size < 0 {
					return errors.New("its geometry is cut off")
				}
				b = b[size:]
			}
		}
		last = id
		switch {
		case kind == 1 || id == closePath || (kind == 2 && id == lineTo):
			next = moveTo
		case id == moveTo:
			next = lineTo
		default:
			next = closePath
		}
	}
	if next != moveTo {
		return errors.New("its geometry ends in the middle")
	}
	if kind == 1 && last != moveTo {
		return errors.New("its geometry is no point")
	}
	return nil
}
