package geo_test

import (
	"fmt"
	"math"
	"testing"

	"kraj/geo"
	"kraj/geo/pgtest"
)

// The worked example of docs/method.md: 57 138 people, 42 706 in the city and
// 14 432 in the countryside; 100 million euros, 90 and 10.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"settlements", "classes"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := goldenLand(t, kind).balance(geo.BalanceQuery{})
			urban, rural := row(b.Total, "urban"), row(b.Total, "rural")
			checkInt(t, "urban amount", urban.AmountCents, 90_000_000_00)
			checkInt(t, "urban per head", urban.PerHeadCents, 2107_43)
			checkInt(t, "rural per head", rural.PerHeadCents, 692_90)
			checkInt(t, "rural gap", rural.GapCents, 15_258_146_94)
			checkInt(t, "urban gap", urban.GapCents, -15_258_146_94)
			checkFloat(t, "urban share", urban.Share, 0.9, 1e-12)
			checkFloat(t, "urban people", urban.PeopleShare, 0.7474185, 1e-7)
			checkFloat(t, "urban LQ", urban.LocationQuotient, 1.2041, 5e-5)
			checkFloat(t, "rural LQ", rural.LocationQuotient, 0.3959, 5e-5)
			checkFloat(t, "parity", b.Indicators.Parity, 0.3288, 5e-5)
			checkFloat(t, "Hoover", b.Indicators.Hoover, 0.15258, 5e-6)
			checkFloat(t, "Gini", b.Indicators.Gini, 0.15258, 5e-6)
			checkFloat(t, "Theil between", b.Indicators.TheilBetween, 0.074536, 5e-7)
			if kind == "classes" {
				if b.Indicators.Theil != nil || b.Indicators.TheilWithin != nil {
					t.Error("printed class totals know no settlements, but Theil over settlements is given")
				}
				return
			}
			checkFloat(t, "Theil", b.Indicators.Theil, 0.074536, 5e-7)
			checkFloat(t, "Theil within", b.Indicators.TheilWithin, 0, 1e-12)
			if b.Population == nil || b.Population.Total == nil || *b.Population.Total != 57138 {
				t.Errorf("population %+v", b.Population)
			}
		})
	}
}

// goldenLand has one settlement a class and one project in each.
func goldenLand(t *testing.T, kind string) *land {
	l := &land{t: t, pools: pgtest.New(t)}
	people := `INSERT INTO population_settlements (set_id, settlement_id, people) VALUES (1, 1, 42706), (1, 2, 14432)`
	if kind == "classes" {
		people = `INSERT INTO population_classes (set_id, class, people) VALUES (1, 'urban', 42706), (1, 'rural', 14432)`
	}
	l.exec(fmt.Sprintf(`
		INSERT INTO municipalities (id, code, name) VALUES (1, '52', 'Kranj');
		INSERT INTO settlements (id, code, name, municipality_id, geom) VALUES
			(1, '1', 'mesto', 1, ST_Multi(ST_MakeEnvelope(0, 0, 10, 10, kraj.srid()))),
			(2, '2', 'vas', 1, ST_Multi(ST_MakeEnvelope(10, 0, 20, 10, kraj.srid())));
		INSERT INTO population_sets (id, municipality_id, code, name_sl, name_en, kind, scheme, source, source_date, preferred)
			VALUES (1, 1, 'g', 'g', 'g', '%s', 'municipal', 'SURS', '2024-01-01', true);
		%s;
		INSERT INTO schemes (id, municipality_id, code, name_sl, name_en, classes) VALUES (1, 1, 'municipal', 'm', 'm', '{urban,rural}');
		INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES (1, 1, 'urban'), (1, 2, 'rural');
		INSERT INTO themes (id, municipality_id, code, name) VALUES (1, 1, 'TP1', 'Prva')`, kind, people))
	l.project("1", int64(90_000_000_00), "POINT(5 5)")
	l.project("2", int64(10_000_000_00), "POINT(15 5)")
	return l
}

func checkInt(t *testing.T, what string, got *int64, want int64) {
	t.Helper()
	if got == nil || *got != want {
		t.Errorf("%s: %v, want %d", what, show(got), want)
	}
}

func checkFloat(t *testing.T, what string, got *float64, want, within float64) {
	t.Helper()
	if got == nil || math.Abs(*got-want) > within {
		t.Errorf("%s: %v, want %v", what, show(got), want)
	}
}

func show[T any](v *T) any {
	if v == nil {
		return "null"
	}
	return *v
}
