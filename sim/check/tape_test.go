package check_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim/check"
)

// history is a rule with a history that keeps it and one that breaks it.
type history struct {
	name   string
	rule   string // which the second history breaks, once
	vary   func(*engine.Config)
	holds  func(*tape)
	breaks func(*tape)
}

// TestHistories feeds the checker histories made by hand: no engine is involved.
func TestHistories(t *testing.T) {
	for _, list := range [][]history{
		pollHistories, refreshHistories, disableHistories, mailHistories, outageHistories, peopleHistories,
	} {
		for _, h := range list {
			t.Run(h.name, func(t *testing.T) {
				cfg := world()
				if h.vary != nil {
					h.vary(&cfg)
				}
				if h.holds != nil {
					if got := play(cfg, h.holds); len(got) != 0 {
						t.Errorf("a history that holds: %v", got)
					}
				}
				if h.breaks == nil {
					return
				}
				var rules []string
				failures := play(cfg, h.breaks)
				for _, f := range failures {
					rules = append(rules, f.Rule)
				}
				if diff := cmp.Diff([]string{h.rule}, rules); diff != "" {
					t.Errorf("a history that breaks %s (-want +got):\n%s%v", h.rule, diff, failures)
				}
			})
		}
	}
}

func play(cfg engine.Config, events func(*tape)) []check.Failure {
	p := &tape{c: check.New(cfg), now: cfg.Start}
	events(p)
	p.c.Ended(p.now)
	return p.c.Failures()
}

// The world of all histories: at acme jobs and flows share the connection main, whose tokens expire;
// at wms tokens do not. The threshold is 3.
const (
	jobBoth, jobOrders, jobWMS  = 0, 1, 2
	orders, contacts            = 0, 1
	connMain, connSide, connWMS = 0, 1, 2
	flowA, flowB                = 0, 1
)

func world() engine.Config {
	both := []string{"orders", "contacts"}
	return engine.Config{
		Start: 0, Environment: "qa", Custom: map[string]int{"qa": 3, "low": 2},
		Flows: policy.Flows{
			InTurn: true, FlowsAtOnce: 1, SweepEvery: time.Hour, CallTimeout: 30 * time.Second,
			SweepRateLimitedPasses: true,
		},
		PollingJobs: policy.PollingJobs{
			Poll: policy.Sequential, Reset: policy.ResetResource, ResetOnEmpty: true, Boundary: policy.BoundaryAt,
			Trips: policy.TripAny, EnableFirstPoll: policy.FirstPollAtOnce, TokenFallback: true,
			EnvironmentChange: policy.ChangeNextFailure,
			Counts: policy.Counts{
				RateLimited: true, BadCredentials: true, TokenRefreshFailed: true, VendorDown: true, Rejected: true,
			},
		},
		Applications: []engine.Application{{Name: "acme", Resources: both}, {Name: "wms", Resources: both}},
		Connections: []engine.Connection{
			{Name: "main", Application: 0, OAuth: true, Owner: "ops@example.com"},
			{Name: "side", Application: 0, OAuth: true, Owner: "ops@example.com"},
			{Name: "wms", Application: 1, Owner: "wms@example.com"},
		},
		FlowList: []engine.Flow{
			{Name: "a", From: engine.Endpoint{Connection: connMain}, To: engine.Endpoint{Connection: connWMS}},
			{Name: "b", From: engine.Endpoint{Connection: connSide}, To: engine.Endpoint{Connection: connWMS}},
		},
		Jobs: []engine.Job{
			{Name: "both", Instance: connMain, Resources: []int{orders, contacts}, Every: time.Minute},
			{Name: "orders", Instance: connMain, Resources: []int{orders}, Every: time.Minute},
			{Name: "wms", Instance: connWMS, Resources: []int{orders, contacts}, Every: time.Minute},
		},
	}
}

// tape plays events into a checker.
type tape struct {
	c    *check.Checker
	now  engine.Time
	last uint64
}

func (p *tape) wait(d time.Duration) { p.now = p.now.Add(d) }

// at moves to an instant, from the start.
func (p *tape) at(d time.Duration) { p.now = engine.Time(d) }

func (p *tape) send(call engine.Call) *engine.Call {
	p.last++
	call.ID = p.last
	p.c.Sent(p.now, &call)
	return &call
}

func (p *tape) end(call *engine.Call, r engine.Result) { p.c.Finished(p.now, call, &r) }

func (p *tape) write(en engine.Entry) { p.c.Wrote(p.now, &en) }

