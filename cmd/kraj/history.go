package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kraj/geo"
)

func (p *program) historyCommand() *cobra.Command {
	var q geo.HistoryQuery
	var since string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "history [REVISION]",
		Short: "Who changed what, and when",
		Long: `Lists what was changed, the newest first: one line for each transaction, whoever
wrote it. kraj revert undoes one.`,
		Example: `  kraj history --since 2026-11-01
  kraj history --since 24h --json
  kraj history 42`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if q.Since, err = parseSince(since, time.Now()); err != nil {
				return err
			}
			if len(args) == 1 {
				if q.Revision, err = parseRevision(args[0]); err != nil {
					return err
				}
			}
			return p.with(cmd.Context(), func(s *session) error {
				list, err := geo.History(cmd.Context(), s.Owner, q)
				if err != nil {
					return err
				}
				if asJSON {
					return p.printJSON(list)
				}
				p.printHistory(list)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "a date (2026-11-01), a time (2026-11-01T08:00) or how long ago (24h, 7d)")
	cmd.Flags().IntVar(&q.Limit, "limit", 50, "at most so many")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (p *program) printHistory(list []geo.Revision) {
	if len(list) == 0 {
		p.printf("nothing was changed\n")
		return
	}
	rows := [][]string{{"revision", "when", "who", "why", "what"}}
	for _, r := range list {
		note := strings.TrimSpace(r.Source + " " + r.Message)
		if len(r.Reverts) > 0 {
			note = "undid " + strings.Trim(fmt.Sprint(r.Reverts), "[]")
		}
		rows = append(rows, []string{strconv.FormatInt(r.ID, 10), r.At.Local().Format("2006-01-02 15:04:05"), r.Actor, note, changes(r.Changes)})
	}
	p.printTable(rows, func(column int) bool { return column == 0 })
}

// changes puts counts into words: "settlements: 3 new, 1 changed; sites: 2 gone".
func changes(counts []geo.RevisionCount) string {
	var relations []string
	for _, c := range counts {
		var words []string
		for _, k := range []struct {
			n    int
			word string
		}{{c.Inserted, "new"}, {c.Updated, "changed"}, {c.Deleted, "gone"}} {
			if k.n > 0 {
				words = append(words, fmt.Sprintf("%d %s", k.n, k.word))
			}
		}
		relations = append(relations, c.Relation+": "+strings.Join(words, ", "))
	}
	return strings.Join(relations, "; ")
}

// parseSince reads a moment; "" is the beginning.
func parseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if days, err := strconv.Atoi(strings.TrimSuffix(text, "d")); err == nil && strings.HasSuffix(text, "d") && days >= 0 {
		return now.AddDate(0, 0, -days), nil
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateTime} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, nil
		}
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Time{}, usagef("--since %q: write a date such as 2026-11-01, a time such as 2026-11-01T08:00, or 24h or 7d", text)
}

func parseRevision(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return 0, usagef("%q is not the number of a revision; kraj history lists them", text)
	}
	return n, nil
}
