package pgtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"

	"kraj/geo/cluster"
)

// Cluster is a PostgreSQL whose contents may be lost at any moment.
type Cluster struct {
	URL string // superuser, maintenance database; the value of KRAJ_TEST_DATABASE_URL
	c   *cluster.Cluster
	dir string
}

// StartCluster starts a fresh cluster in a temporary folder, without any care for
// crashes. Stop removes it.
func StartCluster(ctx context.Context, connections int) (*Cluster, error) {
	dir, err := os.MkdirTemp("", "kraj-test-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the test cluster: %w", err)
	}
	// As root the server runs as another account, which must get to its folder.
	if err := os.Chmod(dir, 0o711); err != nil {
		return nil, fmt.Errorf("opening the test cluster's folder: %w", err)
	}
	c, err := cluster.Start(ctx, cluster.Config{
		Dir: filepath.Join(dir, "data"),
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Settings: map[string]string{
			"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
			"max_connections": strconv.Itoa(connections), "shared_buffers": "256MB", "work_mem": "16MB",
			"autovacuum_naptime": "1h", "max_wal_size": "4GB", "checkpoint_timeout": "30min",
		},
	})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &Cluster{URL: c.AdminURL(), c: c, dir: dir}, nil
}

// Stop ends the cluster and removes it.
func (c *Cluster) Stop(ctx context.Context) error {
	return errors.Join(c.c.Stop(ctx), os.RemoveAll(c.dir))
}
