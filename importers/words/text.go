package words

import (
	"errors"
	"fmt"
)

// Text is a sentence in the languages of kraj.
type Text struct {
	SL string `json:"sl"`
	EN string `json:"en"`
}

// In returns the sentence in Slovene for "sl", else in English.
func (t Text) In(lang string) string {
	if lang == "sl" {
		return t.SL
	}
	return t.EN
}

// Say makes a sentence in both languages with the same arguments.
func Say(sl, en string, args ...any) Text {
	return Text{SL: fmt.Sprintf(sl, args...), EN: fmt.Sprintf(en, args...)}
}

// refusal is an error that people read: why a value cannot be used.
type refusal struct{ Text }

func (r *refusal) Error() string { return r.EN }

// Refuse makes an error in both languages.
func Refuse(sl, en string, args ...any) error { return &refusal{Say(sl, en, args...)} }

// Reason is what an error says to people in both languages.
func Reason(err error) Text {
	var r *refusal
	if errors.As(err, &r) {
		return r.Text
	}
	return Text{SL: err.Error(), EN: err.Error()}
}
