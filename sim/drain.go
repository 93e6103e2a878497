package sim

import (
	"math"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// throughput measures what a flow moves while it has more to read: from the end of one page that says that
// more follow to the end of the next, with all that lies between: the write, latency, rate limits. Such
// stretches are what a backlog's drain is made of; what the flow does with half a page now and then tells
// nothing of its capacity.
type throughput struct {
	since     engine.Time // end of the last page that said so; 0 = no stretch is under way
	delivered int64       // records delivered by then
	moved     int64       // in all stretches
	took      time.Duration
}

// read sees the end of a page.
func (t *throughput) read(now engine.Time, delivered int64, more bool) {
	if t.since != 0 {
		t.moved += delivered - t.delivered
		t.took += time.Duration(now - t.since)
	}
	t.since = 0
	if more {
		t.since, t.delivered = now, delivered
	}
}

// broken drops the stretch under way: a call failed, or the flow was paused.
func (t *throughput) broken() { t.since = 0 }

// perHour is the capacity in records an hour; nil where nothing was measured, or where calls take no time.
func (t *throughput) perHour() *int64 {
	if t.moved == 0 || t.took == 0 {
		return nil
	}
	n := perHour(t.moved, t.took)
	return &n
}

func perHour(n int64, in time.Duration) int64 {
	return int64(math.Round(float64(n) * float64(time.Hour) / float64(in)))
}

// level is how a flow's records stood just before an instant.
type level struct {
	at                       engine.Time // 0 = never looked
	created, delivered, lost int64
}

func (v *level) backlog() int64 { return v.created - v.delivered - v.lost }

func (l *ledger) level(now engine.Time, f *flowAccount) level {
	keep := fakevendor.Time(l.w.tl.Applications[f.app].Retention)
	v := level{
		at: now, created: l.w.ven.CountBefore(f.app, f.res, fakevendor.Time(now)), delivered: f.delivered,
		lost: f.lost,
	}
	switch {
	case f.intake != nil:
		v.lost += l.look(now, &f.account, true).lost
	case keep > 0:
		v.lost += max(l.w.ven.CountBefore(f.app, f.res, fakevendor.Time(now)-keep)-f.cursor, 0)
	}
	return v
}

// trendFrom is the instant from which a flow's backlog is watched to tell whether it grows at the end: an
// hour before it, or a whole number of the flow's intervals that is not shorter, since a backlog gathers
// between two runs and falls with each. False where the run is too short.
func (w *World) trendFrom(i int) (engine.Time, bool) {
	every := time.Duration(w.tl.Flows[i].Every)
	n := (time.Hour + every - 1) / every
	if every > time.Duration(w.tl.Duration)/n {
		return 0, false
	}
	return w.end.Add(-n * every), true
}

// drainCounters tell how a flow's backlog went down, or did not: from the peak until it was drained; and
// where it was not, during the last hour of the run.
func (w *World) drainCounters(now engine.Time, f *flowAccount, c *journal.FlowCounters) {
	b := &f.backlog
	c.CapacityPerHour = f.pace.perHour()
	if b.peak == 0 {
		return
	}
	peak, _ := w.ven.CreatedAt(f.app, f.res, b.upTo)
	peakAt := journal.Time(peak)
	c.BacklogPeakAt = &peakAt
	unread := f.cursor < b.upTo || len(f.inHand) > 0 && f.inHand[0].first <= b.upTo
	if at := journal.Time(max(b.workedAt, b.failedAt)); b.drainedAt == 0 && !unread && at != 0 {
		c.BacklogErrorsSince = &at
	}
	switch {
	case b.drainedAt != 0:
		to := journal.Time(b.drainedAt)
		c.BacklogDrainedAt = &to
		if b.drainedAt == b.workedAt { // else the last of them were lost, not drained
			came := w.ven.Count(f.app, f.res, fakevendor.Time(b.drainedAt)) - b.upTo
			c.Drain = &journal.Drain{From: peakAt, To: to, Arrived: came, Delivered: b.workedTo - b.delivered}
		}
	case now == w.end && f.trend.at != 0:
		v := w.ledger.level(now, f)
		c.Drain = &journal.Drain{
			From: journal.Time(f.trend.at), To: journal.Time(now), Arrived: v.created - f.trend.created,
			Delivered: v.delivered - f.trend.delivered,
		}
		change := perHour(v.backlog()-f.trend.backlog(), time.Duration(now-f.trend.at))
		c.BacklogChangePerHour = &change
	}
}
