// Command cluster starts one PostgreSQL for a whole test run: it prints the URL
// for KRAJ_TEST_DATABASE_URL and stays until its standard input closes or it gets
// SIGINT or SIGTERM.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"kraj/geo/pgtest"
)

func main() {
	connections := flag.Int("connections", 300, "max_connections of the server")
	stdin := flag.Bool("stdin", true, "end when the standard input closes")
	flag.Parse()
	if err := serve(*connections, *stdin); err != nil {
		fmt.Fprintln(os.Stderr, "test cluster:", err)
		os.Exit(1)
	}
}

func serve(connections int, stdin bool) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	c, err := pgtest.StartCluster(ctx, connections)
	if err != nil {
		return err
	}
	fmt.Println(c.URL)
	if stdin {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			cancel()
		}()
	}
	<-ctx.Done()
	return c.Stop(context.Background())
}
