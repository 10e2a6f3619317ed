// Command load fills a migrated, empty database with the made-up country, so that
// benchmarks can be repeated on it: KRAJ_BENCH_DATABASE=URL ./dev bench Balance.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"kraj/geo/pg"
	"kraj/geo/pgtest/country"
)

func main() {
	scale := flag.Float64("scale", 1, "part of a country: 0.1 is a tenth")
	one := flag.Bool("one-municipality", true, "everything in one municipality, as the benchmarks want it")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: load [-scale 0.1] [-one-municipality=false] URL\n\nexample: kraj migrate --database URL && go run ./geo/pgtest/country/load URL")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := load(flag.Arg(0), country.Options{Scale: *scale, OneMunicipality: *one}); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func load(url string, o country.Options) error {
	ctx, begin := context.Background(), time.Now()
	pools, err := pg.Open(ctx, pg.Config{URL: url})
	if err != nil {
		return err
	}
	defer pools.Close()
	if err := country.Load(ctx, pools.Owner, o); err != nil {
		return err
	}
	fmt.Printf("loaded in %s\n", time.Since(begin).Round(time.Second))
	return nil
}
