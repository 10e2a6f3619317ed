package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kraj/geo"
)

func (p *program) revertCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "revert REVISION…",
		Short: "Undo a change, bit for bit",
		Long: `Undoes one or more revisions in one transaction: every attribute and every
coordinate is as it was before. It is refused when later changes touched the same
rows; undo those first, or all together. An undo can be undone too.`,
		Example: `  kraj history --since 1h
  kraj revert 42`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var revisions []int64
			for _, a := range args {
				n, err := parseRevision(a)
				if err != nil {
					return err
				}
				revisions = append(revisions, n)
			}
			return p.with(cmd.Context(), func(s *session) error {
				made, err := geo.Revert(cmd.Context(), s.Owner, p.systemUser(), revisions...)
				if err != nil {
					return err
				}
				p.printf("undid %s; this is revision %d\n", strings.Trim(fmt.Sprint(revisions), "[]"), made)
				return nil
			})
		},
	}
}
