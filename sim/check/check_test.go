package check_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/check"
)

// Failures name what they are about and both figures, and are handed over once.
func TestFailuresSpeakPlainly(t *testing.T) {
	p := &tape{c: check.New(world())}
	p.fail(3, jobWMS, orders)
	p.page(jobWMS, contacts)
	p.c.Balance("flow a", 10, 9, 4, 4)
	if !p.c.Failing() {
		t.Error("no failures")
	}
	want := []check.Failure{{
		Rule:    "DIS-05",
		Message: "polling job wms was not disabled on failure 3 in a row of resource orders (threshold 3, qa)",
	}, {
		Rule:    "FIG-01",
		Message: "flow a: 10 records were created, but delivered, waiting, open errors and lost add up to 9",
	}}
	if diff := cmp.Diff(want, p.c.Failures()); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
	if p.c.Failing() || len(p.c.Failures()) != 0 {
		t.Error("failures are handed over twice")
	}
}

// benchWorld has many jobs of two resources, as the project's benchmark has.
func benchWorld(oauth bool) engine.Config {
	cfg := world()
	cfg.Connections[connMain].OAuth = oauth
	cfg.Jobs = nil
	for range 1000 {
		cfg.Jobs = append(cfg.Jobs, engine.Job{
			Name: "job", Instance: connMain, Resources: []int{orders, contacts}, Every: 1,
		})
	}
	return cfg
}

func TestHealthyPollAllocatesNothing(t *testing.T) {
	c := check.New(benchWorld(true))
	call := engine.Call{Op: engine.ReadPage, Job: 3, Flow: -1}
	got := testing.AllocsPerRun(1000, func() {
		c.Sent(1, &call)
		c.Finished(1, &call, &ok)
	})
	if got != 0 {
		t.Errorf("%v allocations a poll", got)
	}
}

func BenchmarkPoll(b *testing.B) {
	for name, r := range map[string]engine.Result{"healthy": ok, "failing": refused} {
		b.Run(name, func(b *testing.B) {
			cfg := benchWorld(true)
			cfg.Custom["qa"] = 1 << 30
			c := check.New(cfg)
			call := engine.Call{Op: engine.ReadPage, Flow: -1}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				call.Job, call.Resource = int32(i/2)%1000, int32(i)%2
				c.Sent(engine.Time(i), &call)
				c.Finished(engine.Time(i), &call, &r)
			}
		})
	}
}
