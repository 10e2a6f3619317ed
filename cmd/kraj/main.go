// Command kraj shows where a municipality's projects are and how they divide
// between city and countryside: a map and an API over PostgreSQL with PostGIS,
// and the tools to bring data in and out.
//
// This package only wires: one file a command, the work is done elsewhere.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	// The first signal asks for a clean end; a second one ends at once.
	context.AfterFunc(ctx, cancel)
	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ()}
	code := p.run(ctx, os.Args[1:])
	cancel()
	os.Exit(code)
}
