package steps

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// mailSteps look at the platform's e-mails.
func mailSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "{person} gets {count} e-mail(s) about {mail}",
			Example: `"ops@example.com" gets 1 e-mail about disabled jobs`,
			Doc:     "So many e-mails were delivered to that person in the whole run.",
			run: func(s *Scenario, a []value) error {
				got := s.mailsTo(journal.NotificationDelivered, []value{a[0], a[2]})
				if int64(len(got)) == a[1].count {
					return nil
				}
				return &mismatch{
					fmt.Sprintf("%d e-mails to %s about %s", a[1].count, a[0].text, a[2].text),
					s.words(got, func(e *journal.Entry) string { return "one at " + s.offset(e.At) }),
				}
			},
		},
		{
			Stage: Checks, Pattern: "e-mails to {person} about {mail} arrive only at {times}",
			Example: `e-mails to "ops@example.com" about offline connections arrive only at "2h5m, 4h5m"`,
			Doc:     "When such e-mails to that person were delivered: all instants, one for each e-mail.",
			run: func(s *Scenario, a []value) error {
				return s.only(s.mailsTo(journal.NotificationDelivered, a), a[2],
					"e-mails to "+a[0].text+" about "+a[1].text)
			},
		},
		{
			Stage: Checks, Pattern: "an e-mail to {person} about {mail} says {text}",
			Example: `an e-mail to "ops@example.com" about offline connections says "acme-main"`,
			Doc:     "The subject or the text of such an e-mail holds this.",
			run: func(s *Scenario, a []value) error {
				all := s.mailsTo(journal.NotificationDecided, a)
				if slices.ContainsFunc(all, func(e *journal.Entry) bool {
					return strings.Contains(e.Subject+"\n"+e.Body, a[2].text)
				}) {
					return nil
				}
				said := s.words(all, func(e *journal.Entry) string { return e.Subject + "\n" + e.Body })
				return &mismatch{
					"an e-mail to " + a[0].text + " about " + a[1].text + " that says " + a[2].text, said,
				}
			},
		},
		{
			Stage:   Checks,
			Pattern: "the e-mail about job {job} is decided at {time} and delivered at {time}",
			Example: `the e-mail about job "contacts-poll" is decided at "6h5m" and delivered at "8h"`,
			Doc:     "When the platform decided to tell, and when the mail server took it.",
			run: func(s *Scenario, a []value) error {
				decided := s.mailsOn(a[0])
				if err := s.at(decided, a[1], "an e-mail about job "+a[0].text+" decided"); err != nil {
					return err
				}
				delivered := pick(s.entries, journal.NotificationDelivered, func(e *journal.Entry) bool {
					return slices.ContainsFunc(decided, func(d *journal.Entry) bool {
						return d.Notification == e.Notification && d.At == s.instant(a[1].span)
					})
				})
				return s.at(delivered, a[2], "the e-mail about job "+a[0].text+" delivered")
			},
		},
		{
			Stage: Checks, Pattern: "the e-mail about job {job} names {names}",
			Example: `the e-mail about job "contacts-poll" names "acme-main, staging, contacts"`,
			Doc: "The first e-mail about the job's disablement holds all of these, " +
				"as whole words and numbers.",
			run: func(s *Scenario, a []value) error {
				all := s.mailsOn(a[0])
				if len(all) == 0 {
					return &mismatch{"an e-mail about job " + a[0].text, "nothing of the kind"}
				}
				for _, name := range a[1].names {
					if !says(all[0].Subject+"\n"+all[0].Body, name) {
						return &mismatch{"the e-mail to name " + name, all[0].Subject + "\n" + all[0].Body}
					}
				}
				return nil
			},
		},
	}
}

// says tells whether a text holds a name as a whole: neither contacts in contacts-poll nor 50 in 503.
func says(text, name string) bool {
	joins := func(inside, outside rune) bool { // whether two neighbours are of one word
		if unicode.IsDigit(inside) {
			return unicode.IsDigit(outside)
		}
		return unicode.IsLetter(inside) &&
			(unicode.IsLetter(outside) || unicode.IsDigit(outside) || outside == '-' || outside == '_')
	}
	first, _ := utf8.DecodeRuneInString(name)
	last, _ := utf8.DecodeLastRuneInString(name)
	for at := 0; ; at++ {
		k := strings.Index(text[at:], name)
		if k < 0 {
			return false
		}
		at += k
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(name):])
		if !joins(first, before) && !joins(last, after) {
			return true
		}
	}
}

// mailsOn are the decisions to tell of a job's disablements.
func (s *Scenario) mailsOn(job value) []*journal.Entry {
	return pick(s.entries, journal.NotificationDecided, func(e *journal.Entry) bool {
		return e.About == "job.disabled" && e.Job == job.text
	})
}

// mailsTo are the decisions or the deliveries of e-mails to a person, a[0], about something, a[1].
func (s *Scenario) mailsTo(kind journal.Kind, a []value) []*journal.Entry {
	about := meaning(mails(), a[1].text)
	return pick(s.entries, kind, func(e *journal.Entry) bool {
		return e.About == about && slices.Contains(e.To, a[0].text)
	})
}
