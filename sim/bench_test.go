package sim_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// fleet is the benchmark's timeline: jobs polling every 5 minutes for 30 days through 20 outages.
// Incident k starts at k × 36 h + 3 h and lasts (1 + k % 10) × 97 min; job j's phase is (7919 j + 13) ms
// mod 5 min; a disabled job is enabled 1 h after the incident's end.
func fleet(jobs int) *timeline.Timeline {
	start := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	tl := &timeline.Timeline{
		Version: 1, Name: "fleet", Start: start, Duration: timeline.Span(30 * 24 * time.Hour),
		Environment: "production", Seed: 1, Zone: "UTC",
		Policy: timeline.PolicyNames{Flows: "celigo-integrator", PollingJobs: "sap-open-connectors"},
		Applications: []timeline.Application{{
			Name: "acme", Dialect: "generic", PageSize: 100, Idempotent: true,
			Resources: []timeline.Resource{{
				Name: "contacts", Rates: []timeline.Rate{{N: 60, Per: timeline.Span(time.Hour)}},
			}},
		}},
		Connections: []timeline.Connection{{
			Name: "acme-main", Auth: "api_key", Owner: "owner@example.com", Subscribers: []string{"owner@example.com"},
		}},
	}
	every := 5 * time.Minute
	for j := range jobs {
		tl.PollingJobs = append(tl.PollingJobs, timeline.PollingJob{
			Name: fmt.Sprintf("job-%04d", j), Resources: []int{0}, Every: timeline.Span(every),
			Phase: timeline.Span(time.Duration(7919*j+13) * time.Millisecond % every),
		})
	}
	for k := range 20 {
		from := start.Add(time.Duration(k)*36*time.Hour + 3*time.Hour)
		to := from.Add(time.Duration(1+k%10) * 97 * time.Minute)
		tl.Faults = append(tl.Faults, timeline.Fault{
			Event: k, From: from, To: to, Connection: -1, Kind: "down", How: "status", Status: 503,
		})
		if to.Sub(from) < 99*every { // too short for a hundred failures
			continue
		}
		for j := range jobs {
			tl.Commands = append(tl.Commands, timeline.Command{
				Event: 20 + k, At: to.Add(time.Hour), Do: "enable", Job: j, Connection: -1, Flow: -1,
			})
		}
	}
	return tl
}

// BenchmarkReplay is replay's own path: rules, vendor, checks, records, journal. It reports nanoseconds and
// allocations a poll.
func BenchmarkReplay(b *testing.B) {
	tl := fleet(1000)
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		w := bufio.NewWriterSize(io.Discard, 1<<16)
		var buf []byte
		entries := 0
		s, err := sim.Run(context.Background(), tl, sim.Options{}, func(en *journal.Entry) error {
			entries++
			buf = append(en.AppendJSON(buf[:0]), '\n')
			_, err := w.Write(buf)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		took := time.Since(began)
		runtime.ReadMemStats(&after)
		polls := float64(s.Totals.Polls)
		b.ReportMetric(float64(took.Nanoseconds())/polls, "ns/poll")
		b.ReportMetric(float64(after.Mallocs-before.Mallocs)/polls, "allocs/poll")
		b.ReportMetric(polls/1e6, "Mpolls")
		b.ReportMetric(float64(entries)/1e6, "Mentries")
	}
}
