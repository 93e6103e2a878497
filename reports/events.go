package reports

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// maxEvents is how many rows the table of events holds. The timeline has all entries, and explains each.
const maxEvents = 360

// event is one row of the table.
type event struct {
	Seq       int64
	At, Local string
	Subject   string
	Words     string
	CauseSeq  int64 // 0: none
	Cause     string
	Linked    bool // the cause has a row of its own
}

// leftOut counts the entries of a kind that have no row.
type leftOut struct {
	Kind  string
	Count int64
}

// events are the rows of the table, in order, and what has none: backlog samples and failed tests that led
// to nothing, and beyond maxEvents the kinds that matter least.
func (m *model) events() (rows []event, out []leftOut) {
	causes := map[int64]bool{}
	tests := map[int64]bool{}
	for _, e := range m.each() {
		if e.Kind == journal.ConnectionTested {
			tests[e.Seq] = true
		}
		if e.Cause != nil && tests[*e.Cause] {
			causes[*e.Cause] = true
		}
	}
	var kept [3][]int // rows, by weight
	dropped := map[journal.Kind]int64{}
	for i, e := range m.each() {
		if isAnswer(e.Kind) {
			continue
		}
		if e.Kind == journal.BacklogSampled ||
			e.Kind == journal.ConnectionTested && e.Result != "passed" && !causes[e.Seq] {
			dropped[e.Kind]++
			continue
		}
		if w := weight(e); len(kept[w]) < maxEvents {
			kept[w] = append(kept[w], i)
		} else {
			dropped[e.Kind]++
		}
	}
	rest := slices.Concat(kept[:]...)
	for _, i := range rest[min(maxEvents, len(rest)):] {
		dropped[m.rows.kind(i)]++
	}
	rest = rest[:min(maxEvents, len(rest))]
	slices.Sort(rest)
	shown := map[int64]bool{}
	for _, i := range rest {
		shown[m.rows.row(i).seq] = true
	}
	for _, i := range rest {
		rows = append(rows, m.event(m.rows.read(i), shown))
	}
	for k, n := range dropped {
		out = append(out, leftOut{plainKind(k), n})
	}
	slices.SortFunc(out, func(a, b leftOut) int { return cmp.Compare(a.Kind, b.Kind) })
	return rows, out
}

// isAnswer tells whether entries of a kind tell what other runs gave, and nothing that happened.
func isAnswer(k journal.Kind) bool {
	switch k {
	case journal.RangesComputed, journal.EnvironmentsPlayed, journal.FleetSolved, journal.AdviceGiven:
		return true
	default:
		return false
	}
}

// weight is how soon a kind gives way when the table is full: 0 last.
func weight(e *journal.Entry) int {
	switch e.Kind {
	case journal.FlowQueued, journal.FlowStarted, journal.FlowCompleted, journal.TokenRefreshed,
		journal.PollSkipped, journal.ErrorRetried:
		return 2
	case journal.CallsFailed, journal.ConnectionTested, journal.ErrorOpened, journal.ErrorResolved,
		journal.PollAfterDisable, journal.FlowFailed, journal.TokenRefreshFailed, journal.RecordLost,
		journal.RecordDuplicated, journal.NotificationDelivered:
		return 1
	}
	return 0
}

func (m *model) event(e *journal.Entry, shown map[int64]bool) event {
	v := event{
		Seq: e.Seq, At: e.At.Std().Format("2006-01-02 15:04:05"),
		Local:   e.At.Std().In(m.clock.loc).Format("Jan 2 15:04:05"),
		Subject: subject(e), Words: describe(e),
	}
	if e.Cause == nil {
		return v
	}
	v.CauseSeq, v.Linked = *e.Cause, shown[*e.Cause]
	v.Cause = "entry " + strconv.FormatInt(*e.Cause, 10) + ", which is missing"
	if c := m.entry(*e.Cause); c != nil {
		v.Cause = describe(c)
		if v.Linked { // its row says the rest
			v.Cause, _, _ = strings.Cut(v.Cause, ", ")
		}
		if s := subject(c); s != "" && s != v.Subject {
			v.Cause = s + ": " + v.Cause
		}
	}
	return v
}
