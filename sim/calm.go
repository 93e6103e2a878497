package sim

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
)

// In calm time a polling job reads what there is, and nothing else happens to it. Where both machines can
// promise that it stays so, the Player lets ticks pass by arithmetic: the engine says what the job would do
// (Routine), the vendor what it would be answered (Calm, Reads), the reader judges that answer, and all who
// keep count are told the outcome (Polled, Pass). Journal and summary are the same to the byte.
//
// The last tick of each stretch is played, so that whoever remembers a job's latest poll remembers the right
// one. Until then the job is ahead of its time, and it may be: the script does nothing in between, nobody
// looks, and people who react to what befalls others change nothing for a job whose polls go well. It is
// enabled already, and credentials are replaced by good ones.

// stretch is how much calm time passes at once at most, since an interrupted run is played on to where its
// jobs are.
const stretch = 24 * time.Hour

// passCalm lets ticks of the polling job pass that is due at now. It is false when they have to be played.
// After the instant to somebody may look.
func (p *Player) passCalm(now, to engine.Time) bool {
	w, r := p.w, &p.routine
	if w.opt.OneByOne || w.opt.ListCalls || !w.eng.Routine(now, r) {
		return false
	}
	promised, latency, ok := w.ven.Calm(fakevendor.Time(now), r.Connection, r.Access)
	if !ok || latency > r.Timeout {
		return false
	}
	apart := latency // how long after one another the reads of a tick are sent
	if r.Parallel {
		apart = 0
	}
	if latency+time.Duration(len(r.Resources)-1)*apart >= r.Every { // a tick lasts into the next
		return false
	}
	until := min(w.undisturbed(to), r.Until, engine.Time(promised), now.Add(stretch))
	n := int64(until-now-1) / int64(r.Every) // the tick after these still begins before until, and is played
	if n < 1 {
		return false
	}
	p.reads = p.reads[:0]
	for s := range r.Resources {
		if !p.readCalm(now.Add(time.Duration(s)*apart), latency, s, n) {
			return false
		}
	}
	w.polled(now, r, n, p.reads)
	p.ahead = max(p.ahead, now.Add(time.Duration(n)*r.Every))
	return true
}

// readCalm works out what n reads of one of the job's resources come to, of which the first is sent at an
// instant. The answer is judged as every other is. It is false where a read finds more than that, or finds it
// too late.
func (p *Player) readCalm(sent engine.Time, latency time.Duration, slot int, n int64) bool {
	w, r := p.w, &p.routine
	p.req = fakevendor.Request{
		Op: opOf(engine.ReadPage), Connection: r.Connection, Resource: r.Resources[slot],
		After: w.eng.Cursor(r.Job, slot), Access: r.Access,
	}
	if !w.ven.Reads(fakevendor.Time(sent), r.Every, n, &p.req, &p.resp) {
		return false
	}
	page := p.resp.Params
	a := &w.ledger.jobs[r.Job][slot]
	if a.deadline > 0 && (a.deadline < r.Every+latency ||
		w.ledger.overdue(sent.Add(latency), a, span{page.First, page.Last}) > 0) {
		return false
	}
	d := p.dialects[w.names.connApp[r.Connection]]
	all := resultOf(d.Judge(p.req.Op, p.resp.Shape, &page))
	p.resp.Params.First, p.resp.Params.Last = 0, -1 // any one of them may be empty
	none := resultOf(d.Judge(p.req.Op, p.resp.Shape, &p.resp.Params))
	p.reads = append(p.reads, all)
	return all.Class == engine.OK && !all.More && all.First == page.First && all.Last == page.Last &&
		none.Class == engine.OK && !none.More && none.Last < none.First
}

// undisturbed is the instant before which the script has nothing to do, and nobody looks, who may after the
// instant to.
func (w *World) undisturbed(to engine.Time) engine.Time {
	return min(w.Next(), w.NextExpectation(), to+1)
}

// polled books n ticks of a job that went as its routine says; reads has what the n reads of each of its
// resources came to, as one page.
func (w *World) polled(now engine.Time, r *engine.Routine, n int64, reads []engine.Result) {
	for s := range reads {
		w.ledger.finished(now, &engine.Call{
			Op: engine.ReadPage, Job: int32(r.Job), Flow: -1, Connection: int32(r.Connection),
			Resource: int32(r.Resources[s]),
		}, &reads[s])
	}
	w.eng.Polled(now, r.Job, n, reads)
	w.ven.Pass(r.Connection, n*int64(len(reads)))
}
