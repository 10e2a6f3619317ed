package importers

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/geo/pg"
	"kraj/importers/sources"
	"kraj/importers/words"
)

var (
	//go:embed sql/tables.sql
	tablesSQL string
	//go:embed sql/functions.sql
	functionsSQL string
	//go:embed sql/geometry_function.sql
	geometryFunctionSQL string
)

// run is one import on its way through the stages.
type run struct {
	o      Options
	tx     pgx.Tx
	source sources.Source
	target *target
	report *Report

	municipality   *int64 // of --municipality
	municipalities *municipalities
	references     *references
	constant       map[string]any
	staged         *stager
	mapping        *mapping

	rejects             []Reject
	repairs             repairs
	gone                []int64
	unknownMunicipality int
	recurring           int
}

// Run imports a file. The report is complete also when rows were rejected or the
// run was dry; the error is then nil and Report.Merged is false. Errors say what
// is wrong with the file as a whole and what can be done.
func Run(ctx context.Context, pools *pg.Pools, o Options) (*Report, error) {
	r := newRun(o)
	tx, err := pools.Owner.Begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("beginning the import: %w", err)
	}
	// Whatever is not committed leaves nothing behind, staging tables included.
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	r.tx = tx
	if err := r.inspect(ctx); err != nil {
		return nil, err
	}
	r.source, err = sources.Open(ctx, o.File, sources.Options{Layer: o.SourceLayer, Encoding: o.Encoding})
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.source.Close() }() // it was only read
	if err := r.stages(ctx); err != nil {
		return nil, err
	}
	return r.report, r.finish(ctx)
}

func newRun(o Options) *run {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &run{o: o, report: &Report{
		Layer: o.Layer, File: filepath.Base(o.File), DryRun: o.DryRun,
		Mapping: []Mapped{}, Unmapped: []string{}, Notes: []Note{}, Rejects: []Reject{}, Changes: []Change{},
	}}
}

func (r *run) progress(stage string, done, total int64) {
	if r.o.Progress != nil {
		r.o.Progress(stage, done, total)
	}
}

// inspect finds out what the layer takes and makes the staging tables.
func (r *run) inspect(ctx context.Context) error {
	var err error
	if r.target, err = loadTarget(ctx, r.tx, r.o.Layer); err != nil {
		return err
	}
	if r.municipalities, err = loadMunicipalities(ctx, r.tx); err != nil {
		return err
	}
	if r.o.Municipality != "" && r.target.hasMunicipality() {
		m, err := geo.FindMunicipality(ctx, r.tx, r.o.Municipality)
		if err != nil {
			return err
		}
		r.municipality = &m.ID
	}
	if r.target.isProjects() {
		if r.references, err = loadReferences(ctx, r.tx); err != nil {
			return err
		}
	}
	if err := r.readConstants(); err != nil {
		return err
	}
	for _, sql := range []string{tablesSQL, functionsSQL, geometryFunctionSQL, projectFunctionsSQL} {
		if _, err := r.tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("preparing the import: %w", err)
		}
	}
	return nil
}

