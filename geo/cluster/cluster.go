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
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
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
	if c.account, err = findAccount(); err != nil {
		return nil, err
	}
	if err := c.prepareFolder(); err != nil {
		return nil, err
	}
	if c.lock, err = c.folder.takeLock(); err != nil {
		return nil, err
	}
	if err := c.start(ctx); err != nil {
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
	if !c.account.reaches(c.folder.dir) {
		return fmt.Errorf("the account %s, which runs PostgreSQL, cannot enter %s: change its permissions (chmod o+x), or choose another folder with --data", c.account.name, c.folder.dir)
	}
	if err := c.initialise(ctx); err != nil {
		return err
	}
	if err := c.configure(); err != nil {
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

// configure chooses the socket's folder and writes the server's configuration.
func (c *Cluster) configure() error {
	socket, err := c.folder.socketFolder(c.account)
	if err != nil {
		return err
	}
	port := defaultPort
	if c.config.Listen != "" {
		_, p, err := net.SplitHostPort(c.config.Listen)
		if err == nil {
			port, err = strconv.Atoi(p)
		}
		if err != nil {
			return fmt.Errorf("--db-listen %q: write ADDRESS:PORT, such as 192.168.1.10:5432: %w", c.config.Listen, err)
		}
	}
	if c.conf, err = c.config.configuration(socket, port); err != nil {
		return err
	}
	hba, idents := c.config.hba(), ident(c.account.name, "root")
	for name, text := range map[string]string{"kraj.conf": c.conf, "pg_hba.conf": hba, "pg_ident.conf": idents} {
		if err := c.account.writeFile(c.folder.pgdata()+"/"+name, []byte(text)); err != nil {
			return err
		}
	}
	sum := sha256.Sum256([]byte(c.conf + hba + idents))
	c.record = record{Socket: socket, Port: port, Conf: hex.EncodeToString(sum[:8])}
	return nil
}

func (c *Cluster) writeRecord() error {
	data, err := json.Marshal(c.record)
	if err != nil {
		return fmt.Errorf("recording the cluster: %w", err)
	}
	return c.account.writeFile(c.folder.record(), append(data, '\n'))
}

// URL connects as the owner. The same for other roles: URLFor.
func (c *Cluster) URL() string { return c.URLFor(Owner) }

// URLFor connects through the socket as one of the roles kraj, kraj_planner and
// kraj_public.
func (c *Cluster) URLFor(role string) string { return c.record.url(role, Database) }

// AdminURL connects as the cluster's superuser to the maintenance database; only
// the test harness and repairs need it.
func (c *Cluster) AdminURL() string { return c.record.url(superuser, "postgres") }

func (r record) url(role, database string) string {
	q := url.Values{"host": {r.Socket}, "port": {strconv.Itoa(r.Port)}, "user": {role}}
	return "postgres:///" + database + "?" + q.Encode()
}

// ensureDatabase makes the owner, its database and the extensions, which only the
// superuser may create. Everything is asked first, so an interrupted beginning is
// continued.
func (c *Cluster) ensureDatabase(ctx context.Context) error {
	admin, err := pgx.Connect(ctx, c.AdminURL())
	if err != nil {
		return fmt.Errorf("connecting to the private database: %w", err)
	}
	defer func() { _ = admin.Close(context.WithoutCancel(ctx)) }()
	for _, step := range []struct{ missing, make string }{
		{`SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kraj')`, `CREATE ROLE kraj LOGIN CREATEROLE`},
		{`SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kraj_planner')`, `CREATE ROLE kraj_planner LOGIN; GRANT kraj_planner TO kraj`},
		{`SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kraj_public')`, `CREATE ROLE kraj_public LOGIN; GRANT kraj_public TO kraj`},
		{`SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = 'kraj')`, `CREATE DATABASE kraj OWNER kraj TEMPLATE template0`},
	} {
		if err := makeMissing(ctx, admin, step.missing, step.make); err != nil {
			return err
		}
	}
	conn, err := pgx.Connect(ctx, c.record.url(superuser, Database))
	if err != nil {
		return fmt.Errorf("connecting to the private database: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, x := range []string{"postgis", "pg_trgm"} {
		err := makeMissing(ctx, conn, `SELECT NOT EXISTS (SELECT FROM pg_extension WHERE extname = '`+x+`')`, "CREATE EXTENSION "+x)
		if err != nil {
			return fmt.Errorf("%w (on Debian: apt install postgresql-%d-postgis-3)", err, c.binaries.version)
		}
	}
	return nil
}

func makeMissing(ctx context.Context, conn *pgx.Conn, question, statement string) error {
	var missing bool
	if err := conn.QueryRow(ctx, question).Scan(&missing); err != nil {
		return fmt.Errorf("looking at the private database: %w", err)
	}
	if !missing {
		return nil
	}
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("preparing the private database (%s): %w", statement, err)
	}
	return nil
}

// supervise starts the server again when it ends although nobody asked it to.
func (c *Cluster) supervise() {
	defer close(c.idle)
	ctx := context.Background()
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
// then recovers.
func (c *Cluster) Stop(ctx context.Context) error {
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
