package sim

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
)

// ticks are ticks of a job that pass.
type ticks struct {
	n           int64
	first, last engine.Time // when the first and the last of them send their first read
	tick, over  engine.Time // when the last of them comes, and when it has ended
}

// passPolls lets those ticks of a job pass that are over before an instant. It is false where there is
// none.
func (p *Player) passPolls(now, until engine.Time) bool {
	w, r := p.w, &p.calm.job
	l, ok := p.link(now, until, r.Connection, r.Token, r.Timeout, r.Resources...)
	if !ok {
		return false
	}
	apart := l.latency // how long after one another the reads of a tick are sent
	if r.Parallel {
		apart = 0
	}
	// From the first read that is sent to the last one.
	reading := time.Duration(len(r.Resources)-1) * apart
	if 2*l.latency+reading >= r.Every || l.counted && reading > 0 { // a tick may last into the next, or mix
		return false
	}
	t := l.ticks(now, min(until.Add(-l.latency), l.until).Add(-reading), r.Every, reading)
	if t.n == 0 {
		return false
	}
	p.calm.reads = p.calm.reads[:0]
	for s := range r.Resources {
		if !p.readCalm(&t, time.Duration(s)*apart, l.latency, s) {
			return false
		}
	}
	reads := int64(len(r.Resources))
	if l.counted && l.refreshes == 0 {
		p.calm.trains.add(train{t.first, r.Every, t.n, reads, l.conn, r.Job})
		w.eng.Passed(t.n * reads)
	} else {
		l.calls += t.n * reads
	}
	t.over = t.last.Add(reading + l.latency)
	w.polled(now, r, &t, p.calm.reads)
	p.pass(&l)
	p.calm.ahead = max(p.calm.ahead, t.over)
	return true
}

// ticks says which ticks, from the one that is due at now on, send their first read before an instant.
// One that has to refresh the token first does so; one in the midst of whose reads that falls is not
// among them.
func (l *link) ticks(now, before engine.Time, every, reading time.Duration) (t ticks) {
	for at := now; ; at = t.tick.Add(every) {
		try := *l
		sent := try.send(at)
		end := before
		if try.use.Alone {
			end = min(end, try.use.Until().Add(-reading))
		}
		if sent >= end {
			return t
		}
		try.calls = try.refreshes // the reads are counted apart
		*l = try
		if t.n == 0 {
			t.first = sent
		}
		t.n++
		t.tick, t.last = at, sent
		if k := int64(end-1-at) / int64(every); k > 0 { // more ticks under this token
			t.n += k
			t.tick = at.Add(time.Duration(k) * every)
			t.last = t.tick
		}
		if l.refreshed == at && end < before {
			l.repeat(&t, at, before, every)
		}
	}
}

// repeat lets as many lives of a token pass as end before an instant, each like the one that began at another
// and has passed: with a refresh at its first tick, and the next one at the first tick that comes after it.
func (l *link) repeat(t *ticks, began, before engine.Time, every time.Duration) {
	n := int64(t.tick-began)/int64(every) + 1 // ticks
	took := time.Duration(n) * every
	if began.Add(took) < l.use.Until() { // the next tick falls between the reads of the last life and its end
		return
	}
	lives := int64(before-1-t.last) / int64(took)
	if lives <= 0 {
		return
	}
	on := time.Duration(lives) * took
	t.n += lives * n
	t.tick, t.last = t.tick.Add(on), t.last.Add(on)
	l.calls += lives
	l.refreshes += lives
	l.refreshed, l.use.ExpiresAt = l.refreshed.Add(on), l.use.ExpiresAt.Add(on)
}

// readCalm works out what the reads of one of the job's resources come to, sent so long after the first
// of each tick. The answer is judged as every other is. It is false where a read finds more than one
// page, or finds it too late.
func (p *Player) readCalm(t *ticks, after, latency time.Duration, slot int) bool {
	w, r := p.w, &p.calm.job
	p.req = fakevendor.Request{
		Op: opOf(engine.ReadPage), Connection: r.Connection, Resource: r.Resources[slot],
		After: w.eng.Cursor(r.Job, slot), Access: r.Token.Access,
	}
	gap := r.Every + latency // between two reads at most, of which the latter may be after a refresh
	first, last := t.first.Add(after), t.last.Add(after)
	if !w.ven.Reads(fakevendor.Time(first), fakevendor.Time(last), gap, &p.req, &p.resp) {
		return false
	}
	page := p.resp.Params
	a := &w.ledger.jobs[r.Job][slot]
	if a.deadline > 0 && (a.deadline < gap+latency ||
		w.ledger.overdue(first.Add(latency), a, span{page.First, page.Last}) > 0) {
		return false
	}
	all := p.judged(r.Connection)
	p.resp.Params.First, p.resp.Params.Last = 0, -1 // any one of them may be empty
	none := p.judged(r.Connection)
	p.calm.reads = append(p.calm.reads, all)
	return all.Class == engine.OK && !all.More && all.First == page.First && all.Last == page.Last &&
		none.Class == engine.OK && !none.More && none.Last < none.First
}

// polled books ticks of a job that went as its routine says; reads has what the reads of each of its
// resources came to, as one page.
func (w *World) polled(now engine.Time, r *engine.Routine, t *ticks, reads []engine.Result) {
	for s := range reads {
		w.ledger.finished(now, &engine.Call{
			Op: engine.ReadPage, Job: int32(r.Job), Flow: -1, Connection: int32(r.Connection),
			Resource: int32(r.Resources[s]),
		}, &reads[s])
	}
	w.eng.Polled(now, r.Job, t.n, reads)
	w.check.Polled(r.Job, t.tick, t.over)
}