// stages does everything up to the diff.
func (r *run) stages(ctx context.Context) error {
	var err error
	if r.staged, err = r.stage(ctx, r.source); err != nil {
		return err
	}
	r.describe()
	if err := r.plan(ctx); err != nil {
		return err
	}
	if err := r.mapRows(ctx); err != nil {
		return err
	}
	r.progress("check", 0, 0)
	if err := r.checkGeometry(ctx); err != nil {
		return err
	}
	if err := r.locate(ctx); err != nil {
		return err
	}
	if err := r.checkRules(ctx); err != nil {
		return err
	}
	if r.target.isProjects() {
		if err := r.checkParents(ctx); err != nil {
			return err
		}
	}
	if err := r.joinDuplicates(ctx); err != nil {
		return err
	}
	if r.target.isProjects() {
		if err := r.checkSites(ctx); err != nil {
			return err
		}
	}
	if r.recurring > 0 {
		r.note(r.recurring, say("znesek se ponavlja brez navedenega števila let; shranjen je kot besedilo in se ne sešteva", "the amount recurs without a stated number of years; it is kept as text and enters no sum"))
	}
	r.progress("diff", 0, 0)
	if !r.o.DryRun {
		// Nobody may change the layer between the comparison and the merge; reading goes on.
		if _, err := r.tx.Exec(ctx, `LOCK TABLE `+r.table()+` IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return fmt.Errorf("waiting for other writers: %w", err)
		}
	}
	return r.diff(ctx)
}

// finish writes the rejects and merges, unless the run is dry or rows were refused.
func (r *run) finish(ctx context.Context) error {
	r.tellRejects()
	if err := r.writeRejects(); err != nil {
		return err
	}
	if r.held() {
		return nil
	}
	if err := r.merge(ctx); err != nil {
		return err
	}
	r.progress("settle", 0, 0)
	if err := r.tx.Commit(ctx); err != nil {
		return r.refused(fmt.Errorf("finishing the import: %w", err))
	}
	r.report.Merged = true
	r.o.Log.InfoContext(ctx, "import", "layer", r.report.Layer, "file", r.report.File, "import", r.report.Import,
		"new", r.report.New, "changed", r.report.Changed, "deleted", r.report.Deleted, "same", r.report.Same, "rejected", r.report.Rejected)
	return nil
}

func (r *run) tellRejects() {
	sortRejects(r.rejects)
	r.report.Rejects = append(r.report.Rejects, r.rejects[:min(len(r.rejects), shown)]...)
}

// held says that nothing is to be stored: the run is dry, or rows were refused.
func (r *run) held() bool { return r.o.DryRun || r.report.Rejected > 0 && !r.o.AllowRejects }

// describe tells what the file is, and what of a table was left out.
func (r *run) describe() {
	info := r.source.Info()
	r.report.Format, r.report.SourceLayer, r.report.Encoding, r.report.Rows = info.Format, info.Layer, info.Encoding, int(r.staged.rows)
	if n := info.Skipped.Blank; n > 0 {
		r.note(n, say("prazna vrstica, izpuščena", "blank, left out"))
	}
	if t := info.Skipped.Totals; len(t) > 0 {
		r.note(len(t), say("vsota pod tabelo, izpuščena (v datoteki vrstica %d)", "a total below the table, left out (row %d of the file)", t[0]))
	}
	if info.Format == "ESRI Shapefile" && info.Encoding == "cp1250" && r.o.Encoding == "" {
		r.note(0, say("datoteka kodiranja ne pove; po bajtih sodeč je besedilo v cp1250 (drugo podajte z --encoding)", "the file does not say its encoding; judging by the bytes its text is cp1250 (give another with --encoding)"))
	}
	if _, ok := r.target.column("approximate"); ok && r.constant["approximate"] == nil && soundsApproximate(r.report.File, info.Layer) {
		r.constant["approximate"] = true
		r.note(0, say("ime pove, da so oblike približne; tako so označene (sicer --set approximate=false)", "its name says that the shapes are approximate; they are marked so (else --set approximate=false)"))
	}
}

func soundsApproximate(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		folded := " " + words.Fold(n)
		return strings.Contains(folded, " approx") || strings.Contains(folded, " priblizn")
	})
}

// plan decides the mapping and tells it.
func (r *run) plan(ctx context.Context) error {
	fields := r.source.Fields()
	profile, err := r.loadProfile(ctx, fields)
	if err != nil {
		return err
	}
	// The sample was read before the file's last rows: fields may have come later.
	r.mapping, err = buildMapping(r.target, fields, r.staged.sample, r.o.Map, profile, r.source.Info().Spatial)
	if err != nil {
		var e *geo.Error
		if errors.As(err, &e) {
			e.Detail = r.report.File + ": " + e.Detail
		}
		return err
	}
	for _, a := range r.mapping.columns {
		r.report.Mapping = append(r.report.Mapping, a.Mapped)
	}
	r.report.Unmapped = append(r.report.Unmapped, r.mapping.attributes...)
	return nil
}

func (r *run) maps(name string) bool {
	return slices.ContainsFunc(r.mapping.columns, func(a assignment) bool { return a.Column == name })
}

// fills says whether a column of the table gets values from the file.
func (r *run) fills(name string) bool {
	if r.maps(name) {
		return true
	}
	if !r.target.isProjects() {
		return name == r.target.title()
	}
	for from, columns := range projectDerived {
		if slices.Contains(columns, name) && r.maps(from) {
			return true
		}
	}
	return name == "scope" && (r.source.Info().Spatial || len(r.mapping.point) > 0)
}

// readConstants types the values of --set.
func (r *run) readConstants() error {
	r.constant = map[string]any{}
	for name, value := range r.o.Set {
		c, ok := r.target.column(name)
		if !ok || name == "code" || name == "attributes" {
			var known []string
			for _, c := range r.target.Columns {
				known = append(known, c.Name)
			}
			return geo.Errorf(geo.Invalid, "Unknown column", "--set %s: %s has no such column to set; it has: %s", name, r.o.Layer, strings.Join(known, ", "))
		}
		v, err := converter(r.target, c)(value, words.Unknown)
		if err != nil {
			return geo.Errorf(geo.Invalid, "Invalid value", "--set %s=%s: %v", name, value, err)
		}
		r.constant[name] = v
	}
	return nil
}
