package sim

import (
	"slices"
	"sort"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// lateness counts delivered records in buckets of one second, FIG-04: x falls in bucket ⌈x⌉ s, 0 in 0.
// Nothing need remember every record.
type lateness struct {
	pages []*latePage // nil where all buckets are empty
	total int64
}

// latePage is so many buckets that follow one another.
type latePage [lateBuckets]int64

const lateBuckets = 1024

// add counts n records in a bucket, which is not below 0.
func (l *lateness) add(bucket, n int64) {
	k := int(bucket / lateBuckets)
	if k >= len(l.pages) || l.pages[k] == nil {
		l.open(k)
	}
	l.pages[k][bucket%lateBuckets] += n
	l.total += n
}

func (l *lateness) open(k int) {
	if k >= len(l.pages) {
		l.pages = append(l.pages, make([]*latePage, k+1-len(l.pages))...)
	}
	l.pages[k] = new(latePage)
}

// upTo is a function that tells how many delivered records lie in buckets up to b.
func (l *lateness) upTo() func(b int64) int64 {
	before := make([]int64, 1, len(l.pages)+1) // records in the pages before each
	for k, page := range l.pages {
		sum := before[k]
		if page != nil {
			for _, n := range page {
				sum += n
			}
		}
		before = append(before, sum)
	}
	return func(b int64) int64 {
		k := int(b / lateBuckets)
		if k >= len(l.pages) || l.pages[k] == nil {
			return before[min(k, len(l.pages))]
		}
		sum := before[k]
		for _, n := range l.pages[k][:b%lateBuckets+1] {
			sum += n
		}
		return sum
	}
}

// lateMaxAndP95 are a flow's quantiles of lateness: of the delivered records and, by their age at now, of
// those that still wait. The latter are never looked at one by one: a record is at most b seconds old if
// it was not created before now - b.
func (l *ledger) lateMaxAndP95(f *flowAccount, now engine.Time) (latest, p95 journal.Seconds) {
	open := slices.Concat(f.inHand, l.unreadSpans(&f.account, now), f.errors)
	total := f.late.total
	for _, s := range open {
		total += s.size()
	}
	delivered := f.late.upTo()
	upTo := func(b int64) int64 {
		n := delivered(b)
		before := fakevendor.Time(now) - fakevendor.Time(b)*fakevendor.Time(time.Second)
		older := l.w.ven.CountBefore(f.app, f.res, before)
		for _, s := range open {
			n += span{max(s.first, older+1), s.last}.size()
		}
		return n
	}
	quantile := func(num, den int64) journal.Seconds {
		rank := (total*num + den - 1) / den
		most := int((now-l.w.start)/engine.Time(time.Second)) + 1
		b := sort.Search(most+1, func(b int) bool { return upTo(int64(b)) >= rank })
		return journal.Seconds(time.Duration(b) * time.Second)
	}
	return quantile(1, 1), quantile(95, 100)
}

// overdue counts the records of a span that are older than the deadline; exactly as old is in time.
func (l *ledger) overdue(now engine.Time, a *account, s span) int64 {
	if a.deadline == 0 {
		return 0
	}
	older := l.w.ven.CountBefore(a.app, a.res, fakevendor.Time(now)-fakevendor.Time(a.deadline))
	return span{s.first, min(s.last, older)}.size()
}

// pastDeadline counts the records of a job's resource that wait and are overdue.
func (l *ledger) pastDeadline(now engine.Time, a *account) int64 {
	var n int64
	for _, s := range l.unreadSpans(a, now) {
		n += l.overdue(now, a, s)
	}
	return n
}

// flowPastDeadline counts those of a flow, whose pages in hand and open errors are not delivered either.
func (l *ledger) flowPastDeadline(now engine.Time, f *flowAccount) int64 {
	n := l.pastDeadline(now, &f.account)
	for _, s := range slices.Concat(f.inHand, f.errors) {
		n += l.overdue(now, &f.account, s)
	}
	return n
}
