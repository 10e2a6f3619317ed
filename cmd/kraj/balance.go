package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kraj/geo"
)

func (p *program) balanceCommand() *cobra.Command {
	var q geo.BalanceQuery
	var format string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "balance",
		Short: "How projects and money divide between city and countryside",
		Long: `Divides projects and their money over the classes of settlements (urban, suburban,
rural …), by theme or another property. The method says how a project that lies
in several settlements is divided; every figure is exact to the cent.`,
		Example: `  kraj balance --municipality kranj
  kraj balance --by settlement --method population --money eu --format csv
  kraj balance --theme TP2 --status preparation --json
  kraj balance --as-of 12                    as it stood at revision 12; also a day or a time`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				format = "json"
			}
			show := map[string]func(*geo.Balance) error{
				"table": p.balanceTable, "csv": p.balanceCSV,
				"json": func(b *geo.Balance) error { return p.printJSON(b) },
			}[format]
			if show == nil {
				return usagef("--format %q: table, json or csv", format)
			}
			return p.with(cmd.Context(), func(s *session) error {
				b, err := geo.ComputeBalance(cmd.Context(), s.Owner, q)
				if err != nil {
					return err
				}
				return show(b)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&q.By, "by", "theme", "theme, measure, status, horizon, mechanism, source, holder, year, settlement or local_community")
	f.StringVar(&q.Scheme, "scheme", "municipal", "classification of settlements")
	f.StringVar(&q.Method, "method", "extent", "extent, population, equal or served")
	f.StringVar(&q.Spread, "spread", "none", "none, or population: divide municipality-wide money by people")
	f.StringVar(&q.Money, "money", "total", "total, own, eu, state or private")
	f.StringVar(&q.AsOf, "as-of", "", "as it stood at a revision, at the end of a day (2026-06-30) or at a time (RFC 3339)")
	f.StringVar(&format, "format", "table", "table, json or csv")
	f.StringSliceVar(&q.Include, "include", nil, "proposed: as if the settlements that words propose were confirmed")
	balanceFilterFlags(f, &q.ProjectFilter)
	municipalityFlag(cmd, &q.Municipality)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// balanceFilterFlags are the filters of the API; lists are separated by commas.
func balanceFilterFlags(f *pflag.FlagSet, q *geo.ProjectFilter) {
	for _, list := range []struct {
		to    *[]string
		name  string
		usage string
	}{
		{&q.Themes, "theme", "only these themes"},
		{&q.Measures, "measure", "only these measures"},
		{&q.Statuses, "status", "only projects of these statuses"},
		{&q.Horizons, "horizon", "only projects of these horizons"},
		{&q.Scopes, "scope", "only projects with these scopes: sites, municipality, unplaced"},
		{&q.Holders, "holder", "only projects of these holders"},
		{&q.Places, "place", "only projects tied to these places: layer:code"},
		{&q.Sources, "source", "only funding lines of these sources"},
		{&q.Mechanisms, "mechanism", "only funding lines of these mechanisms"},
		{&q.Eligible, "eligible", "only projects that may be paid by these mechanisms: CTN, or CTN:conditional"},
		{&q.Years, "year", "only funding lines of these years, or none"},
		{&q.Settlements, "settlement", "only the parts in these settlements"},
		{&q.LocalCommunities, "local-community", "only the parts in these local communities"},
		{&q.Classes, "class", "only the parts in these classes of settlements or special rows"},
	} {
		f.StringSliceVar(list.to, list.name, nil, list.usage)
	}
	f.StringVar(&q.Text, "q", "", "only projects with these words in code or title")
	f.Var(optionalBool{&q.Strategic}, "strategic", "only strategic projects; =false: only the others")
	f.Lookup("strategic").NoOptDefVal = "true"
	f.Var(optionalCents{&q.MinCents}, "min-amount", "only projects of at least so many euros")
	f.Var(optionalCents{&q.MaxCents}, "max-amount", "only projects of at most so many euros")
}

// optionalBool is a flag that may be absent.
type optionalBool struct{ to **bool }

func (o optionalBool) String() string { return "" }
func (o optionalBool) Type() string   { return "bool" }
func (o optionalBool) Set(text string) error {
	v, err := strconv.ParseBool(text)
	if err != nil {
		return fmt.Errorf("%q: write true or false", text)
	}
	*o.to = &v
	return nil
}

// optionalCents is an amount in euros, with a decimal point or comma, that may be absent.
type optionalCents struct{ to **int64 }

func (o optionalCents) String() string { return "" }
func (o optionalCents) Type() string   { return "euros" }
func (o optionalCents) Set(text string) error {
	const most = 1e13
	v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || !(v >= 0 && v <= most) {
		return fmt.Errorf("%q: write an amount in euros, e.g. 125000.50", text)
	}
	cents := int64(math.Round(v * 100))
	*o.to = &cents
	return nil
}

// balanceTable shows euros where there are any, else numbers of projects.
func (p *program) balanceTable(b *geo.Balance) error {
	lang := p.lang()
	money := b.Total.AmountCents != nil
	heading := []string{b.By}
	for _, r := range b.Total.Rows {
		heading = append(heading, r.Class)
	}
	rows := [][]string{append(heading, "total", "projects", "without amount")}
	for _, g := range append(append([]geo.BalanceGroup{}, b.Groups...), b.Total) {
		row := []string{groupName(g, lang)}
		for _, r := range g.Rows {
			row = append(row, cell(r.AmountCents, r.Weight, money, lang))
		}
		rows = append(rows, append(row, cell(g.AmountCents, g.Weight, money, lang), strconv.Itoa(g.Projects), strconv.Itoa(g.WithoutAmount)))
	}
	p.printTable(rows, func(column int) bool { return column > 0 })
	p.sensitivity(b.Sensitivity, money)
	unit := "EUR"
	if !money {
		unit = "projects, by weight"
	}
	p.printf("\n%s: %s; scheme %s, method %s, spread %s, money %s%s\n", b.Municipality, unit, b.Scheme, b.Method, b.Spread, b.Money, asOf(b.AsOf))
	p.printf("%s\n", map[string]string{"sl": b.Summary.SL, "en": b.Summary.EN}[lang])
	return nil
}

// sensitivity is the line below the total: how much the rules decide.
func (p *program) sensitivity(s *geo.BalanceSensitivity, money bool) {
	if s == nil {
		return
	}
	found := s.RuralShareProjects
	if money && s.RuralShare != nil {
		found = s.RuralShare
	}
	if found == nil {
		return
	}
	text := map[string]string{
		"sl": "delež podeželja po vseh pravilih: od %.1f %% (%s) do %.1f %% (%s)\n", "en": "rural share over all rules: from %.1f%% (%s) to %.1f%% (%s)\n",
	}[p.lang()]
	line := fmt.Sprintf(text, found.Min*100, ruleName(found.MinBy), found.Max*100, ruleName(found.MaxBy))
	if p.lang() == "sl" {
		line = strings.ReplaceAll(line, ".", ",")
	}
	p.printf("%s", line)
}

func ruleName(r geo.BalanceRule) string { return r.Scheme + "/" + r.Method + "/" + r.Spread }

// ranged is the sensitivity of a group for a spreadsheet, in the row of the countryside.
func ranged(class string, found *geo.BalanceRange) []string {
	if class != "rural" || found == nil {
		return []string{"", "", "", ""}
	}
	return []string{number(&found.Min), ruleName(found.MinBy), number(&found.Max), ruleName(found.MaxBy)}
}

func asOf(at *geo.AsOf) string {
	if at == nil {
		return ""
	}
	return fmt.Sprintf("; as of revision %d, %s", at.Revision, at.At.Format(time.RFC3339))
}

func groupName(g geo.BalanceGroup, lang string) string {
	name := g.Name.EN
	if lang == "sl" {
		name = g.Name.SL
	}
	if g.Key == nil || strings.EqualFold(*g.Key, name) {
		return name
	}
	return strings.TrimSpace(*g.Key + " " + name)
}

func cell(cents *int64, weight float64, money bool, lang string) string {
	if money {
		return euros(cents, lang)
	}
	text := strconv.FormatFloat(weight, 'f', 2, 64)
	if lang == "sl" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// balanceCSV writes one line a group and class, for a spreadsheet: cents, not
// euros, so that nothing is rounded.
func (p *program) balanceCSV(b *geo.Balance) error {
	w := csv.NewWriter(p.out)
	_ = w.Write([]string{
		"group", "name", "class", "projects", "weight", "amount_cents", "share", "people_share", "per_head_cents", "location_quotient", "gap_cents",
		"share_min", "share_min_by", "share_max", "share_max_by",
	})
	for _, g := range append(append([]geo.BalanceGroup{}, b.Groups...), b.Total) {
		key := ""
		if g.Key != nil {
			key = *g.Key
		}
		for _, r := range g.Rows {
			var share *geo.BalanceRange
			if g.Sensitivity != nil {
				share = g.Sensitivity.RuralShare
			}
			_ = w.Write(append([]string{
				key, groupName(geo.BalanceGroup{Name: g.Name}, p.lang()), r.Class, strconv.Itoa(r.Projects), number(&r.Weight), integer(r.AmountCents),
				number(r.Share), number(r.PeopleShare), integer(r.PerHeadCents), number(r.LocationQuotient), integer(r.GapCents),
			}, ranged(r.Class, share)...))
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("writing CSV: %w", err)
	}
	return nil
}

func number(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}

func integer(v *int64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatInt(*v, 10)
}
