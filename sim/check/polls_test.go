package check_test

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

func parallel(cfg *engine.Config) { cfg.PollingJobs.Poll = policy.Parallel }

// pollHistories are about what a poll is and what it does to a streak.
var pollHistories = []history{{
	name: "the third failure in a row disables", rule: "DIS-05",
	holds: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.poll(jobWMS, orders, ok)
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
	},
	breaks: func(p *tape) {
		p.fail(4, jobWMS, orders) // reported on the third, once
		p.fail(2, jobWMS, orders)
	},
}, {
	name: "two failures do not disable", rule: "DIS-05",
	breaks: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
	},
}, {
	name: "a success, even of nothing, ends the streak", rule: "DIS-05",
	holds: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.poll(jobWMS, orders, empty)
		p.fail(2, jobWMS, orders)
	},
	breaks: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.poll(jobWMS, orders, empty)
		p.fail(1, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
	},
}, {
	name: "failures of two resources do not add up", rule: "DIS-05",
	holds: func(p *tape) {
		for range 2 {
			p.fail(1, jobWMS, orders)
			p.fail(1, jobWMS, contacts)
		}
	},
	breaks: func(p *tape) {
		p.fail(1, jobWMS, orders)
		p.fail(1, jobWMS, contacts)
		p.fail(1, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
	},
}, {
	name: "pages of a poll count once, and its end decides", rule: "DIS-05",
	holds: func(p *tape) {
		for k := range 3 {
			p.wait(time.Minute)
			p.end(p.page(jobWMS, orders), more)
			p.end(p.page(jobWMS, orders), down)
			if k == 2 {
				p.disabled(jobWMS, orders, 3)
			}
		}
	},
	breaks: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.end(p.page(jobWMS, orders), more)
		p.disabled(jobWMS, orders, 3)
	},
}, {
	name: "rate limits and rejections count", rule: "DIS-05",
	holds: func(p *tape) {
		p.poll(jobWMS, orders, limited)
		p.poll(jobWMS, orders, refused)
		p.poll(jobWMS, orders, limited)
		p.disabled(jobWMS, orders, 3)
	},
}, {
	name: "rate limits do not count where the policy says so", rule: "DIS-05",
	vary: func(cfg *engine.Config) { cfg.PollingJobs.Counts.RateLimited = false },
	holds: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.poll(jobWMS, orders, limited)
		p.fail(1, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
	},
	breaks: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.poll(jobWMS, orders, limited)
		p.disabled(jobWMS, orders, 3)
	},
}, {
	name: "one resource's success ends the job's streaks", rule: "DIS-05",
	vary: func(cfg *engine.Config) { cfg.PollingJobs.Reset = policy.ResetJob },
	holds: func(p *tape) {
		for range 5 {
			p.fail(1, jobWMS, orders)
			p.poll(jobWMS, contacts, ok)
		}
	},
	breaks: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.poll(jobWMS, contacts, ok)
		p.fail(1, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
	},
}, {
	name: "a poll of nothing ends no streak where the policy says so", rule: "DIS-05",
	vary: func(cfg *engine.Config) { cfg.PollingJobs.ResetOnEmpty = false },
	holds: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.poll(jobWMS, orders, empty)
		p.fail(1, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
	},
	breaks: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.end(p.page(jobWMS, orders), more)
		p.end(p.page(jobWMS, orders), empty) // the first page had records
		p.fail(1, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
	},
}, {
	name: "one poll of a resource at once", rule: "DIS-01",
	vary: parallel,
	holds: func(p *tape) {
		a, b := p.page(jobWMS, orders), p.page(jobWMS, contacts)
		p.end(b, ok)
		p.end(a, ok)
	},
	breaks: func(p *tape) {
		p.page(jobWMS, orders)
		p.page(jobWMS, orders)
	},
}, {
	name: "resources one after the other", rule: "DIS-01",
	holds: func(p *tape) {
		p.poll(jobWMS, orders, ok)
		p.poll(jobWMS, contacts, ok)
	},
	breaks: func(p *tape) {
		p.page(jobWMS, orders)
		p.page(jobWMS, contacts)
	},
}, {
	name: "only its own resources", rule: "DIS-01",
	breaks: func(p *tape) { p.page(jobOrders, contacts) },
}}

