package sim

import (
	"errors"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Options are what a run needs beside its timeline.
type Options struct {
	Flows       *policy.Policy // nil: the built-in celigo-integrator
	PollingJobs *policy.Policy // nil: the built-in sap-open-connectors
	// Dialects are dialects that were read before, by name (a file also by what dialect.Beside makes of it);
	// others are read when a world is made. A dialect does not change and may be shared by worlds.
	Dialects    map[string]*dialect.Dialect
	Environment string // overrides the timeline's; "" = the timeline's
	ListCalls   bool   // journal every call, every run and every refresh (--calls)
	OneByOne    bool   // play every call, also those of calm time; nothing that comes out differs
	NoSamples   bool   // leave backlog.sampled out of the journal: nobody draws backlogs; no figure differs
	Version     string // of the program, for the journal
	Command     string // the command line that repeats the run, for the journal

	// Progress is told now and then which share of the virtual time is over, 0 to 1; may be nil.
	Progress func(done float64)

	// Entries is told every entry of the engine, before the next step; may be nil.
	Entries func(now engine.Time, seq engine.Seq, en *engine.Entry)

	// EveryStep is called before each step, for tests that take state out and put it back; may be nil.
	EveryStep func(w *World) error
}

// ErrInterrupted is returned by Run when its context ended; the journal so far is whole and closed.
var ErrInterrupted = errors.New("interrupted")

// policies fills in the built-in policies.
func (o *Options) policies() error {
	var err error
	if o.Flows == nil {
		if o.Flows, err = policy.Load("celigo-integrator"); err != nil {
			return err
		}
	}
	if o.PollingJobs == nil {
		o.PollingJobs, err = policy.Load("sap-open-connectors")
	}
	return err
}
