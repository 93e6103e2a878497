package standalone

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// AppendHole fills a hole of an answer's template.
func (c *call) AppendHole(dst []byte, h *dialect.Hole) ([]byte, dialect.Filling) {
	switch h.Kind { //nolint:exhaustive // the others are appendGrant's and appendOfPage's
	case dialect.HoleID:
		return c.appendCurrentID(dst)
	case dialect.HoleNumber:
		return appendPadded(dst, c.number, h.Width)
	case dialect.HoleName:
		dst = append(dst, c.object.Name...)
		return strconv.AppendInt(append(dst, ' '), c.number, 10), dialect.Text
	case dialect.HoleCreated:
		return appendTime(dst, c.created, h.Format)
	case dialect.HoleUpdated:
		return appendTime(dst, c.updated, h.Format)
	case dialect.HoleVersion:
		return strconv.AppendInt(dst, c.version, 10), dialect.Raw
	case dialect.HoleNow:
		c.parted = true
		return appendTime(dst, c.now, h.Format)
	case dialect.HoleObject:
		if c.object == nil {
			return dst, dialect.Absent
		}
		return append(dst, c.object.Name...), dialect.Text
	case dialect.HoleConnection:
		c.parted = true
		return append(dst, c.connectionName()...), dialect.Text
	case dialect.HoleBaseURL:
		return append(dst, c.base()...), dialect.Text
	case dialect.HoleRequestID, dialect.HoleCall:
		return c.appendCall(dst, h)
	case dialect.HolePath:
		return appendGiven(dst, c.captured(h.Arg))
	case dialect.HoleQuery:
		return appendGiven(dst, c.value(h.Arg))
	case dialect.HoleItem:
		return c.appendItem(dst), dialect.Raw
	}
	if h.Kind >= dialect.HoleResults && h.Kind <= dialect.HoleFailed {
		return c.appendOfWrite(dst, h)
	}
	if h.Kind >= dialect.HoleAccessToken {
		c.parted = true
		return c.appendGrant(dst, h)
	}
	return c.appendOfPage(dst, h)
}

// appendOfPage fills a hole that tells of a page.
func (c *call) appendOfPage(dst []byte, h *dialect.Hole) ([]byte, dialect.Filling) {
	p := &c.page
	whole := func(n int64) ([]byte, dialect.Filling) { return strconv.AppendInt(dst, n, 10), dialect.Raw }
	switch h.Kind { //nolint:exhaustive // the others are AppendHole's
	case dialect.HoleItems:
		if c.route != nil && c.route.Mark != nil {
			return c.appendItems(dst, c.appendMarked), dialect.Raw
		}
		return c.appendItems(dst, c.appendItem), dialect.Raw
	case dialect.HoleEdges:
		return c.appendItems(dst, c.appendEdge), dialect.Raw
	case dialect.HoleIDs:
		return c.appendItems(dst, c.appendQuotedID), dialect.Raw
	case dialect.HoleCount:
		return whole(p.to - p.from)
	case dialect.HoleTotal:
		return whole(p.total)
	case dialect.HoleMore:
		return strconv.AppendBool(dst, p.to < p.total), dialect.Raw
	case dialect.HoleDone:
		return strconv.AppendBool(dst, p.to >= p.total), dialect.Raw
	case dialect.HoleSelfPath:
		return append(dst, c.path...), dialect.Text
	case dialect.HolePage:
		return whole(p.number)
	case dialect.HolePages:
		return whole((p.total + p.size - 1) / p.size)
	case dialect.HoleLimit:
		return whole(p.size)
	case dialect.HoleOffset:
		return whole(p.from + int64(c.paging().First))
	}
	return c.appendOfNext(dst, h)
}

// appendOfNext fills a hole that tells how a list goes on.
func (c *call) appendOfNext(dst []byte, h *dialect.Hole) ([]byte, dialect.Filling) {
	p := &c.page
	switch h.Kind { //nolint:exhaustive // the others are appendOfPage's
	case dialect.HoleNextCursor:
		return appendGiven(dst, p.cursor)
	case dialect.HoleNextPath:
		return appendGiven(dst, c.nextPath())
	case dialect.HoleNextURL:
		if p.cursor == "" {
			return dst, dialect.Absent
		}
		return append(append(dst, c.base()...), c.nextPath()...), dialect.Text
	case dialect.HoleLink:
		return c.appendLink(dst)
	case dialect.HoleSync:
		c.parted = true
		if p.to < p.total {
			return dst, dialect.Absent
		}
		return strconv.AppendInt(dst, c.now.Std().UnixMilli(), 10), dialect.Text
	}
	return dst, dialect.Absent
}

// appendItems writes the objects of the page, each as item does.
func (c *call) appendItems(dst []byte, item func([]byte) []byte) []byte {
	dst = append(dst, '[')
	for i := c.page.from; i < c.page.to; i++ {
		if i > c.page.from {
			dst = append(dst, ',')
		}
		c.load(&c.page.source, c.page.at(i))
		dst = item(dst)
	}
	return append(dst, ']')
}

// appendMarked writes the current object with what the route puts in front of its fields, or around it.
func (c *call) appendMarked(dst []byte) []byte {
	dst, _ = c.route.Mark.AppendJSON(dst, c)
	if c.route.Wraps {
		return dst
	}
	item := c.appendItem(nil)
	return append(append(dst[:len(dst)-1], ','), item[1:]...)
}