// refreshHistories are about polls that need a token (C-05, C-06).
var refreshHistories = []history{{
	name: "a refresh that fails is a poll that failed", rule: "DIS-05",
	holds: func(p *tape) {
		for range 3 {
			p.wait(time.Minute)
			p.end(p.refresh(jobOrders), noToken)
		}
		p.disabled(jobOrders, orders, 3)
	},
	breaks: func(p *tape) {
		for range 3 {
			p.wait(time.Minute)
			p.end(p.refresh(jobOrders), noToken)
		}
		p.wait(time.Minute)
	},
}, {
	name: "a refresh that falls back is none", rule: "DIS-05",
	holds: func(p *tape) {
		p.fail(2, jobOrders, orders)
		p.end(p.refresh(jobOrders), noToken)
		p.end(p.page(jobOrders, orders), ok)
	},
	breaks: func(p *tape) {
		p.fail(2, jobOrders, orders)
		p.end(p.refresh(jobOrders), noToken)
		call := p.page(jobOrders, orders)
		p.disabled(jobOrders, orders, 3)
		p.end(call, down)
		p.marked(jobOrders, orders)
	},
}, {
	name: "where none may, the page that follows is the next tick's", rule: "DIS-05",
	vary: func(cfg *engine.Config) { cfg.PollingJobs.TokenFallback = false },
	holds: func(p *tape) {
		p.fail(2, jobOrders, orders)
		p.end(p.refresh(jobOrders), noToken)
		p.disabled(jobOrders, orders, 3)
	},
	breaks: func(p *tape) {
		p.fail(2, jobOrders, orders)
		p.end(p.refresh(jobOrders), noToken)
		p.page(jobOrders, orders)
	},
}, {
	name: "an expired token is refreshed and the call repeated, in one poll", rule: "DIS-05",
	holds: func(p *tape) {
		for k := range 3 {
			p.wait(time.Minute)
			p.end(p.page(jobOrders, orders), expired)
			p.end(p.refresh(jobOrders), engine.Result{})
			p.end(p.page(jobOrders, orders), expired)
			if k == 2 {
				p.disabled(jobOrders, orders, 3)
			}
		}
	},
	breaks: func(p *tape) {
		for k := range 2 {
			p.wait(time.Minute)
			p.end(p.page(jobOrders, orders), expired)
			p.end(p.refresh(jobOrders), engine.Result{})
			p.end(p.page(jobOrders, orders), down)
			if k == 1 {
				p.disabled(jobOrders, orders, 3)
			}
		}
	},
}, {
	name: "an expired token without a refresh is a failure",
	holds: func(p *tape) {
		p.fail(2, jobOrders, orders)
		p.poll(jobOrders, orders, expired)
		p.disabled(jobOrders, orders, 3)
	},
}, {
	name: "a poll that waits for another's refresh fails with it, unseen", rule: "DIS-05",
	holds: func(p *tape) {
		for k := range time.Duration(3) {
			p.at(k * time.Minute)
			call := p.refresh(jobBoth) // at the same tick jobOrders waits
			p.at(k*time.Minute + time.Second)
			p.end(call, noToken)
			if k < 2 {
				p.poll2(contacts)
				continue
			}
			p.disabled(jobBoth, orders, 3)
			p.disabled(jobOrders, orders, 3)
		}
	},
	breaks: func(p *tape) {
		for k := range time.Duration(2) {
			p.at(k * time.Minute)
			call := p.refresh(jobBoth)
			p.at(k*time.Minute + time.Second)
			p.end(call, noToken)
			p.poll2(contacts)
		}
		p.disabled(jobOrders, orders, 3) // has failed twice
	},
}, {
	name: "all resources wait for one refresh", rule: "DIS-05",
	vary: parallel,
	holds: func(p *tape) {
		for k := range time.Duration(3) {
			p.at(k * time.Minute)
			call := p.refresh(jobBoth)
			p.at(k*time.Minute + time.Second)
			p.end(call, noToken)
		}
		p.disabled(jobBoth, orders, 3)
		p.disabled(jobOrders, orders, 3)
	},
	breaks: func(p *tape) {
		for k := range time.Duration(3) {
			p.at(k * time.Minute)
			call := p.refresh(jobBoth)
			p.at(k*time.Minute + time.Second)
			p.end(call, noToken)
		}
		p.disabled(jobBoth, orders, 3)
		p.wait(time.Minute)
	},
}, {
	name: "enabled, a job waits for no Retry-After of before",
	vary: func(cfg *engine.Config) { cfg.PollingJobs.HonourRetryAfter = true },
	holds: func(p *tape) {
		p.end(p.page(jobOrders, orders), engine.Result{Class: engine.RateLimited, RetryAfter: time.Hour})
		p.disabledByUser(jobOrders)
		p.enabled(jobOrders)
		p.end(p.page(jobOrders, orders), down) // at once
		for k := range time.Duration(2) {
			p.at((k + 1) * time.Minute)
			call := p.refresh(jobBoth) // jobOrders waits
			p.wait(time.Second)
			p.end(call, noToken)
			if k == 1 {
				p.disabled(jobOrders, orders, 3)
			}
			p.poll2(contacts)
		}
	},
}, {
	name: "of those who wait for one refresh the first is the first to fail", rule: "DIS-05",
	vary: parallel,
	holds: func(p *tape) {
		p.refusedTogether(2)
		p.disabled(jobBoth, contacts, 3)
		p.marked(jobBoth, orders)
	},
	breaks: func(p *tape) {
		p.refusedTogether(1)
		p.disabled(jobBoth, contacts, 3)
		p.marked(jobBoth, orders)
	},
}, {
	name: "a tick at the instant at which a refresh fails did not wait for it",
	holds: func(p *tape) {
		for k := range time.Duration(4) {
			p.at(k*time.Minute + time.Second)
			call := p.send(engine.Call{
				Op: engine.RefreshToken, Connection: connMain, Resource: -1, Flow: flowA, Job: -1,
			})
			p.at(k*time.Minute + time.Minute)
			p.end(call, noToken)
			p.end(p.page(jobBoth, orders), ok)
			p.end(p.page(jobBoth, contacts), ok)
			p.end(p.page(jobOrders, orders), ok)
		}
	},
}, {
	name: "a poll that waited fails at the instant of its next tick", rule: "DIS-05",
	holds: func(p *tape) {
		p.timesOutAtTick()
		p.fail(1, jobOrders, orders) // the first was the wait, the second the tick's
		p.disabled(jobOrders, orders, 3)
	},
	breaks: func(p *tape) {
		p.timesOutAtTick()
		p.disabled(jobOrders, orders, 3)
	},
}, {
	name: "a poll that waited fails at the instant of its next tick, and somebody re-authorizes just then",
	vary: func(cfg *engine.Config) { cfg.PollingJobs.StopTickOnFailure = true },
	holds: func(p *tape) {
		call := p.refresh(jobBoth)
		p.wait(time.Minute)
		p.end(call, noToken)
		p.write(engine.Entry{Kind: engine.ConnectionReauthorizedEntry, Connection: connMain})
		p.page(jobBoth, orders)
		p.end(p.page(jobOrders, orders), down) // the tick's: the wait is one failure, this is another
		p.fail(1, jobOrders, orders)
		p.disabled(jobOrders, orders, 3)
	},
}, {
	name: "one refresh of a connection at once", rule: "C-06",
	vary: parallel,
	holds: func(p *tape) {
		p.end(p.refresh(jobOrders), engine.Result{})
		p.refresh(jobBoth)
	},
	breaks: func(p *tape) {
		p.refresh(jobOrders)
		p.refresh(jobBoth)
	},
}}

