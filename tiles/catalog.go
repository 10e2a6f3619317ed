package tiles

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
	"kraj/geo/notice"
)

//go:embed sql/*.sql
var statements embed.FS

func statement(name string) string {
	text, err := statements.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Text is a word in both languages of the product.
type Text struct {
	SL string `json:"sl"`
	EN string `json:"en"`
}

// In returns the text in a language, "en" or else Slovene.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.SL
}

// Layer is one drawable layer.
type Layer struct {
	ID       string
	Title    Text
	Geometry string // polygon, line, point, mixed
	Builtin  bool   // false: a planner's own
	Derived  bool   // made from another layer; has no table of its own
	Coverage bool   // features share boundaries
	MinZoom  int    // below it the layer is empty
	MaxZoom  int    // at most MaxZoom
}

// Catalog is what layers there are, at one moment. It does not change; a Registry has the present one.
type Catalog struct {
	layers []Layer
	byID   map[string]int
}

// LoadCatalog reads the registry of layers.
func LoadCatalog(ctx context.Context, q geo.Querier) (*Catalog, error) {
	rows, err := q.Query(ctx, statement("catalog"))
	if err != nil {
		return nil, fmt.Errorf("reading the layers: %w", err)
	}
	layers, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l Layer, err error) {
		err = row.Scan(&l.ID, &l.Title.SL, &l.Title.EN, &l.Geometry, &l.Builtin, &l.Derived, &l.Coverage, &l.MinZoom, &l.MaxZoom)
		l.MaxZoom = min(l.MaxZoom, MaxZoom)
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the layers: %w", err)
	}
	c := &Catalog{layers: layers, byID: make(map[string]int, len(layers))}
	for i, l := range layers {
		c.byID[l.ID] = i
	}
	return c, nil
}

// Layers lists all layers in drawing order, lowest first.
func (c *Catalog) Layers() []Layer { return slices.Clone(c.layers) }

// Layer finds one by its name.
func (c *Catalog) Layer(id string) (Layer, bool) {
	i, ok := c.byID[id]
	if !ok {
		return Layer{}, false
	}
	return c.layers[i], true
}

// Names lists the names of all layers in drawing order.
func (c *Catalog) Names() []string {
	names := make([]string, len(c.layers))
	for i, l := range c.layers {
		names[i] = l.ID
	}
	return names
}

// Check returns a geo.Error of kind NotFound that names the first layer that does not exist.
func (c *Catalog) Check(layers []string) error {
	for _, name := range layers {
		if _, ok := c.byID[name]; !ok {
			return outside("there is no layer %q; /collections lists those there are", name)
		}
	}
	return nil
}

// Registry keeps a Catalog until something says that the layers changed, and looks again after a while where nobody could be
// trusted to say so. When the database is away the old catalog serves on. Safe for concurrent use; a notice.Subscriber.
type Registry struct {
	Fresh time.Duration // how long it goes without being told anything; 0: two seconds

	mu      sync.Mutex
	catalog *Catalog
	loaded  time.Time
	until   time.Time // until then nothing changes unheard
	version uint64    // counts what was heard
	loading bool
}

var _ notice.Subscriber = (*Registry)(nil)

// Catalog returns the present catalog. With layers it also checks that they exist. Only one request in a while asks the
// database for it, and the others go on with what there is: strangers who guess names cost nothing.
func (r *Registry) Catalog(ctx context.Context, q geo.Querier, layers ...string) (*Catalog, error) {
	c, old, version := r.present()
	if c == nil {
		var err error
		if c, err = r.load(ctx, q, version); err != nil {
			if old == nil || geo.KindOf(err) != geo.Unavailable {
				return nil, err
			}
			c = old
		}
	}
	return c, c.Check(layers)
}

// present is the catalog, or nil when the caller has to load it, and then the one there was. While one caller loads what is
// merely old, the others get it.
func (r *Registry) present() (present, old *Catalog, version uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fresh() || (r.loading && r.catalog != nil && !r.loaded.IsZero()) {
		return r.catalog, nil, 0
	}
	r.loading = true
	return nil, r.catalog, r.version
}

// Knows reports whether the catalog is there and current, and has these layers. It never asks the database: false may mean
// that only Catalog can tell.
func (r *Registry) Knows(layers ...string) bool {
	r.mu.Lock()
	c, fresh := r.catalog, r.fresh()
	r.mu.Unlock()
	return fresh && c.Check(layers) == nil
}

// fresh reports whether there is a catalog that nothing makes doubtful. The caller holds mu.
func (r *Registry) fresh() bool {
	now := time.Now()
	return r.catalog != nil && !r.loaded.IsZero() && (now.Before(r.until) || now.Sub(r.loaded) <= cmp.Or(r.Fresh, 2*time.Second))
}

func (r *Registry) load(ctx context.Context, q geo.Querier, version uint64) (*Catalog, error) {
	c, err := LoadCatalog(ctx, q)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loading = false
	if err != nil {
		return nil, err
	}
	r.catalog = c
	if r.version == version { // else it may be older than what was heard meanwhile: this request's, nobody else's
		r.loaded = time.Now()
	}
	return c, nil
}

// forget makes the next request look.
func (r *Registry) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.version++
	r.loaded = time.Time{}
}

// Connected forgets the catalog: a change may have been missed.
func (r *Registry) Connected() { r.forget() }

// Heard forgets it when a whole layer changed: perhaps its zooms did.
func (r *Registry) Heard(n notice.Notice) {
	if n.Everywhere {
		r.forget()
	}
}

// Hold trusts the listener for a while.
func (r *Registry) Hold(until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until = until
}

// Dropped no longer does.
func (r *Registry) Dropped() { r.Hold(time.Time{}) }
