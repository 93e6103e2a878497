package importer

import (
	"fmt"
	"time"
)

// incidentRecord reads one incident or maintenance.
func incidentRecord(o object, where string) Record {
	r := Record{
		ID: o.text("id"), Name: o.text("name"), Where: where, Severity: o.text("impact"),
		Key: o.text("id"), Version: o.instant("updated_at"),
	}
	if key, bad := o.badInstant("created_at", "started_at", "resolved_at", "scheduled_for",
		"scheduled_until", "_gone_at"); bad {
		r.Key = "" // an older version that can be read still counts
		r.refuse(RuleUnreadable, "%s %q is not a time (want RFC 3339)", key, fmt.Sprint(o[key]))
		return r
	}
	ups := updatesOf(o)
	if r.Version.IsZero() && len(ups) > 0 {
		r.Version = ups[len(ups)-1].at()
	}
	r.Components, r.Worst = affected(o, ups)
	if isMaintenance(o) {
		r.Severity = "maintenance"
		maintenanceSpan(&r, o, ups)
		return r
	}
	r.To, r.Open = incidentEnd(&r, o, ups)
	r.From = incidentStart(&r, o, ups)
	afterTheFact(&r, o, ups)
	return r
}

func isMaintenance(o object) bool {
	switch o.text("status") {
	case "scheduled", "in_progress", "verifying", "completed":
		return true
	}
	return o.text("impact") == "maintenance" || o.has("scheduled_for")
}

// incidentStart chooses the start: started_at, else created_at, else the oldest update
// (I-NO-START). Where that is not before the end, the record was posted afterwards, and the oldest
// displayed time is the start if it is before the end (I-BACKFILLED).
func incidentStart(r *Record, o object, ups []update) time.Time {
	start, from := o.instant("started_at"), ""
	if start.IsZero() {
		start, from = o.instant("created_at"), "created_at"
	}
	if start.IsZero() && len(ups) > 0 {
		start, from = ups[0].at(), "the oldest update"
	}
	if start.IsZero() {
		return start
	}
	if from != "" {
		r.adjust(RuleNoStart, "no started_at: %s is the start", from)
	}
	late := !r.To.IsZero() && !start.Before(r.To)
	if late && len(ups) > 0 && !ups[0].display.IsZero() && ups[0].display.Before(r.To) {
		r.adjust(RuleBackfilled, "posted at %s, after its end: the oldest update is shown at the start",
			start.Format(time.RFC3339))
		return ups[0].display
	}
	return start
}

// incidentEnd chooses the end: resolved_at; of a resolved record without one, the update that
// resolved it, else the newest that is no post-mortem (I-NO-END); of one that was open when last
// seen, when it left the page (I-GONE).
func incidentEnd(r *Record, o object, ups []update) (end time.Time, open bool) {
	if end = o.instant("resolved_at"); !end.IsZero() {
		return end, false
	}
	if status := o.text("status"); status == "resolved" || status == "postmortem" {
		end = closing(ups)
		if !end.IsZero() {
			r.adjust(RuleNoEnd, "%s without resolved_at: the last update is the end", status)
		}
		return end, false
	}
	if end = o.instant("_gone_at"); !end.IsZero() {
		r.adjust(RuleGone, "last seen open: the end is when it left the page, late by up to one poll")
		return end, false
	}
	return time.Time{}, true
}

// afterTheFact refuses records that were told whole after they had ended, whose real span is only
// in prose: one update, and either created_at = resolved_at or less than a minute between.
func afterTheFact(r *Record, o object, ups []update) {
	if len(ups) > 1 || r.From.IsZero() || r.To.IsZero() || r.To.Before(r.From) {
		return
	}
	created := o.instant("created_at")
	switch {
	case len(ups) == 1 && !created.IsZero() && created.Equal(o.instant("resolved_at")):
		r.refuse(RuleMigrated, "created_at = resolved_at with one update: moved from another system "+
			"or posted afterwards, its span is only in prose")
	case len(ups) == 1 && ups[0].closes() && r.To.After(r.From) && r.To.Sub(r.From) < time.Minute:
		r.refuse(RuleRetroactive, "told once, as resolved, over %s: its span is only in prose",
			span(r.To.Sub(r.From)))
	}
}
