package importers

import "fmt"

// say makes a sentence in both languages with the same arguments.
func say(sl, en string, args ...any) Text {
	return Text{SL: fmt.Sprintf(sl, args...), EN: fmt.Sprintf(en, args...)}
}

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

// fieldReason is a reject about one field; err comes from package words, which
// speaks English only in its quotation and keeps the accepted forms language-free.
func fieldReason(column string, err error) Text {
	return say("polje %q: vrednosti ni mogoče uporabiti: %v", "field %q: the value cannot be used: %v", column, err)
}
