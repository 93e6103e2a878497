package reports

import (
	"math"
	"slices"
	"sort"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// rows keeps the entries of a journal small. A journal of a bad year has a million lines that differ in their
// times and counts alone; such an entry is a row that points to its shape, what many have in common. Rare
// kinds are kept as they are.
type rows struct {
	blocks []*[rowBlock]row
	n      int
	shapes []journal.Entry
	known  map[shapeKey]int32
	formed []int32 // by form: place of the shape, from 1; 0 where it is not known yet
	whole  []*journal.Entry
}

// rowBlock is how many rows are made at once.
const rowBlock = 4096

// row is an entry without its shape. Shape is the place of the shape, or, below zero, -1-i for whole[i].
type row struct {
	seq   int64
	at    journal.Time
	a, b  int64  // by what it has: first and last, delivered and waiting, or pages and records
	back  uint32 // seq minus the cause's; 0 for none
	count uint32
	shape int32
	has   parts
}

// cause is the seq of the cause, 0 for none.
func (r *row) cause() int64 {
	if r.back == 0 {
		return 0
	}
	return r.seq - int64(r.back)
}

// parts tells which of the fields that may be absent are there.
type parts uint8

const (
	hasFirst parts = 1 << iota
	hasLast
	hasDelivered
	hasWaiting
)

// shapeKey is what a shape is found by.
type shapeKey struct {
	kind                                                      journal.Kind
	application, connection, flow, job, instance, resource    string
	call, class, subCause, result, by, environment, state, ec string
	status, failures, threshold                               int
}

// add keeps an entry, of a form that a journal.Decoder has told, or 0. It may be changed afterwards if add
// reports true.
func (s *rows) add(e *journal.Entry, form int) (copied bool) {
	r := row{seq: e.Seq, at: e.At}
	if copied = isBulk(e); copied {
		r.fill(e)
		r.shape = s.shapeOf(e, form)
	} else {
		if e.Cause != nil && *e.Cause > 0 && e.Seq-*e.Cause <= math.MaxUint32 {
			r.back = uint32(e.Seq - *e.Cause)
		}
		s.whole = append(s.whole, e)
		r.shape = -int32(len(s.whole))
	}
	if s.n%rowBlock == 0 {
		s.blocks = append(s.blocks, new([rowBlock]row))
	}
	*s.row(s.n) = r
	s.n++
	return copied
}

// isBulk tells whether an entry is of a kind of which a journal has very many, with nothing unusual in it.
func isBulk(e *journal.Entry) bool {
	switch e.Kind {
	case journal.CallsFailed, journal.PollSkipped, journal.PollAfterDisable, journal.JobDisabled,
		journal.JobEnabled, journal.ConnectionOffline, journal.ConnectionTested, journal.ConnectionOnline,
		journal.TokenRefreshed, journal.TokenRefreshFailed, journal.FlowQueued, journal.FlowStarted,
		journal.FlowPaused, journal.FlowResumed, journal.FlowCompleted, journal.FlowFailed,
		journal.ErrorOpened, journal.ErrorRetried, journal.ErrorResolved, journal.BacklogSampled,
		journal.RecordLost, journal.RecordDuplicated:
	default:
		return false
	}
	var pairs int // of which a row has room for one
	for _, has := range []bool{
		e.First != nil || e.Last != nil, e.Delivered != nil || e.Waiting != nil,
		e.Pages != 0 || e.Records != 0,
	} {
		if has {
			pairs++
		}
	}
	return pairs < 2 && !isUnusual(e) && e.Count >= 0 && e.Count <= math.MaxUint32 &&
		(e.Cause == nil || *e.Cause > 0 && e.Seq-*e.Cause <= math.MaxUint32)
}

// isUnusual tells whether an entry has a field that a shape has not.
func isUnusual(e *journal.Entry) bool {
	return e.Resources != nil || e.Missing != nil || e.To != nil || e.Until != nil ||
		e.Run != nil || e.End != nil || e.Ranges != nil || e.Environments != nil || e.Fleet != nil ||
		e.Advice != nil ||
		e.Began|e.Wasted|e.Notification != 0 || e.Line != 0 ||
		e.Fault != "" || e.How != "" || e.Command != "" || e.Who != "" || e.About != "" ||
		e.Subject != "" || e.Body != "" || e.Rule != "" || e.Message != "" || e.Want != "" || e.Got != ""
}

func (r *row) fill(e *journal.Entry) {
	r.count, r.a, r.b = uint32(e.Count), e.Pages, e.Records
	if e.Cause != nil {
		r.back = uint32(e.Seq - *e.Cause)
	}
	if e.First != nil {
		r.a, r.has = int64(*e.First), r.has|hasFirst
	}
	if e.Last != nil {
		r.b, r.has = int64(*e.Last), r.has|hasLast
	}
	if e.Delivered != nil {
		r.a, r.has = *e.Delivered, r.has|hasDelivered
	}
	if e.Waiting != nil {
		r.b, r.has = *e.Waiting, r.has|hasWaiting
	}
}

// shapeOf finds the shape of an entry. What entries of one form have in common is more than a shape.
func (s *rows) shapeOf(e *journal.Entry, form int) int32 {
	if form == 0 {
		return s.findShape(e)
	}
	for len(s.formed) <= form {
		s.formed = append(s.formed, 0)
	}
	at := &s.formed[form]
	if *at == 0 {
		*at = s.findShape(e) + 1
	}
	return *at - 1
}

func (s *rows) findShape(e *journal.Entry) int32 {
	key := shapeKey{
		kind: e.Kind, application: e.Application, connection: e.Connection, flow: e.Flow, job: e.Job,
		instance: e.Instance, resource: e.Resource, call: e.Call, class: e.Class, subCause: e.SubCause,
		result: e.Result, by: e.By, environment: e.Environment, state: e.State, ec: e.ErrorClass,
		status: e.Status, failures: e.Failures, threshold: e.Threshold,
	}
	i, ok := s.known[key]
	if !ok {
		if s.known == nil {
			s.known = map[shapeKey]int32{}
		}
		i = int32(len(s.shapes))
		s.known[key] = i
		s.shapes = append(s.shapes, journal.Entry{
			Kind: e.Kind, Application: e.Application, Connection: e.Connection, Flow: e.Flow, Job: e.Job,
			Instance: e.Instance, Resource: e.Resource, Call: e.Call, Class: e.Class, SubCause: e.SubCause,
			Result: e.Result, By: e.By, Environment: e.Environment, State: e.State, ErrorClass: e.ErrorClass,
			Status: e.Status, Failures: e.Failures, Threshold: e.Threshold,
		})
	}
	return i
}

func (s *rows) row(i int) *row { return &s.blocks[i/rowBlock][i%rowBlock] }

// count is how many rows each shape has.
func (s *rows) count() []int {
	n := make([]int, len(s.shapes))
	for i := range s.n {
		if shape := s.row(i).shape; shape >= 0 {
			n[shape]++
		}
	}
	return n
}

func (s *rows) kind(i int) journal.Kind {
	if shape := s.row(i).shape; shape < 0 {
		return s.whole[-1-shape].Kind
	} else {
		return s.shapes[shape].Kind
	}
}

// copied holds an entry made from a row, with what its pointers point to.
type copied struct {
	entry                     journal.Entry
	first, last               journal.Time
	cause, delivered, waiting int64
}

// read gives the entry of a row, the caller's to keep.
func (s *rows) read(i int) *journal.Entry {
	r := s.row(i)
	if r.shape < 0 {
		return s.whole[-1-r.shape]
	}
	return s.entry(r, &copied{entry: s.shapes[r.shape]})
}

// entry writes what a row has into an entry of its shape.
func (s *rows) entry(r *row, c *copied) *journal.Entry {
	e := &c.entry
	e.Seq, e.At, e.Count = r.seq, r.at, int64(r.count)
	c.first, c.last = journal.Time(r.a), journal.Time(r.b)
	c.cause, c.delivered, c.waiting = r.cause(), r.a, r.b
	e.Cause = given(r.back > 0, &c.cause)
	e.First = given(r.has&hasFirst != 0, &c.first)
	e.Last = given(r.has&hasLast != 0, &c.last)
	e.Delivered = given(r.has&hasDelivered != 0, &c.delivered)
	e.Waiting = given(r.has&hasWaiting != 0, &c.waiting)
	e.Pages, e.Records = 0, 0
	if r.has == 0 {
		e.Pages, e.Records = r.a, r.b
	}
	return e
}

func given[T any](is bool, value *T) *T {
	if is {
		return value
	}
	return nil
}

// passing gives entries one after the other, each good until the next. It makes one of each shape.
type passing struct {
	rows *rows
	made []*copied // by shape
}

func (s *rows) passing() passing { return passing{s, make([]*copied, len(s.shapes))} }

func (p passing) read(i int) *journal.Entry {
	r := p.rows.row(i)
	if r.shape < 0 {
		return p.rows.whole[-1-r.shape]
	}
	c := p.made[r.shape]
	if c == nil {
		c = &copied{entry: p.rows.shapes[r.shape]}
		p.made[r.shape] = c
	}
	return p.rows.entry(r, c)
}

// find is the place of the row with a seq, -1 where it is missing.
func (s *rows) find(seq int64) int {
	i := sort.Search(s.n, func(i int) bool { return s.row(i).seq >= seq })
	if i == s.n || s.row(i).seq != seq {
		return -1
	}
	return i
}

// Entries ranges over the entries in order: for i, e := range j.Entries. Each is the caller's to keep.
func (j *Journal) Entries(yield func(int, *journal.Entry) bool) {
	for i := range j.rows.n {
		if !yield(i, j.rows.read(i)) {
			return
		}
	}
}

// Len is how many entries there are.
func (j *Journal) Len() int { return j.rows.n }

// each ranges over the entries of some kinds, of all where none is named. An entry is good until the next.
func (j *Journal) each(kinds ...journal.Kind) func(yield func(int, *journal.Entry) bool) {
	return func(yield func(int, *journal.Entry) bool) {
		pass := j.rows.passing()
		for i := range j.rows.n {
			if len(kinds) > 0 && !slices.Contains(kinds, j.rows.kind(i)) {
				continue
			}
			if !yield(i, pass.read(i)) {
				return
			}
		}
	}
}

// entry is the one with a seq, nil where it is missing.
func (j *Journal) entry(seq int64) *journal.Entry {
	i := j.rows.find(seq)
	if i < 0 {
		return nil
	}
	return j.rows.read(i)
}
