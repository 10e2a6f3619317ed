package importers

import (
	"fmt"

	"kraj/importers/words"
)

// say makes a sentence in both languages with the same arguments.
func say(sl, en string, args ...any) Text { return words.Say(sl, en, args...) }

// counted is how a number of rows is said: vrstica, vrstici, vrstice, vrstic.
func counted(n int) Text {
	sl, en := "vrstic", "rows"
	switch n % 100 {
	case 1:
		sl = "vrstica"
	case 2:
		sl = "vrstici"
	case 3, 4:
		sl = "vrstice"
	}
	if n == 1 {
		en = "row"
	}
	return Text{SL: fmt.Sprintf("%d %s", n, sl), EN: fmt.Sprintf("%d %s", n, en)}
}

func (r *run) note(rows int, text Text) {
	if rows > 0 {
		c := counted(rows)
		text = Text{SL: c.SL + ": " + text.SL, EN: c.EN + ": " + text.EN}
	}
	r.report.Notes = append(r.report.Notes, Note{Rows: rows, Text: text})
}

// fieldReason is a reject about one field.
func fieldReason(field string, err error) Text {
	reason := words.Reason(err)
	return Text{SL: fmt.Sprintf("polje %q: %s", field, reason.SL), EN: fmt.Sprintf("field %q: %s", field, reason.EN)}
}
