package sim

import (
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// lateness counts records in buckets of one second, FIG-04: x falls in bucket ⌈x⌉ s, 0 in 0. Nothing
// need remember every record.
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

// with is a copy that further records may be added to.
func (l *lateness) with() *lateness {
	c := &lateness{near: slices.Clone(l.near), total: l.total}
	for b, n := range l.far {
		c.add(b, n)
		c.total -= n
	}
	return c
}

// quantile is the bucket of the record of rank ⌈q·n⌉ (nearest rank), 0 without records.
func (l *lateness) quantile(num, den int64) journal.Seconds {
	rank := (l.total*num + den - 1) / den
	var seen int64
	for b, n := range l.near {
		if seen += n; n > 0 && seen >= rank {
			return seconds(int64(b))
		}
	}
	far := make([]int64, 0, len(l.far))
	for b := range l.far {
		far = append(far, b)
	}
	slices.Sort(far)
	for _, b := range far {
		if seen += l.far[b]; seen >= rank {
			return seconds(b)
		}
	}
	return 0
}

func seconds(n int64) journal.Seconds { return journal.Seconds(time.Duration(n) * time.Second) }

// lateness is that of the delivered records and, by their age at now, of those that still wait.
func (l *ledger) lateness(f *flowAccount, now engine.Time) *lateness {
	all := f.late.with()
	l.addAges(all, f, now, f.inHand)
	for _, e := range f.errors {
		l.addAges(all, f, now, e)
	}
	created := l.created(&f.account, now)
	l.addAges(all, f, now, span{f.cursor + l.expired(&f.account, now) + 1, created})
	return all
}

func (l *ledger) addAges(to *lateness, f *flowAccount, now engine.Time, s span) {
	for k := s.first; k <= s.last; k++ {
		to.add(l.w.ven.AgeCeilSeconds(f.app, f.res, k, fakevendor.Time(now)), 1)
	}
}
