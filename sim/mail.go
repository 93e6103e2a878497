package sim

import (
	"fmt"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// OnMail sets a driver's function that hands an e-mail to a real mail server. It is called when a mail is
// decided while the timeline says that mail is down, and when a mail is delivered: the run ends with an error
// if the server takes the first, or refuses the second. Without it the timeline's word is enough.
func (w *World) OnMail(post func(now engine.Time, m *engine.Mail) error) { w.post = post }

// mailsDecided notes mails that entered the outbox, and tries in vain to deliver them while mail is down.
func (w *World) mailsDecided(now engine.Time, mails []engine.Mail) {
	w.unsent += len(mails)
	for i := range mails {
		if w.mailDown > 0 && w.post != nil && w.post(now, &mails[i]) == nil {
			w.rec.fail(fmt.Errorf("the mail server took e-mail %d while mail is down", mails[i].ID))
		}
	}
}

func (w *World) mailDue() bool { return w.mailDown == 0 && w.unsent > 0 }

// deliver hands the oldest mail of the outbox to the mail server, which is up.
func (w *World) deliver(now engine.Time) {
	m := w.eng.Outbox()[0]
	w.unsent--
	if w.post != nil {
		if err := w.post(now, &m); err != nil {
			w.rec.fail(fmt.Errorf("the mail server refused e-mail %d while mail is up: %w", m.ID, err))
		}
	}
	w.step(now, &engine.Event{Kind: engine.MailDelivered, Mail: m.ID})
}

func (w *World) beginMail(now engine.Time, i int) {
	w.mailDown++
	until := journal.Time(w.tl.MailDown[i].To.UnixNano())
	w.rec.buf = journal.Entry{Kind: journal.FaultBegan, Fault: "mail_down", Until: &until}
	w.mailBegan[i] = w.rec.write(now, &w.rec.buf)
}

func (w *World) endMail(now engine.Time, i int) {
	w.mailDown--
	w.rec.buf = journal.Entry{
		Kind: journal.FaultEnded, Fault: "mail_down", Began: w.mailBegan[i], Cause: ref(w.mailBegan[i]),
	}
	w.rec.write(now, &w.rec.buf)
	w.mailBegan[i] = 0
}
