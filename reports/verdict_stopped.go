package reports

import (
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// stopped is what the platform ever stopped, in things and not in times.
type stopped struct {
	conns, flows, jobs map[string]bool
}

func (s *stopped) any() bool { return len(s.conns)+len(s.flows)+len(s.jobs) > 0 }

func (m *model) stopped() stopped {
	s := stopped{conns: map[string]bool{}, flows: map[string]bool{}, jobs: map[string]bool{}}
	for _, c := range m.offline {
		s.conns[c.conn] = true
	}
	for _, f := range m.paused {
		s.flows[f.flow] = true
	}
	for _, j := range m.off {
		if !j.byUser {
			s.jobs[j.job] = true
		}
	}
	return s
}

func (m *model) stoppedAny() bool {
	s := m.stopped()
	return s.any()
}

// outcome says in clauses what came of all that was stopped: whether and when flows flowed again, what is
// still off and waits for a human, what was lost. A connection is told where no flow tells of it.
func (m *model) outcome(s *stopped) string {
	conns, flows, jobs := m.still()
	var parts []string
	if n := len(s.conns); n > 0 && (len(conns) > 0 || len(s.flows) == 0) {
		parts = append(parts, m.connOutcome(n, conns))
	}
	if n := len(s.flows); n > 0 {
		text := some(n, len(m.Run.Flows), "flow") + isAre(n, " was", " were") + " paused"
		switch {
		case m.several():
			paused, late := m.pausedLong(s.flows)
			text += paused + ", and " + flowNow(len(flows), n, flows)
			if late != "" {
				text += "; " + late
			}
		case len(flows) > 0:
			text += " and " + stillSo(len(flows), n, "does not flow again", "do not flow again", flows)
		case m.ran(s.flows):
			text += " and flowed again" + m.flowedWhen()
		default:
			text += " and free to run again" + m.flowedWhen()
		}
		parts = append(parts, text)
	}
	if n := len(s.jobs); n > 0 {
		parts = append(parts, m.jobOutcome(n, jobs))
	}
	if losses := m.losses(); losses != "" {
		parts = append(parts, losses)
	}
	return strings.Join(parts, "; ")
}

// flowNow says of n flows that were paused which do not flow again by the end.
func flowNow(still, n int, names []string) string {
	if still == 0 {
		return isAre(n, "it flows again", "all flow again")
	}
	return stillSo(still, n, "does not flow again", "do not flow again", names)
}

func (m *model) connOutcome(n int, still []string) string {
	text := some(n, len(m.Run.Connections), "connection") + " went offline"
	switch at := m.Summary.Totals.WorksAgainAt; {
	case len(still) > 0:
		text += " and " + stillSo(len(still), n, "is still offline", "are still offline", still)
	case at != nil:
		text += " and all works again " + m.worksAgain(*at)
	default:
		text += isAre(n, " and is online again", " and are online again")
	}
	left := 0
	for _, c := range m.Summary.Connections {
		left += c.ManualStepsLeft
	}
	if left > 0 {
		text += ", and somebody has to re-authorize " +
			isAre(left, "it", words.Number(int64(left))+" of them")
	}
	return text
}

func (m *model) jobOutcome(n int, still []string) string {
	text := some(n, len(m.Run.Jobs), "polling job")
	off := ""
	if m.several() {
		off = m.offLong(n)
	}
	one, many := "is still off and waits for a human", "are still off and wait for a human"
	switch k := len(still); k {
	case 0:
		return text + isAre(n, " was", " were") + " disabled" + off +
			isAre(n, ", and is enabled again", ", and are enabled again")
	case n:
		return text + " " + isAre(n, one, many) + " (" + list(still, 3) + ")"
	default:
		return text + " were disabled" + off + ", and " + stillSo(k, n, one, many, still)
	}
}

// losses says what was lost, doubled or stands as an open error. That nothing was lost is a finding where
// records came.
func (m *model) losses() string {
	harm := m.harm()
	if m.lost()+m.doubled() > 0 || m.Summary.Totals.RecordsCreated == 0 {
		return harm
	}
	text := "nothing was lost"
	if m.mayLose() {
		text += " in the base case"
	}
	if harm != "" {
		text += ", but " + harm
	}
	return text
}

// mayLose tells whether records are lost under any assumption that was tried.
func (m *model) mayLose() bool {
	r := m.Summary.Ranges
	if r == nil {
		return false
	}
	return slices.ContainsFunc(r.Flows, func(f journal.FlowRanges) bool { return f.Lost.Worst.Value > 0 }) ||
		slices.ContainsFunc(r.Jobs, func(j journal.JobRanges) bool { return j.Lost.Worst.Value > 0 })
}

// some says n of all things: "2 of 14 polling jobs", or "2 polling jobs" where these are all.
func some(n, all int, noun string) string {
	if n >= all {
		return words.Count(n, noun)
	}
	return words.Number(int64(n)) + " of " + words.Count(all, noun)
}

// stillSo says of k of n things with their names what is still so: "1 of them is still offline (acme-main)".
func stillSo(k, n int, one, many string, names []string) string {
	text := isAre(k, one, many) + " (" + list(names, 3) + ")"
	if k < n {
		return words.Number(int64(k)) + " of them " + text
	}
	return text
}
