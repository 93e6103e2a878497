package hold

import (
	"net"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
)

// waiting is called_while_told_to_wait. Whom a wait concerns is said by what the limit counts by, where the
// journal tells; else it is the client of the terms.
func waiting(t *Terms, say func(*Finding)) func(*Entry) {
	var keys []string // what waits were counted by so far
	waits := map[string]told{}
	return func(e *Entry) {
		if e.Deed != nil {
			return
		}
		for _, by := range keys {
			w, ok := waits[by+party(e, by)]
			if !ok || !w.known(e) || !e.At.Before(w.until.Add(-t.Slack.Std())) {
				continue
			}
			say(accuse(e, []int64{w.seq}, "called %s it had been told to wait, %s too early",
				after(e, w.since), words.Span(w.until.Sub(e.At))))
			break
		}
		if e.WaitUntil.IsZero() || e.Gone {
			return
		}
		by := e.Why.By
		if by == "" {
			by = t.By
		}
		if !slices.Contains(keys, by) {
			keys = append(keys, by)
		}
		if key := by + party(e, by); e.WaitUntil.After(waits[key].until) {
			w := e.tells()
			w.until = e.WaitUntil
			waits[key] = w
		}
	}
}

// retrying is retried_without_backing_off.
func retrying(t *Terms, say func(*Finding)) func(*Entry) {
	streaks := map[string]*streak{} // by request
	return func(e *Entry) {
		if e.Deed != nil {
			return
		}
		key := strings.Join([]string{e.Vendor, e.Connection, e.Method, plainPath(e)}, "\x00")
		if !e.retryable() {
			delete(streaks, key)
			return
		}
		s := streaks[key]
		switch {
		case s == nil || s.obeyed(e):
			s = new(streak)
			streaks[key] = s
		case !s.latest.known(e):
			return // it was sent before the answer came, so it is no attempt after that one
		}
		s.add(e, t.Retry.Attempts)
		few := len(s.at) < t.Retry.Attempts
		if s.told || few || s.span() > t.Retry.Within.Std() || s.grows(t.Retry.Growth) {
			return
		}
		s.told = true
		say(accuse(e, s.seqs[:len(s.seqs)-1],
			"tried %s %s %d times within %s, and did not wait longer from time to time",
			e.Method, plainPath(e), len(s.at), words.Span(s.span())))
	}
}

// retryable tells whether a client may well try the same again.
func (e *Entry) retryable() bool {
	return e.Cause == "vendor_down" || e.Cause == "rate_limited" ||
		e.Cause == "token_refresh_failed" && e.Sub != "dead"
}

// streak is the latest failed attempts of one request.
type streak struct {
	at   []time.Time
	seqs []int64
	wait time.Time // until when the latest answer told to wait
	told bool      // a finding was made of it

	first, latest told // answers
}

// obeyed tells whether the attempt comes when the answer before had told it to.
func (s *streak) obeyed(e *Entry) bool { return !s.wait.IsZero() && !e.At.Before(s.wait) }

func (s *streak) add(e *Entry, most int) {
	s.latest = e.tells()
	if len(s.at) == 0 {
		s.first = s.latest
	}
	if len(s.at) == most {
		s.at, s.seqs = append(s.at[:0], s.at[1:]...), append(s.seqs[:0], s.seqs[1:]...)
	}
	s.at, s.seqs, s.wait = append(s.at, e.At), append(s.seqs, e.Seq), e.WaitUntil
}

func (s *streak) span() time.Duration { return s.at[len(s.at)-1].Sub(s.at[0]) }

// grows tells whether the later half of the waits is so much longer than the earlier one; of an odd number
// the middle one is left out.
func (s *streak) grows(growth float64) bool {
	half, last := (len(s.at)-1)/2, len(s.at)-1
	return float64(s.at[last].Sub(s.at[last-half])) > growth*float64(s.at[half].Sub(s.at[0]))
}

// hammering is hammered_dead_vendor: every answer of a streak said that the vendor is down.
func hammering(t *Terms, say func(*Finding)) func(*Entry) {
	streaks := map[string]*streak{}
	return func(e *Entry) {
		if e.Deed != nil {
			return
		}
		key := party(e, t.By)
		if e.Cause != "vendor_down" {
			delete(streaks, key)
			return
		}
		s := streaks[key]
		switch {
		case s == nil:
			s = new(streak)
			streaks[key] = s
		case !s.first.known(e):
			return // no answer had told it that the vendor is down
		}
		s.add(e, t.Hammer.Calls+1)
		if s.told || len(s.at) <= t.Hammer.Calls || s.span() >= t.Hammer.Per.Std() {
			return
		}
		s.told = true
		say(accuse(e, s.seqs[:1], "made %d calls within %s, each answered that the vendor is down",
			len(s.at), words.Span(s.span())))
	}
}

// crowding is too_many_at_once; a finding for each time that the number is exceeded.
func crowding(t *Terms, say func(*Finding)) func(*Entry) {
	if t.AtOnce == 0 {
		return nil
	}
	type flights struct {
		entries []told
		over    bool
	}
	all := map[string]*flights{}
	return func(e *Entry) {
		if e.Deed != nil {
			return
		}
		key := party(e, t.By)
		f := all[key]
		if f == nil {
			f = new(flights)
			all[key] = f
		}
		kept := f.entries[:0]
		for _, other := range f.entries {
			if !other.known(e) {
				kept = append(kept, other)
			}
		}
		f.entries = append(kept, e.tells())
		if len(f.entries) <= t.AtOnce {
			f.over = false
			return
		}
		if f.over {
			return
		}
		f.over = true
		var evidence []int64
		for _, other := range f.entries[:len(f.entries)-1] {
			evidence = append(evidence, other.seq)
		}
		say(accuse(e, evidence, "had %d calls in flight at once (%d at most)", len(f.entries), t.AtOnce))
	}
}

// quieting is called_when_no_call_expected.
func quieting(t *Terms, say func(*Finding)) func(*Entry) {
	if len(t.Quiet) == 0 {
		return nil
	}
	return func(e *Entry) {
		for i := range t.Quiet {
			q := &t.Quiet[i]
			if e.Deed != nil || !q.covers(e, t.Slack.Std()) {
				continue
			}
			why := "no call was expected"
			if q.Why != "" {
				why += ": " + q.Why
			}
			say(accuse(e, nil, "called %s %s, when %s", e.Method, plainPath(e), why))
			return
		}
	}
}

// covers tells whether a call lies in a quiet time, by more than the slack at either end.
func (q *Quiet) covers(e *Entry, slack time.Duration) bool {
	if e.Seq <= q.AfterEntry || q.BeforeEntry > 0 && e.Seq >= q.BeforeEntry {
		return false
	}
	return same(q.Vendor, e.Vendor) && same(q.Connection, e.Connection) && same(q.Endpoint, e.Endpoint) &&
		!e.At.Before(q.From.Add(slack)) && (q.Until.IsZero() || e.At.Before(q.Until.Add(-slack)))
}

// plainPath is the path without the query.
func plainPath(e *Entry) string {
	path, _, _ := strings.Cut(e.Path, "?")
	return path
}

// host is an address without its port.
func host(address string) string {
	if name, _, err := net.SplitHostPort(address); err == nil {
		return name
	}
	return address
}
