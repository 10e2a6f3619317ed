package country

import (
	"fmt"
	"math/rand/v2"
)

// Words that names are made of: sounds of the language, but no real gazetteer.
var (
	before = []string{"", "", "", "Zgornja ", "Spodnja ", "Velika ", "Mala ", "Nova ", "Stara ", "Gornja "}
	roots  = []string{"Brez", "Buk", "Češ", "Dol", "Dobr", "Gab", "Gor", "Grad", "Hrast", "Jam", "Jel", "Kamn", "Lip", "Log", "Mlak", "Podg", "Potok", "Ravn", "Rob", "Sel", "Smrek", "Studen", "Škof", "Trst", "Vod", "Vrh", "Zabuk", "Žab"}
	ends   = []string{"a vas", "ava", "ica", "ina", "je", "nica", "nik", "ovica", "ovlje", "ovo", "ska gora", "ski Dol"}

	works  = []string{"Obnova", "Ureditev", "Izgradnja", "Dograditev", "Prenova", "Energetska sanacija", "Razširitev", "Oprema"}
	things = []string{"vodovoda", "kanalizacije", "kolesarske povezave", "osnovne šole", "vrtca", "ceste", "kulturnega doma", "poslovne cone", "športnega parka", "zdravstvene postaje", "čistilne naprave", "mostu"}
)

// placeName makes a name; the number makes it different from all others.
func placeName(r *rand.Rand, n int) string {
	name := pick(r, before) + pick(r, roots) + pick(r, ends)
	if n >= 400 {
		name = fmt.Sprintf("%s %d", name, n)
	}
	return name
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// maybe is the value with the probability p, else null.
func maybe(r *rand.Rand, p float64, value any) any {
	if r.Float64() < p {
		return value
	}
	return nil
}
