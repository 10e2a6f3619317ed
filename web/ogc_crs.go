package web

import (
	"context"
	"strconv"
	"strings"

	"kraj/geo"
)

const (
	crs84     = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	epsgStart = "http://www.opengis.net/def/crs/EPSG/0/"
)

// namedCRS is a coordinate system under the name that clients use.
type namedCRS struct {
	uri string
	geo.CRS
}

// crsList is what features can be asked in; the first is the default, the second
// the one they are stored in.
type crsList []namedCRS

// systems are CRS84, the deployment's own, and those that every client knows.
func (s *Server) systems(ctx context.Context, db geo.Querier) (crsList, error) {
	if known := s.crs.Load(); known != nil {
		return *known, nil
	}
	own, err := geo.StoredCRS(ctx, db)
	if err != nil {
		return nil, err
	}
	list := crsList{{crs84, geo.CRS{SRID: 4326}}, {epsg(own.SRID), own}}
	for _, c := range []geo.CRS{{SRID: 4326, Flip: true}, {SRID: 3857}} {
		if c.SRID != own.SRID {
			list = append(list, namedCRS{epsg(c.SRID), c})
		}
	}
	s.crs.Store(&list)
	return list, nil
}

func epsg(srid int) string { return epsgStart + strconv.Itoa(srid) }

func (l crsList) uris() []string {
	uris := make([]string, len(l))
	for i, c := range l {
		uris[i] = c.uri
	}
	return uris
}

func (l crsList) stored() string { return l[1].uri }

// find reads the parameter: a URI, with or without the brackets of a safe CURIE.
func (l crsList) find(p *params, name string) namedCRS {
	if !p.Has(name) {
		return l[0]
	}
	want := strings.Replace(p.Text(name), "https://", "http://", 1)
	for _, c := range l {
		if want == c.uri || want == "[EPSG:"+strings.TrimPrefix(c.uri, epsgStart)+"]" {
			return c
		}
	}
	p.fail("%s=%q is not known; accepted: %s", name, p.values.Get(name), strings.Join(l.uris(), ", "))
	return l[0]
}
