package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"kraj/geo"
	"kraj/importers/territory"
)

func (p *program) mechanismCommand() *cobra.Command {
	var municipality string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "mechanism",
		Short: "Territory lists of funding mechanisms",
		Long: `Lists the loaded territory lists: where a funding mechanism may pay, by fund and
period, with the legal source. kraj eligibility says what follows for projects.`,
		Example: `  kraj mechanism --municipality kranj
  kraj mechanism import las.csv --municipality kranj --set mechanism=LAS --set list=SLR --set rule=listed --set source="SLR LAS 2021–2027"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				list, err := geo.MechanismLists(cmd.Context(), s.Owner, municipality)
				if err != nil {
					return err
				}
				if asJSON {
					return p.printJSON(list)
				}
				rows := [][]string{{"mechanism", "list", "municipality", "fund", "period", "rule", "places", "source"}}
				for _, l := range list {
					rows = append(rows, []string{
						l.Mechanism, l.Code, word(l.Municipality), word(l.Fund), period(l.PeriodFrom, l.PeriodTo), l.Rule, strconv.Itoa(l.Places), l.Source,
					})
				}
				p.printTable(rows, func(column int) bool { return column == 6 })
				return nil
			})
		},
	}
	municipalityFlag(cmd, &municipality)
	jsonFlag(cmd, &asJSON)
	cmd.AddCommand(p.mechanismImportCommand())
	return cmd
}

func (p *program) mechanismImportCommand() *cobra.Command {
	var o territory.Options
	var constants []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Load territory lists from a table",
		Long: `Loads territory lists from CSV or Excel: one row a place, by code or name. What is
said of the list may stand in columns or be given once with --set: mechanism, list,
source and rule (whole_municipality, listed, conditional, partial) are needed; fund,
period_from, period_to, layer, condition_sl, condition_en, source_ref, source_url,
note_sl, note_en, and of a place state (included, conditional, excluded) and note are
not. A list is replaced whole. Either every row is taken or nothing is stored.`,
		Example: `  kraj mechanism import las.csv --municipality kranj --set mechanism=LAS --set list=SLR --set rule=listed --set fund=EKSRP --set period_from=2021 --set period_to=2027 --set source="SLR"
  kraj mechanism import seznami.xlsx --dry-run`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.File, o.Actor = args[0], p.systemUser()
			var err error
			if o.Set, err = pairs("--set", constants); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(s *session) error {
				report, err := territory.Import(cmd.Context(), s.Owner, o)
				if err != nil {
					return err
				}
				if asJSON {
					if err := p.printJSON(report); err != nil {
						return err
					}
				} else {
					for _, r := range report.Refusals {
						p.printf("row %d: %s\n", r.Row, r.Reason.In(p.lang()))
					}
					p.printf("%s\n", report.Summary())
				}
				if n := len(report.Refusals); n > 0 {
					return fmt.Errorf("nothing was changed, because not every row can be taken (rejected: %d)", n)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "show what would change, and stop")
	cmd.Flags().StringVar(&o.Sheet, "layer", "", "sheet of the file, when it has several")
	cmd.Flags().StringArrayVar(&constants, "set", nil, "FIELD=VALUE: the same value for all rows; may be repeated")
	municipalityFlag(cmd, &o.Municipality)
	jsonFlag(cmd, &asJSON)
	return cmd
}
