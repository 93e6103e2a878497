package check

import "github.com/outagedrill/outagedrill/engine"

// promise is an entry that must be written in the step under way, before the next call or end.
type promise struct {
	kind owes
	who  int32 // job, or connection of owesOnline
	slot int32 // of owesDisablement, owesMark
	at   engine.Time
}

type owes uint8

const (
	owesDisablement owes = iota // job.disabled, DIS-05
	owesMail                    // notification.decided, DIS-08
	owesMark                    // poll.after_disable, DIS-07
	owesOnline                  // connection.online, OUT-06
)

func (c *Checker) owing() bool { return len(c.promises) != 0 || len(c.doubts) != 0 }

func (c *Checker) promise(p promise) { c.promises = append(c.promises, p) }

// kept takes a promise off the list; false if nothing of the kind was promised.
func (c *Checker) kept(kind owes, who int32) bool {
	for k, p := range c.promises {
		if p.kind == kind && p.who == who {
			c.promises = append(c.promises[:k], c.promises[k+1:]...)
			return true
		}
	}
	return false
}

// settle comes before every call and every end: what was doubted is decided, what was promised is due.
func (c *Checker) settle(now engine.Time, call *engine.Call) {
	c.resolve(now, call, false)
	c.callIn()
}

// expire comes before every entry: what belongs to an earlier instant is decided and due.
func (c *Checker) expire(now engine.Time) {
	c.resolve(now, nil, true)
	list := c.promises
	c.promises = c.promises[:0]
	for _, p := range list {
		if p.at < now {
			c.broken(p)
		} else {
			c.promises = append(c.promises, p)
		}
	}
}

// callIn reports all promises that are still open.
func (c *Checker) callIn() {
	for _, p := range c.promises {
		c.broken(p)
	}
	c.promises = c.promises[:0]
}

// broken reports a promise that was not kept.
func (c *Checker) broken(p promise) {
	switch p.kind {
	case owesDisablement:
		j := &c.jobs[p.who]
		j.excused = true
		s := &c.slots[j.first+p.slot]
		c.fail("DIS-05", "%s was not disabled on failure %d in a row of %s (threshold %d, %s)",
			c.job(p.who), s.streak, c.resource(j, s.resource), c.threshold, c.environment)
	case owesMail:
		c.fail("DIS-08", "%s was disabled, and no mail about it was decided", c.job(p.who))
	case owesMark:
		j := &c.jobs[p.who]
		c.fail("DIS-07", "%s: a poll of %s ended after the disablement and was not marked so",
			c.job(p.who), c.resource(j, c.slots[j.first+p.slot].resource))
	case owesOnline:
		c.fail("OUT-06", "%s was offline, its test passed, and it did not come online", c.conn(p.who))
	}
}

func (c *Checker) job(i int32) string { return "polling job " + c.cfg.Jobs[i].Name }

func (c *Checker) conn(i int32) string { return "connection " + c.cfg.Connections[i].Name }

func (c *Checker) flow(i int32) string { return "flow " + c.cfg.FlowList[i].Name }

func (c *Checker) resource(j *job, r int32) string {
	return "resource " + c.cfg.Applications[c.cfg.Connections[j.conn].Application].Resources[r]
}
