package check_test

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// disableHistories are about disabling, enabling and the environment.
var disableHistories = []history{{
	name: "the entry tells the truth", rule: "DIS-06",
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 4)
	},
}, {
	name: "the entry names the resource that tripped", rule: "DIS-05",
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, contacts, 3)
	},
}, {
	name: "the entry names a resource", rule: "DIS-06",
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, -1, 3)
	},
}, {
	name: "the disablement comes before anything else", rule: "DIS-05",
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.page(jobWMS, contacts)
	},
}, {
	name: "a disabled job makes no call", rule: "DIS-07",
	holds: func(p *tape) {
		p.disabledByUser(jobWMS)
		p.enabled(jobWMS)
		p.page(jobWMS, orders)
	},
	breaks: func(p *tape) {
		p.disabledByUser(jobWMS)
		p.page(jobWMS, orders)
	},
}, {
	name: "nor a refresh", rule: "DIS-07",
	breaks: func(p *tape) {
		p.disabledByUser(jobOrders)
		p.refresh(jobOrders)
	},
}, {
	name: "a poll in flight touches no streak, of this enablement or a later one", rule: "DIS-05",
	vary: parallel,
	holds: func(p *tape) {
		p.fail(2, jobWMS, contacts)
		call := p.page(jobWMS, contacts)
		p.disabledByUser(jobWMS)
		p.enabled(jobWMS)
		p.end(call, down)
		p.marked(jobWMS, contacts)
		p.fail(3, jobWMS, contacts)
		p.disabled(jobWMS, contacts, 3)
	},
	breaks: func(p *tape) {
		call := p.page(jobWMS, contacts)
		p.disabledByUser(jobWMS)
		p.enabled(jobWMS)
		p.end(call, down)
		p.marked(jobWMS, contacts)
		p.fail(2, jobWMS, contacts)
		p.disabled(jobWMS, contacts, 3)
	},
}, {
	name: "a poll that waits for a token at its job's disablement touches none either",
	holds: func(p *tape) {
		p.fail(2, jobOrders, orders)
		p.at(3 * time.Minute)
		call := p.refresh(jobBoth)
		p.at(3*time.Minute + time.Second)
		p.disabledByUser(jobOrders)
		p.enabled(jobOrders)
		p.at(3*time.Minute + 2*time.Second)
		p.end(call, noToken)
		p.marked(jobOrders, orders)
		p.fail(2, jobOrders, orders)
	},
}, {
	name: "a poll in flight is marked", rule: "DIS-07",
	vary: parallel,
	holds: func(p *tape) {
		call := p.page(jobWMS, contacts)
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
		p.end(call, ok)
		p.marked(jobWMS, contacts)
	},
	breaks: func(p *tape) {
		call := p.page(jobWMS, contacts)
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
		p.end(call, ok)
	},
}, {
	name: "a poll of an enabled job is not marked", rule: "DIS-07",
	breaks: func(p *tape) {
		p.poll(jobWMS, orders, ok)
		p.marked(jobWMS, orders)
	},
}, {
	name: "a disabled job is not disabled", rule: "DIS-07",
	breaks: func(p *tape) {
		p.disabledByUser(jobWMS)
		p.disabledByUser(jobWMS)
	},
}, {
	name: "an enabled job is not enabled", rule: "DIS-12",
	breaks: func(p *tape) { p.enabled(jobWMS) },
}, {
	name: "enabling sets the streaks to 0", rule: "DIS-05",
	holds: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
		p.enabled(jobWMS)
		p.fail(3, jobWMS, orders)
		p.disabledEntry(jobWMS, orders, 3)
		p.mailNumber(9, jobWMS)
	},
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
		p.enabled(jobWMS)
		p.fail(1, jobWMS, orders)
		p.disabledEntry(jobWMS, orders, 4)
		p.mailNumber(9, jobWMS)
	},
}, {
	name: "enabling keeps them where the policy says so", rule: "DIS-05",
	vary: func(cfg *engine.Config) { cfg.PollingJobs.EnableKeepsCounts = true },
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
		p.enabled(jobWMS)
		p.fail(1, jobWMS, orders)
		p.wait(time.Minute)
	},
}, {
	name: "after the threshold, not on it", rule: "DIS-05",
	vary: func(cfg *engine.Config) { cfg.PollingJobs.Boundary = policy.BoundaryAfter },
	holds: func(p *tape) {
		p.fail(4, jobWMS, orders)
		p.disabled(jobWMS, orders, 4)
	},
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
	},
}, {
	name: "all resources must reach it", rule: "DIS-05",
	vary: func(cfg *engine.Config) { cfg.PollingJobs.Trips = policy.TripAll },
	holds: func(p *tape) {
		p.fail(4, jobWMS, orders)
		p.fail(3, jobWMS, contacts)
		p.disabled(jobWMS, contacts, 3)
	},
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
	},
}, {
	name: "failures of all resources add up", rule: "DIS-05",
	vary: func(cfg *engine.Config) { cfg.PollingJobs.Trips = policy.TripSum },
	holds: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.fail(1, jobWMS, contacts)
		p.disabled(jobWMS, contacts, 1)
	},
	breaks: func(p *tape) {
		p.fail(1, jobWMS, orders)
		p.fail(1, jobWMS, contacts)
		p.disabled(jobWMS, contacts, 1)
	},
}, {
	name: "a new environment judges at the next failure", rule: "DIS-05",
	holds: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.low(2)
		p.poll(jobWMS, contacts, ok)
		p.fail(1, jobWMS, orders)
		p.write(engine.Entry{
			Kind: engine.JobDisabledEntry, Job: jobWMS, Resource: orders, By: engine.ByPlatform, Failures: 3,
			Threshold: 2, Name: "low",
		})
		p.mail(jobWMS)
	},
	breaks: func(p *tape) {
		p.low(2)
		p.fail(2, jobWMS, orders)
		p.wait(time.Minute)
	},
}, {
	name: "or at once", rule: "DIS-05",
	vary: changeAtOnce,
	holds: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.low(2)
		p.write(engine.Entry{
			Kind: engine.JobDisabledEntry, Job: jobWMS, Resource: orders, By: engine.ByPlatform, Failures: 2,
			Threshold: 2, Name: "low",
		})
		p.mail(jobWMS)
	},
	breaks: func(p *tape) {
		p.fail(2, jobWMS, orders)
		p.low(2)
	},
}, {
	name: "or at once, while a poll waits unseen for another's refresh", rule: "DIS-07",
	vary: changeAtOnce,
	holds: func(p *tape) {
		call := p.disabledWhileItWaits()
		p.enabled(jobOrders)
		p.wait(20 * time.Second)
		p.end(call, noToken)
		p.marked(jobOrders, orders)
		p.end(p.page(jobOrders, orders), ok)
	},
	breaks: func(p *tape) {
		call := p.disabledWhileItWaits()
		p.wait(20 * time.Second)
		p.end(call, noToken)
		p.marked(jobOrders, orders)
		p.enabled(jobOrders)
		p.end(p.page(jobOrders, orders), ok)
		p.marked(jobOrders, orders) // this one has begun after the disablement
	},
}, {
	name: "an environment has its own threshold", rule: "DIS-05",
	breaks: func(p *tape) { p.low(3) },
}}

