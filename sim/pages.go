package sim

import (
	"slices"

	"github.com/outagedrill/outagedrill/engine"
)

// ahead is a page that a flow read while others, which it reads at once with it, are still to come.
type ahead struct {
	span
	after int64 // number of the record before it
	more  bool
}

// sent books a call that goes out: a page that a flow asks for, maybe once more; or the first write after it
// read several, of which the source rejected one, so that those behind it do not count.
func (l *ledger) sent(now engine.Time, c *engine.Call) {
	if c.Flow < 0 {
		return
	}
	f := &l.flows[c.Flow]
	switch {
	case c.Op == engine.ReadPage:
		f.reading++
		if !slices.Contains(f.asked, c.After) {
			f.asked = append(f.asked, c.After)
		}
	case c.Op == engine.WriteRecords && len(f.ahead) > 0:
		pages, _ := l.inOrder(f)
		written := func(p ahead) bool { return p.span == span{c.First, c.Last} }
		if slices.ContainsFunc(pages, written) {
			l.took(now, c.Flow, pages)
		}
	}
}

// answered books the end of a call for a page. When none is under way any more and none is missing, what a
// flow read at once is its own, in order, up to the page that is not full: the others were asked for in vain.
func (l *ledger) answered(now engine.Time, c *engine.Call, r *engine.Result) {
	f := &l.flows[c.Flow]
	f.reading--
	if r.Class == engine.OK {
		l.peak(now, f)
		f.ahead = append(f.ahead, ahead{span{r.First, r.Last}, c.After, r.More})
	}
	if f.reading > 0 {
		return
	}
	if pages, whole := l.inOrder(f); whole {
		l.took(now, c.Flow, pages)
	}
}

// took books pages that a flow read as its own.
func (l *ledger) took(now engine.Time, flow int32, pages []ahead) {
	f := &l.flows[flow]
	for _, p := range pages {
		if l.read(now, &f.account, p.span, l.w.names.flows[flow], ""); p.size() > 0 {
			f.inHand = append(f.inHand, p.span)
		}
		f.more = p.more
	}
	f.ahead, f.asked = f.ahead[:0], f.asked[:0]
	f.pace.read(now, f.delivered, f.more)
}

// inOrder are the pages ahead that follow one another, from the cursor on; false while one that was asked for
// is missing. Of what expired the vendor knows nothing: it answers with the records behind, which are those
// of the pages behind if there are any. They are good until the next call.
func (l *ledger) inOrder(f *flowAccount) ([]ahead, bool) {
	size := l.w.tl.Applications[f.app].PageSize
	l.pages = l.pages[:0]
	for at := f.cursor; ; at += size {
		k := slices.IndexFunc(f.ahead, func(p ahead) bool { return p.after == at })
		if k < 0 {
			// One that waits for a token was not asked for yet.
			behind := func(after int64) bool { return after >= at }
			more := len(l.pages) == 0 || l.pages[len(l.pages)-1].more
			return l.pages, !more || !slices.ContainsFunc(f.asked, behind)
		}
		p := f.ahead[k]
		if at < slices.Max(f.asked) {
			p.last = min(p.last, at+size)
		}
		if l.pages = append(l.pages, p); !p.more && p.last < at+size {
			return l.pages, true
		}
	}
}

// aheadUpTo counts the records of the pages ahead up to a number.
func (a *account) aheadUpTo(last int64) int64 {
	var n int64
	for _, p := range a.ahead {
		n += span{p.first, min(p.last, last)}.size()
	}
	return n
}

// handful is the number of a flow's records that were read and neither written nor turned into errors.
func (f *flowAccount) handful() int64 {
	var n int64
	for _, s := range f.inHand {
		n += s.size()
	}
	return n
}

// letGo takes a page out of a flow's hand; false if it is not there.
func (f *flowAccount) letGo(s span) bool {
	k := slices.Index(f.inHand, s)
	if k < 0 {
		return false
	}
	f.inHand = slices.Delete(f.inHand, k, k+1)
	return true
}

// failed sees the end of a flow's call that did not go well.
func (f *flowAccount) failed(c *engine.Call, r *engine.Result) {
	if c.Op == engine.WriteRecords {
		f.failing = span{c.First, c.Last}
	}
	if r.Class != engine.RateLimited {
		f.pace.broken()
	}
}
