package reports

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/outagedrill/outagedrill/internal/words"
)

// tellRecords tells what was lost, doubled or stands as an open error, what waits behind something that is
// still stopped, and how the backlogs went. What could not happen is not denied.
func (m *model) tellRecords() []string {
	var out []string
	out = append(out, m.tellLost()...)
	out = append(out, m.tellDeadlines()...)
	out = append(out, m.tellIntakes()...)
	out = append(out, m.tellWaiting()...)
	return append(out, m.tellBacklogs()...)
}

func (m *model) tellLost() []string {
	var out []string
	for _, f := range m.Summary.Flows {
		out = append(out, harmOf(f.ID, f.Lost, f.Duplicated, lostAt(f.Intake != nil))...)
	}
	for _, j := range m.Summary.Jobs {
		out = append(out, harmOf(j.ID, j.Lost, j.Duplicated, lostAt(false))...)
	}
	if !m.stoppedAny() {
		return out
	}
	if len(m.plan.canLose) > 0 && m.lost() == 0 {
		out = append(out, "No record was lost, though records expire ("+list(m.plan.canLose, 3)+").")
	}
	if m.plan.canNeither && len(m.Summary.Flows) > 0 {
		out = append(out, "No record was lost or doubled: by this timeline records keep at their source "+
			"(retention: 0s), and one that is written again overwrites itself (idempotent: true).")
	}
	if m.plan.canDouble && m.doubled() == 0 {
		out = append(out,
			"No record was doubled, though failed writes may have landed or repeats may double.")
	}
	return out
}

// lostAt says why records were lost.
func lostAt(intake bool) string {
	if intake {
		return "the intake had no room for them, and nobody sent them again in time"
	}
	return "they had expired at the vendor"
}

func harmOf(name string, lost, doubled int64, why string) []string {
	var out []string
	if lost > 0 {
		out = append(out, clean(name)+": "+words.Count(lost, "record")+" lost; "+why+".")
	}
	if doubled > 0 {
		out = append(out, clean(name)+": "+words.Count(doubled, "record")+" reached it more than once.")
	}
	return out
}

func (m *model) tellWaiting() []string {
	_, flows, jobs := m.still()
	var out []string
	for _, f := range m.Summary.Flows {
		if f.OpenErrors > 0 {
			out = append(out, clean(f.ID)+": "+words.Count(f.OpenErrors, "record")+
				isAre(f.OpenErrors, " stands as an open error", " stand as open errors")+" at the end"+
				handwork(&f)+".")
		}
		if f.Waiting > 0 && slices.Contains(flows, clean(f.ID)) {
			out = append(out, clean(f.ID)+": "+words.Count(f.Waiting, "record")+
				isAre(f.Waiting, " waits", " wait")+" behind the pause at the end.")
		}
	}
	for _, j := range m.Summary.Jobs {
		if j.Waiting > 0 && slices.Contains(jobs, clean(j.ID)) {
			out = append(out, clean(j.ID)+": "+words.Count(j.Waiting, "record")+
				isAre(j.Waiting, " waits", " wait")+" for the disabled job at the end.")
		}
	}
	return out
}

// tellMargins tells how close the jobs came that failed and were never disabled by the platform, the
// smallest margin first (FIG-05).
func (m *model) tellMargins() []string {
	type close struct {
		id, resource   string
		margin, streak int
		atEnd          bool
	}
	var all []close
	if len(m.Summary.Fleet) > 0 {
		return nil // its table tells that, and more
	}
	for _, j := range m.Summary.Jobs {
		if j.Margin == nil {
			continue
		}
		c := close{id: j.ID, margin: *j.Margin}
		for _, r := range j.Resources {
			if r.LongestStreak > c.streak {
				c.resource, c.streak = r.Name, r.LongestStreak
				c.atEnd = r.ConsecutiveFailures == r.LongestStreak
			}
		}
		if c.streak > 0 {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b close) int { return cmp.Compare(a.margin, b.margin) })
	var out []string
	for _, c := range all {
		s := clean(c.id) + ": " + clean(c.resource) + " failed " + words.Count(c.streak, "time") +
			" in a row, " + strconv.Itoa(c.margin) + " short of the threshold"
		if c.atEnd {
			s += ", and was still failing at the end"
		}
		out = append(out, s+".")
	}
	return out
}
