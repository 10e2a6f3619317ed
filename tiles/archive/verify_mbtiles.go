package archive

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kraj/tiles/mbtiles"
)

func (c *check) mbtiles(file string) (err error) {
	r, err := mbtiles.Open(c.ctx, file)
	if err != nil {
		c.say("Tables: %v.", err)
		return nil //nolint:nilerr // it is the verdict
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	bad, err := r.Integrity(c.ctx)
	if err != nil {
		bad = append(bad, err.Error())
	}
	for _, text := range bad {
		c.say("SQLite says of the file: %s.", text)
	}
	c.MaxZoom = len(c.seen) - 1
	m, err := r.Metadata(c.ctx)
	if err != nil {
		c.say("Metadata: %v.", err)
	} else {
		c.table(m)
	}
	err = r.Walk(c.ctx, func(z, x, y int, data []byte) error {
		c.Tiles++
		c.row(m["format"], z, x, y, data)
		c.step(-1)
		return c.ctx.Err()
	})
	if c.ctx.Err() != nil {
		return c.ctx.Err()
	}
	if err != nil {
		c.say("The tiles cannot be read to their end: %v.", err)
	}
	addresses, contents, err := r.Strays(c.ctx)
	switch {
	case err != nil:
		c.say("The tables of tiles cannot be compared: %v.", err)
	case addresses > 0:
		c.say("%d tiles have an address but no content.", addresses)
	case contents > 0:
		c.say("%d contents have no address.", contents)
	}
	if c.Contents, err = r.Contents(c.ctx); err != nil {
		c.say("The contents cannot be counted: %v.", err)
	}
	c.stated()
	return nil
}

// row is a tile of the table.
func (c *check) row(format string, z, x, y int, data []byte) {
	if y < 0 {
		c.say("A tile of zoom %d, column %d, has a row that this zoom does not have.", z, x)
		return
	}
	if format == "pbf" && (len(data) < 2 || data[0] != 0x1f || data[1] != 0x8b) {
		c.say("Tile %d/%d/%d is not gzipped, as vector tiles in MBTiles are.", z, x, y)
	}
	content, err := unzipped(data)
	if err != nil {
		c.say("Tile %d/%d/%d cannot be read: %v.", z, x, y, err)
		return
	}
	c.tile(z, x, y, content)
}

// table reads the metadata.
func (c *check) table(m map[string]string) {
	for _, name := range []string{"name", "format", "bounds", "minzoom", "maxzoom"} {
		if m[name] == "" {
			c.say("The metadata have no “%s”.", name)
		}
	}
	if f := m["format"]; f != "" && f != "pbf" {
		c.say("The metadata say that tiles are %s; vector tiles are pbf.", f)
	}
	zoom := func(name string, at *int) {
		if m[name] == "" {
			return
		}
		n, err := strconv.Atoi(m[name])
		if err != nil || n < 0 || n >= len(c.seen) {
			c.say("“%s” in the metadata is no zoom: %.40q.", name, m[name])
			return
		}
		*at = n
	}
	zoom("minzoom", &c.MinZoom)
	zoom("maxzoom", &c.MaxZoom)
	if text := m["bounds"]; text != "" {
		if b, err := box(text); err != nil {
			c.say("“bounds” in the metadata: %v.", err)
		} else {
			c.Bounds = &b
		}
	}
	if m["json"] == "" {
		c.say("The metadata have no “json”, where vector tiles describe their layers.")
		return
	}
	c.metadata([]byte(m["json"]))
}

// box reads "west,south,east,north".
func box(text string) (b [4]float64, err error) {
	words := strings.Split(text, ",")
	if len(words) != 4 {
		return b, fmt.Errorf("%.60q has not four numbers", text)
	}
	for i, w := range words {
		if b[i], err = strconv.ParseFloat(strings.TrimSpace(w), 64); err != nil {
			return b, fmt.Errorf("%.60q is not of four numbers", text)
		}
	}
	if !(b[0] >= -180 && b[1] >= -90 && b[2] <= 180 && b[3] <= 90 && b[0] <= b[2] && b[1] <= b[3]) {
		return b, fmt.Errorf("%.60q is no box of west, south, east, north in degrees", text)
	}
	return b, nil
}
