package steps

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// mailed notes an e-mail, and gives what it tells: of the job, the connection or the flow that it is about.
// One to an owner or a subscriber that is about none is an error; one to somebody else is none of ours.
func (w *targetWatch) mailed(at engine.Time, l *letter) (journal.Entry, error) {
	if l.unread != nil {
		return journal.Entry{}, fmt.Errorf("an e-mail to %s cannot be read: %w", list(l.to), l.unread)
	}
	w.letters++
	e := journal.Entry{Notification: w.letters, To: l.to, Subject: l.subject, Body: l.body}
	if !w.subject(l, &e) {
		if owner := w.owner(l); owner != "" {
			want := "polling job (want one of " + list(w.jobNames())
			if w.hasFlows {
				want = "polling job, connection or flow (want one of " + list(w.everyName())
			}
			return e, fmt.Errorf("the e-mail %q to %s names no %s)", l.subject, owner, want)
		}
	}
	decided, delivered := e, e
	decided.Kind, delivered.Kind = journal.NotificationDecided, journal.NotificationDelivered
	if err := w.write(at, &decided); err != nil {
		return e, err
	}
	return e, w.write(at, &delivered)
}

// subject finds what an e-mail is about, and tells whether there is anything: a job, or else a connection of
// which it says offline or online, or else a flow.
func (w *targetWatch) subject(l *letter, e *journal.Entry) bool {
	if job := w.about(l); job >= 0 {
		e.About, e.Job, e.Instance = "job.disabled", w.jobs[job].last.ID, w.instance(job)
		w.jobs[job].untold = max(w.jobs[job].untold-1, 0)
		return true
	}
	if !w.hasFlows {
		return false
	}
	best := 0
	for i := range w.conns {
		c := &w.conns[i]
		rank := names(l, c.last.ID)
		about := changeTold(l)
		if rank <= best || about == "" || !slices.ContainsFunc(l.to, func(to string) bool {
			return slices.Contains(w.tl.Connections[i].Subscribers, to)
		}) {
			continue
		}
		best = rank
		e.About, e.Connection = string(about), c.last.ID
	}
	for i := range w.flows {
		if rank := names(l, w.flows[i].last.ID); rank > best && slices.Contains(l.to, w.tl.Flows[i].Owner) {
			best = rank
			e.About, e.Connection, e.Flow = "errors.summary", "", w.flows[i].last.ID
		}
	}
	return best > 0
}

// changeTold is the change of a connection of which an e-mail tells: the first of offline and online in its
// subject, or else in its text; "" where there is none.
func changeTold(l *letter) journal.Kind {
	change := regexp.MustCompile(`(?i)\b(off|on)line\b`)
	found := change.FindString(l.subject)
	if found == "" {
		found = change.FindString(l.body)
	}
	switch strings.ToLower(found) {
	case "offline":
		return journal.ConnectionOffline
	case "online":
		return journal.ConnectionOnline
	}
	return ""
}

// names tells how an e-mail names a thing as a word: 2 in its subject, 1 in its text, 0 not at all.
func names(l *letter, id string) int {
	word := regexp.MustCompile(`(?:^|[^\w-])` + regexp.QuoteMeta(id) + `(?:$|[^\w-])`)
	switch {
	case word.MatchString(l.subject):
		return 2
	case word.MatchString(l.body):
		return 1
	}
	return 0
}

// untold tells of the first disablement by the platform of which no e-mail came.
func (w *targetWatch) untold() error {
	for i := range w.jobs {
		if j := &w.jobs[i]; j.untold > 0 {
			at := j.disabled[len(j.disabled)-j.untold].At
			return fmt.Errorf("DIS-08: %w", &mismatch{
				"an e-mail about job " + j.last.ID + ", which was disabled at " + w.offset(engine.Time(at)),
				"none at the mail server of the world",
			})
		}
	}
	return nil
}

// about finds the job that an e-mail is about: one that it names as a word, at best one that was disabled and
// of which nobody was told, and in the subject; -1 where it names none.
func (w *targetWatch) about(l *letter) int {
	best, most := -1, 0
	for i := range w.jobs {
		rank := names(l, w.jobs[i].last.ID)
		if rank > 0 && w.jobs[i].untold > 0 {
			rank += 2
		}
		if rank > most {
			best, most = i, rank
		}
	}
	return best
}

// everyName lists what an e-mail may be about.
func (w *targetWatch) everyName() []string {
	all := slices.Concat(w.jobNames(), w.flowNames())
	for i := range w.conns {
		all = append(all, w.conns[i].last.ID)
	}
	return all
}

// owner is a recipient of an e-mail who owns or subscribes to something; "" where none does.
func (w *targetWatch) owner(l *letter) string {
	for i := range w.tl.Connections {
		c := &w.tl.Connections[i]
		switch {
		case slices.Contains(l.to, c.Owner):
			return c.Owner
		case w.hasFlows && slices.ContainsFunc(c.Subscribers, func(who string) bool {
			return slices.Contains(l.to, who)
		}):
			return list(l.to)
		}
	}
	return ""
}
