package archive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kraj/tiles/mbtiles"
	"kraj/tiles/pmtiles"
)

type pmtilesSink struct {
	path    string
	scratch *os.File
	*pmtiles.Writer
}

// newPMTiles keeps tiles in a file without a name until the directories are known: it is gone with the process.
func newPMTiles(_ context.Context, path string) (sink, error) {
	scratch, err := os.CreateTemp(filepath.Dir(path), ".tiles.*")
	if err != nil {
		return nil, fmt.Errorf("making a file for the tiles: %w", err)
	}
	if err := os.Remove(scratch.Name()); err != nil {
		return nil, errors.Join(err, scratch.Close())
	}
	return &pmtilesSink{path, scratch, pmtiles.NewWriter(scratch)}, nil
}

func (s *pmtilesSink) add(_ context.Context, z, x, y int, tile []byte) error {
	return s.Add(z, x, y, tile)
}

func (s *pmtilesSink) finish(_ context.Context, d description) (int64, error) {
	h := pmtiles.Header{Tiles: pmtiles.Gzip, Type: pmtiles.TypeMVT}
	if d.Bounds != nil {
		h.Bounds = *d.Bounds
	}
	if d.Center != nil {
		h.Center, h.CenterZoom = [2]float64{d.Center[0], d.Center[1]}, uint8(d.Center[2])
	}
	f, err := os.OpenFile(s.path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return 0, fmt.Errorf("opening the file: %w", err)
	}
	out := bufio.NewWriterSize(f, 1<<20)
	h, err = s.Finish(out, h, d.pmtiles())
	return int64(h.Contents), errors.Join(err, out.Flush(), f.Close(), s.scratch.Close())
}

func (s *pmtilesSink) abandon() error {
	if err := s.scratch.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

type mbtilesSink struct{ *mbtiles.Writer }

func newMBTiles(ctx context.Context, path string) (sink, error) {
	w, err := mbtiles.Create(ctx, path)
	if err != nil {
		return nil, err
	}
	return mbtilesSink{w}, nil
}

func (s mbtilesSink) add(ctx context.Context, z, x, y int, tile []byte) error {
	return s.Add(ctx, z, x, y, tile)
}

func (s mbtilesSink) finish(ctx context.Context, d description) (int64, error) {
	m, err := d.mbtiles()
	if err != nil {
		return 0, err
	}
	return s.Contents(), s.Finish(ctx, m)
}

func (s mbtilesSink) abandon() error { return s.Abandon() }
