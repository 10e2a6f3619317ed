package tiles

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"kraj/geo"
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

// Registry keeps a Catalog that is at most Fresh old, and looks again when somebody asks for a layer it has not heard
// of: planners make layers while the server runs. Safe for concurrent use.
type Registry struct {
	Fresh time.Duration // 0: two seconds

	mu      sync.Mutex
	catalog *Catalog
	loaded  time.Time
	loading bool
}

// Catalog returns the present catalog. With layers it also checks that they exist. Only one request in a while asks the
// database for it, and the others go on with what there is: strangers who guess names cost nothing.
func (r *Registry) Catalog(ctx context.Context, q geo.Querier, layers ...string) (*Catalog, error) {
	c := r.present()
	if c == nil {
		var err error
		if c, err = r.load(ctx, q); err != nil {
			return nil, err
		}
	}
	return c, c.Check(layers)
}

// present is nil when the caller has to load. While one does, the others get the old catalog, if there is one.
func (r *Registry) present() *Catalog {
	fresh := r.Fresh
	if fresh == 0 {
		fresh = 2 * time.Second
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.catalog != nil && (r.loading || time.Since(r.loaded) <= fresh) {
		return r.catalog
	}
	r.loading = true
	return nil
}

func (r *Registry) load(ctx context.Context, q geo.Querier) (*Catalog, error) {
	c, err := LoadCatalog(ctx, q)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loading = false
	if err != nil {
		return nil, err
	}
	r.catalog, r.loaded = c, time.Now()
	return c, nil
}
