package main

import (
	"encoding/json"
	"strings"
	"testing"

	"kraj/geo/pgtest"
)

func TestGaps(t *testing.T) {
	t.Parallel()
	url := pgtest.NewURL(t)
	kraj(t, url, "", "gaps").want(t, 1, "kraj import municipalities")
	kraj(t, url, "", "demo", "--municipality", "kranj").want(t, 0)
	kraj(t, url, "", "gaps").want(t, 0, "rural_without_project", "Agglomerations not equipped", "unknown")
	kraj(t, url, "", "gaps", "--set", "pe=1").want(t, 2, "belongs to one gap")
	all := kraj(t, url, "", "gaps", "rural_without_project")
	all.want(t, 0, "Rural settlements without a project", "There is no project at this settlement.")
	kraj(t, url, "", "gaps", "agglomerations_not_equipped", "--set", "pe=1000", "--set", "share=1", "--format", "csv").want(t, 0, "layer,code,name,", "agglomerations,")
	kraj(t, url, "", "gaps", "agglomerations_not_equipped", "--set", "mass=1").want(t, 1, "accepted: pe, share, words, measures, statuses")
	kraj(t, url, "", "gaps", "agglomerations_not_equipped", "--set", "pe=many").want(t, 1, "must be a number")
	kraj(t, url, "", "gaps", "holes").want(t, 1, "rural_without_project")
	kraj(t, url, "", "gaps", "rural_without_project", "--format", "xml").want(t, 2, "geojson")
	kraj(t, url, "", "gaps", "--help").want(t, 0, "--set pe=1000")
	r := kraj(t, url, "", "gaps", "rural_without_project", "--format", "geojson")
	r.want(t, 0)
	var c struct {
		Type     string
		Features []struct {
			Geometry   *struct{ Type string }
			Properties map[string]any
		}
	}
	if err := json.Unmarshal([]byte(r.out), &c); err != nil || c.Type != "FeatureCollection" || len(c.Features) == 0 {
		t.Fatalf("%v: %.300s", err, r.out)
	}
	f := c.Features[0]
	if f.Geometry == nil || f.Geometry.Type != "MultiPolygon" || f.Properties["reason"] == nil || f.Properties["geometry"] != nil {
		t.Errorf("%+v", f)
	}
	if lines := strings.Count(all.out, "\n"); lines < len(c.Features)+3 {
		t.Errorf("%d lines for %d rows", lines, len(c.Features))
	}
}
