// Package whatif asks what would have been: the same outage under other assumptions, policies, intervals and
// thresholds. Every answer of it is a run of the simulator; it knows no rule by itself.
package whatif

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Case is one run to be made. Its timeline and policies are read by several runs at once, and never changed.
type Case struct {
	Timeline    *timeline.Timeline
	Flows       *policy.Policy // nil: the built-in celigo-integrator
	PollingJobs *policy.Policy // nil: the built-in sap-open-connectors
	Environment string         // overrides the timeline's; "" = the timeline's
}

// Run makes all runs, on all cores, and returns their summaries in the order of the cases. Expectations and
// invariants are not judged. It ends early with the first error, or with sim.ErrInterrupted when ctx ends.
// Progress is told now and then which share of the runs is done, 0 to 1, by one goroutine at a time; it may
// be nil.
func Run(ctx context.Context, cases []Case, progress func(done float64)) ([]*journal.Summary, error) {
	return runTold(ctx, cases, nil, progress)
}

// Sink is told the entries of a run in order. An entry is valid during the call only.
type Sink func(*journal.Entry) error

// runTold is Run with a sink for each of the first cases, or nil, to which the run's journal is told, but for
// backlog.sampled. Several sinks are told at once, each by one goroutine at a time.
func runTold(
	ctx context.Context, cases []Case, sinks []Sink, progress func(done float64),
) ([]*journal.Summary, error) {
	dialects, err := dialectsOf(cases)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	out := make([]*journal.Summary, len(cases))
	var (
		next    atomic.Int64
		workers sync.WaitGroup
		mu      sync.Mutex // guards done, failed and progress
		done    int
		failed  error
	)
	for range min(runtime.GOMAXPROCS(0), len(cases)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(cases); i = int(next.Add(1)) - 1 {
				var sink Sink
				if i < len(sinks) {
					sink = sinks[i]
				}
				summary, err := run(ctx, &cases[i], dialects, sink)
				mu.Lock()
				if err != nil && failed == nil {
					failed = err
					stop()
				}
				done++
				if progress != nil {
					progress(float64(done) / float64(len(cases)))
				}
				mu.Unlock()
				out[i] = summary
			}
		})
	}
	workers.Wait()
	return out, failed
}

func run(
	ctx context.Context, c *Case, dialects map[string]*dialect.Dialect, sink Sink,
) (*journal.Summary, error) {
	if ctx.Err() != nil {
		return nil, sim.ErrInterrupted
	}
	return sim.Run(ctx, c.Timeline, sim.Options{
		Flows: c.Flows, PollingJobs: c.PollingJobs, Environment: c.Environment, Dialects: dialects,
		NoSamples: true,
	}, sink)
}

// dialectsOf reads the dialects of all cases once.
func dialectsOf(cases []Case) (map[string]*dialect.Dialect, error) {
	known := map[string]*dialect.Dialect{}
	for i := range cases {
		for _, a := range cases[i].Timeline.Applications {
			name := dialect.Beside(cases[i].Timeline.File, a.Dialect)
			if known[name] != nil {
				continue
			}
			d, err := dialect.Load(name)
			if err != nil {
				return nil, fmt.Errorf("application %s: %w", a.Name, err)
			}
			known[name] = d
		}
	}
	return known, nil
}
