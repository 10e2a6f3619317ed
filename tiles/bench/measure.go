package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// target is one of the things that are compared.
type target struct {
	name   string
	run    func() ([]pass, error) // whole passes, for at least the shortest time
	rounds []result
}

// result is what one round gave.
type result struct {
	rate   float64 // tiles a second
	ms     []float64
	byZoom map[int][]float64
	bytes  int
}

func measure(ctx context.Context, o options, d *data, k, n *server, t tools, r *requests, dir string) error {
	// Connections are new for each turn: a server closes those that lie idle while the others are measured.
	repeat := func(address string, ask func(*asker) (pass, error)) func() ([]pass, error) {
		return func() (list []pass, err error) {
			a, err := newAsker(ctx, address)
			if err != nil {
				return nil, err
			}
			defer a.close()
			for took := time.Duration(0); took < o.min; {
				p, err := ask(a)
				if err != nil {
					return nil, err
				}
				list, took = append(list, p), took+p.took
			}
			return list, ctx.Err()
		}
	}
	uncached := func(a *asker) (pass, error) {
		if err := d.forget(ctx); err != nil {
			return pass{}, err
		}
		return a.pass(r.plain, 200, "fwd=miss")
	}
	passes := 2
	targets := []*target{
		{name: "ST_AsMVT (pgbench)", run: func() ([]pass, error) {
			p, err := raw(ctx, t.pgbench, d, dir, passes)
			return []pass{p}, err
		}},
		{name: "kraj, uncached", run: repeat(k.address, uncached)},
		{name: "kraj, cached", run: repeat(k.address, func(a *asker) (pass, error) { return a.pass(r.plain, 200, "kraj; hit") })},
		{name: "kraj, 304", run: repeat(k.address, func(a *asker) (pass, error) { return a.pass(r.held, 304, "kraj; hit") })},
		{name: "nginx, same bytes", run: repeat(n.address, func(a *asker) (pass, error) { return a.pass(r.file, 200, "") })},
	}
	// Once without measuring: plans, connections, the system's own memory of files.
	for _, one := range targets {
		list, err := one.run()
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		if one == targets[0] {
			passes = max(2, int(o.min/list[0].took*2)+1)
		}
	}
	for round := range o.rounds {
		for _, one := range targets {
			list, err := one.run()
			if err != nil {
				return fmt.Errorf("%s: %w", one.name, err)
			}
			one.rounds = append(one.rounds, summarise(list, d.tiles))
			say("round %d, %s: %.0f a second", round+1, one.name, one.rounds[round].rate)
		}
	}
	report(targets)
	now, most := k.memory()
	cached := k.metric(ctx, "kraj_tile_cache_bytes")
	fmt.Printf("\nkraj's memory: %.0f MB now, %.0f MB at most; the cache counts %.0f MB of it.\n", float64(now)/1e6, float64(most)/1e6, cached/1e6)
	if !o.replay {
		return nil
	}
	if err := render(ctx, o, d, targets[0]); err != nil {
		return err
	}
	return replay(ctx, d, targets[0])
}

func summarise(list []pass, tiles []tile) result {
	r := result{byZoom: map[int][]float64{}}
	var took time.Duration
	for _, p := range list {
		took += p.took
		for _, s := range p.samples {
			ms := float64(s.took) / 1e6
			r.ms = append(r.ms, ms)
			r.byZoom[tiles[s.tile].z] = append(r.byZoom[tiles[s.tile].z], ms)
			r.bytes += s.bytes
		}
	}
	r.rate = float64(len(r.ms)) / took.Seconds()
	slices.Sort(r.ms)
	return r
}

func quantile(sorted []float64, q float64) float64 {
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// over gives a figure of every round.
func (t *target) over(f func(result) float64) []float64 {
	list := make([]float64, len(t.rounds))
	for i, r := range t.rounds {
		list[i] = f(r)
	}
	return list
}

// against is the figure of every round, relative to another target's in the same round.
func (t *target) against(other *target, f func(result) float64) []float64 {
	list := t.over(f)
	for i, v := range other.over(f) {
		list[i] /= v
	}
	return list
}

func rateOf(r result) float64 { return r.rate }
func p99(r result) float64    { return quantile(r.ms, .99) }

func report(targets []*target) {
	first := targets[0]
	fmt.Printf("\n| | tiles/s | ratio | from – to | p50 ms | p99 ms | KB a tile |\n|---|---|---|---|---|---|---|\n")
	for _, t := range targets {
		ratios := t.against(first, rateOf)
		kb := t.over(func(r result) float64 { return float64(r.bytes) / 1e3 / float64(len(r.ms)) })
		fmt.Printf("| %s | %.0f | %.2f | %.2f – %.2f | %.2f | %.2f | %.1f |\n", t.name, median(t.over(rateOf)), median(ratios), slices.Min(ratios), slices.Max(ratios),
			median(t.over(func(r result) float64 { return quantile(r.ms, .5) })), median(t.over(p99)), median(kb))
	}
	fmt.Printf("\nms by zoom, mean")
	zooms := []int{}
	for z := range first.rounds[0].byZoom {
		zooms = append(zooms, z)
	}
	slices.Sort(zooms)
	fmt.Printf("\n\n| |")
	for _, z := range zooms {
		fmt.Printf(" z%d |", z)
	}
	fmt.Printf("\n|---|%s\n", strings.Repeat("---|", len(zooms)))
	for _, t := range targets {
		fmt.Printf("| %s |", t.name)
		for _, z := range zooms {
			fmt.Printf(" %.2f |", median(t.over(func(r result) float64 {
				sum := 0.0
				for _, ms := range r.byZoom[z] {
					sum += ms
				}
				return sum / float64(len(r.byZoom[z]))
			})))
		}
		fmt.Println()
	}
	uncached, cached, held, nginx := targets[1], targets[2], targets[3], targets[4]
	fmt.Printf("\n| | median | from – to | must | goal |\n|---|---|---|---|---|\n")
	line := func(what string, list []float64, must, goal string) {
		fmt.Printf("| %s | %.2f | %.2f – %.2f | %s | %s |\n", what, median(list), slices.Min(list), slices.Max(list), must, goal)
	}
	line("uncached / ST_AsMVT", uncached.against(first, rateOf), "≥ 2.0", "3.0")
	line("p99 uncached / ST_AsMVT", uncached.against(first, p99), "≤ 0.4", "0.2")
	line("cached / nginx", cached.against(nginx, rateOf), "≥ 0.5", "0.7")
	line("304 / cached", held.against(cached, rateOf), "≥ 1.0", "")
}
