package geo

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// SchemeVersion is a version of a classification of settlements.
type SchemeVersion struct {
	Code       string         `json:"code"`
	Version    int            `json:"version"`
	Name       Text           `json:"name"`
	Classes    []string       `json:"classes"`
	Current    bool           `json:"current"`
	Shared     bool           `json:"shared"` // a country's, for all municipalities
	Source     *string        `json:"source"`
	Counts     map[string]int `json:"settlements"`  // of the municipality, by class
	Unassigned int            `json:"unclassified"` // settlements of the municipality without a class
}

// Schemes lists the schemes that a municipality may be asked by, all versions.
func Schemes(ctx context.Context, q Querier, municipality string) ([]SchemeVersion, error) {
	town, err := FindMunicipality(ctx, q, municipality)
	if err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, statement("schemes"), town.ID)
	if err != nil {
		return nil, fmt.Errorf("listing schemes: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s SchemeVersion, err error) {
		return s, row.Scan(&s.Code, &s.Version, &s.Name.SL, &s.Name.EN, &s.Classes, &s.Current, &s.Shared, &s.Source, &s.Counts, &s.Unassigned)
	})
	if err != nil {
		return nil, fmt.Errorf("listing schemes: %w", err)
	}
	return list, nil
}

// SchemeChange makes a new version of a scheme of a municipality: a scheme is never edited, so that what was once shown
// can be shown again as code@version.
type SchemeChange struct {
	Municipality string
	Code         string // of the scheme; made when it does not exist
	From         string // code or code@version to begin with; empty: the current version of Code, if there is one
	Name         Text   // empty: that of From
	Source       string
	Classes      []string          // the classes there are; empty: those of From and of Set
	Set          map[string]string // settlement (code or name) to urban, suburban, rural, or unclassified
	Author       string
	Message      string
}

var schemeCode = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// ChangeScheme stores the new version, makes it the current one and returns its number.
func ChangeScheme(ctx context.Context, db Beginner, c SchemeChange) (version int, err error) {
	if !schemeCode.MatchString(c.Code) {
		return 0, Errorf(Invalid, "Bad code", "%q is no code of a scheme: lower-case letters a–z, digits and _, a letter first", c.Code)
	}
	for place, class := range c.Set {
		if err := oneOf("class", []string{class}, []string{"urban", "suburban", "rural", "unclassified"}); err != nil {
			return 0, fmt.Errorf("%s: %w", place, err)
		}
	}
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		town, err := FindMunicipality(ctx, tx, c.Municipality)
		if err != nil {
			return err
		}
		if err := actAs(ctx, tx, c.Author, "scheme", c.Message); err != nil {
			return err
		}
		from, err := findScheme(ctx, tx, town, c)
		if err != nil {
			return err
		}
		id, number, err := c.newVersion(ctx, tx, town, from)
		if err != nil {
			return err
		}
		version = number
		if err := c.assign(ctx, tx, town, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE schemes SET current = true WHERE id = $1`, id); err != nil {
			return fmt.Errorf("making the version current: %w", err)
		}
		return nil
	})
	return version, err
}

// baseScheme is what a new version begins with; id 0: nothing.
type baseScheme struct {
	id      int64
	name    Text
	classes []string
}

func findScheme(ctx context.Context, q Querier, town MunicipalityRef, c SchemeChange) (baseScheme, error) {
	word := c.From
	if word == "" {
		word = c.Code
	}
	var b baseScheme
	err := q.QueryRow(ctx, statement("scheme_named"), town.ID, word).Scan(&b.id, &b.name.SL, &b.name.EN, &b.classes)
	switch {
	case errors.Is(err, pgx.ErrNoRows) && c.From != "":
		return b, Errorf(NotFound, "Unknown scheme", "%s has no scheme %q; kraj scheme list shows them", town.Name, c.From)
	case errors.Is(err, pgx.ErrNoRows):
		return b, nil
	case err != nil:
		return b, fmt.Errorf("finding the scheme %q: %w", word, err)
	}
	return b, nil
}

func (c SchemeChange) newVersion(ctx context.Context, q Querier, town MunicipalityRef, from baseScheme) (id int64, version int, err error) {
	name, classes := c.Name, slices.Clone(c.Classes)
	if name.SL == "" {
		name = from.name
	}
	if name.SL == "" {
		return 0, 0, Errorf(Invalid, "A name is missing", "a new scheme needs a name: --name")
	}
	if name.EN == "" {
		name.EN = name.SL
	}
	if len(classes) == 0 {
		classes = slices.Clone(from.classes)
		for _, class := range c.Set {
			if class != "unclassified" {
				classes = append(classes, class)
			}
		}
	}
	order := []string{"urban", "suburban", "rural"}
	if err := oneOf("classes", classes, order); err != nil {
		return 0, 0, err
	}
	order = slices.DeleteFunc(order, func(class string) bool { return !slices.Contains(classes, class) })
	if len(order) == 0 {
		return 0, 0, Errorf(Invalid, "A scheme without classes", "name a scheme to begin with (--from), or classes: urban, suburban, rural")
	}
	err = q.QueryRow(ctx, statement("scheme_new"), town.ID, c.Code, name.SL, name.EN, order, c.Source, from.id).Scan(&id, &version)
	if err != nil {
		return 0, 0, fmt.Errorf("storing the scheme: %w", err)
	}
	return id, version, nil
}

func (c SchemeChange) assign(ctx context.Context, q Querier, town MunicipalityRef, scheme int64) error {
	for place, class := range c.Set {
		id, err := findSettlement(ctx, q, town, place)
		if err != nil {
			return err
		}
		if _, err := q.Exec(ctx, `DELETE FROM scheme_classes WHERE scheme_id = $1 AND settlement_id = $2`, scheme, id); err != nil {
			return fmt.Errorf("classifying %s: %w", place, err)
		}
		if class == "unclassified" {
			continue
		}
		if _, err := q.Exec(ctx, `INSERT INTO scheme_classes (scheme_id, settlement_id, class) VALUES ($1, $2, $3)`, scheme, id, class); err != nil {
			return fmt.Errorf("classifying %s: %w", place, err)
		}
	}
	return nil
}

// UseScheme makes an earlier version of a municipality's own scheme the current one again.
func UseScheme(ctx context.Context, db Beginner, municipality, word, author string) error {
	code, number, ok := strings.Cut(word, "@")
	version, err := strconv.Atoi(number)
	if !ok || err != nil {
		return Errorf(Invalid, "Which version?", "%q names no version; write code@version, e.g. municipal@1", word)
	}
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		town, err := FindMunicipality(ctx, tx, municipality)
		if err != nil {
			return err
		}
		if err := actAs(ctx, tx, author, "scheme", ""); err != nil {
			return err
		}
		var id int64
		err = tx.QueryRow(ctx, `SELECT id FROM schemes WHERE municipality_id = $1 AND code = $2 AND version = $3`, town.ID, code, version).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return Errorf(NotFound, "Unknown scheme", "%s has no scheme of its own %q", town.Name, word)
		}
		if err != nil {
			return fmt.Errorf("finding the scheme: %w", err)
		}
		if _, err := tx.Exec(ctx, `UPDATE schemes SET current = false WHERE municipality_id = $1 AND code = $2 AND current AND id <> $3`, town.ID, code, id); err != nil {
			return fmt.Errorf("taking the current version back: %w", err)
		}
		if _, err := tx.Exec(ctx, `UPDATE schemes SET current = true WHERE id = $1`, id); err != nil {
			return fmt.Errorf("making the version current: %w", err)
		}
		return nil
	})
}
