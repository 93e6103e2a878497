package engine

// noCall is the slot of a call that is not there.
const noCall = -1

// onRetry stands for a page in hand where a call retries open errors instead.
const onRetry = -1

// try is a call of a run that has to end well: the one under way, its series (OUT-02), and what it waits for.
type try struct {
	Call    int32 // slot of the call under way, or noCall
	Tries   int32 // failures in the series
	FirstAt Time  // completion of its first failure
	LastTry bool  // the try under way is the last
	WaitAt  Time  // when its wait ends; Never = it does not wait
}

func noTry() try { return try{Call: noCall, WaitAt: Never} }

// busy tells whether a call is under way or waits for its next try.
func (t *try) busy() bool { return t.Call != noCall || t.WaitAt != Never }

func (t *try) endSeries() { t.Tries, t.LastTry = 0, false }

// page is a page of a run, from before it is read until it is written (OUT-08).
type page struct {
	try
	After int64 // number of the record before it
	Until int64 // number of its last record at most, where another page in hand goes on; 0 = no bound
	First int64 // of its records, once it is read; an empty page has Last < First
	Last  int64
	More  bool // the source said that another page follows
	State pageState
}

type pageState uint8

const (
	pageWanted  pageState = iota // to be read
	pageRead                     // and not written
	pageRefused                  // the source rejected it
	pageDone                     // written, or turned into open errors
)

// try is the call for a page in hand, or the one that retries open errors (onRetry).
func (f *flow) try(page int) *try {
	if page == onRetry {
		return &f.Retry
	}
	return &f.InHand[page].try
}

// busy tells whether the call for any page in hand is under way or waits.
func (f *flow) busy() bool {
	for k := range f.InHand {
		if f.InHand[k].busy() {
			return true
		}
	}
	return false
}

// waitsUntil is the first of the run's calls whose wait ends at an instant; nil if there is none.
func (f *flow) waitsUntil(at Time) *try {
	for k := onRetry; k < len(f.InHand); k++ {
		if t := f.try(k); t.WaitAt == at {
			return t
		}
	}
	return nil
}

// stand ends what the run's calls wait for and their series, OUT-05: the pages stand.
func (f *flow) stand() {
	for k := onRetry; k < len(f.InHand); k++ {
		t := f.try(k)
		t.endSeries()
		t.WaitAt = Never
	}
}

// pageCalls makes the calls for the pages in hand: the first of them now, the others in steps of their own.
func (e *Engine) pageCalls(now Time, i int) {
	f := &e.st.Flows[i]
	if len(f.InHand) == 0 {
		e.nextPages(i)
	}
	first := onRetry
	for k := range f.InHand {
		switch {
		case !f.wants(k):
		case first == onRetry:
			first = k
		default:
			e.st.Starts = append(e.st.Starts, start{taskRun, int32(i), int32(k)})
		}
	}
	if first != onRetry {
		e.pageCall(now, i, first)
	}
}

// startPage makes the call for a page in hand that was to go out with another one's.
func (e *Engine) startPage(now Time, i, k int) {
	if f := &e.st.Flows[i]; f.Run == running && k < len(f.InHand) && f.wants(k) {
		e.pageCall(now, i, k)
	}
}

func (e *Engine) pageCall(now Time, i, k int) {
	f := &e.st.Flows[i]
	p := &f.InHand[k]
	if f.Step == stepRead {
		e.runCall(now, i, k, call{Op: ReadPage, After: p.After})
		return
	}
	e.runCall(now, i, k, call{Op: WriteRecords, After: f.Cursor, First: p.First, Last: p.Last})
}

// wants tells whether a page in hand needs a call now.
func (f *flow) wants(k int) bool {
	p := &f.InHand[k]
	switch {
	case p.busy():
		return false
	case f.Step == stepWrite:
		return p.State == pageRead
	}
	return p.State == pageWanted && !f.inVain()
}

// nextPages takes the next pages in hand, to be read: a run reads its first page alone, which says whether
// more follow, and then so many at once as the flow may. What a source pushed is taken page by page.
func (e *Engine) nextPages(i int) {
	f, cf := &e.st.Flows[i], &e.cfg.FlowList[i]
	n := 1
	if f.RunPages > 0 && !cf.Pushed {
		n = max(cf.Parallel, 1)
	}
	after := f.Cursor
	for k := range n {
		p := page{try: noTry(), After: after}
		if k < n-1 {
			p.Until = after + cf.PageSize
		}
		f.InHand = append(f.InHand, p)
		after = p.Until
	}
}

// joined counts the pages in hand that are read and follow one another, from the first on, and tells whether
// that is all there will be: pages behind the last one, or behind one that the source rejected, are of no
// use.
func (f *flow) joined() (n int, over bool) {
	for n < len(f.InHand) {
		switch p := &f.InHand[n]; {
		case p.State == pageRefused:
			return n, true
		case p.State == pageWanted:
			return n, n > 0 && !f.InHand[n-1].More
		case !p.More && p.Last < p.Until:
			return n + 1, true
		}
		n++
	}
	return n, true
}

// inVain tells whether the pages in hand that are not read are of no use.
func (f *flow) inVain() bool {
	_, over := f.joined()
	return f.Step == stepRead && over
}

// settle goes a step further where nothing is left to do for the pages in hand: from reading to writing, and
// from writing to what follows.
func (e *Engine) settle(i int) {
	f, cf := &e.st.Flows[i], &e.cfg.FlowList[i]
	for k := range f.InHand {
		if f.InHand[k].Call != noCall {
			return
		}
	}
	if f.Step == stepRead {
		n, over := f.joined()
		switch {
		case !over:
			return
		case cf.Pushed && n < cf.Parallel && f.InHand[n-1].More:
			f.InHand = append(f.InHand, page{try: noTry(), After: f.InHand[n-1].Last})
			return
		}
		f.take(n)
	}
	for k := range f.InHand {
		if f.InHand[k].State != pageDone {
			return
		}
	}
	f.Step, f.InHand = f.Next, f.InHand[:0]
}

// take keeps the first n pages in hand, which are read, for writing, and drops the others.
func (f *flow) take(n int) {
	refused := n < len(f.InHand) && f.InHand[n].State == pageRefused && (n == 0 || f.InHand[n-1].More)
	f.Step, f.Next = stepWrite, stepEnd
	kept := f.InHand[:0]
	for _, p := range f.InHand[:n] {
		if p.Last >= p.First {
			f.Cursor = p.Last
			kept = append(kept, p)
		}
		if f.Next = stepEnd; p.More {
			f.Next = stepRead
		}
	}
	f.InHand = kept
	if refused {
		f.Next = stepFail
	}
}
