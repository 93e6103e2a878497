package dialect

import (
	"net/http"
	"strconv"
	"time"
)

// Render writes the answer out as an HTTP client would have it: status, headers (Date from p.Now,
// Content-Length, quotas if p has any, what the dialect adds) and body. A shape without an HTTP answer
// leaves all of them empty; one that is cut short keeps the first half of the body under the Content-Length
// of the whole. Header and body of into are used again.
func (s *Shape) Render(p *Params, into *Answer) {
	into.Transport, into.Status = s.Transport, s.Status
	into.Body = into.Body[:0]
	clear(into.Header)
	if !s.Transport.spoke() {
		return
	}
	if into.Header == nil {
		into.Header = make(http.Header, len(s.headers)+2)
	}
	into.Body, _ = s.body.append(into.Body, p, 0)
	into.Header.Set("Date", time.Unix(0, p.Now).UTC().Format(http.TimeFormat))
	into.Header.Set("Content-Length", strconv.Itoa(len(into.Body)))
	if len(p.Quotas) > 0 {
		s.renderQuotas(p, into.Header)
	}
	for i := range s.headers {
		h := &s.headers[i]
		value, ok := h.value, true
		if h.filled {
			value, _, ok = p.text(h.hole, 0)
		}
		if ok {
			into.Header.Set(h.name, value)
		}
	}
	if s.Transport == CutShort {
		into.Body = into.Body[:len(into.Body)/2]
	}
}

// spoke tells whether a status line came.
func (t Transport) spoke() bool { return t == Answered || t == CutShort }

// EndsByReset tells whether the answer says when to come back by the instant of a reset alone, without which
// it would say that nothing is left and not for how long.
func (s *Shape) EndsByReset() bool {
	found := false
	for i := range s.headers {
		switch h := &s.headers[i]; {
		case !h.filled:
		case h.hole == holeRetryAfter || h.hole == holeRetryAfterDecimal || h.hole == holeRetryAfterMs:
			return false
		case h.hole == holeRetryAfterEpoch || h.hole == holeRetryAfterISO || h.hole == holeRetryAfterDate:
			found = true
		}
	}
	return found
}
