package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Removed tells what one call of Remove did for one municipality.
type Removed struct {
	Municipality string         `json:"municipality"`
	Rows         map[string]int `json:"rows"`  // removed rows by table
	Kept         map[string]int `json:"kept"`  // loaded rows that stay, because rows of one's own hang on them
	Total        int            `json:"total"` // removed
}

// Remove takes away exactly the rows that Load made, one transaction (one
// revision) a municipality. A row on which rows of one's own hang, such as a
// measure with a project of one's own, stays and is reported.
func Remove(ctx context.Context, owner *pgxpool.Pool, o Options) ([]Removed, error) {
	names := slices.Clone(o.municipalities())
	slices.Reverse(names) // the first one loaded what all share
	var out []Removed
	for _, name := range names {
		one := Removed{Municipality: name, Rows: map[string]int{}, Kept: map[string]int{}}
		err := transaction(ctx, owner, o, func(tx pgx.Tx) error { return remove(ctx, tx, &one) })
		if err != nil {
			return out, fmt.Errorf("removing the demonstration of %s: %w", name, err)
		}
		o.log().InfoContext(ctx, "demonstration removed", "municipality", name, "rows", one.Total)
		out = append(out, one)
	}
	return out, nil
}

// remove works through the tables in the reverse order of loading, so that a row's children go before it.
func remove(ctx context.Context, tx pgx.Tx, r *Removed) error {
	list, err := steps()
	if err != nil {
		return err
	}
	slices.Reverse(list)
	for _, s := range list {
		statement, err := removal(ctx, tx, s.relation)
		if err != nil {
			return err
		}
		for { // a tree goes leaf by leaf
			tag, err := tx.Exec(ctx, statement, s.relation, r.Municipality)
			if err != nil {
				return fmt.Errorf("removing from %s: %w", s.relation, err)
			}
			n := int(tag.RowsAffected())
			r.Rows[s.relation] += n
			r.Total += n
			if n == 0 || s.relation != "projects" {
				break
			}
		}
		kept, err := forget(ctx, tx, s.relation, r.Municipality)
		if err != nil {
			return err
		}
		if kept > 0 {
			r.Kept[s.relation] = kept
		}
	}
	return nil
}

// removal builds the statement that deletes the loaded rows of a table on which nothing hangs.
func removal(ctx context.Context, tx pgx.Tx, relation string) (string, error) {
	query, err := statements.ReadFile("sql/references.sql")
	if err != nil {
		return "", fmt.Errorf("reading the statements: %w", err)
	}
	rows, err := tx.Query(ctx, string(query), relation)
	if err != nil {
		return "", fmt.Errorf("asking what refers to %s: %w", relation, err)
	}
	var free strings.Builder
	var child, childColumn, column string
	_, err = pgx.ForEachRow(rows, []any{&child, &childColumn, &column}, func() error {
		// regclass::text is quoted already where it has to be
		undecided := ""
		if strings.TrimPrefix(child, "kraj.") == "project_places" { // nobody has stated what is only proposed: it goes along
			undecided = " AND c.state <> 'proposed'"
		}
		fmt.Fprintf(&free, " AND NOT EXISTS (SELECT FROM %s c WHERE c.%s = t.%s%s)",
			child, pgx.Identifier{childColumn}.Sanitize(), pgx.Identifier{column}.Sanitize(), undecided)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("asking what refers to %s: %w", relation, err)
	}
	return `DELETE FROM ` + pgx.Identifier{"kraj", relation}.Sanitize() + ` t USING demo_rows d
		WHERE d.relation = $1 AND d.municipality = $2 AND d.row_id = t.id` + free.String(), nil
}

// forget drops the notes about rows that are gone and counts those that stay.
func forget(ctx context.Context, tx pgx.Tx, relation, municipality string) (kept int, err error) {
	table := pgx.Identifier{"kraj", relation}.Sanitize()
	_, err = tx.Exec(ctx, `DELETE FROM demo_rows d WHERE d.relation = $1 AND d.municipality = $2
		AND NOT EXISTS (SELECT FROM `+table+` t WHERE t.id = d.row_id)`, relation, municipality)
	if err != nil {
		return 0, fmt.Errorf("forgetting the rows of %s: %w", relation, err)
	}
	err = tx.QueryRow(ctx, `SELECT count(*) FROM demo_rows WHERE relation = $1 AND municipality = $2`, relation, municipality).Scan(&kept)
	if err != nil {
		return 0, fmt.Errorf("counting the rows of %s that stay: %w", relation, err)
	}
	return kept, nil
}
