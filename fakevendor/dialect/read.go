package dialect

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// promise says what the body of an `ok` answer to one operation holds. Only the paths of that
// operation are set.
type promise struct {
	has                        path // any value
	records, number, more      path // number is within a record
	access, refresh, expiresIn path
}

// content is what a body that keeps its promise says.
type content struct {
	first, last     int64
	more            bool
	access, refresh uint32
	expiresIn       time.Duration
	hasExpiry       bool
}

// Read tells what one answer means, from the transport, status, headers and body alone (C-01 to
// C-03). It never panics, whatever the answer holds.
func (d *Dialect) Read(op Op, a *Answer) Reading {
	return d.readFor(op, &message{answer: a})
}

func (d *Dialect) readFor(op Op, m *message) Reading {
	promised := new(promise)
	if int(op) < opCount {
		promised = &d.promises[op]
	}
	m.readFor(op, promised)
	rules := d.api
	if op == RefreshToken {
		rules = d.token
	}
	r := Reading{RetryAfter: -1, Status: uint16(m.status())}
	for i := range rules {
		if rules[i].holds(m) {
			r.Class, r.Sub = rules[i].class, rules[i].sub
			break
		}
	}
	if m.answer.Transport.spoke() {
		r.RetryAfter = d.readRetryAfter(m)
	}
	if r.Class == OK {
		d.fill(&r, m)
	}
	return r
}

// fill takes over what an `ok` body says. A rule may call an answer ok whose body does not keep the
// promise: it then has no records and no token.
func (d *Dialect) fill(r *Reading, m *message) {
	kept := m.keeps()
	switch m.op {
	case ReadPage:
		r.First, r.Last = 0, -1
		if kept {
			r.First, r.Last, r.More = m.content.first, m.content.last, m.content.more
		}
	case RefreshToken:
		r.Access, r.Refresh = m.content.access, m.content.refresh
		r.ExpiresIn = d.TokenLifetime // RFC 6749 5.1: the default is documented elsewhere
		if m.content.hasExpiry {
			r.ExpiresIn = m.content.expiresIn
		}
	case WriteRecords, TestConnection:
	}
}

// read takes from a JSON body what was promised; false when the promise is broken.
func (p *promise) read(op Op, tree any) (content, bool) {
	switch op {
	case ReadPage:
		return p.readPage(tree)
	case RefreshToken:
		return p.readToken(tree)
	case WriteRecords, TestConnection:
	}
	_, ok := p.has.first(tree)
	return content{}, ok
}

func (p *promise) readPage(tree any) (content, bool) {
	value, _ := p.records.first(tree)
	records, ok := value.([]any)
	if !ok {
		return content{}, false
	}
	c := content{first: 0, last: -1}
	if more, ok := p.more.first(tree); ok {
		c.more = truthy(more)
	}
	if len(records) == 0 {
		return c, true
	}
	var firstOK, lastOK bool
	c.first, firstOK = p.recordNumber(records[0])
	c.last, lastOK = p.recordNumber(records[len(records)-1])
	return c, firstOK && lastOK && c.first <= c.last
}

func (p *promise) recordNumber(record any) (int64, bool) {
	value, _ := p.number.first(record)
	return wholeNumber(value)
}

func (p *promise) readToken(tree any) (content, bool) {
	var c content
	var ok bool
	value, _ := p.access.first(tree)
	if c.access, ok = generation(value); !ok {
		return content{}, false
	}
	if value, there := p.refresh.first(tree); there {
		if c.refresh, ok = generation(value); !ok {
			return content{}, false
		}
	}
	if value, there := p.expiresIn.first(tree); there {
		seconds, ok := wholeNumber(value)
		if !ok || seconds < 0 || seconds > int64(maxSpan/time.Second) {
			return content{}, false
		}
		c.expiresIn, c.hasExpiry = time.Duration(seconds)*time.Second, true
	}
	return c, true
}

// maxSpan is the longest duration that is read: about 290 years.
const maxSpan = time.Duration(1<<63 - 1)

// wholeNumber reads an integer, given as a JSON number or as digits in a string.
func wholeNumber(value any) (int64, bool) {
	switch v := value.(type) {
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return n, err == nil
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil
	}
	return 0, false
}

// generation reads the number at the end of a token string.
func generation(value any) (uint32, bool) {
	text, ok := value.(string)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(text[strings.LastIndexByte(text, '-')+1:], 10, 32)
	return uint32(n), err == nil
}

// truthy reads a flag that says whether more follows: a boolean, or a cursor or link that is there.
func truthy(value any) bool {
	switch v := value.(type) {
	case bool:
		return v
	case string:
		return v != ""
	case nil:
		return false
	}
	return true
}
