package importers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"kraj/importers/words"
)

// signature tells files of the same make apart from others: their folded fields.
func signature(fields []string) []string {
	var list []string
	for _, f := range fields {
		list = append(list, words.Fold(f))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// loadProfile finds the mapping that somebody gave for a file with these fields.
func (r *run) loadProfile(ctx context.Context, fields []string) (map[string]string, error) {
	var profile map[string]string
	err := r.tx.QueryRow(ctx, `SELECT mapping FROM kraj.import_profiles WHERE layer = $1 AND fields = $2`, r.target.Layer, signature(fields)).Scan(&profile)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("looking for a saved mapping: %w", err)
	}
	if len(profile) > 0 {
		r.note(0, say("uporabljena je shranjena preslikava polj za datoteke s temi polji", "the saved mapping for files with these fields was used"))
	}
	return profile, nil
}

// saveProfile remembers a mapping that was given by hand and led to a merge.
func (r *run) saveProfile(ctx context.Context) error {
	if len(r.o.Map) == 0 {
		return nil
	}
	given := map[string]string{}
	for _, a := range r.mapping.columns {
		if a.By == "option" || a.By == "profile" {
			given[a.Column] = a.Field
		}
	}
	if len(given) == 0 {
		return nil
	}
	_, err := r.tx.Exec(ctx, `INSERT INTO kraj.import_profiles (layer, fields, mapping, saved_by) VALUES ($1, $2, $3, $4)
		ON CONFLICT (layer, fields) DO UPDATE SET mapping = EXCLUDED.mapping, saved_by = EXCLUDED.saved_by, saved_at = now()`,
		r.target.Layer, signature(r.source.Fields()), given, r.actor())
	if err != nil {
		return fmt.Errorf("saving the mapping: %w", err)
	}
	return nil
}