// appendEdge writes the current object as an edge of GraphQL's.
func (c *call) appendEdge(dst []byte) []byte {
	cursor := sealCursor(c.number, c.captured("object"))
	dst = append(append(append(dst, `{"cursor":"`...), cursor...), `","node":`...)
	return append(c.appendItem(dst), '}')
}

// appendQuotedID writes the id of the current object as a text.
func (c *call) appendQuotedID(dst []byte) []byte {
	return append(c.appendID(append(dst, '"'), c.number), '"')
}

func (c *call) appendCurrentID(dst []byte) ([]byte, dialect.Filling) {
	if c.number == 0 { // asked for by an id that is none of ours
		return appendGiven(dst, c.asked)
	}
	before, after, width, ok := c.object.ID.Around()
	if ok && before == "" && after == "" && c.object.Prefix == nil {
		return appendPadded(dst, c.number, width)
	}
	return c.appendID(dst, c.number), dialect.Text
}

// appendID writes the id of the object with a number.
func (c *call) appendID(dst []byte, number int64) []byte {
	before, after, width, _ := c.object.ID.Around()
	dst = append(append(dst, c.idPrefix()...), before...)
	dst, _ = appendPadded(dst, number, width)
	return append(dst, after...)
}

// appendPadded writes a number; one with leading zeros is a text.
func appendPadded(dst []byte, n int64, width int) ([]byte, dialect.Filling) {
	if width == 0 {
		return strconv.AppendInt(dst, n, 10), dialect.Raw
	}
	digits := 1
	for m := n; m >= 10; m /= 10 {
		digits++
	}
	for range width - digits {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, n, 10), dialect.Text
}

func appendGiven(dst []byte, text string) ([]byte, dialect.Filling) {
	if text == "" {
		return dst, dialect.Absent
	}
	return append(dst, text...), dialect.Text
}

func appendTime(dst []byte, t fakevendor.Time, f dialect.TimeFormat) ([]byte, dialect.Filling) {
	switch f {
	case dialect.EpochSecond:
		return strconv.AppendInt(dst, t.Std().Unix(), 10), dialect.Raw
	case dialect.EpochMilli:
		return strconv.AppendInt(dst, t.Std().UnixMilli(), 10), dialect.Raw
	case dialect.Milli:
		return t.Std().AppendFormat(dst, "2006-01-02T15:04:05.000Z"), dialect.Text
	case dialect.Offset:
		return t.Std().AppendFormat(dst, "2006-01-02T15:04:05.000-0700"), dialect.Text
	case dialect.DateOnly:
		return t.Std().AppendFormat(dst, time.DateOnly), dialect.Text
	case dialect.DateTime:
		return t.Std().AppendFormat(dst, time.DateTime), dialect.Text
	case dialect.RFC3339:
	}
	return t.Std().AppendFormat(dst, time.RFC3339), dialect.Text
}

// appendCall writes the call's number, or an id made of it, which knows of the caller's own calls alone.
func (c *call) appendCall(dst []byte, h *dialect.Hole) ([]byte, dialect.Filling) {
	const most = 1e14 // within 14 digits
	c.parted = true
	number := int64(c.w.machine.Call(c.app.index) % most)
	if h.Kind == dialect.HoleCall {
		return appendPadded(dst, number, h.Width)
	}
	dst, _ = appendPadded(append(dst, "req_"...), number, 14)
	return dst, dialect.Text
}

// nextPath is the call's path and query with the next page's parameter; "" on the last page.
func (c *call) nextPath() string {
	if c.page.cursor == "" {
		return ""
	}
	return c.pathWith(c.page.cursor)
}

// pathWith is the call's path and query with the paging parameter at its end, as vendors put it.
func (c *call) pathWith(cursor string) string {
	parameter := c.paging().Parameter
	path := append(append([]byte{}, c.path...), '?')
	for pair := range strings.SplitSeq(c.r.URL.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); pair == "" || err == nil && plain == parameter {
			continue
		}
		path = append(append(path, pair...), '&')
	}
	path = append(append(path, url.QueryEscape(parameter)...), '=')
	return string(append(path, url.QueryEscape(cursor)...))
}

// appendLink writes the Link header (RFC 8288) of a page.
func (c *call) appendLink(dst []byte) ([]byte, dialect.Filling) {
	p, paging := &c.page, c.paging()
	before := len(dst)
	link := func(rel, cursor string) {
		if len(dst) > before {
			dst = append(dst, ", "...)
		}
		dst = append(append(append(append(dst, '<'), c.base()...), c.pathWith(cursor)...), `>; rel="`...)
		dst = append(append(dst, rel...), '"')
	}
	first := int64(paging.First)
	if paging.By == dialect.ByPage && p.number > first {
		link("prev", strconv.FormatInt(p.number-1, 10))
	}
	if p.cursor != "" {
		link("next", p.cursor)
	}
	if paging.By == dialect.ByPage && p.to < p.total {
		link("last", strconv.FormatInt(first+(p.total-1)/p.size, 10))
	}
	if paging.By == dialect.ByPage && p.number > first {
		link("first", strconv.FormatInt(first, 10))
	}
	if len(dst) == before {
		return dst, dialect.Absent
	}
	return dst, dialect.Text
}

// text words a scalar of a JSON body as a form has it.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func acceptsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "json")
}
