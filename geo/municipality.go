package geo

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// MunicipalityRef names a municipality.
type MunicipalityRef struct {
	ID   int64  `json:"-"`
	Code string `json:"code"`
	Slug string `json:"slug"` // folded name, as in addresses
	Name string `json:"name"`
}

// FindMunicipality finds the municipality that a code or a folded name means.
// With an empty name it is the only one stored; where several are, the error
// lists them. An unknown or ambiguous name is an error that says so.
func FindMunicipality(ctx context.Context, q Querier, name string) (MunicipalityRef, error) {
	rows, err := q.Query(ctx, statement("municipality"), name)
	if err != nil {
		return MunicipalityRef{}, fmt.Errorf("finding the municipality: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[MunicipalityRef])
	if err != nil {
		return MunicipalityRef{}, fmt.Errorf("finding the municipality: %w", err)
	}
	switch {
	case len(found) == 1, len(found) > 1 && found[0].Code == name:
		return found[0], nil
	case len(found) == 0 && name == "":
		return MunicipalityRef{}, Errorf(NotFound, "No municipality", "no municipality is stored yet; kraj demo loads two, kraj import municipalities FILE your own")
	case len(found) == 0:
		return MunicipalityRef{}, Errorf(NotFound, "Unknown municipality", "there is no municipality %q; it is named by its code or folded name (slug), as /api/v1/municipalities lists them", name)
	case name == "":
		return MunicipalityRef{}, Errorf(Invalid, "Municipality missing", "this figure needs one municipality; name it with the parameter municipality: %s", slugs(found))
	}
	return MunicipalityRef{}, Errorf(Invalid, "Municipality ambiguous", "%q means several municipalities; use a code: %s", name, codes(found))
}

// slugs lists at most thirty, so that the sentence stays one.
func slugs(list []MunicipalityRef) string {
	return enumerate(list, func(m MunicipalityRef) string { return m.Slug })
}

func codes(list []MunicipalityRef) string {
	return enumerate(list, func(m MunicipalityRef) string { return m.Code })
}

func enumerate(list []MunicipalityRef, word func(MunicipalityRef) string) string {
	const enough = 30
	words := make([]string, 0, enough)
	for _, m := range list[:min(len(list), enough)] {
		words = append(words, word(m))
	}
	text := strings.Join(words, ", ")
	if len(list) > enough {
		text += fmt.Sprintf(" … (%d more)", len(list)-enough)
	}
	return text
}
