package geo

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// List is one page of an answer that has several.
type List[T any] struct {
	Items []T
	Total int    // of all pages
	Next  string // cursor of the next page; empty on the last
}

// A cursor is where a page ended: the sort keys of its last row, and a mark of
// the question, so that it cannot be used to go on with another one.
type cursor struct {
	Mark string            `json:"q"`
	Keys []json.RawMessage `json:"k"`
}

const badCursor = "Bad cursor"

// encodeCursor makes the cursor that follows a row with these sort keys.
func encodeCursor(question any, keys ...any) (string, error) {
	mark, err := markOf(question)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(struct {
		Mark string `json:"q"`
		Keys []any  `json:"k"`
	}{mark, keys})
	if err != nil {
		return "", fmt.Errorf("making a cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(text), nil
}

// decodeCursor reads the sort keys into the pointers. It reports whether there
// was a cursor at all.
func decodeCursor(text string, question any, keys ...any) (bool, error) {
	if text == "" {
		return false, nil
	}
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || len(c.Keys) != len(keys) {
		return false, Errorf(Invalid, badCursor, "this cursor cannot be read; follow the next links, or begin without one")
	}
	mark, err := markOf(question)
	if err != nil {
		return false, err
	}
	if c.Mark != mark {
		return false, Errorf(Invalid, badCursor, "this cursor belongs to other filters; begin again without one")
	}
	for i, key := range keys {
		if err := json.Unmarshal(c.Keys[i], key); err != nil {
			return false, Errorf(Invalid, badCursor, "this cursor cannot be read; follow the next links, or begin without one")
		}
	}
	return true, nil
}

func markOf(question any) (string, error) {
	text, err := json.Marshal(question)
	if err != nil {
		return "", fmt.Errorf("marking a cursor: %w", err)
	}
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:6]), nil
}
