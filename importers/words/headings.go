package words

import "strings"

// headings are what kraj's tables for people print above the columns of projects. The import knows what can be stored by
// them; what is only computed, for readers, it leaves out.
var headings = map[string]Text{
	"municipality": {"Občina (šifra)", "Municipality (code)"},
	"code":         {"Šifra projekta", "Project code"},
	"source_code":  {"Šifra v dokumentu", "Source code"},
	"title":        {"Naziv projekta", "Project title"},
	"title_en":     {"Naziv v angleščini", "English title"},
	"description":  {"Opis projekta", "Description"},
	"parent":       {"Šifra sklopa", "Group"},
	"theme":        {"Področje", "Theme"},
	"measure":      {"Ukrep", "Measure"},
	"status":       {"Status projekta", "Status"},
	"horizon":      {"Obzorje", "Horizon"},
	"strategic":    {"Strateški projekt", "Strategic"},
	"holder":       {"Nosilec", "Holder"},
	"participants": {"Sodelujoči", "Participants"},
	"department":   {"Oddelek", "Department"},
	"keeper":       {"Skrbnik", "Keeper"},
	"responsible":  {"V pristojnosti", "Responsible"},
	"cost":         {"Vrednost v EUR", "Cost EUR"},
	"cost_text":    {"Vrednost besedilo", "Cost text"},
	"scope":        {"Obseg", "Scope"},
	"visibility":   {"Vidnost", "Visibility"},
	"source":       {"Vir podatkov", "Source"},
	"source_ref":   {"Stran", "Page"},
	"plan_state":   {"Prostorski akt", "Plan state"},
	"attributes":   {"Atributi", "Attributes"},
	"funding":      {"Financiranje", "Funding"},

	"eligibility":     {"Upravičenost do sofinanciranja", "Eligibility"},
	"amount_total":    {"Znesek skupaj (EUR)", "Amount in total (EUR)"},
	"money_by_source": {"Čigav denar", "Whose money"},
	"in_settlements":  {"V naseljih", "In settlements"},
	"first_day":       {"Začetek prve faze", "First phase starts"},
	"last_day":        {"Konec zadnje faze", "Last phase ends"},
}

// computed are the columns that exports compute for readers.
var computed = []string{"eligibility", "amount_total", "money_by_source", "in_settlements", "first_day", "last_day"}

// Heading is what a table for people prints above a column; with lang "" the column's own name.
func Heading(column, lang string) string {
	h, ok := headings[column]
	switch {
	case lang == "":
		return column
	case ok:
		return h.In(lang)
	}
	return strings.ToUpper(column[:1]) + strings.ReplaceAll(column[1:], "_", " ")
}

// IsHeading says whether a field is called exactly as kraj's exports call a column.
func IsHeading(field, column string) bool {
	return field == column || field == headings[column].SL || field == headings[column].EN
}

// IsComputed says whether a field is one that kraj's exports of projects compute for readers: it is never stored.
func IsComputed(field string) bool {
	for _, column := range computed {
		if IsHeading(field, column) {
			return true
		}
	}
	return false
}
