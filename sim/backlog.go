package sim

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// backlog follows FIG-06 for one flow: the largest number of records created and neither delivered nor
// lost, and when those that existed then were gone.
type backlog struct {
	peak      int64
	upTo      int64       // number of the last record that existed at the peak
	delivered int64       // records delivered by then
	seen      engine.Time // up to which the peak was looked for
	workedAt  engine.Time // of the last delivery of a record that existed at the peak, 0 = none
	workedTo  int64       // records delivered by then, newer ones included
	failedAt  engine.Time // when the last of them became an open error, 0 = none
	drainedAt engine.Time // 0 = not yet
}

// peak looks for a larger backlog since the last look. Between two events of a flow the backlog only
// grows by creation and shrinks by expiry, so it is largest just before an event, or, where records
// expire, at the creation of one of them.
func (l *ledger) peak(now engine.Time, f *flowAccount) {
	created := l.created(&f.account, now)
	base := f.handful() + f.open
	if f.intake != nil {
		f.backlog.raise(base+l.unread(&f.account, now), created, f.delivered)
		f.backlog.seen = now
		return
	}
	if l.expired(&f.account, now) == 0 {
		f.backlog.raise(base+created-f.cursor, created, f.delivered)
		f.backlog.seen = now
		return
	}
	keep := fakevendor.Time(l.w.tl.Applications[f.app].Retention)
	from := max(l.w.ven.Count(f.app, f.res, fakevendor.Time(f.backlog.seen)), f.cursor) + 1
	for k := from; k <= created; k++ {
		at, _ := l.w.ven.CreatedAt(f.app, f.res, k)
		gone := max(l.w.ven.CountBefore(f.app, f.res, at-keep)-f.cursor, 0) // created before it expires
		f.backlog.raise(base+k-f.cursor-gone, k, f.delivered)
	}
	f.backlog.seen = now
}

func (b *backlog) raise(n, upTo, delivered int64) {
	if n > b.peak {
		*b = backlog{peak: n, upTo: upTo, delivered: delivered, seen: b.seen}
	}
}

// drained notes when every record of the peak was delivered or lost: the later of the last delivery and the
// last expiry among them.
func (l *ledger) drained(now engine.Time, f *flowAccount) {
	b := &f.backlog
	if b.peak == 0 || b.drainedAt != 0 || l.oldest(f, now) <= b.upTo {
		return
	}
	b.drainedAt = b.workedAt
	lost := min(f.lostLast, b.upTo)
	if f.cursor < b.upTo {
		lost = b.upTo // expired, and not yet passed over by a read
	}
	if lost > 0 {
		b.drainedAt = max(b.drainedAt, engine.Time(l.expiry(&f.account, lost)))
	}
}

// oldest is the number of the oldest record that is neither delivered nor lost.
func (l *ledger) oldest(f *flowAccount, now engine.Time) int64 {
	k := f.cursor + l.expired(&f.account, now) + 1
	if f.intake != nil {
		k = f.intake.oldest()
	}
	if len(f.inHand) > 0 {
		k = min(k, f.inHand[0].first)
	}
	if len(f.errors) > 0 {
		k = min(k, f.errors[0].first)
	}
	return k
}

// disturbance says that a flow or job is touched by a fault: from the fault's begin until all that it
// stopped works again and the backlog has drained. Only then its backlog is sampled.
type disturbance struct {
	on       bool
	cause    int64 // the fault's entry
	calm     bool  // nothing disturbs it any more; it drains what existed then:
	upTo     []int64
	prevDone int64 // last sample, to leave out those that repeat it
	prevWait int64
}

const sampleEvery = 5 * time.Minute

// disturb marks every flow and job that a fault touches. Samples are for readers of the journal alone: no
// figure rests on them.
func (w *World) disturb(fault int) {
	if w.rec.sink == nil || w.opt.NoSamples {
		return
	}
	f := &w.tl.Faults[fault]
	touched := func(conn int) bool {
		of := w.tl.Connections[conn].Application
		return of == f.Application && (f.Connection < 0 || f.Connection == conn)
	}
	for i := range w.disturbed {
		var hit bool
		if i < len(w.tl.Flows) {
			hit = touched(w.tl.Flows[i].From.Connection) || touched(w.tl.Flows[i].To.Connection)
		} else {
			hit = touched(w.tl.PollingJobs[i-len(w.tl.Flows)].Instance)
		}
		if !hit || !w.hasRecords(i) {
			continue
		}
		d := &w.disturbed[i]
		if !d.on {
			*d = disturbance{on: true, cause: w.began[fault], prevDone: -1}
		}
		d.calm = false
		if w.sampleAt == engine.Never {
			k := (time.Duration(w.now-w.start) + sampleEvery - 1) / sampleEvery
			w.sampleAt = w.start.Add(k * sampleEvery)
		}
	}
}

