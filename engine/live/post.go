package live

import (
	"context"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
)

// The waits after an e-mail could not be handed over, in the platform's time; each is double the last, up to
// the longest. They are our choice.
const (
	retryFirst, retryLongest     = 30 * time.Second, 10 * time.Minute // the server is away, or busy: 4xx
	refusedFirst, refusedLongest = 10 * time.Minute, 6 * time.Hour    // it refused this e-mail: 5xx
)

// post hands the outbox over, in the order of decision, one e-mail at a time. While the server is not there
// all wait. An e-mail that the server refuses, or refuses for one of its recipients, steps aside, so that it
// does not keep the others from going; it is tried again and again on its own, for those who lack it.
type post struct {
	sending bool
	at      engine.Time // when the next may be tried
	wait    time.Duration
	aside   map[int64]*retry   // by e-mail
	taken   map[int64][]string // for whom the server took those that are not delivered yet
}

type retry struct {
	at   engine.Time
	wait time.Duration
}

func newPost(at engine.Time, taken map[int64][]string) post {
	return post{at: at, aside: map[int64]*retry{}, taken: taken}
}

// wake lets a new e-mail go at once, unless the server is known to be away.
func (p *post) wake(now engine.Time) {
	if p.wait == 0 {
		p.at = min(p.at, now)
	}
}

// next is when the next e-mail may be tried; engine.Never when there is none or one is on its way.
func (p *post) next(outbox []engine.Mail) engine.Time {
	at := engine.Never
	if p.sending {
		return at
	}
	for i := range outbox {
		at = min(at, p.due(&outbox[i]))
	}
	return at
}

func (p *post) due(m *engine.Mail) engine.Time {
	if r := p.aside[m.ID]; r != nil {
		return r.at
	}
	return p.at
}

// first is the oldest e-mail that may be tried now.
func (p *post) first(now engine.Time, outbox []engine.Mail) *engine.Mail {
	for i := range outbox {
		if p.due(&outbox[i]) <= now {
			return &outbox[i]
		}
	}
	return nil
}

// wants are those for whom an e-mail is still to be handed over.
func (p *post) wants(m *engine.Mail) []string {
	return slices.DeleteFunc(slices.Clone(m.To), func(who string) bool {
		return slices.Contains(p.taken[m.ID], who)
	})
}

// delivered notes that everybody has an e-mail, and so that the server is there.
func (p *post) delivered(mail int64) {
	delete(p.aside, mail)
	delete(p.taken, mail)
	p.wait = 0
}

// failed sets the wait after a failure, and tells when the next try is.
func (p *post) failed(now engine.Time, mail int64, err error) engine.Time {
	if !serves(err) {
		p.wait = longer(p.wait, retryFirst, retryLongest)
		p.at = now.Add(p.wait)
		if r := p.aside[mail]; r != nil {
			r.at = max(r.at, p.at)
		}
		return p.at
	}
	p.wait = 0
	r := p.aside[mail]
	if r == nil {
		r = &retry{}
		p.aside[mail] = r
	}
	if Temporary(err) {
		r.wait = longer(r.wait, retryFirst, retryLongest)
	} else {
		r.wait = longer(r.wait, refusedFirst, refusedLongest)
	}
	r.at = now.Add(r.wait)
	return r.at
}

func longer(wait, first, longest time.Duration) time.Duration {
	return max(first, min(2*wait, longest))
}

// deliver begins to hand over the first e-mail that is due. It was decided and kept before.
func (s *Service) deliver(now engine.Time) {
	if s.Commit() != nil {
		return
	}
	m := *s.post.first(now, s.machine.engine.Outbox())
	decided := s.machine.book.Mails[m.ID]
	to := s.post.wants(&m)
	if len(to) == 0 { // the server took the last one before the start
		s.delivered(now, m.ID)
		return
	}
	s.post.sending = true
	s.platform.Go(func(ctx context.Context) func(engine.Time) {
		taken, err := s.cfg.Mailer.Send(ctx, decided, &m, to)
		var unmarked error
		if len(taken) > 0 { // at once: the platform may be busy, or about to be killed
			unmarked = s.store.markSent(m.ID, taken)
		}
		return func(now engine.Time) {
			s.post.sending = false
			switch {
			case unmarked != nil:
				s.err = unmarked
			case err == nil:
				s.delivered(now, m.ID)
			default:
				s.post.taken[m.ID] = append(s.post.taken[m.ID], taken...)
				again := s.post.failed(now, m.ID, err)
				s.log.Warn("an e-mail was not taken",
					"notification", m.ID, "again", stamp(again), "error", err)
			}
		}
	})
}

// delivered tells the engine that everybody has an e-mail.
func (s *Service) delivered(now engine.Time, mail int64) {
	s.post.delivered(mail)
	s.turn.delivered = append(s.turn.delivered, mail)
	s.tell(now, engine.Event{Kind: engine.MailDelivered, Mail: mail})
}
