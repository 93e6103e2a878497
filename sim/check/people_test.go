package check_test

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/check"
)

// letter writes the decision to send mail 1, which no rule but those of mail cares about.
func (p *tape) letter() {
	p.write(engine.Entry{
		Kind: engine.NotificationDecidedEntry, Mail: &engine.Mail{ID: 1, About: "errors.summary"},
	})
}

// script has mail late by half an hour in the first hour, down in the second, and somebody away in the third.
func (p *tape) script() {
	hour := func(n time.Duration) check.Window {
		return check.Window{From: engine.Time(n * time.Hour), To: engine.Time((n + 1) * time.Hour)}
	}
	p.c.Script(
		[]check.MailWindow{{Window: hour(0), By: time.Minute}, {Window: hour(0), By: 30 * time.Minute}, {Window: hour(1)}},
		[]check.Absence{{Window: hour(2), Who: "ops@example.com"}})
}

// peopleHistories are about mail that is late or down, and about people who are away.
var peopleHistories = []history{{
	name: "late mail is late", rule: "DIS-08",
	holds: func(p *tape) {
		p.script()
		p.letter()
		p.at(30 * time.Minute)
		p.delivered(1)
	},
	breaks: func(p *tape) {
		p.script()
		p.letter()
		p.at(30*time.Minute - 1)
		p.delivered(1)
	},
}, {
	name: "mail that is down delivers nothing", rule: "DIS-08",
	holds: func(p *tape) {
		p.script()
		p.at(time.Hour)
		p.letter()
		p.at(2 * time.Hour)
		p.delivered(1)
	},
	breaks: func(p *tape) {
		p.script()
		p.at(time.Hour)
		p.letter()
		p.at(2*time.Hour - 1)
		p.delivered(1)
	},
}, {
	name: "who is away does nothing", rule: "DIS-08",
	holds: func(p *tape) {
		p.script()
		p.c.Acted(engine.Time(3*time.Hour), "ops@example.com")
		p.c.Acted(engine.Time(150*time.Minute), "bi@example.com")
	},
	breaks: func(p *tape) {
		p.script()
		p.c.Acted(engine.Time(2*time.Hour), "ops@example.com")
	},
}}
