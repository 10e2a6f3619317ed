package geo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/peterstace/simplefeatures/geom"
)

// The limits of a drawn shape.
const (
	MaxShapeVertices = 2000
	MaxShapeAreaKM2  = 2500
)

var shapeTypes = []string{"Point", "LineString", "Polygon", "MultiPolygon"}

const badShape = "Bad geometry"

// Shape is what somebody has drawn, in CRS84.
type Shape struct{ wkb []byte }

// ReadShape reads GeoJSON: a geometry, or a feature whose geometry counts. What is
// no GeoJSON is Invalid, too many vertices are TooLarge, another type, an empty
// geometry or one that is not valid are Unprocessed; each says why.
func ReadShape(body []byte) (Shape, error) {
	raw, err := shapeGeometry(body)
	if err != nil {
		return Shape{}, err
	}
	g, err := geom.UnmarshalGeoJSON(raw, geom.NoValidate{})
	if err != nil {
		return Shape{}, Errorf(Invalid, badShape, "this is no GeoJSON geometry: %v", err)
	}
	g = g.ForceCoordinatesType(geom.DimXY)
	if g.IsEmpty() {
		return Shape{}, Errorf(Unprocessed, badShape, "the geometry is empty")
	}
	points := g.DumpCoordinates()
	if n := points.Length(); n > MaxShapeVertices {
		return Shape{}, Errorf(TooLarge, "Geometry too large", "the geometry has %d vertices; at most %d are accepted: draw it more simply", n, MaxShapeVertices)
	}
	for i := range points.Length() {
		// Written so that what is no number fails as well.
		if p := points.GetXY(i); !(math.Abs(p.X) <= 180 && math.Abs(p.Y) <= 90) {
			return Shape{}, Errorf(Unprocessed, badShape, "the position %v, %v is no longitude and latitude in degrees", p.X, p.Y)
		}
	}
	if err := g.Validate(); err != nil {
		return Shape{}, Errorf(Unprocessed, badShape, "the geometry is not valid: %v", err)
	}
	return Shape{wkb: g.AsBinary()}, nil
}

// shapeGeometry finds the geometry in a geometry or a feature, and knows its type.
func shapeGeometry(body []byte) (json.RawMessage, error) {
	var head struct {
		Type     string          `json:"type"`
		Geometry json.RawMessage `json:"geometry"`
	}
	if err := json.Unmarshal(body, &head); err != nil {
		return nil, Errorf(Invalid, badShape, "the body is no GeoJSON: %v", err)
	}
	raw := json.RawMessage(body)
	if head.Type == "Feature" {
		if raw = head.Geometry; len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			return nil, Errorf(Unprocessed, badShape, "the feature has no geometry")
		}
		head.Type = ""
		if err := json.Unmarshal(raw, &head); err != nil {
			return nil, Errorf(Invalid, badShape, "the feature's geometry is no GeoJSON: %v", err)
		}
	}
	if !slices.Contains(shapeTypes, head.Type) {
		return nil, Errorf(Unprocessed, badShape, "the type %s is not accepted; accepted: %s, or a Feature of one", short(head.Type), strings.Join(shapeTypes, ", "))
	}
	return raw, nil
}

// short quotes at most a few characters of what somebody has sent.
func short(text string) string {
	const enough = 40
	if len(text) > enough {
		text = strings.ToValidUTF8(text[:enough], "") + "…"
	}
	return fmt.Sprintf("%q", text)
}
