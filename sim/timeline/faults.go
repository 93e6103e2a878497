package timeline

import (
	"time"

	"go.yaml.in/yaml/v4"
)

// keepEvent stores an event without problems. Nothing that begins at or after the end of the run is
// kept, for it does not happen (T-04); index is its place in events:.
func (r *reader) keepEvent(index int, at *yaml.Node, d *eventDraft) {
	resources := r.eventResources(d) // even of an event that is dropped: a mention is a mention
	if !d.at.Before(r.end) {
		return
	}
	switch d.shape.doer {
	case "fault":
		f := r.fault(d)
		f.Event, f.Line, f.Resources = index, at.Line, resources
		r.tl.Faults = append(r.tl.Faults, f)
	case "mail":
		m := MailWindow{Event: index, From: d.at, To: r.windowEnd(d), By: d.by}
		r.tl.Mail = append(r.tl.Mail, m)
	case "away":
		a := Absence{Event: index, Who: d.away, From: d.at, To: r.windowEnd(d)}
		r.tl.Away = append(r.tl.Away, a)
	default:
		r.tl.Commands = append(r.tl.Commands, command(index, d))
	}
}

// eventResources reads the resources of a partial fault.
func (r *reader) eventResources(d *eventDraft) []int {
	if d.resources.node == nil {
		return nil
	}
	return r.readResources(d.resources, d.application)
}

// windowEnd is at + for, or the run's end if that is earlier or there is no for.
func (r *reader) windowEnd(d *eventDraft) time.Time {
	if to := d.at.Add(d.length.Std()); d.length > 0 && to.Before(r.end) {
		return to
	}
	return r.end
}

func (r *reader) fault(d *eventDraft) Fault {
	f := Fault{
		From: d.at, To: r.windowEnd(d), Open: d.length == 0,
		Application: d.application, Connection: d.connection, Kind: d.shape.word,
		How: d.how, Status: d.status, RetryAfter: d.retryAfter, Latency: d.latency, Rate: d.rate,
		Up: d.up, Down: d.down, Applied: d.applied,
	}
	if d.connection >= 0 {
		f.Application = r.tl.Connections[d.connection].Application
	}
	if f.Kind == "down" && f.How == "" {
		f.How = "status"
		if f.Status == 0 {
			f.Status = 503
		}
	}
	return f
}

func command(index int, d *eventDraft) Command {
	c := Command{
		Event: index, At: d.at, Do: d.shape.word, Environment: d.environment,
		Job: d.job, Connection: d.connection, Flow: d.flow,
		Wrong: d.credentials == "wrong", Missing: d.missing,
	}
	if d.shape.doer == "environment" {
		c.Do = "environment"
	}
	return c
}
