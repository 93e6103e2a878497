package steps

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// mailed notes an e-mail, and gives what it tells: of the job that it is about. One to an owner that is about
// no job is an error; one to somebody else is none of ours.
func (w *targetWatch) mailed(at engine.Time, l *letter) (journal.Entry, error) {
	if l.unread != nil {
		return journal.Entry{}, fmt.Errorf("an e-mail to %s cannot be read: %w", list(l.to), l.unread)
	}
	w.letters++
	e := journal.Entry{Notification: w.letters, To: l.to, Subject: l.subject, Body: l.body}
	if job := w.about(l); job >= 0 {
		e.About, e.Job, e.Instance = "job.disabled", w.jobs[job].last.ID, w.instance(job)
		w.jobs[job].untold = max(w.jobs[job].untold-1, 0)
	} else if owner := w.owner(l); owner != "" {
		return e, fmt.Errorf("the e-mail %q to %s names no polling job (want one of %s)",
			l.subject, owner, list(w.jobNames()))
	}
	decided, delivered := e, e
	decided.Kind, delivered.Kind = journal.NotificationDecided, journal.NotificationDelivered
	if err := w.write(at, &decided); err != nil {
		return e, err
	}
	return e, w.write(at, &delivered)
}

// about finds the job that an e-mail is about: one that it names as a word, at best one that was disabled and
// of which nobody was told, and in the subject; -1 where it names none.
func (w *targetWatch) about(l *letter) int {
	best, most := -1, 0
	for i := range w.jobs {
		name := regexp.MustCompile(`(?:^|[^\w-])` + regexp.QuoteMeta(w.jobs[i].last.ID) + `(?:$|[^\w-])`)
		rank := 0
		if name.MatchString(l.body) {
			rank = 1
		}
		if name.MatchString(l.subject) {
			rank = 2
		}
		if rank > 0 && w.jobs[i].untold > 0 {
			rank += 2
		}
		if rank > most {
			best, most = i, rank
		}
	}
	return best
}

// owner is a recipient of an e-mail who owns a connection; "" where none does.
func (w *targetWatch) owner(l *letter) string {
	for i := range w.tl.Connections {
		if slices.Contains(l.to, w.tl.Connections[i].Owner) {
			return w.tl.Connections[i].Owner
		}
	}
	return ""
}
