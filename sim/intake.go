package sim

import (
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// intake stands in front of a flow whose source pushes its records as events instead of being read. Events
// come in the order of their numbers: the buffer takes them while it has room; the others stay with the
// sender, who sends them again as soon as there is room, until they are too old and lost.
//
// Nothing is done event by event. Between two looks nobody takes anything out, so the buffer fills first and
// only then is anything refused.
type intake struct {
	cfg      *timeline.Intake
	patience time.Duration // of the sender; 0: what is not taken at once is lost
	kept     []span        // in the buffer, oldest first
	size     int64         // of these
	next     int64         // number of the first event that is neither taken nor lost
	lost     int64         // lost, and not yet passed over by a read
	refused  int64         // events that found no room at first
	seen     int64         // number of the last event that came
	peak     int64         // of size
	closed   bool          // the flow is paused, and the intake counts as full

	outages  int         // of the sender: it sends nothing
	upTo     int64       // number of the last event that it sent before them
	released engine.Time // when it last sent what had waited for the end of one
}

func newIntake(cfg *timeline.Intake) *intake {
	if cfg == nil {
		return nil
	}
	in := &intake{cfg: cfg, next: 1}
	if cfg.WhenFull == "refuse" {
		in.patience = time.Duration(cfg.Retries)
	}
	return in
}

// look brings a flow's intake up to an instant; strictly before it, where events of the instant itself do not
// count yet.
func (l *ledger) look(now engine.Time, a *account, strictly bool) *intake {
	in := a.intake
	count := l.w.ven.Count
	if strictly || now == l.w.end {
		count = l.w.ven.CountBefore
	}
	came := count(a.app, a.res, fakevendor.Time(now))
	if in.outages > 0 {
		came = min(came, in.upTo)
	}
	in.fill(came)
	if came > in.seen {
		in.refused += max(came-max(in.seen, in.next-1), 0)
		in.seen = came
	}
	gone := min(count(a.app, a.res, fakevendor.Time(now)-fakevendor.Time(in.patience)), came)
	if gone >= in.next {
		in.lost += gone - in.next + 1
		in.next = gone + 1
	}
	return in
}

// fill takes events up to number came into the buffer while it has room.
func (in *intake) fill(came int64) {
	n := min(in.cfg.Buffer-in.size, came-in.next+1)
	if in.closed || n <= 0 {
		return
	}
	s := span{in.next, in.next + n - 1}
	if k := len(in.kept); k > 0 && in.kept[k-1].last+1 == s.first {
		in.kept[k-1].last = s.last
	} else {
		in.kept = append(in.kept, s)
	}
	in.next += n
	in.size += n
	in.peak = max(in.peak, in.size)
}

// take hands a run the oldest events of the buffer, a page of them at most; what waits with the sender
// moves up.
func (l *ledger) take(now engine.Time, a *account, page int64) engine.Result {
	in := l.look(now, a, false)
	r := engine.Result{Class: engine.OK, RetryAfter: -1, First: 1, Last: 0}
	if len(in.kept) == 0 {
		return r
	}
	s := &in.kept[0]
	r.First, r.Last = s.first, min(s.last, s.first+page-1)
	in.size -= r.Last - r.First + 1
	if s.first = r.Last + 1; s.first > s.last {
		in.kept = slices.Delete(in.kept, 0, 1)
	}
	l.look(now, a, false)
	r.More = in.size > 0
	return r
}

// unread are the events that are not lost and no run has taken.
func (in *intake) unread(created int64) []span {
	return append(slices.Clone(in.kept), span{in.next, created})
}

// gaps are the events beyond the last one taken that were lost and are not booked.
func (in *intake) gaps(cursor int64) []span {
	var list []span
	for _, s := range append(slices.Clone(in.kept), span{in.next, in.next}) {
		if s.first > cursor+1 {
			list = append(list, span{cursor + 1, s.first - 1})
		}
		cursor = s.last
	}
	return list
}

// oldest is the number of the oldest event that is not lost and no run has taken.
func (in *intake) oldest() int64 {
	if len(in.kept) > 0 {
		return in.kept[0].first
	}
	return in.next
}

// intakeRead tells whether a call takes events out of an intake: no call to the vendor.
func (w *World) intakeRead(c *engine.Call) bool {
	return c.Flow >= 0 && c.Op == engine.ReadPage && w.ledger.flows[c.Flow].intake != nil
}

// takeEvents ends the oldest of the reads that need no vendor.
func (w *World) takeEvents(now engine.Time) {
	c := w.local[0]
	w.local = w.local[1:]
	f := &w.ledger.flows[c.Flow]
	r := w.ledger.take(now, &f.account, w.tl.Applications[f.app].PageSize)
	w.Finished(now, &c, &r)
}

// senderStops and senderGoesOn see the outages of an application. It sends nothing while one lasts, and then
// what came meanwhile.
func (w *World) senderStops(now engine.Time, fault int) {
	w.eachSender(fault, func(f *flowAccount) {
		if f.intake.outages == 0 && f.intake.released != now { // windows that touch are one outage (FIG-02)
			w.ledger.look(now, &f.account, true)
			f.intake.upTo = w.ven.CountBefore(f.app, f.res, fakevendor.Time(now))
		}
		f.intake.outages++
	})
}

func (w *World) senderGoesOn(now engine.Time, fault int) {
	w.eachSender(fault, func(f *flowAccount) {
		if f.intake.outages--; f.intake.outages == 0 {
			f.intake.released = now
		}
	})
}

// eachSender calls do for each intake whose events a fault, if it is an outage, holds up.
func (w *World) eachSender(fault int, do func(f *flowAccount)) {
	ft := &w.tl.Faults[fault]
	if !journal.IsOutage(ft.Kind) {
		return
	}
	for i := range w.ledger.flows {
		f := &w.ledger.flows[i]
		whole := len(ft.Resources) == 0
		if f.intake != nil && f.app == ft.Application && (whole || slices.Contains(ft.Resources, f.res)) {
			do(f)
		}
	}
}

// shut closes the intake of a flow that is paused, where it counts as full then.
func (l *ledger) shut(now engine.Time, f *flowAccount) {
	if f.intake != nil && f.intake.cfg.WhilePaused == "full" {
		l.look(now, &f.account, false).closed = true
	}
}

// reopen opens the intakes of the flows that are paused no more.
func (l *ledger) reopen(now engine.Time) {
	for i := range l.flows {
		f := &l.flows[i]
		if f.intake == nil || !f.intake.closed || l.w.eng.Flow(i).OfflineConnections {
			continue
		}
		l.look(now, &f.account, false).closed = false
		l.look(now, &f.account, false)
	}
}
