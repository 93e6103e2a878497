package sim

import (
	"cmp"
	"slices"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// The ranks of T-03 that are the World's.
const (
	rankEnds    = iota // fault and mail windows that end
	rankBegins         // windows that begin
	rankRecords        // records come into being, then expire: the backlog is sampled then
	rankStatus
	rankCommands
	rankReactions
	rankMail
)

// happening is something that the timeline says will happen, or a reaction to something that did.
type happening struct {
	at    engine.Time
	rank  int
	order int64 // within the rank: file order; of reactions the instant of what they react to
	index int   // into the slice of its kind
	what  what
}

type what uint8

const (
	faultEnds what = iota
	mailEnds
	personReturns
	faultBegins
	mailBegins
	personLeaves
	sample
	trendBegins
	status
	command
	reaction
)

func (a happening) compare(b happening) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.rank, b.rank), cmp.Compare(a.order, b.order),
		cmp.Compare(a.index, b.index))
}

// planned lists everything that the timeline fixes, in order.
func (w *World) planned() []happening {
	var list []happening
	add := func(at engine.Time, rank, order, index int, k what) {
		if at < w.end {
			list = append(list, happening{at, rank, int64(order), index, k})
		}
	}
	for i, f := range w.tl.Faults {
		add(engine.Time(f.From.UnixNano()), rankBegins, f.Event, i, faultBegins)
		if !f.Open {
			add(engine.Time(f.To.UnixNano()), rankEnds, f.Event, i, faultEnds)
		}
	}
	for i, m := range w.tl.Mail {
		add(engine.Time(m.From.UnixNano()), rankBegins, m.Event, i, mailBegins)
		add(engine.Time(m.To.UnixNano()), rankEnds, m.Event, i, mailEnds)
	}
	for i, a := range w.tl.Away {
		add(engine.Time(a.From.UnixNano()), rankBegins, a.Event, i, personLeaves)
		add(engine.Time(a.To.UnixNano()), rankEnds, a.Event, i, personReturns)
	}
	for i := range w.tl.Flows {
		if at, ok := w.trendFrom(i); ok {
			add(at, rankEnds, -1, i, trendBegins) // before all else: it looks at what was until then
		}
	}
	for i, s := range w.statusEvents {
		add(engine.Time(s.At), rankStatus, i, i, status)
	}
	for i, c := range w.tl.Commands {
		add(engine.Time(c.At.UnixNano()), rankCommands, c.Event, i, command)
	}
	slices.SortFunc(list, happening.compare)
	return list
}

// Next is the next instant at which the script has something to do.
func (w *World) Next() engine.Time {
	at := engine.Never
	if len(w.plan) > 0 {
		at = w.plan[0].at
	}
	if len(w.reactions) > 0 {
		at = min(at, w.reactions[0].at)
	}
	if w.sampleAt < at {
		at = w.sampleAt
	}
	if len(w.local) > 0 {
		at = min(at, w.now)
	}
	if w.mailDown == 0 && len(w.ready) > 0 {
		at = min(at, max(w.ready[0], w.now))
	}
	return at
}

// Do does the first thing of the script that is due at now, alone; false when nothing is.
func (w *World) Do(now engine.Time) bool {
	w.now = now
	h, ok := w.firstDue(now)
	if !ok {
		if w.mailDue(now) {
			w.deliver(now)
			return true
		}
		if len(w.local) > 0 {
			w.takeEvents(now)
			return true
		}
		return false
	}
	switch h.what {
	case faultBegins:
		w.beginFault(now, h.index)
	case faultEnds:
		w.endFault(now, h.index, w.began[h.index])
	case mailBegins:
		w.beginMail(now, h.index)
	case mailEnds:
		w.endMail(now, h.index)
	case personLeaves:
		w.leaves(now, h.index)
	case personReturns:
		w.returns(now, h.index)
	case sample:
		w.sampleBacklogs(now)
	case trendBegins:
		w.ledger.flows[h.index].trend = w.ledger.level(now, &w.ledger.flows[h.index])
	case status:
		w.publish(now, h.index)
	case command:
		w.command(now, &w.tl.Commands[h.index])
	case reaction:
		w.react(now, h.index)
	}
	return true
}

