package tiles

import (
	"strconv"
	"strings"

	"kraj/geo"
)

// MaxZoom is the deepest zoom that is rendered; clients enlarge it beyond. At 15 one unit of a tile is 0.2 m on the
// ground, finer than any of the sources.
const MaxZoom = 15

// maxLayers bounds what one request may ask for; a catalog seldom has half as many.
const maxLayers = 64

// Address names a tile: some layers at a place of the Web Mercator pyramid (EPSG:3857, XYZ: y grows southwards).
type Address struct {
	Layers  []string // in the order asked for, none twice
	Z, X, Y int
}

// isLayerName: a lowercase letter, then 1 to 40 lowercase letters, digits, underscores. Asked for each tile, so not a pattern.
func isLayerName(s string) bool {
	if len(s) < 2 || len(s) > 41 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_':
		default:
			return false
		}
	}
	return true
}

// ParseAddress reads the parts of /tiles/{layers}/{z}/{x}/{y}.mvt. It knows the pyramid but not the layers: those
// are the Catalog's. Every error is a geo.Error of kind NotFound.
func ParseAddress(layers, z, x, y string) (Address, error) {
	var a Address
	var err error
	if a.Layers, err = ParseLayers(layers); err != nil {
		return Address{}, err
	}
	if a.Z, err = number(z, MaxZoom+1); err != nil {
		return Address{}, outside("the zoom %q is not a number from 0 to %d", clip(z), MaxZoom)
	}
	if a.X, err = number(x, 1<<a.Z); err != nil {
		return Address{}, outside("the column %q is not a number from 0 to %d, as zoom %d has", clip(x), 1<<a.Z-1, a.Z)
	}
	if a.Y, err = number(y, 1<<a.Z); err != nil {
		return Address{}, outside("the row %q is not a number from 0 to %d, as zoom %d has", clip(y), 1<<a.Z-1, a.Z)
	}
	return a, nil
}

// ParseLayers reads a list "settlements,projects". Naming a layer twice is an error, as it would draw it twice.
func ParseLayers(list string) ([]string, error) {
	names := strings.Split(list, ",")
	if len(names) > maxLayers {
		return nil, outside("a tile has at most %d layers", maxLayers)
	}
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		if !isLayerName(name) {
			return nil, outside("%q is not the name of a layer", clip(name))
		}
		if seen[name] {
			return nil, outside("the layer %q is named twice", name)
		}
		seen[name] = true
	}
	return names, nil
}

// String is the address as a path, without a leading slash or an extension.
func (a Address) String() string {
	return strings.Join(a.Layers, ",") + "/" + strconv.Itoa(a.Z) + "/" + strconv.Itoa(a.X) + "/" + strconv.Itoa(a.Y)
}

// number reads a plain decimal below limit: no sign, no leading zero, so that every tile has one address.
func number(s string, limit int) (int, error) {
	if s == "" || len(s) > 9 || (s[0] == '0' && len(s) > 1) {
		return 0, strconv.ErrSyntax
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, strconv.ErrSyntax
		}
	}
	n, err := strconv.Atoi(s)
	if err == nil && n >= limit {
		return 0, strconv.ErrRange
	}
	return n, err
}

func outside(format string, args ...any) error {
	return geo.Errorf(geo.NotFound, "No such tile", format, args...)
}

// clip shortens what a stranger wrote before it is repeated to them.
func clip(s string) string {
	const enough = 40
	if len(s) <= enough {
		return s
	}
	return strings.ToValidUTF8(s[:enough], "") + "…"
}