// page sends a page call of a job.
func (p *tape) page(job, resource int32) *engine.Call {
	conn := int32(connMain)
	if job == jobWMS {
		conn = connWMS
	}
	return p.send(engine.Call{Op: engine.ReadPage, Connection: conn, Resource: resource, Flow: -1, Job: job})
}

// refresh sends a refresh of the connection main for a job.
func (p *tape) refresh(job int32) *engine.Call {
	return p.send(engine.Call{Op: engine.RefreshToken, Connection: connMain, Resource: -1, Flow: -1, Job: job})
}

// read sends a page call of a flow.
func (p *tape) read(flow int32) *engine.Call {
	return p.send(engine.Call{Op: engine.ReadPage, Connection: flow, Resource: orders, Flow: flow, Job: -1})
}

// test sends a test call.
func (p *tape) test(conn int32) *engine.Call {
	return p.send(engine.Call{Op: engine.TestConnection, Connection: conn, Resource: -1, Flow: -1, Job: -1})
}

// The results.
var (
	ok      = engine.Result{Class: engine.OK, First: 1, Last: 2}
	empty   = engine.Result{Class: engine.OK, First: 1, Last: 0}
	more    = engine.Result{Class: engine.OK, First: 1, Last: 2, More: true}
	down    = engine.Result{Class: engine.VendorDown}
	limited = engine.Result{Class: engine.RateLimited, RetryAfter: -1}
	refused = engine.Result{Class: engine.Rejected}
	expired = engine.Result{Class: engine.BadCredentials, Sub: engine.ExpiredToken}
	noToken = engine.Result{Class: engine.TokenRefreshFailed, Sub: engine.Transient}
)

// poll is a poll of one page, a minute after what was before; all resources of a job are polled at the
// same minute when the first is waited for.
func (p *tape) poll(job, resource int32, r engine.Result) {
	if resource == orders {
		p.wait(time.Minute)
	}
	p.end(p.page(job, resource), r)
}

// fail is some polls of one resource that fail.
func (p *tape) fail(times int, job, resource int32) {
	for range times {
		p.poll(job, resource, down)
	}
}

// disabled writes a disablement by the platform with its mail.
func (p *tape) disabled(job, resource int32, failures int) {
	p.disabledEntry(job, resource, failures)
	p.mail(job)
}

func (p *tape) disabledEntry(job, resource int32, failures int) {
	p.write(engine.Entry{
		Kind: engine.JobDisabledEntry, Job: job, Resource: resource, By: engine.ByPlatform, Failures: failures,
		Threshold: 3, Name: "qa",
	})
}

// disabledByUser writes a disablement by the user.
func (p *tape) disabledByUser(job int32) {
	p.write(engine.Entry{Kind: engine.JobDisabledEntry, Job: job, Resource: -1, By: engine.ByUser})
}

func (p *tape) enabled(job int32) {
	p.write(engine.Entry{Kind: engine.JobEnabledEntry, Job: job, By: engine.ByOperator})
}

// marked writes that a poll ended after its job's disablement.
func (p *tape) marked(job, resource int32) {
	p.write(engine.Entry{Kind: engine.PollAfterDisableEntry, Job: job, Resource: resource})
}

// mail writes the decision to send the mail about a job's disablement. Its number is the job's.
func (p *tape) mail(job int32) { p.mailNumber(int64(job), job) }

func (p *tape) mailNumber(id int64, job int32) {
	owner := "ops@example.com"
	if job == jobWMS {
		owner = "wms@example.com"
	}
	p.write(engine.Entry{
		Kind: engine.NotificationDecidedEntry, Job: job,
		Mail: &engine.Mail{ID: id, About: "job.disabled", To: []string{owner}},
	})
}

func (p *tape) delivered(id int64) {
	p.write(engine.Entry{
		Kind: engine.NotificationDeliveredEntry, Mail: &engine.Mail{ID: id, About: "job.disabled"},
	})
}

// low writes a move to the environment low.
func (p *tape) low(threshold int) {
	p.write(engine.Entry{Kind: engine.EnvironmentChangedEntry, Name: "low", Threshold: threshold})
}

func (p *tape) offline(conn int32) {
	p.write(engine.Entry{Kind: engine.ConnectionOfflineEntry, Connection: conn})
}

func (p *tape) online(conn int32) {
	p.write(engine.Entry{Kind: engine.ConnectionOnlineEntry, Connection: conn})
}

func (p *tape) tested(conn int32, by engine.By, outcome engine.Outcome) {
	p.write(engine.Entry{Kind: engine.ConnectionTestedEntry, Connection: conn, By: by, Outcome: outcome})
}

func (p *tape) ofFlow(kind engine.EntryKind, flow int32) {
	p.write(engine.Entry{Kind: kind, Flow: flow})
}
