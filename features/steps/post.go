package steps

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// post is how the e-mails of our platform travel: to a post office, where what arrives must be what the
// journal says was delivered.
type post struct {
	*postOffice
	mailer *live.Mailer

	decided   map[int64]journal.Entry // notifications that wait for their delivery
	delivered []letter                // as the journal tells it
}

func newPost(tl *timeline.Timeline, now func() engine.Time) *post {
	return &post{postOffice: newPostOffice(tl, now), decided: map[int64]journal.Entry{}}
}

// reading makes a sink that notes the journal's notifications on their way to the next sink.
func (p *post) reading(sink func(*journal.Entry) error) func(*journal.Entry) error {
	return func(e *journal.Entry) error {
		switch e.Kind {
		case journal.NotificationDecided:
			p.decided[e.Notification] = *e
		case journal.NotificationDelivered:
			d := p.decided[e.Notification]
			delete(p.decided, e.Notification)
			arrives := letter{to: d.To, subject: d.Subject, body: d.Body, at: e.At.Std()}
			p.delivered = append(p.delivered, arrives)
		}
		return sink(e)
	}
}

// open starts the post office and the way to it.
func (p *post) open(route postalRoute) error {
	if err := p.postOffice.open(route); err != nil {
		return err
	}
	var err error
	p.mailer, err = live.NewMailer(live.MailConfig{
		Server: p.address, From: "platform@outagedrill.invalid", Domain: "outagedrill.invalid",
		Dial: route.Dial, Timeout: 30 * time.Second,
	})
	if err != nil {
		p.close()
	}
	return err
}

// send hands an e-mail to the post office.
func (p *post) send(now engine.Time, m *engine.Mail) error {
	_, err := p.mailer.Send(context.Background(), now, m, m.To)
	return err
}

// differs tells how what arrived differs from what the journal says was delivered.
func (p *post) differs() error {
	arrived := p.collect()
	if len(arrived) != len(p.delivered) {
		return fmt.Errorf("DIS-08: %d e-mails arrived at the mail server (the journal delivers %d)",
			len(arrived), len(p.delivered))
	}
	for i, want := range p.delivered {
		got := arrived[i]
		same := slices.Equal(got.to, want.to) && got.subject == want.subject && got.body == want.body
		if !same || got.unread != nil || !got.at.Equal(want.at.Truncate(time.Second)) {
			return fmt.Errorf("DIS-08: e-mail %d arrived as\n%+v\n(the journal delivers\n%+v)",
				i+1, got, want)
		}
	}
	return nil
}
