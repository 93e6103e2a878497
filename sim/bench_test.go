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

// year is a year of GitHub as its status page told 2022: 60 incidents and about 160 hours of trouble. Incident
// k starts at k × 6 d + 3 h, lasts (1 + k % 10) × 29 min and is an outage, a half of all calls failing, or one
// resource's. Connectors have a connection each: jobs poll, or flows run, every 10 minutes.
func year(jobs, flows int) *timeline.Timeline {
	start := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	tl := fleet(0)
	tl.Name, tl.Start, tl.Duration = "year", start, timeline.Span(365*24*time.Hour)
	tl.Applications[0].Latency.Median = timeline.Span(180 * time.Millisecond)
	tl.Applications = append(tl.Applications, timeline.Application{
		Name: "warehouse", Dialect: "generic", PageSize: 100, Idempotent: true,
		Resources: []timeline.Resource{{Name: "copies"}},
	})
	tl.Connections, tl.Faults, tl.Commands = nil, nil, nil
	connect := func(app int, name string) int {
		tl.Connections = append(tl.Connections, timeline.Connection{
			Name: name, Application: app, Auth: "api_key", Owner: "owner@example.com",
			Subscribers: []string{"owner@example.com"},
		})
		return len(tl.Connections) - 1
	}
	every := 10 * time.Minute
	phase := func(i int) timeline.Span {
		return timeline.Span(time.Duration(7919*i+13) * time.Millisecond % every)
	}
	for i := range jobs {
		tl.PollingJobs = append(tl.PollingJobs, timeline.PollingJob{
			Name: fmt.Sprintf("job-%02d", i), Instance: connect(0, fmt.Sprintf("instance-%02d", i)),
			Resources: []int{0}, Every: timeline.Span(every), Phase: phase(i),
		})
	}
	for i := range flows {
		tl.Flows = append(tl.Flows, timeline.Flow{
			Name:  fmt.Sprintf("flow-%02d", i),
			From:  timeline.Endpoint{Connection: connect(0, fmt.Sprintf("source-%02d", i))},
			To:    timeline.Endpoint{Connection: connect(1, fmt.Sprintf("copies-%02d", i))},
			Every: timeline.Span(every), Phase: phase(i),
		})
	}
	for k := range 60 {
		from := start.Add(time.Duration(k)*6*24*time.Hour + 3*time.Hour)
		f := timeline.Fault{
			Event: k, From: from, To: from.Add(time.Duration(1+k%10) * 29 * time.Minute), Connection: -1,
			Kind: "down", How: "status", Status: 503,
		}
		switch k % 3 {
		case 1:
			f.Kind, f.Rate = "flaky", 0.5
		case 2:
			f.Resources = []int{0}
		}
		tl.Faults = append(tl.Faults, f)
	}
	tl.Operators = []timeline.Reaction{{When: "job.disabled", Do: "enable", After: timeline.Span(45 * time.Minute)}}
	return tl
}

// BenchmarkYear is what a question of the kind "what if" makes hundreds of times: a year without a journal.
func BenchmarkYear(b *testing.B) {
	for name, tl := range map[string]*timeline.Timeline{"jobs": year(40, 0), "flows": year(0, 40)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s, err := sim.Run(context.Background(), tl, sim.Options{}, nil)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(s.Totals.Calls)/1e6, "Mcalls")
				b.ReportMetric(float64(len(s.Outages)), "outages")
			}
		})
	}
}
