package sim

import (
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// ledger is the truth about records: which exist, which reached whom, which were lost. It looks at
// calls and at the vendor, never at the engine's counters, so that conservation (FIG-01) says something.
type ledger struct {
	w     *World
	jobs  [][]account // by job and resource
	flows []flowAccount
	pages []ahead // what inOrder found
}

// account is what one job or flow made of the records of one resource.
type account struct {
	app, res  int
	cursor    int64   // number of the last record read
	ahead     []ahead // of a flow: pages that were read, while others that it reads with them are to come
	delivered int64
	lost      int64         // passed over by a read because the vendor's retention had passed
	lostLast  int64         // number of the last of these
	belated   int64         // delivered after the deadline
	deadline  time.Duration // 0 = none
	intake    *intake       // of a flow; nil: the source is read
	stop      int64         // the entry that last stopped this work: the cause of losses
}

// flowAccount adds what only flows have.
type flowAccount struct {
	account
	inHand  []span  // read, not yet written
	asked   []int64 // the pages that it reads at once, each by the number before it
	reading int     // calls under way that ask for them
	more    bool    // the last of its pages said that another one follows
	failing span    // of the last write that failed
	errors  []span  // open errors, oldest first
	open    int64   // records in errors
	doubled int64
	applier int64       // the fault that last applied a write without saying ok
	paused  bool        // it ever was
	again   engine.Time // of the first delivery after its last pause, 0 = none
	late    lateness
	backlog backlog
	pace    throughput
	trend   level // as the last hour of the run began
}

// span is a range of record numbers, inclusive; empty when last < first.
type span struct{ first, last int64 }

func (s span) size() int64 { return max(s.last-s.first+1, 0) }

func newLedger(w *World) ledger {
	l := ledger{w: w}
	for _, j := range w.tl.PollingJobs {
		accounts := make([]account, len(j.Resources))
		for s, r := range j.Resources {
			accounts[s] = account{
				app: w.tl.Connections[j.Instance].Application, res: r, deadline: time.Duration(j.Deadline),
			}
		}
		l.jobs = append(l.jobs, accounts)
	}
	for _, f := range w.tl.Flows {
		l.flows = append(l.flows, flowAccount{
			account: account{
				app: w.tl.Connections[f.From.Connection].Application, res: f.From.Resource,
				deadline: time.Duration(f.Deadline), intake: newIntake(f.Intake),
			},
		})
	}
	return l
}

// finished books the end of a call.
func (l *ledger) finished(now engine.Time, c *engine.Call, r *engine.Result) {
	if c.Flow >= 0 && c.Op == engine.ReadPage {
		l.answered(now, c, r)
	}
	if r.Class != engine.OK {
		if c.Flow >= 0 {
			l.flows[c.Flow].failed(c, r)
		}
		return
	}
	switch {
	case c.Op == engine.ReadPage && c.Job >= 0:
		for s := range l.jobs[c.Job] {
			if a := &l.jobs[c.Job][s]; a.res == int(c.Resource) {
				l.read(now, a, span{r.First, r.Last}, "", l.w.names.jobs[c.Job])
				a.delivered += max(r.Last-r.First+1, 0)
				a.belated += l.overdue(now, a, span{r.First, r.Last})
			}
		}
	case c.Op == engine.WriteRecords:
		l.written(now, int(c.Flow), span{c.First, c.Last})
	}
}

// read moves the cursor; what it passes over had expired.
func (l *ledger) read(now engine.Time, a *account, s span, flow, job string) {
	if s.size() == 0 {
		return
	}
	if s.first > a.cursor+1 {
		l.writeLost(now, a, span{a.cursor + 1, s.first - 1}, flow, job)
	}
	a.cursor = s.last
}

// writeLost books records that the vendor's retention took, DIS-14.
func (l *ledger) writeLost(now engine.Time, a *account, s span, flow, job string) {
	a.lost += s.size()
	a.lostLast = s.last
	if a.intake != nil {
		a.intake.lost -= s.size()
	}
	first, last := l.expiry(a, s.first), l.expiry(a, s.last)
	l.w.rec.buf = journal.Entry{
		Kind: journal.RecordLost, Application: l.w.names.apps[a.app], Flow: flow, Job: job,
		Resource: l.w.names.resources[a.app][a.res], First: &first, Last: &last, Count: s.size(),
		Cause: ref(a.stop),
	}
	l.w.rec.write(now, &l.w.rec.buf)
}

// expiry is when an unread record was lost: after the vendor's retention, or at an intake.
func (l *ledger) expiry(a *account, k int64) journal.Time {
	t, _ := l.w.ven.CreatedAt(a.app, a.res, k)
	if in := a.intake; in != nil {
		at := journal.Time(t) + journal.Time(in.patience)
		if k > in.upTo && journal.Time(t) < journal.Time(in.released) {
			at = max(at, journal.Time(in.released))
		}
		return at
	}
	return journal.Time(t) + journal.Time(l.w.tl.Applications[a.app].Retention)
}

// written books an ok write of a page or of an open error: delivered once, FIG-01.
func (l *ledger) written(now engine.Time, flow int, s span) {
	f := &l.flows[flow]
	l.peak(now, f)
	f.delivered += s.size()
	f.belated += l.overdue(now, &f.account, s)
	if f.paused && f.again == 0 && !l.w.eng.Flow(flow).OfflineConnections {
		f.again = now
	}
	if s.first <= f.backlog.upTo {
		f.backlog.workedAt, f.backlog.workedTo = now, f.delivered
	}
	l.age(now, f, s, 1)
	if !f.letGo(s) {
		f.resolve(s)
	}
	l.drained(now, f)
}

// age counts the lateness of records that are delivered, as often as other records of the same ages are.
func (l *ledger) age(now engine.Time, f *flowAccount, s span, times int64) {
	l.w.ven.Ages(f.app, f.res, s.first, s.last, fakevendor.Time(now), func(seconds int64) {
		f.late.add(seconds, times)
	})
}

// fail puts records into the open errors; those that follow one another are one span.
func (f *flowAccount) fail(s span) {
	f.open += s.size()
	if n := len(f.errors); n > 0 && f.errors[n-1].last+1 == s.first {
		f.errors[n-1].last = s.last
		return
	}
	f.errors = append(f.errors, s)
}

// resolve takes records out of the open errors. They may be a part of a page: the older part has lost its
// retry data (OUT-09).
func (f *flowAccount) resolve(s span) {
	for k, e := range f.errors {
		if s.first < e.first || s.last > e.last {
			continue
		}
		rest := []span{{e.first, s.first - 1}, {s.last + 1, e.last}}
		rest = slices.DeleteFunc(rest, func(r span) bool { return r.size() == 0 })
		f.errors = slices.Replace(f.errors, k, k+1, rest...)
		f.open -= s.size()
		return
	}
}

// wrote looks at an engine's entry: a page that turned into errors, and what stops whom.
func (l *ledger) wrote(seq int64, en *engine.Entry) {
	switch en.Kind {
	case engine.ErrorOpenedEntry:
		f := &l.flows[en.Flow]
		if f.failing.first <= f.backlog.upTo {
			f.backlog.failedAt = l.w.now
		}
		f.fail(f.failing)
		f.letGo(f.failing)
	case engine.FlowFailedEntry:
		f := &l.flows[en.Flow] // the next run reads them again
		f.ahead, f.asked = f.ahead[:0], f.asked[:0]
	case engine.FlowPausedEntry:
		l.flows[en.Flow].stop = seq
		l.flows[en.Flow].pace.broken()
		l.flows[en.Flow].paused, l.flows[en.Flow].again = true, 0
		l.shut(l.w.now, &l.flows[en.Flow])
	case engine.ConnectionOnlineEntry:
		l.reopen(l.w.now)
	case engine.FlowResumedEntry:
		l.flows[en.Flow].pace.broken() // a page that was read on its way into the pause
	case engine.JobDisabledEntry:
		for s := range l.jobs[en.Job] {
			l.jobs[en.Job][s].stop = seq
		}
	}
}

// applied remembers the fault that let a write land without saying ok.
func (l *ledger) applied(c *engine.Call, cause int64) { l.flows[c.Flow].applier = cause }

// duplicated books records that a write stored a second time, and returns what led to it.
func (l *ledger) duplicated(c *engine.Call, n int64) int64 {
	l.flows[c.Flow].doubled += n
	return l.flows[c.Flow].applier
}

// created is the number of records of an account's resource that exist at now. What would come into being
// on the end of the run does not (T-04).
func (l *ledger) created(a *account, now engine.Time) int64 {
	if now == l.w.end {
		return l.w.ven.CountBefore(a.app, a.res, fakevendor.Time(now))
	}
	return l.w.ven.Count(a.app, a.res, fakevendor.Time(now))
}

// expired is the number of unread records that are gone by now, not yet booked as lost. What would expire
// on the end of the run does not (T-04).
func (l *ledger) expired(a *account, now engine.Time) int64 {
	if a.intake != nil {
		return l.look(now, a, false).lost
	}
	keep := fakevendor.Time(l.w.tl.Applications[a.app].Retention)
	gone := l.w.ven.Expired(a.app, a.res, fakevendor.Time(now))
	if now == l.w.end && keep > 0 {
		gone = l.w.ven.CountBefore(a.app, a.res, fakevendor.Time(now)-keep)
	}
	return span{a.cursor + 1, gone}.size() - a.aheadUpTo(gone)
}

// unread is the number of records that exist, were not read and can still be.
func (l *ledger) unread(a *account, now engine.Time) int64 {
	if a.intake == nil {
		return span{a.cursor + l.expired(a, now) + 1, l.created(a, now)}.size()
	}
	var n int64
	for _, s := range l.unreadSpans(a, now) {
		n += s.size()
	}
	return n
}

// unreadSpans are these records, oldest first.
func (l *ledger) unreadSpans(a *account, now engine.Time) []span {
	if a.intake != nil {
		return l.look(now, a, false).unread(l.created(a, now))
	}
	return []span{{a.cursor + l.expired(a, now) + 1, l.created(a, now)}}
}

// waiting is a flow's records read but not written, and unread ones; open errors are apart.
func (l *ledger) waiting(f *flowAccount, now engine.Time) int64 {
	return l.unread(&f.account, now) + f.handful()
}

// close books what expired unread and the lateness of what was not delivered, at the end.
func (l *ledger) close(now engine.Time) {
	for j := range l.jobs {
		for s := range l.jobs[j] {
			l.closeAccount(now, &l.jobs[j][s], "", l.w.names.jobs[j])
		}
	}
	for i := range l.flows {
		f := &l.flows[i]
		l.peak(now, f)
		l.closeAccount(now, &f.account, l.w.names.flows[i], "")
		l.drained(now, f)
	}
}

func (l *ledger) closeAccount(now engine.Time, a *account, flow, job string) {
	if a.intake != nil {
		for _, s := range l.look(now, a, false).gaps(a.cursor) {
			l.writeLost(now, a, s, flow, job)
		}
		return
	}
	if n := l.expired(a, now); n > 0 {
		s := span{a.cursor + 1, a.cursor + n}
		a.cursor = s.last
		l.writeLost(now, a, s, flow, job)
	}
}
