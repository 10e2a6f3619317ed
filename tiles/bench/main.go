// Command bench measures tiles on a country's data: ./dev bench Tiles.
//
// It fills a database with the made-up country through kraj's own tables (or takes the one that KRAJ_BENCH_DATABASE names), makes ordinary
// tables of it as the reference, and compares, in turns and in whole passes over the same tiles: ST_AsMVT asked by pgbench, kraj
// uncached, cached and revalidated, and nginx with the same bytes. Only the ratios mean anything beyond the machine.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type options struct {
	kraj    string
	rounds  int
	min     time.Duration
	listen  int
	replay  bool
	profile string
}

// connections is how many ask at the same time.
const connections = 8

func main() {
	var o options
	flag.StringVar(&o.kraj, "kraj", "bin/kraj", "the program to measure")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each is measured, in turns")
	flag.DurationVar(&o.min, "min", 3*time.Second, "whole passes are repeated for at least so long")
	flag.IntVar(&o.listen, "port", 0, "the first of two ports to listen on; 0: free ones")
	flag.BoolVar(&o.replay, "replay", true, "also what is left without HTTP, and when the rows are in memory")
	flag.StringVar(&o.profile, "profile", "", "a file for a CPU profile of asking and drawing")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	tools, err := findTools(ctx)
	if err != nil {
		return err
	}
	d, err := openData(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	dir, err := os.MkdirTemp("", "kraj-bench-")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	k, err := startKraj(ctx, o, d.url, dir)
	if err != nil {
		return err
	}
	defer k.stop()
	requests, err := newRequests(d.tiles, k.address)
	if err != nil {
		return err
	}
	if err := check(ctx, d, k, requests, dir); err != nil {
		return err
	}
	n, err := startNginx(ctx, tools.nginx, o, dir)
	if err != nil {
		return err
	}
	defer n.stop()
	return measure(ctx, o, d, k, n, tools, requests, dir)
}
