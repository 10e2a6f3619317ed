package geo

import (
	"strings"
	"testing"
	"time"
)

func TestSlovenePlurals(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "projektov", 1: "projekt", 2: "projekta", 3: "projekti", 4: "projekti", 5: "projektov", 11: "projektov", 101: "projekt", 102: "projekta", 1003: "projekti"} {
		if got := slPlural(n, "projekt", "projekta", "projekti", "projektov"); got != want {
			t.Errorf("%d %s, want %s", n, got, want)
		}
	}
}

func TestNumbersInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{slEuro(123456789), "1.234.567,89\u00a0€"},
		{enEuro(123456789), "€1,234,567.89"},
		{slEuro(5), "0,05\u00a0€"},
		{slEuro(-100), "−1,00\u00a0€"},
		{slPercent(0.7474), "74,7\u00a0%"},
		{enPercent(0.7474), "74.7%"},
		{slInt(57138), "57.138"},
		{slInt(999), "999"},
		{slNumber(5040.4, 0), "5.040"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// The summary in all plurals, in both languages, never empty and never of the wrong kind.
func TestSummaryCounts(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		0: "Temu izboru ne ustreza noben projekt.",
		1: "Upoštevan je 1 projekt. Za 1 od 1 projekta znesek ni naveden. Bilanca zato primerja število projektov, ne denarja.", 2: "Upoštevana sta 2 projekta. Za 2 od 2 projektov znesek ni naveden. Bilanca zato primerja število projektov, ne denarja.",
		3: "Upoštevani so 3 projekti. Za 3 od 3 projektov znesek ni naveden. Bilanca zato primerja število projektov, ne denarja.", 5: "Upoštevanih je 5 projektov. Za 5 od 5 projektov znesek ni naveden. Bilanca zato primerja število projektov, ne denarja.",
		101: "Upoštevan je 101 projekt. Za 101 od 101 projekta znesek ni naveden. Bilanca zato primerja število projektov, ne denarja.", 102: "Upoštevana sta 102 projekta. Za 102 od 102 projektov znesek ni naveden. Bilanca zato primerja število projektov, ne denarja.",
	} {
		b := Balance{Total: BalanceGroup{Projects: n, WithoutAmount: n}}
		if got := b.summarise(); got.SL != want || got.EN == "" {
			t.Errorf("%d: %q, want %q", n, got.SL, want)
		}
	}
}

func TestSummaryOfMoney(t *testing.T) {
	t.Parallel()
	f := func(v float64) *float64 { return &v }
	i := func(v int64) *int64 { return &v }
	b := Balance{Total: BalanceGroup{Projects: 2, AmountCents: i(100_000_000_00), Rows: []BalanceRow{
		{Class: "urban", AmountCents: i(90_000_000_00), Share: f(0.9), PeopleShare: f(0.7474), PerHeadCents: i(210743), GapCents: i(-15_258_146_94)},
		{Class: "rural", AmountCents: i(10_000_000_00), Share: f(0.1), PeopleShare: f(0.2526), PerHeadCents: i(69290), GapCents: i(15_258_146_94)},
	}}}
	got := b.summarise()
	for _, want := range []string{
		"90,0\u00a0% v mesto, kjer živi 74,7\u00a0% prebivalcev", "Na prebivalca je to 2.107,43\u00a0€ v mestu in 692,90\u00a0€ na podeželju.",
		"Primanjkljaj podeželja do deleža prebivalcev je 15.258.146,94\u00a0€.",
	} {
		if !strings.Contains(got.SL, want) {
			t.Errorf("%q lacks %q", got.SL, want)
		}
	}
	for _, want := range []string{"90.0% to the city, where 74.7% of the people live", "€2,107.43 in the city and €692.90 in the countryside", "€15,258,146.94 short"} {
		if !strings.Contains(got.EN, want) {
			t.Errorf("%q lacks %q", got.EN, want)
		}
	}
}

// What the summary says beside the comparison itself, in both languages.
func TestSummaryRemarks(t *testing.T) {
	t.Parallel()
	f := func(v float64) *float64 { return &v }
	i := func(v int64) *int64 { return &v }
	b := Balance{
		AsOf: &AsOf{Revision: 12, At: time.Date(2026, 6, 30, 23, 30, 0, 0, time.UTC)}, // already July in Slovenia
		Total: BalanceGroup{Projects: 9, WithoutAmount: 4, AmountCents: i(1000_00), Rows: []BalanceRow{
			{Class: "urban", Projects: 1, AmountCents: i(700_00), Share: f(0.7)},
			{Class: "rural", Projects: 1, AmountCents: i(300_00), Share: f(0.3)},
			{Class: "municipality_wide", Projects: 3, AmountCents: i(50_00)},
			{Class: "unplaced", Projects: 101, AmountCents: i(0)},
			{Class: "outside", Projects: 2, AmountCents: i(7)},
		}},
		Sensitivity: &BalanceSensitivity{RuralShare: &BalanceRange{Min: 0.2131, Max: 0.2794}, RuralShareProjects: &BalanceRange{Min: 0.5, Max: 0.5}},
	}
	check := func(got Text, sl, en []string) {
		t.Helper()
		for _, want := range sl {
			if !strings.Contains(got.SL, want) {
				t.Errorf("%q lacks %q", got.SL, want)
			}
		}
		for _, want := range en {
			if !strings.Contains(got.EN, want) {
				t.Errorf("%q lacks %q", got.EN, want)
			}
		}
	}
	day, date := "30. 6. 2026", "30 June 2026"
	if slovenia() != time.UTC {
		day, date = "1. 7. 2026", "1 July 2026"
	}
	check(b.summarise(), []string{
		"Stanje po spremembi št. 12 z dne " + day + ". Od navedenih", "Zunaj primerjave ostaja: 50,00\u00a0€ za celotno občino in 0,07\u00a0€ zunaj občine.",
		"Delež podeželja pri denarju je po vseh pravilih med 21,3\u00a0% in 27,9\u00a0%.", "Za 4 od 9 projektov znesek ni naveden.",
	}, []string{
		"As it stood after revision 12 of " + date + ". Of the", "Not in the comparison: €50.00 for the whole municipality and €0.07 outside the municipality.",
		"The countryside's share of the money is between 21.3% and 27.9% over all rules.", "No amount is stated for 4 of 9 projects.",
	})
	// Without amounts projects are counted, in four plurals, and the summary says why.
	b.Total.AmountCents, b.Total.WithoutAmount = nil, 9
	check(b.summarise(), []string{
		"Upoštevanih je 9 projektov.", "Zunaj primerjave ostaja: 3 projekti za celotno občino, 101 projekt še brez lokacije in 2 projekta zunaj občine.",
		"Delež podeželja pri projektih je po vseh pravilih 50,0\u00a0%.", "Za 9 od 9 projektov znesek ni naveden. Bilanca zato primerja število projektov, ne denarja.",
	}, []string{
		"9 projects are counted.", "Not in the comparison: 3 projects for the whole municipality, 101 projects not placed yet and 2 projects outside the municipality.",
		"The countryside's share of the projects is 50.0% by all rules.", "The balance therefore compares numbers of projects, not money.",
	})
	if got := (&Balance{AsOf: b.AsOf}).summarise(); !strings.HasSuffix(got.SL, day+". Temu izboru ne ustreza noben projekt.") || !strings.HasSuffix(got.EN, date+". No project matches this selection.") {
		t.Errorf("nothing: %+v", got)
	}
}
