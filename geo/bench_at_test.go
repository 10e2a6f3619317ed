package geo_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kraj/geo"
	"kraj/geo/pg"
	"kraj/geo/pgtest"
)

// clients ask at the same time, here and in pgbench.
const clients = 4

// BenchmarkAt asks what is at random points of the country, by geo.At and by
// pgbench with the same SQL, in turns: x_pgbench is the part of pgbench's throughput.
func BenchmarkAt(b *testing.B) {
	pools := wholeCountry(b)
	pgbench := findPgbench()
	if pgbench == "" {
		b.Skip("no pgbench: it comes with PostgreSQL's server package")
	}
	for _, radius := range []int{300, 1000} {
		b.Run(fmt.Sprintf("radius %d", radius), func(b *testing.B) {
			script := pgbenchScript(b, radius)
			var ours, theirs float64
			for range measured {
				ours += askAround(b, pools, float64(radius))
				theirs += runPgbench(b, pgbench, script, pgtest.URL(b, pools))
			}
			for b.Loop() { // the turns were long enough
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(ours/measured, "at/s")
			b.ReportMetric(theirs/measured, "pgbench/s")
			b.ReportMetric(ours/theirs, "x_pgbench")
		})
	}
}

// seconds of each turn.
const seconds = 4

// The box the points are drawn from, in degrees: inside of the country.
const west, south, wide, high = 13.9, 45.75, 2.2, 0.75

func askAround(b *testing.B, pools *pg.Pools, radius float64) float64 {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), seconds*time.Second)
	defer cancel()
	var done atomic.Int64
	var wait sync.WaitGroup
	for c := range clients {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(c)))
			for ctx.Err() == nil {
				if _, err := geo.At(ctx, pools.Public, west+wide*r.Float64(), south+high*r.Float64(), radius); err == nil {
					done.Add(1)
				} else if ctx.Err() == nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	return float64(done.Load()) / seconds
}

// pgbenchScript is geo's statement with pgbench's variables.
func pgbenchScript(b *testing.B, radius int) string {
	b.Helper()
	sql := strings.NewReplacer(
		"$1", fmt.Sprintf("(%g + %g * :x / 1000000.0)::float8", west, wide), "$2", fmt.Sprintf("(%g + %g * :y / 1000000.0)::float8", south, high),
		"$3", strconv.Itoa(radius)+"::float8", "$4", "100",
	).Replace(geo.Statement("at"))
	file := filepath.Join(b.TempDir(), "at.sql")
	text := "\\set x random(0, 1000000)\n\\set y random(0, 1000000)\n" + sql + ";\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

func runPgbench(b *testing.B, pgbench, script, url string) float64 {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), pgbench, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "1", "-T", strconv.Itoa(seconds), "-f", script, url)
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c role=kraj_public -c search_path=kraj_public,public -c jit=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("pgbench: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if rest, ok := strings.CutPrefix(line, "tps = "); ok {
			tps, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return tps
		}
	}
	b.Fatalf("pgbench tells no throughput:\n%s", out)
	return 0
}

// findPgbench looks on the PATH and where Debian puts PostgreSQL.
func findPgbench() string {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench") // the pattern is good
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}
