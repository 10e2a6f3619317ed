package words

import "slices"

// names are the folded words by which files call a column of kraj, in Slovene
// and English, the likeliest first. Register schemas have their own table.
var names = map[string][]string{
	"code":            {"code", "sifra", "koda", "oznaka", "id", "sifra projekta", "oznaka projekta", "st projekta", "stevilka projekta", "identifikator", "ident", "sifra naselja", "sifra obmocja", "sifra aglomeracije", "project code", "ref"},
	"name":            {"name", "naziv", "ime", "naselje", "ime naselja", "naziv naselja", "ime obmocja", "naziv obmocja", "ime cone", "naziv cone", "poslovna cona", "kolesarska pot", "kolesarska povezava", "aglomeracija", "ime aglomeracije", "krajevna skupnost", "title", "naslov"},
	"name_alt":        {"name alt", "naziv dj", "ime dj", "dvojezicno ime", "drugo ime"},
	"municipality":    {"municipality", "obcina", "ime obcine", "naziv obcine", "sifra obcine", "municipality code"},
	"source":          {"source", "vir", "vir podatkov"},
	"source_date":     {"source date", "datum vira", "datum podatkov", "stanje na dan"},
	"licence":         {"licence", "license", "licenca"},
	"approximate":     {"approximate", "priblizno", "okvirna lega", "priblizna lega"},
	"surs_code":       {"surs code", "surs", "sifra surs", "surs sifra"},
	"attributes":      {"attributes", "atributi"},
	"kind":            {"kind", "vrsta", "tip"},
	"stated_area_ha":  {"stated area ha", "povrsina ha", "povrsina v ha", "velikost ha", "area ha"},
	"stated_length_m": {"stated length m", "dolzina m", "dolzina v m", "length m"},
	"spatial_units":   {"spatial units", "eup", "enota urejanja prostora", "enote urejanja prostora"},
	"land_use":        {"land use", "namenska raba", "raba"},
	"plan_state":      {"plan state", "stanje oppn", "status oppn", "oppn", "prostorski akt", "stanje akta"},
	"plan_ordinance":  {"plan ordinance", "odlok", "odlok o oppn", "uradni list"},
	"plan_date":       {"plan date", "datum odloka", "datum sprejema"},
	"jobs_existing":   {"jobs existing", "delovna mesta", "obstojeca delovna mesta", "st delovnih mest"},
	"jobs_expected":   {"jobs expected", "predvidena delovna mesta", "nova delovna mesta"},
	"remediation":     {"remediation", "sanacija"},
	"route_number":    {"route number", "stevilka poti", "oznaka poti", "st poti"},
	"route_level":     {"route level", "raven", "kategorija"},
	"state":           {"state", "stanje poti", "obstoj"},
	"load_pe":         {"load pe", "obremenitev pe", "pe", "obremenitev", "populacijski ekvivalent"},
	"connected_pe":    {"connected pe", "prikljuceni pe", "prikljucen pe"},
	"connected_share": {"connected share", "delez prikljucenih", "prikljucenost", "stopnja prikljucenosti"},
	"reported_on":     {"reported on", "datum porocila", "datum porocanja"},

	"title":           {"title", "naziv projekta", "ime projekta", "projekt", "naslov projekta", "naziv", "ime", "naslov", "name", "project", "project title", "naziv ukrepa projekta"},
	"title_en":        {"title en", "naziv en", "english title", "naziv v anglescini"},
	"source_code":     {"source code", "izvorna sifra", "sifra v dokumentu", "koda v dokumentu"},
	"description":     {"description", "opis", "opis projekta", "kratek opis", "vsebina"},
	"parent":          {"parent", "sklop", "nadrejeni", "nadrejeni projekt", "sifra sklopa", "group"},
	"theme":           {"theme", "tematsko podrocje", "podrocje", "tp", "tema", "sifra podrocja", "stratesko podrocje"},
	"measure":         {"measure", "ukrep", "sifra ukrepa", "ukrep sifra"},
	"status":          {"status", "stanje projekta", "status projekta", "faza izvedbe", "stanje"},
	"horizon":         {"horizon", "obzorje", "casovni okvir", "rok", "leto izvedbe", "horizont"},
	"strategic":       {"strategic", "strateski", "strateski projekt"},
	"holder":          {"holder", "nosilec", "nosilec projekta", "odgovorni nosilec", "investitor"},
	"participants":    {"participants", "sodelujoci", "partnerji", "sodelujoce organizacije"},
	"department":      {"department", "oddelek", "urad", "sluzba"},
	"keeper":          {"keeper", "skrbnik", "skrbnik projekta", "vodja projekta"},
	"responsible":     {"responsible", "pristojnost", "v pristojnosti"},
	"cost":            {"cost", "cost eur", "vrednost", "vrednost projekta", "skupna vrednost", "ocenjena vrednost", "vrednost eur", "vrednost v eur", "vrednost z ddv", "ocena vrednosti", "znesek", "strosek", "investicijska vrednost", "total cost", "amount"},
	"cost_cents":      {"cost cents"},
	"cost_text":       {"cost text", "vrednost besedilo"},
	"cost_qualifier":  {"cost qualifier"},
	"scope":           {"scope", "obseg", "obmocje izvedbe"},
	"visibility":      {"visibility", "vidnost", "javnost"},
	"source_ref":      {"source ref", "stran", "prosojnica", "page", "slide"},
	"funding":         {"funding", "financiranje"},
	"funding_own":     {"own", "lastna sredstva", "obcina sredstva", "sredstva obcine", "proracun obcine", "obcinski proracun", "obcinska sredstva", "lastni viri", "own funds"},
	"funding_eu":      {"eu", "sredstva eu", "eu sredstva", "evropska sredstva", "eu funds", "kohezija", "sofinanciranje eu"},
	"funding_state":   {"sredstva drzave", "drzavni proracun", "drzavna sredstva", "drzava", "sredstva rs", "state funds", "sofinanciranje drzave"},
	"funding_private": {"zasebna sredstva", "zasebni viri", "zasebno", "private funds"},
	"funding_other":   {"drugi viri", "drugo", "ostali viri", "other funds"},

	"latitude":  {"latitude", "lat", "geo latitude", "geografska sirina", "zemljepisna sirina", "gps lat", "sirina"},
	"longitude": {"longitude", "lon", "lng", "long", "geo longitude", "geografska dolzina", "zemljepisna dolzina", "gps lon"},
	"easting":   {"easting", "e", "cen e", "koordinata e", "e koordinata", "d96 e", "gke", "gk e", "y", "koordinata y", "y koordinata", "gky", "y c", "vzhod"},
	"northing":  {"northing", "n", "cen n", "koordinata n", "n koordinata", "d96 n", "gkn", "gk n", "x", "koordinata x", "x koordinata", "gkx", "x c", "sever"},
	"wkt":       {"wkt", "geometry", "geom", "geometrija", "the geom", "wkt geom"},
}

// NamesOf returns the folded names of a column, the likeliest first.
func NamesOf(column string) []string { return names[column] }

var all = func() map[string]bool {
	m := map[string]bool{}
	for _, list := range names {
		for _, n := range list {
			m[n] = true
		}
	}
	for _, n := range []string{"zap st", "st", "opomba", "opombe", "leto", "datum", "enota", "prebivalci", "stevilo prebivalcev", "faza"} {
		m[n] = true
	}
	return m
}()

// IsFieldName says whether a folded text is the usual name of some column; it
// finds the header of a table.
func IsFieldName(folded string) bool { return all[folded] }

// Columns that the table of names knows, sorted.
func Columns() []string {
	var list []string
	for c := range names {
		list = append(list, c)
	}
	slices.Sort(list)
	return list
}
