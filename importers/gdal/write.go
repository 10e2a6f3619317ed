package gdal

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Create makes a file in the sandbox that the child may read.
func (s *Sandbox) Create(name string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(s.Dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("making a temporary file: %w", err)
	}
	if os.Getuid() == 0 {
		if err := f.Chown(nobody, nobody); err != nil {
			f.Close()
			return nil, fmt.Errorf("giving away a temporary file: %w", err)
		}
	}
	return f, nil
}

// Convert turns newline-delimited GeoJSON features, whose coordinates are in the
// given SRID, into a file of the driver's format. It returns the path.
func (s *Sandbox) Convert(ctx context.Context, from, to, driver, layer string, srid int) (string, error) {
	_, skip, err := s.only(ctx, driver, "GeoJSONSeq", "Memory")
	if err != nil {
		return "", err
	}
	args := []string{"-f", driver, "./" + to, "GeoJSONSeq:./" + from, "-nln", layer, "-a_srs", fmt.Sprintf("EPSG:%d", srid), "--config", "OGR_SQLITE_SYNCHRONOUS", "OFF"}
	_, err = s.output(ctx, skip, "ogr2ogr", args...)
	if err != nil {
		return "", err
	}
	return filepath.Join(s.Dir, to), nil
}
