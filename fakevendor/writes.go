package fakevendor

import (
	"sort"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// target is where a writer's records land: with the record's number it is the upsert key.
type target struct{ app, resource, writer int }

// span is a range of record numbers, both ends inclusive.
type span struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
}

// intervals is a set of record numbers: spans in ascending order that neither overlap nor touch.
type intervals struct{ spans []span }

// stored is what a writer's records came to: those that landed, and those that landed more than once.
type stored struct{ landed, doubled intervals }

// settleWrite remembers the records of a write that had its effect, and counts those that now land a
// second time: the application is not idempotent and stores them again (C-04). A record is counted once,
// however often it is repeated.
func (v *Vendor) settleWrite(c *connection, req *Request, resp *Response) {
	if req.Last < req.First || !resp.Landed {
		return
	}
	key := target{c.Application, req.Resource, req.Writer}
	s := v.stored[key]
	if s == nil {
		s = new(stored)
		v.stored[key] = s
	}
	for _, again := range s.landed.overlap(req.First, req.Last) {
		resp.Duplicated += again.Last - again.First + 1 - s.doubled.add(again.First, again.Last)
	}
	s.landed.add(req.First, req.Last)
}

// overlap gives the parts of a range that are in the set.
func (s *intervals) overlap(first, last int64) []span {
	n := len(s.spans)
	if n == 0 || s.spans[n-1].Last < first { // what nearly every write is
		return nil
	}
	var parts []span
	i := sort.Search(n, func(i int) bool { return s.spans[i].Last >= first })
	for ; i < n && s.spans[i].First <= last; i++ {
		parts = append(parts, span{max(first, s.spans[i].First), min(last, s.spans[i].Last)})
	}
	return parts
}

// lands tells whether a write has its effect: when it ends ok; when the fault that answered or
// delayed it says so; and, with FailedWritesApply, when it ends vendor_down.
func (v *Vendor) lands(req *Request, resp *Response) bool {
	if resp.Fault >= 0 {
		f := &v.faults[resp.Fault]
		return f.Applied || (v.cfg.FailedWritesApply && f.rank <= rankServerError)
	}
	if resp.Shape.Name != dialect.ShapeWritten {
		return false
	}
	if !req.hangsUp(resp.Latency) || v.cfg.FailedWritesApply {
		return true
	}
	return resp.Slowed >= 0 && v.faults[resp.Slowed].Applied
}

// add puts a range into the set and gives how many of its numbers were there before.
func (s *intervals) add(first, last int64) (again int64) {
	n := len(s.spans)
	if n > 0 && s.spans[n-1].Last == first-1 { // the next page: what nearly every write is
		s.spans[n-1].Last = last
		return 0
	}
	// spans[i:j] overlap or touch the range.
	i := sort.Search(n, func(i int) bool { return s.spans[i].Last >= first-1 })
	j := i
	merged := span{first, last}
	for ; j < n && s.spans[j].First <= last+1; j++ {
		old := s.spans[j]
		again += max(0, min(old.Last, last)-max(old.First, first)+1)
		merged = span{min(merged.First, old.First), max(merged.Last, old.Last)}
	}
	if i == j {
		s.spans = append(s.spans, span{})
		copy(s.spans[i+1:], s.spans[i:])
		s.spans[i] = merged
		return 0
	}
	s.spans[i] = merged
	s.spans = append(s.spans[:i+1], s.spans[j:]...)
	return again
}
