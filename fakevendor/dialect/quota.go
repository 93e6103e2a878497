package dialect

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Quota is how much of a limit is used up, as quota headers tell it.
type Quota struct {
	Limit *Limit
	Used  int64 // of its requests or points, or of its slots where it limits nothing else
	Reset int64 // when the limit is at rest again, UTC nanoseconds since the Unix epoch
}

// Capacity is the most of a limit that can be used: its requests, or its slots where it has no others.
func (l *Limit) Capacity() int64 {
	if l.Requests > 0 {
		return l.Requests
	}
	return int64(l.Concurrency)
}

// quotas makes a quota of each of the dialect's limits.
func (d *Dialect) quotas(used func(*Limit) int64, reset int64) []Quota {
	quotas := make([]Quota, len(d.Limits))
	for i := range d.Limits {
		l := &d.Limits[i]
		quotas[i] = Quota{Limit: l, Used: used(l), Reset: reset}
	}
	return quotas
}

// HasQuotaHeaders tells whether the dialect's answers say what is left of its limits.
func (d *Dialect) HasQuotaHeaders() bool { return len(d.quotaHeaders) > 0 }

// quotaHeader is a header that answers of some statuses carry while the quotas that it tells of are known.
type quotaHeader struct {
	name     string
	parts    []quotaPart
	statuses []statusRange // none: any
	below    float64       // only where less than this share is left of a limit; 0: always
	of       string        // that limit
}

// quotaPart is a fixed text, then a value of a quota.
type quotaPart struct {
	text   string
	limits []string // names: of the first of them that the call is about; none: no value
	field  quotaField
}

// quotaField is what of a quota a header tells.
type quotaField uint8

const (
	quotaLimit quotaField = iota
	quotaUsed
	quotaRemaining
	quotaWindow       // seconds
	quotaWindowMs     // milliseconds
	quotaRate         // requests a second, with up to four decimals
	quotaResetEpoch   // seconds since the Unix epoch
	quotaResetEpochMs // milliseconds since the Unix epoch
	quotaResetISO     // RFC 3339
	quotaResetDate    // HTTP-date
	quotaResetSeconds // seconds left, counted from the Date header
	quotaName         // what answers call the limit
)

func quotaFieldNames() []string {
	return []string{
		quotaLimit: "limit", quotaUsed: "used", quotaRemaining: "remaining", quotaWindow: "window",
		quotaWindowMs: "window_ms", quotaRate: "rate", quotaResetEpoch: "reset_epoch",
		quotaResetEpochMs: "reset_epoch_ms", quotaResetISO: "reset_iso", quotaResetDate: "reset_date",
		quotaResetSeconds: "reset_seconds", quotaName: "name",
	}
}

// QuotaHeaders tells the quota headers of an answer of a status, for answers that are none of the dialect's
// shapes: those have theirs rendered.
func (d *Dialect) QuotaHeaders(status int, p *Params, set func(name, value string)) {
	var space [64]byte
	for i := range d.quotaHeaders {
		h := &d.quotaHeaders[i]
		if text, ok := h.append(space[:0], status, p); ok {
			set(h.name, string(text))
		}
	}
}

// renderQuotas sets the quota headers of an answer. A header that the answer has itself, or leaves out for
// want of a value, is the answer's own.
func (s *Shape) renderQuotas(p *Params, into http.Header) {
	s.dialect.QuotaHeaders(s.Status, p, func(name, value string) {
		if !slices.ContainsFunc(s.headers, func(own header) bool { return own.name == name }) {
			into[name] = []string{value}
		}
	})
}

// append words the header; false when this answer has none.
func (h *quotaHeader) append(dst []byte, status int, p *Params) ([]byte, bool) {
	if !covers(h.statuses, status) {
		return nil, false
	}
	if h.below > 0 {
		q := p.quota(h.of)
		if q == nil || float64(q.left()) >= h.below*float64(q.Limit.Capacity()) {
			return nil, false
		}
	}
	for i := range h.parts {
		part := &h.parts[i]
		dst = append(dst, part.text...)
		if part.limits == nil {
			continue
		}
		q := p.quota(part.limits...)
		if q == nil {
			return nil, false
		}
		dst = q.append(dst, part.field, p.Now)
	}
	return dst, true
}

// quota finds the quota of the first of some limits that has one; nil for none.
func (p *Params) quota(limits ...string) *Quota {
	for _, limit := range limits {
		for i := range p.Quotas {
			if p.Quotas[i].Limit.Name == limit {
				return &p.Quotas[i]
			}
		}
	}
	return nil
}

func (q *Quota) left() int64 { return max(0, q.Limit.Capacity()-q.Used) }

// append words a value. Instants are whole seconds, rounded up; what is left counts from the Date header.
func (q *Quota) append(dst []byte, field quotaField, now int64) []byte {
	reset := ceilSeconds(q.Reset)
	switch field {
	case quotaLimit:
		return strconv.AppendInt(dst, q.Limit.Capacity(), 10)
	case quotaUsed:
		return strconv.AppendInt(dst, min(q.Used, q.Limit.Capacity()), 10)
	case quotaRemaining:
		return strconv.AppendInt(dst, q.left(), 10)
	case quotaWindow:
		return strconv.AppendInt(dst, int64(q.Limit.Per/time.Second), 10)
	case quotaWindowMs:
		return strconv.AppendInt(dst, q.Limit.Per.Milliseconds(), 10)
	case quotaRate:
		rate := math.Round(float64(q.Limit.Requests)/q.Limit.Per.Seconds()*1e4) / 1e4
		return strconv.AppendFloat(dst, rate, 'f', -1, 64)
	case quotaResetEpoch:
		return strconv.AppendInt(dst, reset, 10)
	case quotaResetEpochMs:
		return strconv.AppendInt(dst, reset*1000, 10)
	case quotaResetISO:
		return time.Unix(reset, 0).UTC().AppendFormat(dst, time.RFC3339)
	case quotaResetDate:
		return time.Unix(reset, 0).UTC().AppendFormat(dst, http.TimeFormat)
	case quotaResetSeconds:
		return strconv.AppendInt(dst, max(0, reset-floorSeconds(now)), 10)
	case quotaName:
		return append(dst, q.Limit.told()...)
	}
	return dst
}

// worded tells whether the value is a text, not a number.
func (f quotaField) worded() bool {
	return f == quotaResetISO || f == quotaResetDate || f == quotaName
}

// append words the value as JSON.
func (t *quotaPart) append(dst []byte, q *Quota, now int64) []byte {
	if !t.field.worded() {
		return q.append(dst, t.field, now)
	}
	dst = append(dst, '"')
	return append(q.append(dst, t.field, now), '"')
}

// AppendQuota fills a hole of an API's answers that tells of a limit ($quota.daily.limit).
func (h *Hole) AppendQuota(dst []byte, p *Params) ([]byte, Filling) {
	q := p.quota(h.quota.limits...)
	switch {
	case q == nil:
		return dst, Absent
	case h.quota.field.worded():
		return q.append(dst, h.quota.field, p.Now), Text
	}
	return q.append(dst, h.quota.field, p.Now), Raw
}

func floorSeconds(t int64) int64 { return time.Unix(0, t).Unix() }

func ceilSeconds(t int64) int64 { return time.Unix(0, t).Add(time.Second - 1).Unix() }
