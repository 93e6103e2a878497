package steps

import (
	"fmt"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/features/contract"
)

// unannounced wants nothing to have been called or sent: nothing was due.
func (w *targetWatch) unannounced(done deeds) error {
	const want = "(want calls and e-mails only while a " + contract.Root + "/clock is answered " +
		"that moves to the instant of next_due)"
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
	if h.header != "" {
		what += " for job " + h.header
	}
	return what
}

// jobOf finds the job for which a call was made; -1 where nobody can tell and it makes no difference.
func (w *targetWatch) jobOf(h *heardCall) (int, error) {
	called := w.tl.Connections[h.request.Connection].Name
	fits := func(job int) bool {
		j := &w.tl.PollingJobs[job]
		return j.Instance == h.request.Connection &&
			(h.request.Resource < 0 || slices.Contains(j.Resources, h.request.Resource))
	}
	if h.header != "" {
		job := slices.Index(w.jobNames(), h.header)
		switch {
		case job < 0:
			return -1, fmt.Errorf("a call of %s has %s: %s (want %s)",
				called, contract.JobHeader, h.header, list(w.jobNames()))
		case !fits(job):
			return -1, fmt.Errorf("the platform calls %s (want connection %s and resources of that job)",
				w.words(h), w.instance(job))
		}
		return job, nil
	}
	var found []string
	job := -1
	for i := range w.jobs {
		if fits(i) {
			job = i
			found = append(found, w.jobs[i].last.ID)
		}
	}
	refreshed := h.request.Op == dialect.RefreshToken && h.reading.Class == dialect.OK
	switch {
	case len(found) == 1:
		return job, nil
	case refreshed:
		return -1, nil
	case len(found) == 0:
		return -1, fmt.Errorf("the platform calls %s, which no job polls", w.words(h))
	}
	return -1, &unoffered{fmt.Sprintf("without %s nobody can tell the calls of %s apart",
		contract.JobHeader, list(found))}
}

// tick gives a job's first tick (DIS-01) at or after an instant.
func (w *targetWatch) tick(job int, at engine.Time) engine.Time {
	j := &w.tl.PollingJobs[job]
	first := engine.Time(w.tl.Start.UnixNano()).Add(time.Duration(j.Phase))
	if at <= first {
		return first
	}
	every := engine.Time(j.Every)
	return first + (at-first+every-1)/every*every
}

// overdue wants the platform to act at the next tick of each job that is enabled, at the latest.
func (w *targetWatch) overdue(from, due, end engine.Time) error {
	for i := range w.jobs {
		tick := w.tick(i, from)
		if w.jobs[i].last.Enabled && tick < end && due > tick {
			const form = "DIS-01: the platform's next_due is %s, and job %s is enabled (want its tick at %s)"
			return fmt.Errorf(form, w.offset(due), w.jobs[i].last.ID, w.offset(tick))
		}
	}
	return nil
}

// missing wants a job that is enabled at its tick to poll: each of its resources, unless it was disabled
// meanwhile or a token could not be refreshed.
func (w *targetWatch) missing(at engine.Time, state *contract.State, calls []heardCall) error {
	for i := range w.jobs {
		if !w.jobs[i].last.Enabled || w.tick(i, at) != at {
			continue
		}
		polled, refused := w.polled(i, calls)
		if refused || len(polled) > 0 && !w.stateOf(state, i).Enabled {
			continue
		}
		for _, r := range w.jobs[i].resources {
			if !slices.Contains(polled, r.name) {
				return fmt.Errorf("DIS-01: job %s is enabled and does not poll %s at its tick at %s",
					w.jobs[i].last.ID, r.name, w.offset(at))
			}
		}
	}
	return nil
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
