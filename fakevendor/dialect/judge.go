package dialect

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// variant says which of the Params that may be absent or false are there: they may change what an
// answer reads as (GitHub tells a rate limit by its Retry-After).
type variant uint8

const (
	withRetryAfter variant = 1 << iota
	withRecords
	withMore
	withRefresh
	variantCount = 1 << iota
)

// carry says which Params pass through an answer into its reading.
type carry uint8

const (
	carryRetryAfter carry = 1 << iota
	carryPage
	carryAccess
	carryRefresh
	carryExpiry
	// carryOdd says that the wait is read as another than the one that was meant: a header in seconds
	// that the reader takes for milliseconds. What is read must be looked for each time.
	carryOdd
)

// verdict is what an (operation, shape, variant) reads as, found once by rendering and reading.
type verdict struct {
	reading Reading
	carries carry
}

// judgment is what a shape reads as by the rules of its dialect, found when somebody first asks.
type judgment struct {
	found    atomic.Bool // what is below stands, for good
	finding  sync.Mutex
	verdicts [opCount][variantCount]verdict
	swayed   [opCount]uint32 // forms, a bit each, that quota headers change the reading of
}

// The sample values are odd enough that a fixed text in a template will not equal them.
const (
	sampleFirst   = 48_611
	sampleLast    = 48_613
	sampleAccess  = 30_713
	sampleRefresh = 30_727
	sampleWait    = 7_919 * time.Second
	sampleExpiry  = 5_683 * time.Second
)

// Judge gives what Read would make of the rendered shape without rendering it: the verdicts are
// found by Render and Read when a shape is first judged, later the Params are only filled in. It allocates
// nothing then, and is safe for concurrent use.
//
// RetryAfter in p must be whole seconds, as HTTP has it; ExpiresIn is cut to them. A shape of
// another dialect is rendered and read, slowly.
func (d *Dialect) Judge(op Op, s *Shape, p *Params) (r Reading) {
	form := p.variant() & s.uses
	if s.dialect != d {
		return d.readRendered(op, s, p)
	}
	found := s.judged()
	if len(p.Quotas) > 0 && found.swayed[op]&(1<<form) != 0 {
		return d.readRendered(op, s, p)
	}
	v := &found.verdicts[op][form]
	r = v.reading
	switch v.carries {
	case 0:
	case carryPage:
		r.First, r.Last = p.First, p.Last
	default:
		if v.carries&carryOdd != 0 {
			return d.readRendered(op, s, p)
		}
		v.carries.fill(&r, p)
	}
	return r
}

func (d *Dialect) readRendered(op Op, s *Shape, p *Params) Reading {
	var a Answer
	s.Render(p, &a)
	return d.Read(op, &a)
}

func (c carry) fill(r *Reading, p *Params) {
	if c&carryRetryAfter != 0 {
		r.RetryAfter = p.RetryAfter
	}
	if c&carryPage != 0 {
		r.First, r.Last = p.First, p.Last
	}
	if c&carryAccess != 0 {
		r.Access = p.Access
	}
	if c&carryRefresh != 0 {
		r.Refresh = p.Refresh
	}
	if c&carryExpiry != 0 {
		r.ExpiresIn = p.ExpiresIn.Truncate(time.Second)
	}
}

// variant gives the variant of the Params. It has no branches: Judge is the simulator's hot path.
func (p *Params) variant() variant {
	return bit(p.HasRetryAfter)*withRetryAfter | bit(p.Last >= p.First)*withRecords |
		bit(p.More)*withMore | bit(p.Refresh != 0)*withRefresh
}

func bit(b bool) variant {
	if b {
		return 1
	}
	return 0
}

// judged gives the dialect as one whose shapes are judged by its own rules. The one that was parsed stays as
// it is: others may extend it, and judge its shapes by rules of theirs.
func (d *Dialect) judged() *Dialect {
	own := *d
	for name := range shapeCount {
		own.adopt(&own.shapes[name])
	}
	own.Limits = slices.Clone(d.Limits)
	copies := map[*Shape]*Shape{nil: nil} // limits may share an answer
	for i := range own.Limits {
		l := &own.Limits[i]
		answer, known := copies[l.Answer]
		if !known {
			answer = new(*l.Answer)
			answer.limits = true
			own.adopt(answer)
			copies[l.Answer] = answer
		}
		l.Answer = answer
	}
	return &own
}

// adopt makes a shape one of the dialect's.
func (d *Dialect) adopt(s *Shape) { s.dialect, s.judgment = d, new(judgment) }

// judged gives what the shape reads as.
func (s *Shape) judged() *judgment {
	if j := s.judgment; j.found.Load() {
		return j
	}
	return s.judgment.find(s)
}

func (j *judgment) find(s *Shape) *judgment {
	j.finding.Lock()
	defer j.finding.Unlock()
	if j.found.Load() {
		return j // another one was faster
	}
	var a Answer
	for v := range variant(variantCount) {
		if v&^s.uses != 0 {
			continue
		}
		p := sample(v)
		s.Render(&p, &a)
		m := message{answer: &a}
		for op := range Op(opCount) {
			j.verdicts[op][v] = s.dialect.judge(op, &m)
		}
		j.findSwayed(s, &p, v)
	}
	j.found.Store(true)
	return j
}

// findSwayed finds out whether quota headers, of limits used up and of others, change a verdict.
func (j *judgment) findSwayed(s *Shape, p *Params, v variant) {
	if !s.dialect.HasQuotaHeaders() {
		return
	}
	var a Answer
	for _, used := range []func(*Limit) int64{(*Limit).Capacity, func(*Limit) int64 { return 1 }} {
		p.Quotas = s.dialect.quotas(used, p.Now+int64(time.Hour))
		s.Render(p, &a)
		m := message{answer: &a}
		for op := range Op(opCount) {
			if s.dialect.judge(op, &m) != j.verdicts[op][v] {
				j.swayed[op] |= 1 << v
			}
		}
	}
}

func (d *Dialect) judge(op Op, m *message) verdict {
	r := d.readFor(op, m)
	v := verdict{reading: r}
	switch r.RetryAfter {
	case sampleWait:
		v.carries |= carryRetryAfter
	case -1:
	default:
		v.carries |= carryOdd
	}
	if r.First == sampleFirst && r.Last == sampleLast {
		v.carries |= carryPage
	}
	if r.Access == sampleAccess {
		v.carries |= carryAccess
	}
	if r.Refresh == sampleRefresh {
		v.carries |= carryRefresh
	}
	if r.ExpiresIn == sampleExpiry {
		v.carries |= carryExpiry
	}
	return v
}

// sample gives Params of one variant.
func sample(v variant) Params {
	p := Params{
		First: sampleFirst, Last: sampleFirst - 1, More: v&withMore != 0,
		HasRetryAfter: v&withRetryAfter != 0, RetryAfter: sampleWait,
		Access: sampleAccess, ExpiresIn: sampleExpiry,
		Now: 1_709_251_200_123_456_789, Resource: "records", Connection: "connection",
	}
	if v&withRecords != 0 {
		p.Last = sampleLast
	}
	if v&withRefresh != 0 {
		p.Refresh = sampleRefresh
	}
	return p
}
