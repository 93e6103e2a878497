package importer

import "time"

// maintenanceSpan chooses a maintenance's start and end. It starts when scheduled, not when
// announced; it ends when completed, else, as last seen, at the earlier of the planned end and when
// it left the page, unless it was seen running past the plan.
func maintenanceSpan(r *Record, o object, ups []update) {
	r.From = maintenanceStart(r, o, ups)
	if r.To = o.instant("resolved_at"); !r.To.IsZero() {
		if r.To.Before(r.From) {
			r.refuse(RuleCancelled, "completed %s before it was to begin", span(r.From.Sub(r.To)))
		}
		return
	}
	if o.text("status") == "completed" || o.text("status") == "resolved" {
		if r.To = closing(ups); !r.To.IsZero() {
			r.adjust(RuleNoEnd, "completed without resolved_at: the last update is the end")
			return
		}
	}
	gone, planned := o.instant("_gone_at"), o.instant("scheduled_until")
	switch {
	case !gone.IsZero() && gone.Before(r.From):
		r.refuse(RuleCancelled, "left the page before it was to begin")
	case !gone.IsZero() && (planned.IsZero() || gone.Before(planned) ||
		o.instant("_last_seen").After(planned)):
		r.To = gone
		r.adjust(RuleGone, "the end is when it left the page, late by up to one poll")
	case !planned.IsZero():
		r.To = planned
		r.adjust(RulePlanned, "no completion told: the planned end holds")
	default:
		r.Open = true
	}
}

// maintenanceStart is scheduled_for; without one (I-NO-START), the first update that says
// in_progress, else the start as of an incident.
func maintenanceStart(r *Record, o object, ups []update) time.Time {
	if at := o.instant("scheduled_for"); !at.IsZero() {
		return at
	}
	for _, u := range ups {
		if u.status == "in_progress" && !u.at().IsZero() {
			r.adjust(RuleNoStart, "no scheduled_for: the update in_progress is the start")
			return u.at()
		}
	}
	start := o.instant("started_at")
	if start.IsZero() {
		start = o.instant("created_at")
	}
	if start.IsZero() && len(ups) > 0 {
		start = ups[0].at()
	}
	if !start.IsZero() {
		r.adjust(RuleNoStart, "no scheduled_for: the announcement is the start")
	}
	return start
}
