package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kraj/geo/cluster"
	"kraj/geo/pg"
	"kraj/migrations"
)

// session is a command's hold on the database.
type session struct {
	*pg.Pools
	url     string           // the owner's
	cluster *cluster.Cluster // nil with a database of the user's own
}

// close gives everything back; a cluster that was started only for the command
// stops.
func (s *session) close() error {
	if s.Pools != nil {
		s.Close()
	}
	if s.cluster == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return s.cluster.Stop(ctx)
}

// urlFor is the URL for a role: owner, planner or public.
func (s *session) urlFor(role string) (string, error) {
	switch role {
	case "owner":
		return s.url, nil
	case "planner", "public":
		if s.cluster != nil {
			return s.cluster.URLFor("kraj_" + role), nil
		}
		return withRole(s.url, "kraj_"+role)
	}
	return "", usagef("unknown role %q: owner, planner or public", role)
}

// withRole adds to a URL that its sessions begin in another role.
func withRole(raw, role string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", errors.New("the database URL cannot be read")
	}
	q := u.Query()
	q.Set("options", strings.TrimSpace(q.Get("options")+" -c role="+role))
	// libpq knows %20 but not +.
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	return u.String(), nil
}

// with opens the database, migrated, for the work of one command.
func (p *program) with(ctx context.Context, work func(*session) error) (err error) {
	s, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := p.ensureMigrated(ctx, s); err != nil {
		return err
	}
	if err := p.openPools(ctx, s); err != nil {
		return err
	}
	return work(s)
}

// connect finds the database: the one of the URL, or the private cluster, which
// is joined when it runs and started when not. Nothing is migrated yet.
func (p *program) connect(ctx context.Context) (*session, error) {
	if p.settings.Database != "" {
		return &session{url: p.settings.Database}, nil
	}
	config, err := p.clusterConfig(ctx)
	if err != nil {
		return nil, err
	}
	c, err := cluster.Open(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("opening kraj's own database: %w", err)
	}
	return &session{url: c.URL(), cluster: c}, nil
}

func (p *program) clusterConfig(ctx context.Context) (cluster.Config, error) {
	dir, err := p.dataDir(ctx)
	return cluster.Config{Dir: dir, Log: p.log}, err
}

func (p *program) dataDir(ctx context.Context) (string, error) {
	chosen := p.settings.Data != ""
	dir := p.settings.Data
	if !chosen {
		dir = defaultData
	}
	resolved, notice, err := cluster.ResolveDir(ctx, dir, chosen)
	if err != nil {
		return "", err
	}
	if notice != "" {
		fmt.Fprintln(p.err, "kraj:", notice)
	}
	return resolved, nil
}

// ensureMigrated migrates an empty database and one that nobody else serves; a
// server of an older version must not find its schema changed under it.
func (p *program) ensureMigrated(ctx context.Context, s *session) error {
	conn, err := p.dial(ctx, s.url)
	if err != nil {
		return connectError(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	state, err := migrations.Current(ctx, conn)
	if err != nil || (state.Current && state.Version > 0) {
		return err
	}
	ours := s.cluster != nil && !s.cluster.Attached()
	if state.Version > 0 && !state.Newer && !ours {
		return errors.New("the database was made by another version of kraj: run kraj migrate, then restart kraj serve")
	}
	return p.migrate(ctx, conn)
}

// migrate checks that the database can hold kraj and brings it up to date.
func (p *program) migrate(ctx context.Context, conn *pgx.Conn) error {
	if err := pg.Check(ctx, conn); err != nil {
		return err
	}
	return migrations.Apply(ctx, conn, migrations.Options{SRID: p.settings.SRID, Log: p.log})
}

func (p *program) openPools(ctx context.Context, s *session) error {
	public := p.settings.PublicDatabase
	if s.cluster != nil {
		public = s.cluster.URLFor("kraj_public")
	}
	pools, err := pg.Open(ctx, pg.Config{URL: s.url, PublicURL: public, Log: p.log})
	s.Pools = pools
	return err
}

// start is connect for the server: the private cluster must be its own.
func (p *program) start(ctx context.Context, dbListen string) (*session, error) {
	if p.settings.Database != "" {
		return &session{url: p.settings.Database}, nil
	}
	config, err := p.clusterConfig(ctx)
	if err != nil {
		return nil, err
	}
	config.Listen = dbListen
	c, err := cluster.Start(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("starting kraj's own database: %w", err)
	}
	return &session{url: c.URL(), cluster: c}, nil
}

// migrateAt is migrate on a connection of its own.
func (p *program) migrateAt(ctx context.Context, url string) error {
	conn, err := p.dial(ctx, url)
	if err != nil {
		return connectError(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return p.migrate(ctx, conn)
}

// dial connects to the database outside of the pools. How far a long computation
// there has come goes to the log.
func (p *program) dial(ctx context.Context, url string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if n.Code == migrations.ProgressCode {
			p.log.Info(n.Message)
		}
	}
	return pgx.ConnectConfig(ctx, config)
}

func connectError(err error) error {
	return fmt.Errorf("connecting to the database: %w\nCheck the URL in --database or KRAJ_DATABASE_URL, and that the server runs", err)
}

// exists tells whether there is a file or folder.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
