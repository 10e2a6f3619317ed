package gdal

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kraj/geo"
)

// sidecars are the endings that belong to a shapefile.
var sidecars = []string{".shp", ".shx", ".dbf", ".prj", ".cpg"}

// Put copies a file, and what belongs to it, into the sandbox, where the child
// may read it whoever it runs as. The answer is the name there.
func (s *Sandbox) Put(ctx context.Context, file string) (string, error) {
	ext := filepath.Ext(file)
	stem := strings.TrimSuffix(file, ext)
	if !slices.Contains(sidecars, strings.ToLower(ext)) {
		name := "in" + strings.ToLower(ext)
		return name, s.copyFile(ctx, file, name)
	}
	siblings, err := os.ReadDir(filepath.Dir(file))
	if err != nil {
		return "", fmt.Errorf("looking for the shapefile's parts: %w", err)
	}
	base := strings.ToLower(filepath.Base(stem))
	for _, e := range siblings {
		x := strings.ToLower(filepath.Ext(e.Name()))
		if strings.ToLower(strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))) != base || !slices.Contains(sidecars, x) {
			continue
		}
		if err := s.copyFile(ctx, filepath.Join(filepath.Dir(file), e.Name()), "in"+x); err != nil {
			return "", err
		}
	}
	return "in" + strings.ToLower(ext), nil
}

func (s *Sandbox) copyFile(ctx context.Context, from, name string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("opening the file: %w", err)
	}
	defer in.Close()
	return s.write(ctx, in, name)
}

// write stores a stream under a name that is ours, readable by the child only.
func (s *Sandbox) write(ctx context.Context, in io.Reader, name string) (err error) {
	path := filepath.Join(s.Dir, name)
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("copying the file: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, &cancellable{ctx, in}); err != nil {
		return fmt.Errorf("copying the file: %w", err)
	}
	if os.Getuid() == 0 {
		if err := out.Chown(nobody, nobody); err != nil {
			return fmt.Errorf("giving away the copy: %w", err)
		}
	}
	return nil
}

// cancellable stops a long copy when its context ends.
type cancellable struct {
	ctx context.Context //nolint:containedctx // for one copy
	io.Reader
}

func (c *cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}

const maxEntries = 1000

// Unzip unpacks the files with the given endings (folders are flattened, other
// files ignored), at most maxBytes together. It returns their paths.
func (s *Sandbox) Unzip(ctx context.Context, file string, endings []string, maxBytes int64) ([]string, error) {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return nil, geo.Errorf(geo.Invalid, "Not a zip archive", "%s: %v", filepath.Base(file), err)
	}
	defer archive.Close()
	if len(archive.File) > maxEntries {
		return nil, geo.Errorf(geo.TooLarge, "Archive too large", "%s has %d entries, at most %d are read", filepath.Base(file), len(archive.File), maxEntries)
	}
	var paths []string
	for _, entry := range archive.File {
		name := filepath.Base(strings.ReplaceAll(entry.Name, `\`, "/"))
		if entry.FileInfo().IsDir() || strings.HasPrefix(name, ".") || !slices.Contains(endings, strings.ToLower(filepath.Ext(name))) {
			continue
		}
		name = strings.TrimSuffix(name, filepath.Ext(name)) + strings.ToLower(filepath.Ext(name))
		n, err := s.extract(ctx, entry, name, maxBytes)
		if err != nil {
			return nil, fmt.Errorf("unpacking %s: %w", filepath.Base(file), err)
		}
		maxBytes -= n
		paths = append(paths, filepath.Join(s.Dir, name))
	}
	return paths, nil
}

// extract counts what really comes out: the size that an archive states may lie.
func (s *Sandbox) extract(ctx context.Context, entry *zip.File, name string, room int64) (int64, error) {
	r, err := entry.Open()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	defer r.Close()
	limit := &io.LimitedReader{R: r, N: room + 1}
	if err := s.write(ctx, limit, name); err != nil {
		if errors.Is(err, os.ErrExist) {
			return 0, geo.Errorf(geo.Invalid, "Ambiguous archive", "it has several files called %s; unpack it and import one", name)
		}
		return 0, err
	}
	if limit.N <= 0 {
		return 0, geo.Errorf(geo.TooLarge, "Archive too large", "unpacked it is larger than allowed")
	}
	return room + 1 - limit.N, nil
}
