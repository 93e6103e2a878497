package sim

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

func text(s string) figure            { return figure{text: s, unit: "text"} }
func count[T int | int64](n T) figure { return figure{num: float64(n), unit: "count"} }

func duration(s journal.Seconds) figure { return figure{num: float64(s) / 1e9, unit: "seconds"} }

func maybe(s *journal.Seconds) figure {
	if s == nil {
		return figure{none: true}
	}
	return duration(*s)
}

func countOrNone[T int | int64](n *T) figure {
	if n == nil {
		return figure{none: true}
	}
	return count(*n)
}

// figures are the values of the summary that an expectation's field speaks of: one, or one an outage
// for an application.
func figures(s *journal.Summary, x *timeline.Expectation, field string) []figure {
	var list []figure
	switch x.Subject {
	case "job":
		i := slices.IndexFunc(s.Jobs, func(j journal.JobSummary) bool { return j.ID == x.Name })
		list = append(list, jobFigure(&s.Jobs[i], field))
	case "connection":
		i := slices.IndexFunc(s.Connections, func(c journal.ConnectionSummary) bool { return c.ID == x.Name })
		list = append(list, connectionFigure(&s.Connections[i], field, s.End))
	case "flow":
		i := slices.IndexFunc(s.Flows, func(f journal.FlowSummary) bool { return f.ID == x.Name })
		list = append(list, flowFigure(&s.Flows[i], field, s.End))
	case "application":
		for i := range s.Outages {
			if s.Outages[i].Application == x.Name {
				list = append(list, outageFigure(&s.Outages[i], field))
			}
		}
	default:
		list = append(list, totalFigure(&s.Totals, field))
	}
	return list
}

func jobFigure(j *journal.JobSummary, field string) figure {
	switch field {
	case "state":
		return text(j.State)
	case "disablements":
		return count(len(j.Disablements))
	case "polls":
		return count(j.Polls)
	case "failed_polls":
		return count(j.FailedPolls)
	case "margin":
		return countOrNone(j.Margin)
	case "delivered":
		return count(j.Delivered)
	case "waiting":
		return count(j.Waiting)
	case "lost":
		return count(j.Lost)
	case "duplicated":
		return count(j.Duplicated)
	case "late":
		return count(j.Late)
	case "past_deadline":
		return count(j.PastDeadline)
	case "off_for":
		return duration(j.OffFor)
	case "off_after_well":
		return duration(j.OffAfterWell)
	case "manual_steps":
		return count(j.ManualSteps)
	case "manual_steps_left":
		return count(j.ManualStepsLeft)
	}
	panic(unknown("job", field))
}

func connectionFigure(c *journal.ConnectionSummary, field string, end journal.Time) figure {
	switch field {
	case "state":
		return text(c.State)
	case "offline_for":
		var sum journal.Seconds
		for _, o := range c.Offline {
			sum += journal.Seconds(until(o.To, end).Sub(o.From))
		}
		return duration(sum)
	case "manual_steps":
		return count(c.ManualSteps)
	case "manual_steps_left":
		return count(c.ManualStepsLeft)
	}
	panic(unknown("connection", field))
}

func flowFigure(f *journal.FlowSummary, field string, end journal.Time) figure {
	counts := map[string]int64{
		"runs": f.Runs, "pages": f.Pages, "delivered": f.Delivered, "waiting": f.Waiting,
		"open_errors": f.OpenErrors, "resolved_errors": f.ResolvedErrors, "lost": f.Lost,
		"duplicated": f.Duplicated, "backlog_peak": f.BacklogPeak, "unretryable_errors": f.UnretryableErrors,
		"manual_steps": int64(f.ManualSteps), "manual_steps_left": int64(f.ManualStepsLeft),
		"late": f.Late, "past_deadline": f.PastDeadline,
	}
	if n, ok := counts[field]; ok {
		return count(n)
	}
	switch field {
	case "refused":
		return count(f.Intake.Refused)
	case "buffer_peak":
		return count(f.Intake.BufferPeak)
	case "backlog_change_per_hour":
		return countOrNone(f.BacklogChangePerHour)
	case "capacity_per_hour":
		return countOrNone(f.CapacityPerHour)
	case "state":
		return text(f.State)
	case "late_max":
		return duration(f.LateMax)
	case "late_p95":
		return duration(f.LateP95)
	case "paused_for":
		var sum journal.Seconds
		for _, p := range f.Paused {
			sum += journal.Seconds(until(p.To, end).Sub(p.From))
		}
		return duration(sum)
	}
	panic(unknown("flow", field))
}

func outageFigure(o *journal.Outage, field string) figure {
	switch field {
	case "detection_delay":
		return maybe(o.DetectionDelay)
	case "recovery_delay":
		return maybe(o.RecoveryDelay)
	case "first_notice":
		return maybe(o.FirstNotice)
	case "wasted_calls":
		return count(o.WastedCalls)
	case "jobs_disabled":
		return count(o.JobsDisabled)
	}
	panic(unknown("application", field))
}

func totalFigure(t *journal.Totals, field string) figure {
	counts := map[string]int64{
		"polls": t.Polls, "failed_polls": t.FailedPolls, "calls": t.Calls, "wasted_calls": t.WastedCalls,
		"records_created": t.RecordsCreated, "records_delivered": t.RecordsDelivered,
		"records_lost": t.RecordsLost, "records_duplicated": t.RecordsDuplicated,
		"notifications": t.Notifications, "manual_steps": int64(t.ManualSteps),
		"manual_steps_left": int64(t.ManualStepsLeft), "disablements": t.Disablements,
	}
	n, ok := counts[field]
	if !ok {
		panic(unknown("totals", field))
	}
	return count(n)
}

func until(to *journal.Time, end journal.Time) journal.Time {
	if to == nil {
		return end
	}
	return *to
}

func unknown(subject, field string) string {
	return fmt.Sprintf("sim: %s has no figure %q; the timeline's reader let it pass", subject, field)
}
