package check

import (
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
)

// Window is a time, [From, To).
type Window struct{ From, To engine.Time }

func (w Window) holds(t engine.Time) bool { return w.From <= t && t < w.To }

// MailWindow is a time in which mail is down, or late by something.
type MailWindow struct {
	Window
	By time.Duration // 0: down
}

// Absence is a time in which a person is away.
type Absence struct {
	Window
	Who string
}

// Script tells what happens to mail and to people, which no call and no entry of the platform's says.
// Without it mail is up and everybody is there.
func (c *Checker) Script(mail []MailWindow, away []Absence) { c.mailWindows, c.away = mail, away }

// Acted sees a person act who is known by name.
func (c *Checker) Acted(now engine.Time, who string) {
	if slices.ContainsFunc(c.away, func(a Absence) bool { return a.Who == who && a.holds(now) }) {
		c.fail("DIS-08", "%s acts while away", who)
	}
}

// posted notes the instant before which a mail decided now must not arrive.
func (c *Checker) posted(now engine.Time, id int64) {
	var late time.Duration
	for _, w := range c.mailWindows {
		if w.holds(now) {
			late = max(late, w.By)
		}
	}
	c.mails = append(c.mails, mail{id, now.Add(late)})
}

// arrived sees a mail arrive that is in order.
func (c *Checker) arrived(now engine.Time, m mail) {
	if now < m.notBefore {
		c.fail("DIS-08", "mail %d was delivered %v too early: mail was late when it was decided",
			m.id, time.Duration(m.notBefore-now))
	}
	down := func(w MailWindow) bool { return w.By == 0 && w.holds(now) }
	if slices.ContainsFunc(c.mailWindows, down) {
		c.fail("DIS-08", "mail %d was delivered while mail was down", m.id)
	}
}
