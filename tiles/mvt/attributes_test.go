package mvt_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kraj/tiles/mvt"
)

var attributeSeeds = []string{
	`{}`, ``, `null`, `[1]`, `{"a": 1}`, `{"name": "Šmarje čez Žabnico", "code": ""}`, `{"a": null, "b": [1, {"c": "]}"}], "d": {"e": "\\\""}, "f": true, "g": false}`,
	`{"n": 9007199254740993, "m": -9007199254740993, "u": 18446744073709551615, "o": 18446744073709551616, "i": -9223372036854775808, "j": -9223372036854775809}`,
	`{"x": 1234567.89, "y": -0.1, "z": 1.0, "w": 4500.50, "v": 0, "e": 1e3, "E": 1e999, "t": 0.1000000000000000055511151231257827, "l": 123456789012345678901234567890}`,
	`{"q": "a\"b\\c\/d\b\f\n\r\t\u0001\u010d\ud83d\ude00"}`, `{"bad": "\ud83d", "worse": "\ud83d\u0041"}`, `{"a": tru}`, `{"a": -}`, `{"a" 1}`, `{"a": "`, `{"a": [}`, `{"a": 1,}`,
}

func attributes(t *testing.T, props string) map[string]any {
	t.Helper()
	body, err := encode(mvt.Feature{ID: 1, Geometry: binary(t, move(orb.Point{5, 5})), Props: []byte(props)})
	if err != nil {
		t.Fatal(err)
	}
	return drawn(t, body).Features[0].Properties
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Žlebič ", 100_000)
	for props, want := range map[string]map[string]any{
		`{"a": "Šmarje čez Žabnico", "b": true, "c": false, "d": null}`:   {"a": "Šmarje čez Žabnico", "b": true, "c": false},
		`{"list": [1, "]", {"x": 2}], "object": {"y": "}"}, "after": 1}`:  {"after": 1.0},
		`{"q": "a\"b\\c\/d\b\f\n\r\t\u0001\u010d\ud83d\ude00", "z": "€"}`: {"q": "a\"b\\c/d\b\f\n\r\t\x01č😀", "z": "€"},
		`{"x": 1234567.89, "y": -0.1, "z": 1.0, "big": 1e999, "s": ""}`:   {"x": 1234567.89, "y": -0.1, "z": 1.0, "s": ""},
		fmt.Sprintf(`{"long": "%s"}`, long):                               {"long": long},
		`{"half": "\ud83d!"}`:                                             {"half": "\ufffd!"},
		``:                                                                {}, `[]`: {}, `{}`: {}, `{"a": 1, "b": `: {"a": 1.0},
	} {
		if got := attributes(t, props); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%.80s: %.200v, want %.200v", props, got, want)
		}
	}
}

// Whole numbers are exact up to 64 bits: looked at in the bytes, because decoders make doubles of them.
func TestLargeNumbers(t *testing.T) {
	t.Parallel()
	varint := func(v uint64) (b []byte) {
		for ; v >= 0x80; v >>= 7 {
			b = append(b, byte(v)|0x80)
		}
		return append(b, byte(v))
	}
	for _, c := range []struct {
		text string
		want []byte
	}{
		{"9007199254740993", append([]byte{5 << 3}, varint(1<<53+1)...)},
		{"-9007199254740993", append([]byte{6 << 3}, varint(2*(1<<53+1)-1)...)},
		{"9223372036854775808", append([]byte{5 << 3}, varint(1<<63)...)},
		{"18446744073709551615", append([]byte{5 << 3}, varint(math.MaxUint64)...)},
		{"-9223372036854775808", append([]byte{6 << 3}, varint(math.MaxUint64)...)},
		{"4500.00", append([]byte{5 << 3}, varint(4500)...)},
		{"18446744073709551616", []byte{3<<3 | 1, 0, 0, 0, 0, 0, 0, 0xf0, 0x43}},
	} {
		body, err := encode(mvt.Feature{ID: 1, Geometry: binary(t, move(orb.Point{5, 5})), Props: []byte(`{"n": ` + c.text + `}`)})
		if err != nil {
			t.Fatal(err)
		}
		if value := append([]byte{4<<3 | 2, byte(len(c.want))}, c.want...); !bytes.Contains(body, value) {
			t.Errorf("%s: %x does not hold %x", c.text, body, value)
		}
	}
}

// Equal values are written once, whatever features carry them; different ones of one text are not the same.
func TestValuesAreShared(t *testing.T) {
	t.Parallel()
	var list []mvt.Feature
	for i := range 5000 {
		props, _ := json.Marshal(map[string]any{"kind": "obnova ceste", "n": i % 1000, "text": fmt.Sprint(i % 1000), "yes": true})
		list = append(list, mvt.Feature{ID: int64(i), Geometry: binary(t, move(orb.Point{float64(i % 64), float64(i / 64)})), Props: props})
	}
	body, err := encode(list...)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(body, []byte("obnova ceste")); n != 1 {
		t.Errorf("the same words %d times", n)
	}
	for i, f := range drawn(t, body).Features {
		if f.ID != float64(i) || f.Properties["n"] != float64(i%1000) || f.Properties["text"] != fmt.Sprint(i%1000) || f.Properties["yes"] != true {
			t.Fatalf("%d: %v %v", i, f.ID, f.Properties)
		}
	}
}
