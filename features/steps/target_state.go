package steps

import (
	"fmt"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// shows wants a clock of the platform to show an instant.
func (w *targetWatch) shows(what string, got time.Time, at engine.Time) error {
	if contract.Same(got, instantOf(at)) {
		return nil
	}
	return fmt.Errorf("%s shows %s (want %s)", what, got.Format(time.RFC3339Nano), journal.Time(at))
}

// sound tells what cannot be in what the platform says of itself: then nothing of it is believed.
func (w *targetWatch) sound(at engine.Time, state *contract.State) error {
	if err := w.shows("the platform's state", state.Now, at); err != nil {
		return err
	}
	var ids []string
	for i := range state.Jobs {
		ids = append(ids, state.Jobs[i].ID)
	}
	slices.Sort(ids)
	if want := w.jobNames(); !slices.Equal(ids, slices.Sorted(slices.Values(want))) {
		return fmt.Errorf("the platform's state is of the jobs %s (want %s)", some(ids), list(want))
	}
	for i := range w.jobs {
		if err := w.soundJob(at, i, w.stateOf(state, i)); err != nil {
			const form = "the platform's state of job %s at %s: %w"
			return fmt.Errorf(form, w.jobs[i].last.ID, w.offset(at), err)
		}
	}
	return nil
}

// soundJob tells what cannot be in what the platform says of a job.
func (w *targetWatch) soundJob(at engine.Time, job int, s *contract.JobState) error {
	var said, known []string
	for _, r := range s.Resources {
		said = append(said, r.Name)
		if r.Failures < 0 || r.Delivered < 0 {
			return fmt.Errorf("%d consecutive_failures and %d delivered of %s (want 0 or more)",
				r.Failures, r.Delivered, r.Name)
		}
	}
	for _, r := range w.jobs[job].resources {
		known = append(known, r.name)
	}
	slices.Sort(said)
	slices.Sort(known)
	by := "null"
	if s.DisabledBy != nil {
		by = *s.DisabledBy
	}
	switch {
	case !slices.Equal(said, known):
		return fmt.Errorf("it has the resources %s (want %s)", some(said), list(known))
	case s.Enabled && (s.DisabledBy != nil || s.DisabledAt != nil || s.Resource != nil):
		const form = "it is enabled and disabled_by is %s (want disabled_by, disabled_at and resource null)"
		return fmt.Errorf(form, by)
	case s.Enabled:
		return nil
	case by != "platform" && by != "user":
		return fmt.Errorf("it is disabled and disabled_by is %s (want platform or user)", by)
	case s.DisabledAt == nil:
		return fmt.Errorf("it is disabled and disabled_at is null (want an instant)")
	case by == "user" && s.Resource != nil:
		return fmt.Errorf("a user disabled it and resource is %s (want null)", *s.Resource)
	case by == "platform" && s.Resource == nil:
		return fmt.Errorf("the platform disabled it and resource is null (want %s)", list(known))
	case by == "platform" && !slices.Contains(known, *s.Resource):
		return fmt.Errorf("the platform disabled it and resource is %s (want %s)",
			*s.Resource, list(known))
	}
	if was := &w.jobs[job].last; w.newly(was, s) {
		return w.shows("disabled_at", *s.DisabledAt, at)
	}
	return nil
}

// newly tells whether a job was disabled since it was looked at last.
func (w *targetWatch) newly(was, is *contract.JobState) bool {
	return !is.Enabled && (was.Enabled || !was.DisabledAt.Equal(*is.DisabledAt))
}

// jobNames lists the names of the polling jobs.
func (w *targetWatch) jobNames() []string {
	var names []string
	for i := range w.jobs {
		names = append(names, w.jobs[i].last.ID)
	}
	return names
}

// stateOf is what the platform says of a job.
func (w *targetWatch) stateOf(state *contract.State, job int) *contract.JobState {
	i := slices.IndexFunc(state.Jobs, func(s contract.JobState) bool { return s.ID == w.jobs[job].last.ID })
	return &state.Jobs[i] // sound wants it to be there
}

// believed notes what changed in what the platform says of a job.
func (w *targetWatch) believed(at engine.Time, job int, is *contract.JobState) error {
	j := &w.jobs[job]
	newly := w.newly(&j.last, is)
	enabled := !j.last.Enabled && (is.Enabled || newly)
	j.last = *is
	if enabled {
		if n := len(j.disabled); n > 0 && j.disabled[n-1].EnabledAt == nil {
			when := journal.Time(at)
			j.disabled[n-1].EnabledAt = &when
		}
		if err := w.write(at, &journal.Entry{
			Kind: journal.JobEnabled, Job: is.ID, Instance: w.instance(job), By: "operator",
		}); err != nil {
			return err
		}
	}
	if newly {
		return w.disabled(at, job, is)
	}
	return nil
}

// disabled notes a disablement.
func (w *targetWatch) disabled(at engine.Time, job int, is *contract.JobState) error {
	j := &w.jobs[job]
	e := journal.Entry{Kind: journal.JobDisabled, Job: is.ID, Instance: w.instance(job), By: *is.DisabledBy}
	if e.By == "platform" {
		e.Resource, e.Environment = *is.Resource, w.environment
		for _, r := range is.Resources {
			if r.Name == e.Resource {
				e.Failures = r.Failures
			}
		}
		j.untold++
		j.disabled = append(j.disabled, journal.Disablement{
			At: journal.Time(at), Resource: e.Resource, Failures: e.Failures,
		})
	}
	return w.write(at, &e)
}
