package engine

import "github.com/outagedrill/outagedrill/engine/policy"

// trips tells whether a failure of this resource disables the job: on its X-th consecutive one, as Open
// Connectors documents it (DIS-05, DIS-06). The streaks of the others are judged when they grow.
func (e *Engine) trips(i, slot int) bool {
	p := &e.cfg.PollingJobs
	x := e.Threshold()
	if p.Boundary == policy.BoundaryAfter {
		x++
	}
	sum, all := 0, true
	for s := range e.st.Jobs[i].Res {
		n := e.st.Jobs[i].Res[s].Streak
		sum += n
		all = all && n >= x
	}
	switch p.Trips {
	case policy.TripAll:
		return all
	case policy.TripSum:
		return sum >= x
	default:
		return e.st.Jobs[i].Res[slot].Streak >= x
	}
}

// Threshold is the number of consecutive failures that disables a job in the present environment.
func (e *Engine) Threshold() int {
	x, err := e.cfg.threshold(e.st.Environment)
	if err != nil {
		panic("engine: " + err.Error()) // New and environmentChanged let only known ones in
	}
	return x
}

// disableByPlatform disables the whole job at once and decides the one mail about it (DIS-05, DIS-08).
func (e *Engine) disableByPlatform(now Time, i, slot int) {
	j := &e.st.Jobs[i]
	res := &j.Res[slot]
	var cause Seq
	for s := range j.Res {
		if seq := e.closeJobStreak(i, s); s == slot {
			cause = seq
		}
	}
	e.closeSkips(i)
	cj := &e.cfg.Jobs[i]
	if res.Last.Class == TokenRefreshFailed {
		e.closeTokenStreak(cj.Instance)
	}
	en := about(JobDisabledEntry, cause)
	en.Job, en.Connection, en.Resource = int32(i), int32(cj.Instance), int32(cj.Resources[slot])
	en.By, en.Failures, en.Threshold, en.Name = ByPlatform, res.Streak, e.Threshold(), e.st.Environment
	seq := e.write(en)
	j.Disabled = Disabling{
		By: ByPlatform, At: now, Resource: int32(slot), Failures: res.Streak, Threshold: en.Threshold,
		Environment: e.st.Environment, Since: res.Since, Last: res.Last, Entry: seq,
	}
	e.stopJob(i)
	e.notifyDisabled(i, seq)
}

// disableByUser disables a job on a user's command. It is no disablement by the platform: no mail, and
// GET /instances/polling-disabled does not list it (DIS-10).
func (e *Engine) disableByUser(now Time, i int, cause Seq) {
	e.closeJobStreaks(i)
	e.closeSkips(i)
	en := about(JobDisabledEntry, cause)
	en.Job, en.Connection, en.By = int32(i), int32(e.cfg.Jobs[i].Instance), ByUser
	seq := e.write(en)
	e.st.Jobs[i].Disabled = Disabling{By: ByUser, At: now, Resource: -1, Entry: seq}
	e.stopJob(i)
}

// stopJob keeps a disabled job from calling: nothing of the running tick is polled any more.
func (e *Engine) stopJob(i int) {
	j := &e.st.Jobs[i]
	if j.InFlight > 0 && j.Outlived == 0 {
		j.Outlived = j.Disabled.Entry
	}
	j.Enabled = false
	j.First = false
	for k, f := range e.st.Firsts {
		if f == int32(i) {
			e.st.Firsts = append(e.st.Firsts[:k], e.st.Firsts[k+1:]...)
			break
		}
	}
}

// enable puts a job back to work, DIS-12: all counts 0, first poll at once, then at its ticks.
func (e *Engine) enable(now Time, i int, cause Seq) {
	j := &e.st.Jobs[i]
	p := &e.cfg.PollingJobs
	en := about(JobEnabledEntry, cause)
	en.Job, en.Connection, en.By = int32(i), int32(e.cfg.Jobs[i].Instance), ByOperator
	e.write(en)
	j.Enabled = true
	j.Epoch++
	j.Disabled = Disabling{}
	j.HoldTill = 0
	if !p.EnableKeepsCounts {
		for s := range j.Res {
			j.Res[s].Streak = 0
		}
	}
	j.NextTick = e.firstTickAfter(i, now)
	if !j.Armed {
		j.Armed = true
		e.st.Timers.push(timer{j.NextTick, key(rankJob, i)})
	}
	if p.EnableFirstPoll == policy.FirstPollAtOnce {
		j.First = true
		if j.InFlight == 0 {
			e.st.Firsts = append(e.st.Firsts, int32(i))
		}
	}
}

// firstPoll is the poll at once after an enable; ticks up to this instant fall away.
func (e *Engine) firstPoll(now Time, i int) {
	j := &e.st.Jobs[i]
	j.First = false
	j.NextTick = max(j.NextTick, e.firstTickAfter(i, now))
	e.startTick(now, i)
}

// environmentChanged moves the platform to another environment, DIS-15: streaks are judged against
// the new threshold at the next failure.
func (e *Engine) environmentChanged(now Time, name string, cause Seq) {
	if _, err := e.cfg.threshold(name); err != nil {
		panic("engine: " + err.Error())
	}
	e.st.Environment = name
	en := about(EnvironmentChangedEntry, cause)
	en.Name, en.Threshold = name, e.Threshold()
	e.write(en)
	if e.cfg.PollingJobs.EnvironmentChange != policy.ChangeAtOnce {
		return
	}
	for i := range e.st.Jobs {
		if slot := e.longestStreak(i); e.st.Jobs[i].Enabled && e.trips(i, slot) {
			e.disableByPlatform(now, i, slot)
		}
	}
}

func (e *Engine) longestStreak(i int) int {
	best := 0
	for s := range e.st.Jobs[i].Res {
		if e.st.Jobs[i].Res[s].Streak > e.st.Jobs[i].Res[best].Streak {
			best = s
		}
	}
	return best
}