// poll2 is a poll of jobBoth that follows at once and succeeds.
func (p *tape) poll2(resource int32) { p.end(p.page(jobBoth, resource), ok) }

// timesOutAtTick is a refresh by jobBoth that jobOrders waits for. It fails at the next tick, for which jobBoth
// refreshes again for its other resource, in no time, and jobOrders fails once more.
func (p *tape) timesOutAtTick() {
	call := p.refresh(jobBoth)
	p.wait(time.Minute)
	p.end(call, noToken)
	p.end(p.refresh(jobBoth), engine.Result{})
	p.end(p.page(jobBoth, contacts), ok) // still the tick before
	p.end(p.page(jobBoth, orders), ok)
	p.end(p.page(jobBoth, contacts), ok)
	p.end(p.page(jobOrders, orders), down)
}

// refusedTogether is some ticks whose polls fail, and one more: at it contacts is the first to meet an expired
// token and refreshes it, orders waits for that, and the refresh fails.
func (p *tape) refusedTogether(after int) {
	tick := func(r engine.Result) {
		p.wait(time.Minute)
		a, b := p.page(jobBoth, orders), p.page(jobBoth, contacts)
		p.end(b, r)
		if r == expired {
			call := p.refresh(jobBoth)
			p.end(a, r)
			p.end(call, noToken)
			return
		}
		p.end(a, r)
	}
	for range after {
		tick(down)
	}
	tick(expired)
}
