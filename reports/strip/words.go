package strip

import (
	"fmt"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// tell notes an entry as a moment and its instant as one worth looking at, where it is one.
func (g *gatherer) tell(e *journal.Entry) {
	text := g.words(e)
	if text == "" {
		return
	}
	at := g.now
	if e.Kind == journal.CallsFailed {
		at = g.since(*e.Last) // it is told when it is over, which may be long after
	}
	g.notable = append(g.notable, at)
	g.moments = append(g.moments, Moment{At: at, Text: text})
}

// words says what happened, in the words of scenarios; "" for what only happens along the way.
func (g *gatherer) words(e *journal.Entry) string {
	switch e.Kind {
	case journal.FaultBegan:
		return faultSubject(e) + ": " + faultWords(e)
	case journal.FaultEnded:
		if e.At >= g.run.End {
			return ""
		}
		return faultSubject(e) + ": " + faultWords(e) + " is over"
	case journal.StatusPublished:
		return e.Application + ": incident " + e.State + " on the status page"
	case journal.CallsFailed:
		return g.streakWords(e)
	case journal.ConnectionTested:
		return g.testWords(e)
	case journal.JobDisabled:
		if e.By == "user" {
			return "job " + e.Job + " disabled by a person"
		}
		return fmt.Sprintf("job %s disabled: %s of %s in a row",
			e.Job, words.Count(e.Failures, "failure"), e.Resource)
	case journal.JobEnabled:
		return "job " + e.Job + " enabled"
	case journal.ConnectionOffline:
		return "connection " + e.Connection + " offline: " + plain(e.Class)
	case journal.ConnectionOnline:
		return "connection " + e.Connection + " online"
	case journal.FlowPaused:
		return "flow " + e.Flow + " paused"
	case journal.FlowResumed:
		return "flow " + e.Flow + " resumed"
	case journal.NotificationDecided:
		return "mail to " + to(e.To) + ": " + e.Subject
	}
	return rarer(e)
}

// rarer says the rarer kinds.
func rarer(e *journal.Entry) string {
	switch e.Kind {
	case journal.ConnectionReauthorized:
		return "connection " + e.Connection + " re-authorized: credentials " + e.Result
	case journal.TokenRefreshFailed:
		return "connection " + e.Connection + ": token refresh failed"
	case journal.FlowFailed:
		return "flow " + e.Flow + ": a run failed"
	case journal.ErrorOpened, journal.ErrorResolved:
		return "flow " + e.Flow + ": " + words.Count(e.Count, "error") + " " +
			strings.TrimPrefix(string(e.Kind), "error.")
	case journal.RecordLost, journal.RecordDuplicated:
		return words.Count(e.Count, "record") + " " + strings.TrimPrefix(string(e.Kind), "record.")
	case journal.AdviceReauthorize:
		return "re-authorizing connection " + e.Connection + " is advised"
	case journal.AdviceSupport:
		return "a support ticket is advised"
	case journal.EnvironmentChanged:
		return "environment " + e.Environment
	case journal.OperatorCommand:
		return "operator: " + plain(e.Command) + ", " + e.Result
	case journal.PlatformRestarted:
		return "platform restarted"
	case journal.PersonLeft:
		return e.Who + " is away"
	case journal.PersonReturned:
		return e.Who + " is back"
	case journal.PollAfterDisable:
		return "job " + e.Job + " polls though it is disabled"
	case journal.CheckFailed:
		return "invariant " + e.Rule + " is broken: " + e.Message
	}
	return ""
}

func (g *gatherer) streakWords(e *journal.Entry) string {
	if e.First == nil || e.Last == nil {
		return ""
	}
	of := e.Job
	if of == "" {
		of = e.Flow
	}
	what := words.Count(e.Count, "call")
	if e.Resource != "" {
		what += " of " + e.Resource
	}
	if e.Count == 1 {
		return of + ": " + what + " failed"
	}
	return of + ": " + what + " failed in a row, " + Span(g.since(*e.First)) + " to " + Span(g.since(*e.Last))
}

// testWords tells a test that passed and, of those that fail one after the other, the first.
func (g *gatherer) testWords(e *journal.Entry) string {
	if g.testing == nil {
		g.testing = map[string]bool{}
	}
	failed := e.Result == "failed"
	had := g.testing[e.Connection]
	g.testing[e.Connection] = failed
	if failed && had {
		g.notable = append(g.notable, g.now)
		return ""
	}
	return "test of connection " + e.Connection + " " + e.Result
}

func faultSubject(e *journal.Entry) string {
	switch {
	case strings.HasPrefix(e.Fault, "mail_"):
		return "mail"
	case e.Connection != "":
		return e.Connection
	}
	return e.Application
}

// faultWords says a fault: down, 503; slow; bad credentials.
func faultWords(e *journal.Entry) string {
	text := plain(strings.TrimPrefix(e.Fault, "mail_"))
	switch {
	case e.Status != 0 && e.Fault != "down":
		text += fmt.Sprintf(", %d", e.Status)
	case e.Fault == "mail_late":
		text = "late by " + e.How
	case e.How != "" && e.How != "status":
		text += ", " + plain(e.How)
	}
	if len(e.Resources) > 0 {
		text += ": " + strings.Join(e.Resources, ", ")
	}
	return text
}

func to(people []string) string {
	if len(people) == 0 {
		return "nobody"
	}
	return strings.Join(people, ", ")
}

func plain(s string) string { return strings.ReplaceAll(s, "_", " ") }

// Span is a time since the start as scenarios write it: 0, 19m, 3h40m, 2d4h, 3h40m0.000000001s.
func Span(d time.Duration) string {
	if d <= 0 {
		return "0"
	}
	const day = 24 * time.Hour
	text := ""
	if d >= day {
		text, d = fmt.Sprintf("%dd", d/day), d%day
	}
	if d == 0 {
		return text
	}
	return text + words.Duration(d)
}
