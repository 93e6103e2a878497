package sim

import (
	"maps"
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
	near  []int64         // buckets below nearBuckets
	far   map[int64]int64 // the others
	total int64
}

const nearBuckets = 1 << 15

func (l *lateness) add(bucket, n int64) {
	bucket = max(bucket, 0)
	l.total += n
	if bucket >= nearBuckets {
		if l.far == nil {
			l.far = map[int64]int64{}
		}
		l.far[bucket] += n
		return
	}
	for int64(len(l.near)) <= bucket {
		l.near = append(l.near, 0)
	}
	l.near[bucket] += n
}

// upTo is a function that tells how many delivered records lie in buckets up to b.
func (l *lateness) upTo() func(b int64) int64 {
	buckets := slices.Sorted(maps.Keys(l.far))
	sums := make([]int64, len(l.near)+len(buckets))
	at := make([]int64, 0, len(sums))
	var sum int64
	for b, n := range l.near {
		sum += n
		at, sums[b] = append(at, int64(b)), sum
	}
	for _, b := range buckets {
		sum += l.far[b]
		sums[len(at)] = sum
		at = append(at, b)
	}
	return func(b int64) int64 {
		i := sort.Search(len(at), func(i int) bool { return at[i] > b })
		if i == 0 {
			return 0
		}
		return sums[i-1]
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
