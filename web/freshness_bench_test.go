package web_test

import (
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kraj/geo/pgtest"
)

var visible = regexp.MustCompile(`izdaja(\d+)x`)

// BenchmarkEditsUnderLoad edits a feature of a hot tile with psql, one COMMIT after the other, while eight clients read that tile as fast
// as they can. Measured from the moment COMMIT has returned: how long until the change shows (p50 … max, in ms), and how many answers
// were stale: asked for after the notice of a change had arrived, and without it. That must be 0.
func BenchmarkEditsUnderLoad(b *testing.B) {
	if _, err := exec.LookPath("psql"); err != nil {
		b.Skip("there is no psql")
	}
	pools := pgtest.New(b)
	s := hearing(b, pools)
	s.sql(fixture)
	path := s.URL + s.tileAt("settlements", 12, 451200, 125000)
	var announced, stale, answers atomic.Int64
	stop := make(chan struct{})
	var load sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}}
	for range 8 {
		load.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				least := announced.Load()
				if v, ok := read(b, client, path); ok && v < least {
					stale.Add(1)
				}
				answers.Add(1)
			}
		})
	}
	psql := startPsql(b, pgtest.URL(b, pools))
	var took []time.Duration
	b.ResetTimer()
	for v := int64(1); b.Loop(); v++ {
		psql.commit(fmt.Sprintf(`UPDATE kraj.settlements SET name = 'izdaja%dx' WHERE id = 11;`, v))
		began := time.Now()
		for {
			if shown, ok := read(b, client, path); ok && shown >= v {
				break
			}
		}
		took = append(took, time.Since(began))
		s.settled()
		announced.Store(v)
		time.Sleep(5 * time.Millisecond)
	}
	b.StopTimer()
	close(stop)
	load.Wait()
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[min(len(took)-1, int(share*float64(len(took))))].Microseconds()) / 1000
	}
	b.ReportMetric(float64(stale.Load()), "stale")
	b.ReportMetric(float64(answers.Load()), "answers")
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.95), "p95-ms")
	b.ReportMetric(at(.99), "p99-ms")
	b.ReportMetric(at(1), "max-ms")
	if stale.Load() > 0 {
		b.Errorf("%d of %d answers were stale", stale.Load(), answers.Load())
	}
}

// read asks for the tile and finds the edition it shows.
func read(b testing.TB, client *http.Client, path string) (int64, bool) {
	resp, err := client.Get(path)
	if err != nil {
		b.Error(err)
		return 0, false
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Error(err)
		return 0, false
	}
	found := visible.FindSubmatch(body)
	if found == nil {
		return 0, true
	}
	v, err := strconv.ParseInt(string(found[1]), 10, 64)
	return v, err == nil
}

// psqlProcess is somebody who types into psql.
type psqlProcess struct {
	b   testing.TB
	in  io.WriteCloser
	out io.Reader
}

func startPsql(b testing.TB, url string) *psqlProcess {
	b.Helper()
	cmd := exec.Command("psql", "-qAtX", url)
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	return &psqlProcess{b, in, out}
}

// commit runs a statement, and returns when psql has the answer to its COMMIT.
func (p *psqlProcess) commit(sql string) {
	if _, err := fmt.Fprintln(p.in, sql+"\n\\echo done"); err != nil {
		p.b.Fatal(err)
	}
	buffer := make([]byte, 16)
	for got := ""; got != "done\n"; {
		n, err := p.out.Read(buffer)
		if err != nil {
			p.b.Fatal(err)
		}
		got += string(buffer[:n])
	}
}
