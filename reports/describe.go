package reports

import (
	"strconv"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// subject names what an entry is about, the narrowest thing first.
func subject(e *journal.Entry) string {
	for _, s := range []string{e.Flow, e.Job, e.Connection, e.Instance, e.Application} {
		if s != "" {
			return clean(s)
		}
	}
	return ""
}

// describe says an entry in words, without its subject and instant.
func describe(e *journal.Entry) string {
	switch e.Kind {
	case journal.FaultBegan, journal.FaultEnded:
		f := fault{kind: e.Fault, how: e.How, resources: e.Resources}
		if e.Kind == journal.FaultEnded {
			return "fault over: " + f.words() + wasted(e.Wasted)
		}
		return "fault: " + f.words()
	case journal.StatusPublished:
		return "status page: incident " + clean(e.State)
	case journal.CallsFailed:
		return describeStreak(e)
	case journal.JobDisabled:
		if e.By == "user" {
			return "job disabled by a person"
		}
		return "job disabled: " + clean(e.Resource) + " failed " + words.Count(e.Failures, "time") +
			" in a row (threshold " + strconv.Itoa(e.Threshold) + ")"
	case journal.ConnectionOffline:
		return "connection offline: " + class(e.Class)
	case journal.ConnectionTested:
		return "test " + clean(e.Result) + by(e.By) + because(e)
	case journal.NotificationDecided:
		if len(e.To) == 0 {
			return "mail about " + clean(e.About) + " to nobody"
		}
		return "mail about " + clean(e.About) + " to " + list(cleanAll(e.To), 3)
	case journal.NotificationDelivered:
		return "mail about " + clean(e.About) + " delivered"
	case journal.RunStarted, journal.RunEnded, journal.PlatformRestarted:
		return plainKind(e.Kind)
	}
	return describeMore(e)
}

// describeMore describes the rarer kinds.
func describeMore(e *journal.Entry) string {
	switch e.Kind {
	case journal.ConnectionReauthorized:
		if len(e.Missing) > 0 {
			return "re-authorize: required fields missing: " + list(cleanAll(e.Missing), 5)
		}
		return "re-authorized: new credentials saved"
	case journal.OperatorCommand:
		return "operator: " + plain(e.Command) + after(": ", e.Result) + after(", by ", e.Who)
	case journal.PersonLeft:
		return clean(e.Who) + " is away"
	case journal.PersonReturned:
		return clean(e.Who) + " is back"
	case journal.AdviceReauthorize:
		return "advice: re-authorize the connection"
	case journal.AdviceSupport:
		return "advice: submit a support ticket"
	case journal.ErrorOpened, journal.ErrorRetried, journal.ErrorResolved:
		return plainKind(e.Kind) + ": " + words.Count(e.Count, "record") + after(", ", e.ErrorClass)
	case journal.RecordLost, journal.RecordDuplicated:
		return plainKind(e.Kind) + ": " + words.Count(e.Count, "record") + after(" of ", e.Resource)
	case journal.FlowCompleted, journal.FlowFailed:
		return plainKind(e.Kind) + ": " + words.Count(e.Pages, "page") + ", " +
			words.Count(e.Records, "record") + because(e) + after(": ", e.Message)
	case journal.EnvironmentChanged:
		return "environment is now " + clean(e.Environment)
	case journal.ExpectFailed:
		return "expectation failed: want " + cleanLong(e.Want) + ", got " + cleanLong(e.Got)
	case journal.CheckFailed:
		return "invariant " + clean(e.Rule) + " broken: " + cleanLong(e.Message)
	}
	return plainKind(e.Kind) + after(": ", e.State) + because(e) + after(" of ", e.Resource)
}

// describeStreak says a streak of alike failures: "100 polls of contacts failed in a row, vendor down".
func describeStreak(e *journal.Entry) string {
	what := "call"
	switch {
	case e.Job != "":
		what = "poll"
	case e.Call != "":
		what = clean(e.Call) + " call"
	}
	return words.Count(max(e.Count, 1), what) + after(" of ", e.Resource) + " failed" + because(e)
}

func because(e *journal.Entry) string {
	if e.Class == "" {
		return ""
	}
	s := ", " + class(e.Class)
	if e.SubCause != "" {
		s += " (" + plain(e.SubCause) + ")"
	}
	if e.Status > 0 {
		s += ", HTTP " + strconv.Itoa(e.Status)
	}
	return s
}

func after(lead, s string) string {
	if s == "" {
		return ""
	}
	return lead + cleanLong(plain(s))
}

func by(s string) string {
	switch s {
	case "sweep":
		return " in a sweep"
	case "reauthorize":
		return " upon re-authorizing"
	case "operator":
		return " asked for by an operator"
	}
	return ""
}

func wasted(n int64) string {
	if n == 0 {
		return ""
	}
	return ", " + words.Count(n, "call") + " wasted"
}

// plainKind says a kind in words: flow.resumed becomes "flow resumed".
func plainKind(k journal.Kind) string {
	b := []byte(clean(string(k)))
	for i, c := range b {
		if c == '.' || c == '_' {
			b[i] = ' '
		}
	}
	return string(b)
}
