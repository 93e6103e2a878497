package dialect

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retrySource is a header in which a vendor says when to come back.
type retrySource struct {
	header string
	as     retryForm
	when   rule // its conditions alone
}

// retryForm is how a header words it.
type retryForm uint8

const (
	retryHTTP         retryForm = iota // delta-seconds or an HTTP-date
	retrySeconds                       // seconds, with decimals
	retryMilliseconds                  // milliseconds
	retryEpoch                         // seconds since the Unix epoch
	retryISO                           // an instant as ISO 8601 has it
)

func retryFormNames() []string {
	return []string{
		retryHTTP: "http", retrySeconds: "seconds", retryMilliseconds: "milliseconds", retryEpoch: "epoch",
		retryISO: "iso8601",
	}
}

// readRetryAfter gives the wait that the headers name, -1 when they name none that can be read. An
// absolute instant counts from the Date header, as the reader has no clock; one that has passed is 0.
func (d *Dialect) readRetryAfter(m *message) time.Duration {
	h := m.answer.Header
	for i := range d.retryAfter {
		source := &d.retryAfter[i]
		value := strings.TrimSpace(h.Get(source.header))
		if value == "" || !source.when.holds(m) {
			continue
		}
		if wait := source.read(value, h); wait >= 0 {
			return wait
		}
	}
	return -1
}

func (s *retrySource) read(value string, h http.Header) time.Duration {
	switch s.as {
	case retryHTTP:
		if wait := wholeSeconds(value); wait >= 0 {
			return wait
		}
		at, err := http.ParseTime(value)
		if err != nil {
			return -1
		}
		return untilInstant(at.Unix(), h)
	case retryEpoch:
		at, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return -1
		}
		return untilInstant(at, h)
	case retryISO:
		at, err := time.Parse(time.RFC3339, value)
		if err != nil {
			return -1
		}
		return untilInstant(at.Unix(), h)
	case retrySeconds, retryMilliseconds:
		seconds, err := strconv.ParseFloat(value, 64)
		if s.as == retryMilliseconds {
			seconds /= 1000
		}
		if err != nil || math.IsNaN(seconds) || seconds < 0 || seconds >= maxSpan.Seconds() {
			return -1
		}
		return time.Duration(math.Ceil(seconds)) * time.Second
	}
	return -1
}

// untilInstant gives the wait from the Date header to an instant in Unix seconds.
func untilInstant(at int64, h http.Header) time.Duration {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return -1
	}
	now := date.Unix()
	if at <= now {
		return 0
	}
	if at-now < 0 || at-now > int64(maxSpan/time.Second) {
		return -1
	}
	return time.Duration(at-now) * time.Second
}

// wholeSeconds reads delta-seconds: digits and nothing else (RFC 9110 10.2.3); -1 otherwise.
func wholeSeconds(value string) time.Duration {
	seconds, err := strconv.ParseUint(value, 10, 63)
	if err != nil || seconds > uint64(maxSpan/time.Second) {
		return -1
	}
	return time.Duration(seconds) * time.Second
}