func changeAtOnce(cfg *engine.Config) { cfg.PollingJobs.EnvironmentChange = policy.ChangeAtOnce }

// disabledWhileItWaits is a refresh by jobBoth that jobOrders waits for while a change of environment disables it.
func (p *tape) disabledWhileItWaits() *engine.Call {
	p.fail(2, jobOrders, orders)
	p.wait(time.Minute)
	call := p.refresh(jobBoth)
	p.wait(10 * time.Second)
	p.low(2)
	p.write(engine.Entry{
		Kind: engine.JobDisabledEntry, Job: jobOrders, Resource: orders, By: engine.ByPlatform, Failures: 2,
		Threshold: 2, Name: "low",
	})
	p.mail(jobOrders)
	return call
}

// mailHistories are about the mails of disablements.
var mailHistories = []history{{
	name: "a disablement has a mail", rule: "DIS-08",
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabledEntry(jobWMS, orders, 3)
	},
}, {
	name: "only one", rule: "DIS-08",
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
		p.mailNumber(9, jobWMS)
	},
}, {
	name: "of the user's own there is none", rule: "DIS-08",
	holds: func(p *tape) { p.disabledByUser(jobWMS) },
	breaks: func(p *tape) {
		p.disabledByUser(jobWMS)
		p.mail(jobWMS)
	},
}, {
	name: "it comes in the same step", rule: "DIS-08",
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabledEntry(jobWMS, orders, 3)
		p.page(jobOrders, orders)
	},
}, {
	name: "it goes to the owner", rule: "DIS-08",
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabledEntry(jobWMS, orders, 3)
		p.write(engine.Entry{
			Kind: engine.NotificationDecidedEntry, Job: jobWMS,
			Mail: &engine.Mail{ID: 1, About: "job.disabled", To: []string{"ops@example.com"}},
		})
	},
}, {
	name: "delivered once", rule: "DIS-08",
	holds: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
		p.wait(time.Hour)
		p.delivered(jobWMS)
	},
	breaks: func(p *tape) {
		p.fail(3, jobWMS, orders)
		p.disabled(jobWMS, orders, 3)
		p.delivered(jobWMS)
		p.delivered(jobWMS)
	},
}, {
	name: "delivered only if decided", rule: "DIS-08",
	breaks: func(p *tape) { p.delivered(7) },
}, {
	name: "delivered in order of decision", rule: "DIS-08",
	breaks: func(p *tape) {
		for id := range int64(2) {
			p.write(engine.Entry{
				Kind: engine.NotificationDecidedEntry, Mail: &engine.Mail{ID: id, About: "errors.summary"},
			})
		}
		p.delivered(1)
		p.delivered(0)
	},
}}
