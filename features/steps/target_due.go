package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// unannounced wants nothing to have been called or sent: nothing was due.
func (w *targetWatch) unannounced(done deeds) error {
	want := w.window
	if want == "" {
		want = "(want calls and e-mails only while a " + contract.Root + "/clock is answered " +
			"that moves to the instant of next_due)"
	}
	switch {
	case len(done.calls) > 0:
		return fmt.Errorf("the platform calls %s when nothing is due %s", w.words(&done.calls[0]), want)
	case len(done.mail) > 0:
		subject := done.mail[0].subject
		return fmt.Errorf("the platform sends the e-mail %q when nothing is due %s", subject, want)
	}
	return nil
}

// words words a call.
func (w *targetWatch) words(h *heardCall) string {
	what := w.tl.Connections[h.request.Connection].Name
	switch resource := w.askedFor(h); {
	case resource != "":
		what += "/" + resource
	case h.request.Op == dialect.RefreshToken:
		what += "'s token endpoint"
	}
	switch {
	case h.header != "":
		what += " for job " + h.header
	case h.flowHeader != "":
		what += " for flow " + h.flowHeader
	}
	return what
}

// tick gives a job's first tick (DIS-01) at or after an instant.
func (w *targetWatch) tick(job int, at engine.Time) engine.Time {
	j := &w.tl.PollingJobs[job]
	return w.tickOf(j.Every, j.Phase, at)
}

// nextTick is the first tick of any job that is enabled at or after an instant.
func (w *targetWatch) nextTick(at engine.Time) engine.Time {
	next := engine.Never
	for i := range w.jobs {
		if w.jobs[i].last.Enabled {
			next = min(next, w.tick(i, at))
		}
	}
	return next
}

// tickOf gives the first tick of some work at or after an instant.
func (w *targetWatch) tickOf(interval, phase timeline.Span, at engine.Time) engine.Time {
	first := engine.Time(w.tl.Start.UnixNano()).Add(time.Duration(phase))
	if at <= first {
		return first
	}
	every := engine.Time(interval)
	return first + (at-first+every-1)/every*every
}

// overdue wants the platform to act at the next tick of each job that is enabled and of each flow that is
// idle, at the latest.
func (w *targetWatch) overdue(from, due, end engine.Time) error {
	for i := range w.jobs {
		tick := w.tick(i, from)
		if w.jobs[i].last.Enabled && tick < end && due > tick {
			const form = "DIS-01: the platform's next_due is %s, and job %s is enabled (want its tick at %s)"
			return fmt.Errorf(form, w.offset(due), w.jobs[i].last.ID, w.offset(tick))
		}
	}
	for i := range w.flows {
		f := &w.flows[i].last
		tick := w.tickOf(w.tl.Flows[i].Every, w.tl.Flows[i].Phase, from)
		if f.State == idleFlow && tick < end && due > tick {
			const form = "OUT-07: the platform's next_due is %s, and flow %s is idle (want its tick at %s)"
			return fmt.Errorf(form, w.offset(due), f.ID, w.offset(tick))
		}
	}
	return nil
}

// missing wants a job that is enabled at its tick to poll: each of its resources, unless it was disabled
// meanwhile or a token could not be refreshed.
func (w *targetWatch) missing(at engine.Time, state *contract.State, calls []heardCall) error {
	for i := range w.jobs {
		if !w.jobs[i].last.Enabled || w.tick(i, at) != at || w.jobs[i].ticked == at {
			continue
		}
		w.jobs[i].ticked = at
		polled, refused := w.polled(i, calls)
		if refused || len(polled) > 0 && !w.stateOf(state, i).Enabled {
			continue
		}
		for _, r := range w.jobs[i].resources {
			if !slices.Contains(polled, r.name) {
				const form = "DIS-01: job %s is enabled and does not poll %s at its tick at %s"
				missed := fmt.Sprintf(form, w.jobs[i].last.ID, r.name, w.offset(at))
				return errors.New(strings.TrimSpace(missed + " " + w.window))
			}
		}
	}
	return nil
}

// expects tells how many pages are still to be asked for at an instant, if each resource has one.
func (w *targetWatch) expects(at engine.Time) int {
	n := 0
	for i := range w.jobs {
		if w.jobs[i].last.Enabled && w.tick(i, at) == at && w.jobs[i].ticked != at {
			n += len(w.jobs[i].resources)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.heard {
		if w.heard[i].request.Op == dialect.ReadPage {
			n--
		}
	}
	return n
}

// polled lists the resources that a job asked for; refused tells whether a token for it was refused.
func (w *targetWatch) polled(job int, calls []heardCall) (resources []string, refused bool) {
	for i := range calls {
		c := &calls[i]
		switch {
		case c.job != job && (c.job >= 0 || c.request.Connection != w.tl.PollingJobs[job].Instance):
		case c.request.Op == dialect.RefreshToken:
			refused = refused || c.reading.Class != dialect.OK
		case c.request.Resource >= 0:
			resources = append(resources, w.askedFor(c))
		}
	}
	return resources, refused
}
