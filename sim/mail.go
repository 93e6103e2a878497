package sim

import (
	"fmt"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/check"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// OnMail sets a driver's function that hands an e-mail to a real mail server. It is called when a mail is
// decided while the timeline says that mail is down, and when a mail is delivered: the run ends with an error
// if the server takes the first, or refuses the second. Without it the timeline's word is enough.
func (w *World) OnMail(post func(now engine.Time, m *engine.Mail) error) { w.post = post }

// mailsDecided notes mails that entered the outbox, and tries in vain to deliver them while mail is down.
func (w *World) mailsDecided(now engine.Time, mails []engine.Mail) {
	for i := range mails {
		w.ready = append(w.ready, now.Add(w.mailLate()))
		if w.mailDown > 0 && w.post != nil && w.post(now, &mails[i]) == nil {
			w.rec.fail(fmt.Errorf("the mail server took e-mail %d while mail is down", mails[i].ID))
		}
	}
}

// mailLate is how late a mail is that is decided now: of several windows the latest counts.
func (w *World) mailLate() time.Duration {
	var late time.Duration
	for i, began := range w.mailBegan {
		if began != 0 {
			late = max(late, time.Duration(w.tl.Mail[i].By))
		}
	}
	return late
}

// mailDue tells whether the oldest mail of the outbox can be delivered. Those after it wait for it: mails
// arrive in order of decision (DIS-08).
func (w *World) mailDue(now engine.Time) bool {
	return w.mailDown == 0 && len(w.ready) > 0 && w.ready[0] <= now
}

// deliver hands the oldest mail of the outbox to the mail server, which is up.
func (w *World) deliver(now engine.Time) {
	m := w.eng.Outbox()[0]
	w.ready = w.ready[1:]
	if w.post != nil {
		if err := w.post(now, &m); err != nil {
			w.rec.fail(fmt.Errorf("the mail server refused e-mail %d while mail is up: %w", m.ID, err))
		}
	}
	w.step(now, &engine.Event{Kind: engine.MailDelivered, Mail: m.ID})
}

func (w *World) beginMail(now engine.Time, i int) {
	m := &w.tl.Mail[i]
	if m.By == 0 {
		w.mailDown++
	}
	en := w.mailEntry(journal.FaultBegan, m)
	until := journal.Time(m.To.UnixNano())
	en.Until = &until
	w.mailBegan[i] = w.rec.write(now, en)
}

func (w *World) endMail(now engine.Time, i int) {
	m := &w.tl.Mail[i]
	if m.By == 0 {
		w.mailDown--
	}
	en := w.mailEntry(journal.FaultEnded, m)
	en.Began, en.Cause = w.mailBegan[i], ref(w.mailBegan[i])
	w.rec.write(now, en)
	w.mailBegan[i] = 0
}

func (w *World) mailEntry(kind journal.Kind, m *timeline.MailWindow) *journal.Entry {
	w.rec.buf = journal.Entry{Kind: kind, Fault: "mail_down"}
	if m.By > 0 {
		w.rec.buf.Fault, w.rec.buf.How = "mail_late", m.By.String()
	}
	return &w.rec.buf
}

// checkScript tells the checker of the timeline's mail and people.
func checkScript(tl *timeline.Timeline) (mail []check.MailWindow, away []check.Absence) {
	window := func(from, to time.Time) check.Window {
		return check.Window{From: engine.Time(from.UnixNano()), To: engine.Time(to.UnixNano())}
	}
	for _, m := range tl.Mail {
		mail = append(mail, check.MailWindow{Window: window(m.From, m.To), By: time.Duration(m.By)})
	}
	for _, a := range tl.Away {
		away = append(away, check.Absence{Window: window(a.From, a.To), Who: a.Who})
	}
	return mail, away
}
