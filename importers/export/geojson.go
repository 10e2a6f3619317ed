package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// geoJSON writes a FeatureCollection, a feature a line.
type geoJSON struct {
	out   io.Writer
	names []string
	rows  int
	seq   bool // only features, for GDAL
	buf   bytes.Buffer
}

func newGeoJSON(_ context.Context, out io.Writer, f *layerFields, _ Options) (sink, error) {
	name, err := json.Marshal(f.layer)
	if err != nil {
		return nil, fmt.Errorf("naming the collection: %w", err)
	}
	_, err = fmt.Fprintf(out, "{\"type\":\"FeatureCollection\",\"name\":%s,\"features\":[\n", name)
	return &geoJSON{out: out, names: f.names}, err
}

func (g *geoJSON) write(values []any, geometry string) error {
	g.buf.Reset()
	if g.rows > 0 && !g.seq {
		g.buf.WriteString(",\n")
	}
	g.rows++
	g.buf.WriteString(`{"type":"Feature","properties":{`)
	for i, v := range values {
		if i > 0 {
			g.buf.WriteByte(',')
		}
		if err := g.member(g.names[i], v); err != nil {
			return err
		}
	}
	if geometry == "" {
		geometry = "null"
	}
	g.buf.WriteString(`},"geometry":` + geometry + `}`)
	if g.seq {
		g.buf.WriteByte('\n')
	}
	_, err := g.out.Write(g.buf.Bytes())
	return err
}

func (g *geoJSON) member(name string, v any) error {
	if g.seq {
		v = flat(v) // GDAL would guess types of what is inside
	}
	key, err := json.Marshal(name)
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	g.buf.Write(key)
	g.buf.WriteByte(':')
	enc := json.NewEncoder(&g.buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	g.buf.Truncate(g.buf.Len() - 1) // the encoder's line end
	return nil
}

func (g *geoJSON) close() error {
	if g.seq {
		return nil
	}
	_, err := io.WriteString(g.out, "\n]}\n")
	return err
}

// flat is a value for formats without nested ones: objects and lists as JSON text,
// an empty object as nothing.
func flat(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return nil
		}
		return jsonText(v)
	case []any:
		return jsonText(v)
	}
	return v
}

func jsonText(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil { // decoded from JSON, so it can be encoded
		return ""
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
