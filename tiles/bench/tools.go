package main

import (
	"context"
	"fmt"
	"os/exec"

	"kraj/geo/cluster"
)

type tools struct{ pgbench, nginx string }

// findTools says what to install where something is missing.
func findTools(ctx context.Context) (t tools, err error) {
	if t.pgbench, err = cluster.Program(ctx, "pgbench"); err != nil {
		return t, fmt.Errorf("pgbench is missing; it comes with PostgreSQL's server, on Debian: apt install postgresql-15 (%w)", err)
	}
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if t.nginx, err = exec.LookPath(name); err == nil {
			return t, nil
		}
	}
	return t, fmt.Errorf("nginx is missing, on Debian: apt install nginx-light (it starts a server on port 80; stop it with systemctl disable --now nginx)")
}
