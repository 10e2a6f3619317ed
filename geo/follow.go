package geo

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cursor is a place in the order of commits: everything that was committed before it is known to whoever holds it. Of
// what was committed after, some may be known as well: readers drop revisions they have had. "" is the beginning.
type Cursor string

var cursorText = regexp.MustCompile(`^([A-Za-z0-9-]{0,60})\.([0-9]{1,18})$`)

// ParseCursor checks a cursor that came from outside; the error is a geo.Error of kind Invalid.
func ParseCursor(text string) (Cursor, error) {
	if !cursorText.MatchString(text) {
		return "", Errorf(Invalid, "Bad cursor", "%.60q is no cursor; use the id of an event, as it was sent", text)
	}
	return Cursor(text), nil
}

func (c Cursor) parts() (instance, xid string) {
	instance, xid, _ = strings.Cut(string(c), ".")
	return instance, xid
}

// RevisionChange is what one revision changed, by layer.
type RevisionChange struct {
	Revision int64        `json:"revision"` // 0: no row changed, only what is derived
	At       *time.Time   `json:"at"`
	Layers   []LayerAreas `json:"changes"`
}

// LayerAreas says where a layer changed.
type LayerAreas struct {
	Layer      string       `json:"layer"` // a layer, or a table without geometry
	Everywhere bool         `json:"everywhere"`
	Bounds     [][4]float64 `json:"bounds"` // west, south, east, north in degrees (CRS84)
	Shown      bool         `json:"-"`      // the public may know
}

// Changes are what came after a cursor.
type Changes struct {
	Next      Cursor
	Revisions []RevisionChange
	// Gap: the cursor is of another database (a restore), or more came after it than can be told one by one. Whoever
	// holds it has to read everything anew.
	Gap bool
}

// Public are the changes that everybody may know of.
func (c Changes) Public() []RevisionChange {
	var list []RevisionChange
	for _, r := range c.Revisions {
		shown := RevisionChange{Revision: r.Revision, At: r.At}
		for _, l := range r.Layers {
			if l.Shown {
				shown.Layers = append(shown.Layers, l)
			}
		}
		if len(shown.Layers) > 0 {
			list = append(list, shown)
		}
	}
	return list
}

// Planner are all changes, with the public's and the drafts' areas of a layer together.
func (c Changes) Planner() []RevisionChange {
	list := make([]RevisionChange, len(c.Revisions))
	for i, r := range c.Revisions {
		list[i] = RevisionChange{Revision: r.Revision, At: r.At}
		at := map[string]int{}
		for _, l := range r.Layers {
			n, ok := at[l.Layer]
			if !ok {
				at[l.Layer] = len(list[i].Layers)
				l.Bounds = append([][4]float64{}, l.Bounds...)
				list[i].Layers = append(list[i].Layers, l)
				continue
			}
			have := &list[i].Layers[n]
			have.Everywhere = have.Everywhere || l.Everywhere
			have.Bounds = append(have.Bounds, l.Bounds...)
		}
	}
	return list
}

// maxFollowed is how many areas Follow reads at most.
const maxFollowed = 5000

// Follow reads what was committed after a cursor. With "" it tells where that is now, and the revisions that are known
// already and will come again. q must be a planner's.
func Follow(ctx context.Context, q Querier, since Cursor) (Changes, error) {
	instance, xid := since.parts()
	var from *string
	if since != "" {
		from = &xid
	}
	rows, err := q.Query(ctx, statement("follow"), from, maxFollowed+1)
	if err != nil {
		return Changes{}, fmt.Errorf("reading what changed: %w", err)
	}
	var found Changes
	var n int
	var next, present string
	var revision *int64
	var at *time.Time
	var layer *string
	var shown, everywhere *bool
	var box [4]*float64
	_, err = pgx.ForEachRow(rows, []any{&next, &present, &revision, &at, &layer, &shown, &everywhere, &box[0], &box[1], &box[2], &box[3]}, func() error {
		found.Next = Cursor(present + "." + next)
		if revision == nil {
			return nil
		}
		n++
		found.add(*revision, at, *layer, *shown, *everywhere, box)
		return nil
	})
	if err != nil {
		return Changes{}, fmt.Errorf("reading what changed: %w", err)
	}
	if since != "" && (instance != present || n > maxFollowed) {
		return Changes{Next: found.Next, Gap: true}, nil
	}
	return found, nil
}

func (c *Changes) add(revision int64, at *time.Time, layer string, shown, everywhere bool, box [4]*float64) {
	last := len(c.Revisions) - 1
	if last < 0 || c.Revisions[last].Revision != revision || revision == 0 {
		c.Revisions = append(c.Revisions, RevisionChange{Revision: revision, At: at})
		last++
	}
	r := &c.Revisions[last]
	k := -1
	for i, l := range r.Layers {
		if l.Layer == layer && l.Shown == shown {
			k = i
		}
	}
	if k < 0 {
		r.Layers = append(r.Layers, LayerAreas{Layer: layer, Shown: shown, Bounds: [][4]float64{}})
		k = len(r.Layers) - 1
	}
	r.Layers[k].Everywhere = r.Layers[k].Everywhere || everywhere
	if box[0] != nil {
		r.Layers[k].Bounds = append(r.Layers[k].Bounds, [4]float64{*box[0], *box[1], *box[2], *box[3]})
	}
}
