// Package cluster runs kraj's own PostgreSQL out of the system's programs, in a
// data folder, for those who do not want to look after a database themselves.
//
// The server belongs to kraj's user, or to postgres when kraj is root. It listens
// on a socket in a folder that only this user can enter, and knows people by
// their system identity (peer), never by trust. A lock keeps a second kraj away.
// When kraj was killed its server goes on; the next start adopts it.
package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"
)

const (
	// Database is the name of the database in the private cluster.
	Database = "kraj"
	// Owner is the role that owns the database; it is no superuser.
	Owner = "kraj"
	// superuser exists only inside the cluster and never over the network.
	superuser = "postgres"
	// defaultPort only names the socket's file unless the server listens.
	defaultPort = 5432
)

// Config of a cluster.
type Config struct {
	// Dir is the data folder, absolute (see ResolveDir).
	Dir string
	// Listen opens the server to the network, ADDRESS:PORT; empty is closed.
	Listen string
	// Settings override the server's configuration (tests: fsync=off).
	Settings map[string]string
	// Log receives what happens to the server; nil is silent.
	Log *slog.Logger
}

// Cluster is a running private PostgreSQL.
type Cluster struct {
	config   Config
	folder   folder
	account  account
	binaries binaries
	record   record
	conf     string
	lock     *os.File // nil when only attached to another kraj's cluster

	stop     chan struct{} // closed by Stop: the supervisor lets the server go
	stopOnce sync.Once
	idle     chan struct{} // closed when the supervisor has ended
	mu       sync.Mutex
	server   *server
}

// Start locks the data folder, makes the cluster in it when there is none, and
// starts the server or adopts the one that runs already. *LockedError means that
// another kraj is at work there.
func Start(ctx context.Context, config Config) (*Cluster, error) {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	c := &Cluster{config: config, folder: folder{config.Dir}, stop: make(chan struct{}), idle: make(chan struct{})}
	var err error
	if c.account, err = findAccount(config.Dir); err != nil {
		return nil, err
	}
	if err := c.prepareFolder(); err != nil {
		return nil, err
	}
	if c.lock, err = c.folder.takeLock(c.account); err != nil {
		return nil, err
	}
	if err := c.start(ctx); err != nil {
		if c.record.Socket != "" {
			_ = os.Remove(c.record.Socket) // only if it is empty
		}
		_ = c.lock.Close()
		return nil, err
	}
	go c.supervise()
	return c, nil
}

// prepareFolder makes the data folder; as root it must be open to the account.
func (c *Cluster) prepareFolder() error {
	dir := c.folder.dir
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the data folder: %w", err)
	}
	return c.account.own(dir)
}

func (c *Cluster) start(ctx context.Context) error {
	if !c.account.reaches(ctx, c.folder.dir) {
		return fmt.Errorf("the account %s, which runs PostgreSQL, cannot enter %s: change its permissions (chmod o+x), or choose another folder with --data", c.account.name, c.folder.dir)
	}
	if err := c.initialise(ctx); err != nil {
		return err
	}
	if err := c.configure(ctx); err != nil {
		return err
	}
	server, err := c.adoptOrLaunch(ctx)
	if err != nil {
		return err
	}
	c.server = server
	if err := c.ensureDatabase(ctx); err != nil {
		return errors.Join(err, server.shutdown(context.WithoutCancel(ctx)))
	}
	return nil
}

func (c *Cluster) writeRecord() error {
	data, err := json.Marshal(c.record)
	if err != nil {
		return fmt.Errorf("recording the cluster: %w", err)
	}
	return c.account.writeFile(c.folder.record(), append(data, '\n'))
}

// URL connects as the owner. The same for other roles: URLFor. The scheme is postgresql, which GDAL knows as well as libpq.
func (c *Cluster) URL() string { return c.URLFor(Owner) }

// URLFor connects through the socket as one of the roles kraj, kraj_planner and
// kraj_public.
func (c *Cluster) URLFor(role string) string { return c.record.url(role, Database) }

// AdminURL connects as the cluster's superuser to the maintenance database; only
// the test harness and repairs need it.
func (c *Cluster) AdminURL() string { return c.record.url(superuser, "postgres") }

func (r record) url(role, database string) string {
	q := url.Values{"host": {r.Socket}, "port": {strconv.Itoa(r.Port)}, "user": {role}}
	return "postgresql:///" + database + "?" + q.Encode()
}

// supervise starts the server again when it ends although nobody asked it to.
func (c *Cluster) supervise() {
	defer close(c.idle)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-c.stop
		cancel()
	}()
	for {
		select {
		case <-c.stop:
			return
		case <-c.current().gone():
		}
		c.config.Log.Error("PostgreSQL ended unexpectedly; starting it again")
		for wait := time.Second; ; wait = min(2*wait, 30*time.Second) {
			next, err := c.adoptOrLaunch(ctx)
			if err == nil {
				c.replace(next)
				c.config.Log.Info("PostgreSQL runs again")
				break
			}
			c.config.Log.Error("PostgreSQL does not start", "error", err, "again_in", wait)
			select {
			case <-c.stop:
				return
			case <-time.After(wait):
			}
		}
	}
}

func (c *Cluster) current() *server {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server
}

func (c *Cluster) replace(s *server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server = s
}

// Stop ends the server cleanly and gives the folder free. Calling it again does
// nothing. When ctx ends first the server is made to stop at once; its next start
// then recovers. A cluster of another kraj is left alone.
func (c *Cluster) Stop(ctx context.Context) error {
	if c.Attached() {
		return nil
	}
	var err error
	c.stopOnce.Do(func() {
		close(c.stop)
		<-c.idle
		err = c.current().shutdown(ctx)
		_ = os.Remove(c.record.Socket)
		err = errors.Join(err, c.lock.Close())
	})
	return err
}
