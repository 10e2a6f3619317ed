package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// raw lets pgbench ask for every tile, as often as passes says: prepared, with as many clients as the others have connections. Whole
// passes: each client goes its own part of the list, round and round.
func raw(ctx context.Context, pgbench string, d *data, dir string, passes int) (pass, error) {
	n := len(d.tiles)
	step := n / connections
	folder, err := os.MkdirTemp(dir, "pgbench-")
	if err != nil {
		return pass{}, fmt.Errorf("making a folder: %w", err)
	}
	script := filepath.Join(folder, "tile.sql")
	text := fmt.Sprintf("\\set k 1 + :client_id * %[1]d + (:i %% %[1]d)\n\\set i :i + 1\nSELECT bench.raw(z, x, y) FROM bench.tiles WHERE id = :k;\n", step)
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		return pass{}, fmt.Errorf("writing pgbench's script: %w", err)
	}
	cmd := exec.CommandContext(ctx, pgbench, "--no-vacuum", "--protocol=prepared", "--client="+strconv.Itoa(connections), "--jobs=2", "--define=i=0",
		"--transactions="+strconv.Itoa(step*passes), "--file="+script, "--log", "--log-prefix="+filepath.Join(folder, "log"), d.url)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return pass{}, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	tps := regexp.MustCompile(`(?m)^tps = ([0-9.]+)`).FindSubmatch(out)
	if tps == nil {
		return pass{}, fmt.Errorf("pgbench says no tps:\n%s", out)
	}
	rate, _ := strconv.ParseFloat(string(tps[1]), 64)
	var p pass
	if p.samples, err = readLogs(folder, step); err != nil {
		return pass{}, err
	}
	p.took = time.Duration(float64(len(p.samples)) / rate * float64(time.Second))
	return p, nil
}

// readLogs reads pgbench's log: client, number of the transaction, microseconds.
func readLogs(folder string, step int) ([]sample, error) {
	files, err := filepath.Glob(filepath.Join(folder, "log*"))
	if err != nil {
		return nil, err
	}
	var samples []sample
	first := map[int]int{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("reading pgbench's log: %w", err)
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			words := strings.Fields(lines.Text())
			if len(words) < 3 {
				continue
			}
			client, _ := strconv.Atoi(words[0])
			number, _ := strconv.Atoi(words[1])
			micros, _ := strconv.ParseInt(words[2], 10, 64)
			if _, seen := first[client]; !seen {
				first[client] = number
			}
			samples = append(samples, sample{tile: client*step + (number-first[client])%step, took: time.Duration(micros) * time.Microsecond})
		}
		_ = f.Close()
	}
	return samples, nil
}