// firstDue takes the first happening that is due out of the plan, the samples and the reactions.
func (w *World) firstDue(now engine.Time) (happening, bool) {
	const (
		nowhere = iota
		fromPlan
		fromSamples
		fromReactions
	)
	best, from := happening{}, nowhere
	if len(w.plan) > 0 && w.plan[0].at == now {
		best, from = w.plan[0], fromPlan
	}
	if w.sampleAt == now {
		s := happening{at: now, rank: rankRecords, what: sample}
		if from == nowhere || s.compare(best) < 0 {
			best, from = s, fromSamples
		}
	}
	if len(w.reactions) > 0 && w.reactions[0].at == now {
		r := w.reactions[0].happening
		if from == nowhere || r.compare(best) < 0 {
			best, from = r, fromReactions
		}
	}
	switch from {
	case fromPlan:
		w.plan = w.plan[1:]
	case fromReactions:
		w.due = w.reactions[0]
		w.reactions = w.reactions[1:]
	}
	return best, from != nowhere
}

func (w *World) beginFault(now engine.Time, i int) {
	f := &w.tl.Faults[i]
	en := w.faultEntry(journal.FaultBegan, i)
	if !f.Open {
		until := journal.Time(f.To.UnixNano())
		en.Until = &until
	}
	w.began[i] = w.rec.write(now, en)
	w.active[i] = true
	w.senderStops(now, i)
	w.disturb(i)
}

// endFault writes the end of a fault's window, or of one that was mended before its time.
func (w *World) endFault(now engine.Time, i int, cause int64) {
	if !w.active[i] {
		return
	}
	w.active[i] = false
	if now < w.end { // what falls on the end does not happen (T-04)
		w.senderGoesOn(now, i)
	}
	en := w.faultEntry(journal.FaultEnded, i)
	en.Began, en.Wasted, en.Cause = w.began[i], w.wasted[i], ref(cause)
	w.ended[i] = w.rec.write(now, en)
}

func (w *World) faultEntry(kind journal.Kind, i int) *journal.Entry {
	f := &w.tl.Faults[i]
	en := &w.rec.buf
	*en = journal.Entry{
		Kind: kind, Application: w.names.apps[f.Application], Fault: f.Kind, How: f.How, Status: f.Status,
		Line: f.Line,
	}
	if f.Connection >= 0 {
		en.Connection = w.names.conns[f.Connection]
	}
	for _, r := range f.Resources {
		en.Resources = append(en.Resources, w.names.resources[f.Application][r])
	}
	return en
}

func (w *World) publish(now engine.Time, i int) {
	s := w.statusEvents[i]
	cause := w.began[s.Fault]
	state := "open"
	if !s.Open {
		state = "resolved"
		if w.ended[s.Fault] != 0 {
			cause = w.ended[s.Fault]
		}
	}
	w.rec.buf = journal.Entry{
		Kind: journal.StatusPublished, Application: w.names.apps[s.Application], State: state,
		Cause: ref(cause),
	}
	w.rec.write(now, &w.rec.buf)
	w.step(now, &engine.Event{Kind: engine.StatusPublished, Application: s.Application, Open: s.Open})
}

// mended writes the ends of faults that a call or an operator ended before their time.
func (w *World) mended(now engine.Time, faults []int, cause int64) {
	for _, i := range faults {
		w.endFault(now, i, cause)
	}
}

// grant asks the vendor for what a re-authorization stores.
func (w *World) grant(now engine.Time, conn int, valid bool) fakevendor.Grant {
	return w.ven.Reauthorize(fakevendor.Time(now), conn, valid)
}
