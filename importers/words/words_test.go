package words

import (
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestAmount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Money{
		"1.234.567,89 €":        {123456789, "exact", "once", 0},
		"1.234.567,89\u00a0EUR": {123456789, "exact", "once", 0},
		"1 234 567,89":          {123456789, "exact", "once", 0},
		"1,234,567.89":          {123456789, "exact", "once", 0},
		"2.000 EUR letno":       {200000, "exact", "yearly", 0},
		"5.000 EUR na 3 leta":   {500000, "exact", "per_n_years", 3},
		"vsaj 10.000":           {1000000, "at_least", "once", 0},
		"okvirno 20.000":        {2000000, "about", "once", 0},
		"cca. 2,5 mio EUR":      {250000000, "about", "once", 0},
		"2.5 mio €":             {250000000, "exact", "once", 0},
		"1,2 milijarde evrov":   {120000000000, "exact", "once", 0},
		"15 tisoč":              {1500000, "exact", "once", 0},
		"€ 12,5":                {1250, "exact", "once", 0},
		"0,00":                  {0, "exact", "once", 0},
		"1.000,- EUR":           {100000, "exact", "once", 0},
		"1000":                  {100000, "exact", "once", 0},
		"12.50":                 {1250, "exact", "once", 0},
	} {
		if got, err := Amount(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "10.0000 EUR", "1.23.4", "12,345,6", "-5", "okvirno", "NP", "1,234", "99999999999999999999", "do 5.000 EUR ali več", "1.234,567", "5 na 0 let"} {
		if got, err := Amount(text); err == nil {
			t.Errorf("%q was read as %+v", text, got)
		}
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		point Point
		want  string // "" for an error
	}{
		{"46,22713", Unknown, "46.22713"},
		{"46.22713", Unknown, "46.22713"},
		{"1.234", Unknown, "1234"},
		{"1.234", Comma, "1234"},
		{"1.234", Dot, "1.234"},
		{"1,234", Dot, "1234"},
		{"1,234", Unknown, "1.234"},
		{"0.123", Unknown, "0.123"},
		{"-1.234.567,5", Unknown, "-1234567.5"},
		{"2.618457732E7", Dot, "26184577.32"},
		{"1.23.456", Unknown, ""},
		{"1,2,3", Unknown, ""},
		{"", Unknown, ""},
		{"abc", Unknown, ""},
		{"1e999999999", Dot, ""},
		{"245.35", Comma, "245.35"},
	} {
		got, err := Number(c.text, c.point)
		if c.want == "" {
			if err == nil {
				t.Errorf("%q was read as %s", c.text, got)
			}
			continue
		}
		want, _ := new(big.Rat).SetString(c.want)
		if err != nil || got.Cmp(want) != 0 {
			t.Errorf("%q: %v, %v; want %s", c.text, got, err, c.want)
		}
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	want := time.Date(2021, 3, 15, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{"15. 3. 2021", "15.3.2021", "15.03.2021", "15.\u00a03.\u00a02021", "2021-03-15", "2021/03/15", "20210315", "15. marec 2021", "15. marca 2021", "15 mar 2021", "2021-03-15T12:30:00Z", "15/3/2021"} {
		if got, err := Date(text); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "2021", "31. 2. 2021", "15.3.21", "3. 2021", "32.1.2021", "15. 13. 2021", "jutri", "15. 2021"} {
		if got, err := Date(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"status", "V pripravi", "preparation"},
		{"status", "realizirano", "realised"},
		{"status", "not_realised", "not_realised"},
		{"plan_state", "OPPN sprejet", "adopted"},
		{"plan_state", "izdelava", "in_preparation"},
		{"plan_state", "preveritve", "considered"},
		{"horizon", "do leta 2035", "2035"},
		{"horizon", "2030+2035", "2030+2035"},
		{"responsible", "RS", "state"},
	} {
		if got, err := Key(c[0], c[1]); err != nil || got != c[2] {
			t.Errorf("%s %q: %q, %v; want %q", c[0], c[1], got, err, c[2])
		}
	}
	_, err := Key("status", "OPPN sprejet")
	if err == nil || !strings.Contains(Reason(err).SL, "realised (realiziran)") {
		t.Errorf("an unknown word: %v", err)
	}
	for column, choices := range lists {
		seen := map[string]string{}
		for _, c := range choices {
			for _, w := range append(c.words, c.key) {
				if other, ok := seen[Fold(w)]; ok && other != c.key {
					t.Errorf("%s: %q means %s and %s", column, w, other, c.key)
				}
				seen[Fold(w)] = c.key
			}
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"  Čadovlje pri  Tržiču ": "cadovlje pri trziču", "NA_UIME": "na uime", "Breg–Mavčiče": "breg mavcice", "Đ. Š. Ž": "d s z", "…": "",
	} {
		want = strings.ReplaceAll(want, "č", "c")
		if got := Fold(text); got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
}

// An amount that is read has a reading that a person would agree with: writing it
// again gives the same.
func FuzzAmount(f *testing.F) {
	for _, s := range []string{"1.234.567,89 €", "2.000 EUR letno", "5.000 EUR na 3 leta", "vsaj 10.000", "10.0000 EUR", "2,5 mio", "1e3", "−5", "\u00a01\u202f000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := Amount(s)
		if err != nil {
			if utf8.ValidString(s) && Reason(err).SL == "" {
				t.Errorf("%q: no reason", s)
			}
			return
		}
		if m.Cents < 0 || (m.Period == "per_n_years") != (m.PeriodYears > 0) {
			t.Errorf("%q: %+v", s, m)
		}
		again, err := Amount(new(big.Rat).SetFrac64(m.Cents, 100).FloatString(2))
		if err != nil || again.Cents != m.Cents {
			t.Errorf("%q: %+v, written again %+v, %v", s, m, again, err)
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1.234,5", "1,234.5", "1e-7", "-0", "46,22713", "1.2.3", "'1'000"} {
		f.Add(s, byte(0))
		f.Add(s, byte('.'))
		f.Add(s, byte(','))
	}
	f.Fuzz(func(t *testing.T, s string, point byte) {
		if point != 0 && point != '.' && point != ',' {
			point = 0
		}
		r, err := Number(s, Point(point))
		if err == nil && (r == nil || len(r.FloatString(3)) > 1100) {
			t.Errorf("%q: %v", s, r)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"15. 3. 2021", "2021/03/15", "20210315", "15. marca 2021", "29.2.2023"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		day, err := Date(s)
		if err != nil {
			return
		}
		again, err := Date(day.Format("2. 1. 2006"))
		if err != nil || !again.Equal(day) {
			t.Errorf("%q: %v, again %v, %v", s, day, again, err)
		}
	})
}
