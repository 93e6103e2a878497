package check

import (
	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// move makes an environment the present one, DIS-05.
func (c *Checker) move(environment string) {
	c.environment = environment
	x, ok := c.cfg.Custom[environment]
	if !ok {
		x = c.cfg.PollingJobs.Thresholds[environment]
	}
	c.threshold = x
}

// environmentChanged sees the platform move to another environment, DIS-15.
func (c *Checker) environmentChanged(now engine.Time, en *engine.Entry) {
	c.move(en.Name)
	if en.Threshold != c.threshold {
		c.fail("DIS-05", "the threshold of %s is said to be %d (want %d)",
			en.Name, en.Threshold, c.threshold)
	}
	if c.cfg.PollingJobs.EnvironmentChange != policy.ChangeAtOnce {
		return
	}
	for i := range c.jobs {
		j := &c.jobs[i]
		for k := range j.n {
			if s := &c.slots[j.first+k]; !j.off && !j.excused && s.streak > 0 && c.trips(j, s) {
				if c.conns[j.conn].refresh != 0 {
					c.reveal(now, int32(i))
				}
				c.promise(promise{kind: owesDisablement, who: int32(i), slot: k, at: now})
				break
			}
		}
	}
}

// reached tells whether so many failures reach the threshold, DIS-05.
func (c *Checker) reached(failures int32) bool {
	if c.cfg.PollingJobs.Boundary == policy.BoundaryAfter {
		failures--
	}
	return int(failures) >= c.threshold
}

// trips tells whether a job must be disabled for what a resource's streak now is, DIS-06.
func (c *Checker) trips(j *job, s *slot) bool {
	switch c.cfg.PollingJobs.Trips {
	case policy.TripAll:
		for k := range c.slotsOf(j) {
			if !c.reached(c.slots[j.first+int32(k)].streak) {
				return false
			}
		}
		return true
	case policy.TripSum:
		return c.reached(c.sum(j))
	default:
		return c.reached(s.streak)
	}
}

func (c *Checker) sum(j *job) int32 {
	var sum int32
	for _, s := range c.slotsOf(j) {
		sum += s.streak
	}
	return sum
}

// jobDisabled sees a job.disabled entry: the platform's must be due and must tell the truth.
func (c *Checker) jobDisabled(now engine.Time, en *engine.Entry) {
	j := &c.jobs[en.Job]
	if j.off {
		c.fail("DIS-07", "%s is disabled while it is disabled", c.job(en.Job))
		return
	}
	if en.By == engine.ByPlatform {
		c.concede(en)
		c.judge(j, en)
		c.promise(promise{kind: owesMail, who: en.Job, at: now})
	}
	if c.conns[j.conn].refresh != 0 && (c.parallel || en.By != engine.ByPlatform) {
		c.reveal(now, en.Job)
	}
	c.drop(now, en.Job)
	j.off, j.atOnce, j.excused, j.turn, j.due = true, false, false, j.n, 0
}

// concede decides the doubted polls of a job, in the order in which they began to be doubted, until
// there is one for which it is disabled.
func (c *Checker) concede(en *engine.Entry) {
	for k := 0; k < len(c.doubts); {
		for _, p := range c.promises {
			if p.kind == owesDisablement && p.who == en.Job {
				return
			}
		}
		d := c.doubts[k]
		if d.job != en.Job {
			k++
			continue
		}
		c.doubts = append(c.doubts[:k], c.doubts[k+1:]...)
		c.failed(d.at, d.job, d.slot, d.class)
	}
}

// judge compares a disablement by the platform with the streaks. The failures that it names are the
// resource's own, even where those of all resources add up (trip.resources: sum).
func (c *Checker) judge(j *job, en *engine.Entry) {
	expected := c.kept(owesDisablement, en.Job) || j.excused
	i := c.find(j, en.Resource)
	if i < 0 {
		c.fail("DIS-06", "%s was disabled, and none of its resources is named", c.job(en.Job))
		return
	}
	s := &c.slots[j.first+i]
	if !expected || !c.trips(j, s) {
		c.fail("DIS-05", "%s was disabled for %s after %d failures in a row (threshold %d, %s)",
			c.job(en.Job), c.resource(j, s.resource), s.streak, c.threshold, c.environment)
		return
	}
	if en.Failures != int(s.streak) || en.Threshold != c.threshold || en.Name != c.environment {
		c.fail("DIS-06", "%s was disabled with %d failures, threshold %d, %s (want %d, %d, %s)",
			c.job(en.Job), en.Failures, en.Threshold, en.Name, s.streak, c.threshold, c.environment)
	}
}

// drop makes all that a job has under way stale: it will touch no streak, DIS-07.
func (c *Checker) drop(now engine.Time, jobIndex int32) {
	j := &c.jobs[jobIndex]
	for k := range j.n {
		switch s := &c.slots[j.first+k]; s.state {
		case due:
			s.state = idle
		case doubted:
			c.close(now, j, s)
		case flying, waiting:
			s.stale = true
		case idle:
		}
	}
	list := c.doubts
	c.doubts = c.doubts[:0]
	for _, d := range list {
		if d.job != jobIndex {
			c.doubts = append(c.doubts, d)
		}
	}
}

// jobEnabled sees a job.enabled entry, DIS-12.
func (c *Checker) jobEnabled(now engine.Time, en *engine.Entry) {
	j := &c.jobs[en.Job]
	if !j.off {
		c.fail("DIS-12", "%s is enabled while it is enabled", c.job(en.Job))
		return
	}
	j.off, j.tick, j.hold = false, now, never
	j.atOnce = c.cfg.PollingJobs.EnableFirstPoll == policy.FirstPollAtOnce
	if c.cfg.PollingJobs.EnableKeepsCounts {
		return
	}
	for k := range c.slotsOf(j) {
		c.slots[j.first+int32(k)].streak = 0
	}
}

// pollMarked sees a poll.after_disable entry: it must be about a poll that began before the disablement.
func (c *Checker) pollMarked(en *engine.Entry) {
	j := &c.jobs[en.Job]
	i := c.find(j, en.Resource)
	if i < 0 || !c.slots[j.first+i].stale && !j.off {
		c.fail("DIS-07", "%s is enabled, and a poll of it is marked as ended after disable", c.job(en.Job))
	}
	c.kept(owesMark, en.Job)
}