// hasRecords tells whether there is anything to sample: some resource of the work has records.
func (w *World) hasRecords(i int) bool {
	for _, a := range w.accounts(i) {
		if len(w.tl.Applications[a.app].Resources[a.res].Rates) > 0 {
			return true
		}
	}
	return false
}

// accounts are those of a flow or job by its place in disturbed.
func (w *World) accounts(i int) []account {
	if i < len(w.tl.Flows) {
		return []account{w.ledger.flows[i].account}
	}
	return w.ledger.jobs[i-len(w.tl.Flows)]
}

// sampleBacklogs writes one point of the grid for each disturbed flow and job.
func (w *World) sampleBacklogs(now engine.Time) {
	any := false
	for i := range w.disturbed {
		if d := &w.disturbed[i]; d.on {
			w.sampleOne(now, i, d)
			d.on = !w.settled(now, i, d)
			any = any || d.on
		}
	}
	w.sampleAt = engine.Never
	if any {
		w.sampleAt = now.Add(sampleEvery)
	}
}

// sampleOne writes the sample of a flow or job, if it is not as the last one. The entry points into the
// disturbance: it is valid only while it is written.
func (w *World) sampleOne(now engine.Time, i int, d *disturbance) {
	var flow, job string
	var done, wait int64
	if i < len(w.tl.Flows) {
		f := &w.ledger.flows[i]
		flow = w.names.flows[i]
		done, wait = f.delivered, w.ledger.waiting(f, now)+f.open
	} else {
		j := i - len(w.tl.Flows)
		job = w.names.jobs[j]
		for s := range w.ledger.jobs[j] {
			a := &w.ledger.jobs[j][s]
			done += a.delivered
			wait += w.ledger.unread(a, now)
		}
	}
	if done == d.prevDone && wait == d.prevWait {
		return
	}
	d.prevDone, d.prevWait = done, wait
	w.rec.buf = journal.Entry{
		Kind: journal.BacklogSampled, Flow: flow, Job: job, Delivered: &d.prevDone, Waiting: &d.prevWait,
		Cause: &d.cause,
	}
	w.rec.write(now, &w.rec.buf)
}

// settled tells whether a disturbance is over.
func (w *World) settled(now engine.Time, i int, d *disturbance) bool {
	if !d.calm {
		if w.stillDisturbed(i) {
			return false
		}
		d.calm = true
		d.upTo = d.upTo[:0]
		for _, a := range w.accounts(i) {
			d.upTo = append(d.upTo, w.ledger.created(&a, now))
		}
	}
	if i < len(w.tl.Flows) {
		return w.ledger.oldest(&w.ledger.flows[i], now) > d.upTo[0]
	}
	for s, a := range w.accounts(i) {
		if a.cursor+w.ledger.expired(&a, now) < d.upTo[s] {
			return false
		}
	}
	return true
}

// stillDisturbed tells whether a fault touches the work or the platform has stopped it.
func (w *World) stillDisturbed(i int) bool {
	conns := make([]int, 0, 2)
	if i < len(w.tl.Flows) {
		f := w.eng.Flow(i)
		if f.OfflineConnections || f.WaitingForTurn {
			return true
		}
		conns = append(conns, w.tl.Flows[i].From.Connection, w.tl.Flows[i].To.Connection)
	} else {
		j := i - len(w.tl.Flows)
		if !w.eng.JobEnabled(j) {
			return true
		}
		conns = append(conns, w.tl.PollingJobs[j].Instance)
	}
	for k, active := range w.active {
		if !active {
			continue
		}
		f := &w.tl.Faults[k]
		for _, c := range conns {
			if w.tl.Connections[c].Application == f.Application && (f.Connection < 0 || f.Connection == c) {
				return true
			}
		}
	}
	return false
}
