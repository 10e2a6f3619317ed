package importers

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"kraj/importers/words"
)

// conversion turns a value of a file into what PostgreSQL's JSON functions read
// for a column; nil means the source says nothing. point is how the field's numbers
// are written.
type conversion func(value any, point words.Point) (any, error)

// converter is the conversion of a column by its type, or by its closed list.
func converter(t *target, c column) conversion {
	if !t.Own && words.HasList(c.Name) {
		return func(v any, _ words.Point) (any, error) { return key(c.Name, v) }
	}
	switch kind, _, _ := strings.Cut(c.Type, "("); kind {
	case "integer", "bigint", "smallint":
		return integer
	case "double precision", "numeric", "real":
		return number
	case "boolean":
		return boolean
	case "date":
		return date
	case "text[]":
		return list
	case "jsonb":
		return object
	case "amount":
		return amount
	case "lines":
		return lines
	case "kraj.plan_state":
		return func(v any, _ words.Point) (any, error) { return key("plan_state", v) }
	}
	return text
}

// asText is a value as people would write it, with single spaces; integers that a
// program stored as 10083931.0 lose their zero.
func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return strings.Join(strings.Fields(v), " ")
	case json.Number:
		if whole, zeros, ok := strings.Cut(v.String(), "."); ok && strings.Trim(zeros, "0") == "" {
			return whole
		}
		return v.String()
	case bool:
		return fmt.Sprint(v)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(raw)
}

func text(v any, _ words.Point) (any, error) {
	if s := asText(v); s != "" {
		return s, nil
	}
	return nil, nil
}

func rational(v any, point words.Point) (*big.Rat, error) {
	s := asText(v)
	if _, ok := v.(json.Number); ok {
		point = words.Dot
	}
	if s == "" || missing(s) {
		return nil, nil
	}
	return words.Number(s, point)
}

// missing are the marks that statisticians put where there is no figure.
func missing(s string) bool {
	switch s {
	case "-", "–", "...", "…", "..", "z", "NP", "ni podatka", "n/a", "N/A":
		return true
	}
	return false
}

func decimal(r *big.Rat) json.Number {
	s := r.FloatString(12)
	return json.Number(strings.TrimSuffix(strings.TrimRight(s, "0"), "."))
}

func number(v any, point words.Point) (any, error) {
	r, err := rational(v, point)
	if r == nil || err != nil {
		return nil, err
	}
	return decimal(r), nil
}

func integer(v any, point words.Point) (any, error) {
	r, err := rational(v, point)
	if r == nil || err != nil {
		return nil, err
	}
	if !r.IsInt() || !r.Num().IsInt64() {
		return nil, words.Refuse("%q ni celo število", "%q is not a whole number", asText(v))
	}
	return json.Number(r.Num().String()), nil
}

func scaled(factor int64) conversion {
	return func(v any, point words.Point) (any, error) {
		r, err := rational(v, point)
		if r == nil || err != nil {
			return nil, err
		}
		return decimal(r.Mul(r, new(big.Rat).SetInt64(factor))), nil
	}
}

// padded fills a register's number with zeros on the left: 52 is municipality 052.
func padded(digits int) conversion {
	return func(v any, _ words.Point) (any, error) {
		s := asText(v)
		if s == "" {
			return nil, nil
		}
		return strings.Repeat("0", max(0, digits-len(s))) + s, nil
	}
}

func boolean(v any, _ words.Point) (any, error) {
	if b, ok := v.(bool); ok {
		return b, nil
	}
	if s := asText(v); s != "" {
		return words.Bool(s)
	}
	return nil, nil
}

func date(v any, _ words.Point) (any, error) {
	s := asText(v)
	if s == "" || missing(s) {
		return nil, nil
	}
	day, err := words.Date(s)
	if err != nil {
		return nil, err
	}
	return day.Format("2006-01-02"), nil
}

// list splits texts at semicolons and line ends, else at commas.
func list(v any, _ words.Point) (any, error) {
	if parts, ok := v.([]any); ok {
		return parts, nil
	}
	raw, _ := v.(string)
	if raw == "" {
		raw = asText(v)
	}
	cut := func(r rune) bool { return r == ';' || r == '\n' }
	if !strings.ContainsAny(raw, ";\n") {
		cut = func(r rune) bool { return r == ',' }
	}
	var parts []string
	for _, p := range strings.FieldsFunc(raw, cut) {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return parts, nil
}

// object reads attributes that an export wrote as JSON.
func object(v any, _ words.Point) (any, error) {
	if m, ok := v.(map[string]any); ok {
		return m, nil
	}
	s, _ := v.(string)
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	var m map[string]any
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	if err := dec.Decode(&m); err != nil {
		return nil, words.Refuse("ni objekt JSON", "it is not a JSON object")
	}
	return m, nil
}

func key(column string, v any) (any, error) {
	s := asText(v)
	if s == "" {
		return nil, nil
	}
	return words.Key(column, s)
}

// oneOf translates a register's short keys and keeps what it does not know.
func oneOf(keys map[string]string) conversion {
	return func(v any, _ words.Point) (any, error) {
		s := asText(v)
		if full, ok := keys[s]; ok {
			return full, nil
		}
		return text(v, words.Unknown)
	}
}

// found takes the first group of a pattern out of a text; nothing when it is not
// there.
func found(pattern string) conversion {
	re := regexp.MustCompile(pattern)
	return func(v any, _ words.Point) (any, error) {
		if m := re.FindStringSubmatch(asText(v)); m != nil {
			return m[1], nil
		}
		return nil, nil
	}
}
