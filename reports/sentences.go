package reports

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// sentence says an entry as a whole sentence, without its instant: one link of the chain that explains a
// change.
func sentence(e *journal.Entry) string {
	who := subject(e)
	s := say(e, who)
	switch {
	case s == "" && who == "":
		s = describe(e)
	case s == "":
		s = who + ": " + describe(e)
	}
	if who == "" || !strings.HasPrefix(s, who) { // a name is written as it is
		s = capital(s)
	}
	return s + "."
}

// say says an entry of a kind that has a sentence of its own, else "".
func say(e *journal.Entry, who string) string {
	switch e.Kind {
	case journal.FaultBegan, journal.FaultEnded, journal.StatusPublished:
		return sayTruth(e, who)
	case journal.CallsFailed, journal.PollSkipped, journal.PollAfterDisable, journal.TokenRefreshed,
		journal.TokenRefreshFailed:
		return sayCalls(e, who)
	case journal.JobDisabled, journal.JobEnabled:
		return sayJob(e, who)
	case journal.ConnectionOffline, journal.ConnectionTested, journal.ConnectionOnline,
		journal.ConnectionReauthorized, journal.AdviceReauthorize, journal.AdviceSupport:
		return sayConnection(e, who)
	case journal.FlowQueued, journal.FlowStarted, journal.FlowPaused, journal.FlowResumed,
		journal.FlowCompleted, journal.FlowFailed:
		return sayFlow(e, who)
	case journal.ErrorOpened, journal.ErrorRetried, journal.ErrorResolved, journal.RecordLost,
		journal.RecordDuplicated:
		return sayRecords(e, who)
	case journal.NotificationDecided, journal.NotificationDelivered:
		return sayMail(e)
	}
	return ""
}

func sayTruth(e *journal.Entry, who string) string {
	f := fault{app: e.Application, conn: e.Connection, kind: e.Fault, how: e.How, resources: e.Resources}
	switch {
	case e.Kind == journal.StatusPublished && e.State == "open":
		return "the status page of " + who + " opens an incident"
	case e.Kind == journal.StatusPublished:
		return "the status page of " + who + " resolves its incident"
	case e.Kind == journal.FaultBegan:
		return "the trouble begins: " + f.subject() + ", " + f.words()
	}
	return "the trouble ends: " + f.subject() + ", " + f.words() + wasted(e.Wasted)
}

func sayCalls(e *journal.Entry, who string) string {
	switch e.Kind {
	case journal.PollSkipped:
		return who + " skips " + words.Count(max(e.Count, 1), "poll") + ", for the one before is not back yet"
	case journal.PollAfterDisable:
		return "a poll by " + who + " ends after the job was disabled" + because(e)
	case journal.TokenRefreshed:
		return who + " gets a new token"
	case journal.TokenRefreshFailed:
		return words.Count(max(e.Count, 1), "time") + " in a row the token of " + who +
			" cannot be refreshed" + because(e)
	}
	what := "call"
	switch {
	case e.Job != "":
		what = "poll"
	case e.Call != "":
		what = clean(e.Call) + " call"
	}
	s := words.Count(max(e.Count, 1), what) + after(" of ", e.Resource)
	if who != "" {
		s += " by " + who
	}
	if e.Count > 1 {
		return s + " fail in a row" + because(e)
	}
	return s + " fails" + because(e)
}

func sayJob(e *journal.Entry, who string) string {
	switch {
	case e.Kind == journal.JobEnabled:
		if e.By == "operator" {
			return "an operator enables " + who
		}
		return who + " is enabled again" + after(" by ", e.By)
	case e.By == "user":
		return "a person disables " + who
	}
	return "the platform disables " + who + ": " + clean(e.Resource) + " failed " +
		words.Count(e.Failures, "time") + " in a row, and the threshold" + after(" of ", e.Environment) +
		" is " + strconv.Itoa(e.Threshold)
}

func sayConnection(e *journal.Entry, who string) string {
	switch e.Kind {
	case journal.ConnectionOffline:
		return who + " goes offline: " + class(e.Class)
	case journal.ConnectionOnline:
		return who + " is online again"
	case journal.ConnectionReauthorized:
		if len(e.Missing) > 0 {
			return who + " cannot be re-authorized: " + list(cleanAll(e.Missing), 5) + " missing"
		}
		return who + " is re-authorized: new credentials are saved"
	case journal.AdviceReauthorize:
		return "the platform advises to re-authorize " + who
	case journal.AdviceSupport:
		return "the platform advises to submit a support ticket about " + who
	}
	s := map[string]string{
		"sweep": "a sweep tests ", "reauthorize": "upon re-authorizing the platform tests ",
		"operator": "an operator tests ",
	}[e.By]
	if s == "" {
		s = "the platform tests "
	}
	if e.Result == "passed" {
		return s + who + ": the test passes"
	}
	return s + who + ": the test fails" + because(e)
}

func sayFlow(e *journal.Entry, who string) string {
	switch e.Kind {
	case journal.FlowQueued:
		if e.State == "frozen" {
			return "a run of " + who + " is queued behind its frozen one"
		}
		return "a run of " + who + " is queued"
	case journal.FlowStarted:
		return "the run of " + who + " that waited starts"
	case journal.FlowPaused:
		if e.State == "frozen" {
			return who + " is paused and its run frozen where it is"
		}
		return who + " is paused"
	case journal.FlowResumed:
		return who + " resumes"
	}
	s := map[bool]string{true: "a run of " + who + " is done", false: "a run of " + who + " fails"}
	return s[e.Kind == journal.FlowCompleted] + ": " + words.Count(e.Pages, "page") + ", " +
		words.Count(e.Records, "record") + because(e) + after("; ", e.Message)
}

func sayRecords(e *journal.Entry, who string) string {
	n := words.Count(e.Count, "record") + after(" of ", e.Resource)
	if who != "" {
		n = who + ": " + n
	}
	was := isAre(e.Count, " is", " are")
	switch e.Kind {
	case journal.ErrorOpened:
		return n + isAre(e.Count, " becomes an open error", " become open errors") + after(", ", e.ErrorClass)
	case journal.ErrorRetried:
		return n + was + " tried again"
	case journal.ErrorResolved:
		return n + isAre(e.Count, " is no longer an open error", " are no longer open errors")
	case journal.RecordLost:
		return n + was + " lost, for " + cmp.Or(clean(e.Application), "the vendor") + " no longer keeps" +
			isAre(e.Count, " it", " them")
	}
	return n + was + " delivered twice"
}

func sayMail(e *journal.Entry) string {
	mail := "mail " + strconv.FormatInt(e.Notification, 10)
	if e.Subject != "" {
		mail += ", “" + cleanLong(e.Subject) + "”,"
	}
	switch {
	case e.Kind == journal.NotificationDelivered:
		return mail + " is delivered"
	case len(e.To) == 0:
		return mail + " has nobody to go to"
	}
	return mail + " goes to " + list(cleanAll(e.To), 3)
}
