package sim

import (
	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// counters are the figures at an instant: what the platform counts comes from the engine, what became
// of records from the ledger.
func (w *World) counters(now engine.Time) *journal.Counters {
	c := &journal.Counters{
		Calls: w.eng.Calls() - w.taken, WastedCalls: w.wastedTotal,
		Jobs:  make([]journal.JobCounters, 0, len(w.tl.PollingJobs)),
		Flows: make([]journal.FlowCounters, 0, len(w.tl.Flows)),
	}
	for a := range w.tl.Applications {
		for r := range w.tl.Applications[a].Resources {
			c.RecordsCreated += w.ledger.created(&account{app: a, res: r}, now)
		}
	}
	for i := range w.tl.PollingJobs {
		c.Jobs = append(c.Jobs, w.jobCounters(now, i))
	}
	for i := range w.tl.Connections {
		state := "online"
		if !w.eng.Connection(i).Online {
			state = "offline"
		}
		end := journal.ConnectionEnd{Connection: w.names.conns[i], State: state}
		c.Connections = append(c.Connections, end)
	}
	for i := range w.tl.Flows {
		c.Flows = append(c.Flows, w.flowCounters(now, i))
	}
	return c
}

func (w *World) jobCounters(now engine.Time, i int) journal.JobCounters {
	v := w.eng.Job(i, nil)
	j := journal.JobCounters{Job: v.Name, State: "enabled", Threshold: v.Threshold}
	if !v.Enabled {
		j.State = "disabled"
	}
	for s, r := range v.Resources {
		a := &w.ledger.jobs[i][s]
		j.Polls += r.Polls
		j.FailedPolls += r.Failed
		j.Delivered += a.delivered
		j.Waiting += w.ledger.unread(a, now)
		j.Lost += a.lost + w.ledger.expired(a, now)
		j.Late += a.belated
		j.PastDeadline += w.ledger.pastDeadline(now, a)
		j.Resources = append(j.Resources, journal.ResourceCounters{
			Name: w.names.resources[a.app][r.Resource], Polls: r.Polls, FailedPolls: r.Failed,
			ConsecutiveFailures: r.ConsecutiveFailures, LongestStreak: r.LongestStreak,
		})
	}
	return j
}

func (w *World) flowCounters(now engine.Time, i int) journal.FlowCounters {
	v, f := w.eng.Flow(i), &w.ledger.flows[i]
	w.ledger.peak(now, f)
	w.ledger.drained(now, f)
	latest, p95 := w.ledger.lateMaxAndP95(f, now)
	c := journal.FlowCounters{
		Flow: v.Name, State: v.State.String(), Runs: v.Runs, Pages: v.Pages, Delivered: f.delivered,
		Waiting: w.ledger.waiting(f, now), OpenErrors: f.open, ResolvedErrors: v.Resolved,
		Lost: f.lost + w.ledger.expired(&f.account, now), Duplicated: f.doubled,
		Late: f.belated, PastDeadline: w.ledger.flowPastDeadline(now, f),
		LateMax: latest, LateP95: p95, BacklogPeak: f.backlog.peak,
	}
	for _, o := range w.eng.Errors(i) {
		if !o.Retryable {
			c.UnretryableErrors += o.Last - o.First + 1
		}
	}
	if f.again != 0 {
		again := journal.Time(f.again)
		c.DeliveredAgainAt = &again
	}
	w.drainCounters(now, f, &c)
	if f.intake != nil {
		in := w.ledger.look(now, &f.account, false)
		c.Intake = &journal.Intake{Buffered: in.size, BufferPeak: in.peak, Refused: in.refused}
	}
	return c
}

// balance checks conservation, FIG-01: the ledger's records, the vendor's count and what the engine says
// of the same flow or job must agree.
func (w *World) balance(now engine.Time) {
	for i := range w.tl.PollingJobs {
		for s, r := range w.eng.Job(i, nil).Resources {
			a := &w.ledger.jobs[i][s]
			sum := a.delivered + w.ledger.unread(a, now) + a.lost + w.ledger.expired(a, now)
			of := "polling job " + w.names.jobs[i]
			w.check.Balance(of, w.ledger.created(a, now), sum, r.Delivered, a.delivered)
			past := w.ledger.pastDeadline(now, a)
			w.check.Deadline(of, a.delivered, a.belated, w.ledger.unread(a, now), past)
		}
	}
	for i := range w.tl.Flows {
		f, v := &w.ledger.flows[i], w.eng.Flow(i)
		sum := f.delivered + w.ledger.waiting(f, now) + f.open + f.lost + w.ledger.expired(&f.account, now)
		of := "flow " + w.names.flows[i]
		w.check.Balance(of, w.ledger.created(&f.account, now), sum, v.Delivered, f.delivered)
		undelivered := w.ledger.waiting(f, now) + f.open
		if in := f.intake; in != nil {
			w.check.Intake(of, in.cfg.Buffer, in.peak, in.size)
		}
		w.check.Deadline(of, f.delivered, f.belated, undelivered, w.ledger.flowPastDeadline(now, f))
	}
	w.check.Ended(now)
	if w.check.Failing() {
		w.writeFailures(now)
	}
}

func namesOf(tl *timeline.Timeline) names {
	var n names
	for _, a := range tl.Applications {
		n.apps = append(n.apps, a.Name)
		var res []string
		for _, r := range a.Resources {
			res = append(res, r.Name)
		}
		n.resources = append(n.resources, res)
	}
	for _, c := range tl.Connections {
		n.conns = append(n.conns, c.Name)
		n.connApp = append(n.connApp, c.Application)
	}
	for _, f := range tl.Flows {
		n.flows = append(n.flows, f.Name)
	}
	for _, j := range tl.PollingJobs {
		n.jobs = append(n.jobs, j.Name)
	}
	return n
}

// lanes names everything that a report draws a lane for, in file order.
func (w *World) lanes(run *journal.Run) {
	n := &w.names
	for _, a := range w.tl.Applications {
		run.Applications = append(run.Applications, journal.RunApplication{Name: a.Name, Dialect: a.Dialect})
	}
	for _, c := range w.tl.Connections {
		run.Connections = append(run.Connections, journal.RunConnection{
			Name: c.Name, Application: n.apps[c.Application], Owner: c.Owner, Subscribers: c.Subscribers,
		})
	}
	for i, f := range w.tl.Flows {
		end := func(e timeline.Endpoint) string {
			return n.conns[e.Connection] + "/" + n.resources[n.connApp[e.Connection]][e.Resource]
		}
		flow := journal.RunFlow{
			Name: f.Name, From: end(f.From), To: end(f.To), EverySeconds: journal.Seconds(f.Every),
			DeadlineSeconds: journal.Seconds(f.Deadline),
			AutoResolve:     w.engCfg.FlowList[i].AutoResolve,
		}
		if f.Intake != nil {
			flow.Buffer = f.Intake.Buffer
		}
		run.Flows = append(run.Flows, flow)
	}
	for _, j := range w.tl.PollingJobs {
		job := journal.RunJob{
			Name: j.Name, Instance: n.conns[j.Instance], EverySeconds: journal.Seconds(j.Every),
			DeadlineSeconds: journal.Seconds(j.Deadline),
		}
		for _, r := range j.Resources {
			job.Resources = append(job.Resources, n.resources[n.connApp[j.Instance]][r])
		}
		run.Jobs = append(run.Jobs, job)
	}
}

func policyOf(p *policy.Policy) journal.Policy {
	out := journal.Policy{Name: p.Name, Governs: string(p.Governs), Title: p.Title}
	for _, s := range p.Sources {
		source := journal.Source{Key: s.Key, Title: s.Title, URL: s.URL, Date: s.Date}
		out.Sources = append(out.Sources, source)
	}
	for _, v := range p.Values {
		out.Values = append(out.Values, journal.Value{
			Name: v.Name, Value: v.Text, Rule: v.Rule, Basis: string(v.Basis), Source: v.Source, Why: v.Why,
			Alternatives: v.Alternatives,
		})
	}
	return out
}

// writeCall lists a call, with --calls only.
func (w *World) writeCall(now engine.Time, c *engine.Call, r *engine.Result) {
	en := &w.rec.buf
	*en = journal.Entry{
		Kind: journal.CallFinished, Application: w.names.apps[w.names.connApp[c.Connection]],
		Connection: w.names.conns[c.Connection], Call: c.Op.String(), Class: r.Class.String(),
		Status: int(r.Status), Cause: ref(int64(r.Cause)), Message: w.describeCall(c, r),
	}
	if c.Resource >= 0 {
		en.Resource = w.names.resources[w.names.connApp[c.Connection]][c.Resource]
	}
	if c.Flow >= 0 {
		en.Flow = w.names.flows[c.Flow]
	}
	if c.Job >= 0 {
		en.Job = w.names.jobs[c.Job]
	}
	if c.Op == engine.ReadPage && r.Class == engine.OK {
		en.Count = max(r.Last-r.First+1, 0)
	}
	w.rec.write(now, en)
}
