package standalone

import (
	"encoding/base64"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// sequence is the objects of a list in ascending order of their numbers: some early ones by name, then a
// range but for those that were deleted, then those that clients created.
type sequence struct {
	early       []int64
	first, last int64   // the range; empty when last < first
	deleted     []int64 // of the range, ascending
	created     []int64
}

func (q *sequence) len() int64 {
	return int64(len(q.early)) + q.ranged() + int64(len(q.created))
}

func (q *sequence) ranged() int64 { return max(0, q.last-q.first+1) - int64(len(q.deleted)) }

// at gives the i-th number, from 0.
func (q *sequence) at(i int64) int64 {
	if i < int64(len(q.early)) {
		return q.early[i]
	}
	i -= int64(len(q.early))
	if i >= q.ranged() {
		return q.created[i-q.ranged()]
	}
	n := q.first + i
	for _, d := range q.deleted {
		if d > n {
			break
		}
		n++
	}
	return n
}

// after gives how many numbers of the sequence are at most n.
func (q *sequence) after(n int64) int64 {
	return int64(sort.Search(int(q.len()), func(i int) bool { return q.at(int64(i)) > n }))
}

// sequence gives the objects of a list that changed at an instant or after it.
func (c *call) sequence(s *source, since fakevendor.Time) sequence {
	var q sequence
	q.first, q.last = c.existing(s)
	if since > math.MinInt64 {
		n := sort.Search(int(max(0, q.last-q.first+1)), func(i int) bool {
			return c.createdAt(s, q.first+int64(i)) >= since
		})
		q.first += int64(n)
	}
	l := c.app.lists[s.key]
	if l == nil {
		return q
	}
	for n, t := range l.Touched {
		switch {
		case n >= firstCreated:
			if t.Updated >= since {
				q.created = append(q.created, n)
			}
		case t.Raw == nil && n >= q.first && n <= q.last:
			q.deleted = append(q.deleted, n)
		case t.Raw != nil && n < q.first && t.Updated >= since:
			q.early = append(q.early, n)
		}
	}
	slices.Sort(q.early)
	slices.Sort(q.deleted)
	slices.Sort(q.created)
	return q
}

// page is the part of a list that a call is answered with.
type page struct {
	seq         sequence
	source      source
	newest      bool // first
	from, to    int64
	size, total int64
	cursor      string // of the next page; "" when there is none
	number      int64  // of the page, for paging by page
}

// at gives the number of the i-th object of the list, in the order in which it is told.
func (p *page) at(i int64) int64 {
	if p.newest {
		i = p.total - 1 - i
	}
	return p.seq.at(i)
}

// paging is how the call's list is cut into pages.
func (c *call) paging() *dialect.Paging {
	if c.route != nil && c.route.Paging != nil {
		return c.route.Paging
	}
	return &c.app.api.Paging
}

// turn finds the page that the call asks for.
func (c *call) turn() {
	paging := c.paging()
	p := &c.page
	*p = page{size: int64(paging.Default), newest: paging.NewestFirst}
	if paging.Size != "" {
		if n, err := strconv.Atoi(c.value(paging.Size)); err == nil && n > 0 {
			p.size = int64(min(n, paging.Max))
		}
	}
	switch c.value(paging.Direction) {
	case "asc", "ASC", "ascending":
		p.newest = false
	case "desc", "DESC", "descending":
		p.newest = true
	}
	asked := c.value(paging.Parameter)
	after, object, sealed := openCursor(asked)
	if paging.By == dialect.ByCursor && sealed {
		c.capture("object", object) // the path of a cursor does not say of what it is
	}
	p.source = c.source()
	if c.route != nil && c.route.Only != "" {
		p.seq = c.wantedOnly(&p.source)
	} else {
		p.seq = c.sequence(&p.source, c.since())
	}
	p.total = p.seq.len()
	switch paging.By {
	case dialect.ByCursor:
		if sealed {
			p.from = p.past(after)
		}
	case dialect.ByID:
		if n, ok := c.parseID(asked); ok {
			p.from = p.past(n)
		}
	case dialect.ByPage, dialect.ByOffset:
		p.skip(paging, asked)
	}
	p.from = min(p.from, p.total)
	p.to = min(p.from+p.size, p.total)
	if p.to < p.total && p.to > p.from {
		p.cursor = c.cursor()
	}
}

// skip turns to the page of a number, or to an offset.
func (p *page) skip(paging *dialect.Paging, asked string) {
	n, err := strconv.ParseInt(asked, 10, 32)
	good := err == nil && n > 0
	if paging.By == dialect.ByOffset {
		if good {
			p.from = max(0, n-int64(paging.First))
		}
		return
	}
	p.number = int64(paging.First)
	if good {
		p.number = max(p.number, n)
	}
	p.from = (p.number - int64(paging.First)) * p.size
}

// cursor is the paging parameter of the next page.
func (c *call) cursor() string {
	p := &c.page
	last := p.at(p.to - 1)
	switch c.paging().By {
	case dialect.ByPage:
		return strconv.FormatInt(p.number+1, 10)
	case dialect.ByOffset:
		return strconv.FormatInt(p.to+int64(c.paging().First), 10)
	case dialect.ByCursor:
		return sealCursor(last, c.captured("object"))
	case dialect.ByID:
	}
	return string(c.appendID(nil, last))
}

// past gives how many objects come before the one after number n, in the order in which they are told.
func (p *page) past(n int64) int64 {
	if p.newest {
		return p.total - p.seq.after(n-1)
	}
	return p.seq.after(n)
}

func sealCursor(n int64, object string) string {
	return base64.RawURLEncoding.EncodeToString([]byte("n:" + strconv.FormatInt(n, 10) + ":" + object))
}

func openCursor(text string) (n int64, object string, ok bool) {
	plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	rest, ok := strings.CutPrefix(string(plain), "n:")
	digits, object, _ := strings.Cut(rest, ":")
	n, convErr := strconv.ParseInt(digits, 10, 64)
	return n, object, err == nil && ok && convErr == nil
}

// since gives the instant from which on the call wants to know of changes; the least one when it does not
// say.
func (c *call) since() fakevendor.Time {
	for i := range c.app.api.Since {
		text := c.parameter(&c.app.api.Since[i])
		if text == "" {
			continue
		}
		if at, ok := parseInstant(text); ok {
			return at
		}
	}
	return math.MinInt64
}

// parseInstant reads RFC 3339 and its relatives, HTTP-dates, and seconds or milliseconds since the epoch.
func parseInstant(text string) (fakevendor.Time, bool) {
	if f, err := strconv.ParseFloat(text, 64); err == nil && f >= 0 && f < 1e14 {
		if f > 1e11 { // milliseconds
			return fakevendor.Time(f * 1e6), true
		}
		return fakevendor.Time(f * 1e9), true
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05.999Z0700", "2006-01-02T15:04:05", time.RFC1123, time.DateOnly,
		time.DateTime,
	} {
		if at, err := time.Parse(layout, text); err == nil && at.Year() > 1700 && at.Year() < 2200 {
			return fakevendor.Time(at.UnixNano()), true
		}
	}
	return 0, false
}
