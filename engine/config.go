package engine

import (
	"errors"
	"fmt"
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// Time is an instant: UTC nanoseconds since the Unix epoch (T-01).
type Time int64

// Never is an instant that does not come.
const Never = Time(1<<63 - 1)

// Add is the instant d later.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// Config describes the platform's side of one world. Indexes refer to the slices here; slices are in
// file order, which rule T-03 uses.
type Config struct {
	Start        Time // sweeps, ticks and summaries are counted from here
	Environment  string
	Custom       map[string]int // thresholds of custom environments
	Flows        policy.Flows
	PollingJobs  policy.PollingJobs
	Applications []Application
	Connections  []Connection
	FlowList     []Flow
	Jobs         []Job
	ListRoutine  bool // journal routine runs and refreshes too (--calls)
}

// Application is the vendor's product behind an API, as the platform knows it.
type Application struct {
	Name       string
	StatusPage string // link to its status page, OUT-10
	Resources  []string
}

// Connection is one credentialed link to an application; a connector instance where jobs use it.
type Connection struct {
	Name        string
	Application int
	OAuth       bool
	Fields      []string // required fields of its auth type, OUT-12
	Owner       string
	Subscribers []string // told when it goes offline and when it is back, OUT-13
	FlowsAtOnce int      // 0: the policy's
	Token       Token    // with OAuth: the fresh token it starts with, C-05
}

// Token is an OAuth token as the platform holds it. Generations stand for the token strings.
type Token struct {
	Access, Refresh uint32
	ExpiresAt       Time // good for t < ExpiresAt
}

// Endpoint is one side of a flow.
type Endpoint struct{ Connection, Resource int }

// Flow moves records from a source to a destination at each tick (start + phase + k × every, k from 0).
type Flow struct {
	Name         string
	From, To     Endpoint
	Every, Phase time.Duration
	AutoResolve  bool
	Owner        string // gets the error summaries, OUT-13
	Pushed       bool   // its source pushes: a read takes what came, and needs no token
	Parallel     int    // pages that a run handles at once (OUT-08); below 2 = one after the other
	PageSize     int64  // records that the source gives a page; needed where Parallel is above 1
}

// Job is a polling job: at each tick it polls every one of its resources, DIS-01.
type Job struct {
	Name         string
	Instance     int   // index into Connections
	Resources    []int // indexes into the application's Resources, in declared order
	Every, Phase time.Duration
}

// validate returns the first thing that is wrong. Names were checked by whoever read them; here it is
// about what would break the machine.
func (c *Config) validate() error {
	f, p := &c.Flows, &c.PollingJobs
	switch {
	case f.SweepEvery <= 0:
		return errors.New("sweep.every must be longer than 0s")
	case f.SweepOffset < 0 || f.SweepOffset >= f.SweepEvery:
		return errors.New("sweep.offset must lie within one sweep.every")
	case f.SummaryEvery <= 0:
		return errors.New("errors.summary_every must be longer than 0s")
	case f.CallTimeout <= 0 || p.CallTimeout <= 0:
		return errors.New("call.timeout must be longer than 0s")
	}
	if _, err := c.threshold(c.Environment); err != nil {
		return err
	}
	for i := range c.Connections {
		if a := c.Connections[i].Application; a < 0 || a >= len(c.Applications) {
			return fmt.Errorf("connection %s: no application %d", c.Connections[i].Name, a)
		}
	}
	for i := range c.FlowList {
		if err := c.validateFlow(&c.FlowList[i]); err != nil {
			return err
		}
	}
	for i := range c.Jobs {
		if err := c.validateJob(&c.Jobs[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) validateFlow(f *Flow) error {
	if f.Every <= 0 || f.Phase < 0 {
		return fmt.Errorf("flow %s: every must be longer than 0s, phase not negative", f.Name)
	}
	if f.Parallel > 1 && f.PageSize < 1 {
		return fmt.Errorf("flow %s: the size of a page must be known to handle %d at once",
			f.Name, f.Parallel)
	}
	for _, e := range []Endpoint{f.From, f.To} {
		if err := c.validateEndpoint(e); err != nil {
			return fmt.Errorf("flow %s: %w", f.Name, err)
		}
	}
	return nil
}

func (c *Config) validateJob(j *Job) error {
	if j.Every <= 0 || j.Phase < 0 {
		return fmt.Errorf("polling job %s: every must be longer than 0s, phase not negative", j.Name)
	}
	if len(j.Resources) == 0 {
		return fmt.Errorf("polling job %s: no resources", j.Name)
	}
	for _, r := range j.Resources {
		if err := c.validateEndpoint(Endpoint{j.Instance, r}); err != nil {
			return fmt.Errorf("polling job %s: %w", j.Name, err)
		}
	}
	return nil
}

func (c *Config) validateEndpoint(e Endpoint) error {
	if e.Connection < 0 || e.Connection >= len(c.Connections) {
		return fmt.Errorf("no connection %d", e.Connection)
	}
	app := &c.Applications[c.Connections[e.Connection].Application]
	if e.Resource < 0 || e.Resource >= len(app.Resources) {
		return fmt.Errorf("application %s has no resource %d", app.Name, e.Resource)
	}
	return nil
}

// threshold is the number of consecutive failures that disables a job in an environment, DIS-05.
func (c *Config) threshold(environment string) (int, error) {
	if x, ok := c.Custom[environment]; ok {
		return x, nil
	}
	if x, ok := c.PollingJobs.Thresholds[environment]; ok {
		return x, nil
	}
	return 0, fmt.Errorf("environment %q has no threshold", environment)
}
