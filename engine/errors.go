package engine

import (
	"slices"
	"time"
)

// openErrors turns a page in hand into open errors, OUT-08. Only the newest errors.retained records keep
// their retry data, OUT-09.
func (e *Engine) openErrors(now Time, i int, p *page, class ErrorClass, cause Seq) {
	f := &e.st.Flows[i]
	n := p.Last - p.First + 1
	f.Opened += n
	en := about(ErrorOpenedEntry, cause)
	to := e.cfg.FlowList[i].To
	en.Flow, en.Connection, en.Resource = int32(i), int32(to.Connection), int32(to.Resource)
	en.ErrorClass, en.Count = class, n
	seq := e.write(en)
	f.Errors = append(f.Errors, openError{
		First: p.First, Last: p.Last, Class: class, Kept: true, Entry: seq,
	})
	f.merge(len(f.Errors) - 1)
	f.trimRetained(e.cfg.Flows.ErrorsRetained)
	e.news(now, i, seq)
	p.State = pageDone
	e.settle(i)
}

// merge joins error k with the one before where both are value errors of records that follow one another:
// nobody retries them page by page, and a destination may reject a whole year.
func (f *flow) merge(k int) {
	if k < 1 {
		return
	}
	a, b := &f.Errors[k-1], f.Errors[k]
	alike := a.Class == b.Class && a.Kept == b.Kept && a.Mailed == b.Mailed
	if alike && a.Class == ValueError && a.Last+1 == b.First {
		a.Last = b.Last
		f.Errors = slices.Delete(f.Errors, k, k+1)
	}
}

// trimRetained drops the retry data of the oldest errors beyond the limit; a batch on the border is
// split.
func (f *flow) trimRetained(limit int64) {
	var kept int64
	for k := len(f.Errors) - 1; k >= 0; k-- {
		o := &f.Errors[k]
		if !o.Kept {
			return // and so are all older ones
		}
		room := max(limit-kept, 0)
		n := o.records()
		kept += min(n, room)
		switch {
		case n <= room:
			continue
		case room == 0:
			o.Kept = false
		default:
			older := *o
			older.Last, older.Kept = o.Last-room, false
			o.First = older.Last + 1
			f.Errors = slices.Insert(f.Errors, k, older)
		}
		f.merge(k)
	}
}

// retryable tells whether the flow has open intermittent errors with retry data.
func (f *flow) retryable() bool { return f.nextRetry(0) >= 0 }

// nextRetry is the index of the first such error from pos on, -1 if there is none.
func (f *flow) nextRetry(pos int) int {
	for k := pos; k < len(f.Errors); k++ {
		if f.Errors[k].Class == Intermittent && f.Errors[k].Kept {
			return k
		}
	}
	return -1
}

// retriesDue tells whether the flow's next turn begins with its open errors: auto-resolve is on, or an
// operator asked for it (OUT-09).
func (e *Engine) retriesDue(i int) bool {
	f := &e.st.Flows[i]
	return (e.cfg.FlowList[i].AutoResolve || f.RetryAsked) && f.retryable()
}

// queueForRetries gives a flow that has neither a frozen nor a queued run a queued one.
func (e *Engine) queueForRetries(now Time, i int, cause Seq) {
	if f := &e.st.Flows[i]; f.Run != frozen && len(f.Queued) == 0 {
		e.queueRun(now, i, cause)
	}
}

// retryNext writes the next open error's page; false when the retries of this turn are done.
func (e *Engine) retryNext(now Time, i int) bool {
	f := &e.st.Flows[i]
	f.RetryPos = f.nextRetry(f.RetryPos)
	if f.RetryPos < 0 {
		f.RetryTaken = false
		return false
	}
	o := &f.Errors[f.RetryPos]
	e.runCall(now, i, onRetry, call{Op: WriteRecords, After: f.Cursor, First: o.First, Last: o.Last})
	return true
}

// retrySucceeded resolves the error whose records were written.
func (e *Engine) retrySucceeded(i int, c *call) {
	f := &e.st.Flows[i]
	k := slices.IndexFunc(f.Errors, func(o openError) bool { return o.First == c.First && o.Last == c.Last })
	if k < 0 {
		panic("engine: a write succeeded that is neither a page nor an error")
	}
	o := f.Errors[k]
	f.Errors = slices.Delete(f.Errors, k, k+1)
	f.wrote(o.records())
	f.Resolved += o.records()
	if o.Mailed {
		f.ResolvedMailed += o.records()
	}
	retried := e.writeRetried(i, &o, Passed)
	en := about(ErrorResolvedEntry, retried)
	en.Flow, en.ErrorClass, en.Count = int32(i), o.Class, o.records()
	e.news(e.st.Now, i, e.write(en))
}

// retryFailed leaves the error open and goes on to the next one.
func (e *Engine) retryFailed(i int) {
	f := &e.st.Flows[i]
	e.writeRetried(i, &f.Errors[f.RetryPos], Failed)
	f.RetryPos++
}

func (e *Engine) writeRetried(i int, o *openError, outcome Outcome) Seq {
	en := about(ErrorRetriedEntry, o.Entry)
	en.Flow, en.ErrorClass, en.Count, en.Outcome = int32(i), o.Class, o.records(), outcome
	return e.write(en)
}

// news arms the next summary, OUT-13: every 15 minutes from the start, k from 1.
func (e *Engine) news(now Time, i int, entry Seq) {
	f := &e.st.Flows[i]
	f.News, f.NewsEntry = true, entry
	if e.st.SummaryAt != Never {
		return
	}
	every := e.cfg.Flows.SummaryEvery
	from := max(now, e.st.SummedAt+1)
	k := (time.Duration(from-e.cfg.Start) + every - 1) / every // from is after the start
	e.st.SummaryAt = e.cfg.Start.Add(k * every)
}

// summarise sends each owner of flows one mail about new open and newly resolved errors. What was
// opened and resolved since the last summary sends nothing.
func (e *Engine) summarise(now Time) {
	e.st.SummaryAt, e.st.SummedAt = Never, now
	told := map[string]bool{}
	for i := range e.st.Flows {
		owner := e.cfg.FlowList[i].Owner
		if !e.st.Flows[i].News || told[owner] {
			continue
		}
		told[owner] = true
		e.summariseFor(owner)
	}
}

func (e *Engine) summariseFor(owner string) {
	var lines []summaryLine
	var cause Seq
	for i := range e.st.Flows {
		f := &e.st.Flows[i]
		if e.cfg.FlowList[i].Owner != owner {
			continue
		}
		l := summaryLine{flow: e.cfg.FlowList[i].Name, resolved: f.ResolvedMailed}
		for k := range f.Errors {
			o := &f.Errors[k]
			l.open += o.records()
			if !o.Mailed {
				l.opened += o.records()
				o.Mailed = true
			}
		}
		f.merge(len(f.Errors) - 1)
		f.ResolvedMailed, f.News = 0, false
		if l.opened > 0 || l.resolved > 0 {
			lines = append(lines, l)
			cause = max(cause, f.NewsEntry)
		}
	}
	if len(lines) > 0 {
		e.notifySummary(owner, lines, cause)
	}
}
