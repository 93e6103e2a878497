package live

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/engine"
)

// ServiceConfig is what a Service needs.
type ServiceConfig struct {
	Engine engine.Config // ListRoutine is set, so that the history knows every run
	Store  *Store
	Mailer Sender // nil: e-mails are decided and stay undelivered
	Clock  clock.Clock
	Time   Timebase
	Client *http.Client // its Timeout must be 0
	Caller Caller
	// StatusPages are the status pages of the applications, by index: URLs below which Statuspage's API v2
	// lies, "" for none.
	StatusPages []string
	// Unseal makes latency virtual, as in Config; nil: calls take the time that they take.
	Unseal func(resp *http.Response, err error) Truth
	// Grace is how long, by the clock, a stop waits for calls and e-mails under way.
	Grace time.Duration
	Log   *slog.Logger // nil: nowhere
}

// Sender hands an e-mail of an instant to a mail server, for some of its recipients. It tells for whom the
// server took it; err is what keeps it from the others. A *Mailer is one.
type Sender interface {
	Send(ctx context.Context, at engine.Time, mail *engine.Mail, to []string) (taken []string, err error)
}

// Service is a platform that lasts: an engine without a script, its calls, its e-mails and the status pages
// it reads, kept in a Store so that it goes on where it stood however it ended. It implements api.Platform.
//
// Everything that the engine is told is an input in the store, together with the entries that came of it,
// before what it causes leaves: a call, an e-mail, the answer to an operator. What the engine does not cause
// is not in the store before it leaves: the reading of status pages, and the request for a vendor's consent,
// which the engine hears of when the vendor has answered. After a start the calls that were under way are
// made again, with the same IDs, and the e-mails that are not known to have been taken go out again, with the
// same Message-IDs.
type Service struct {
	cfg      ServiceConfig
	store    keeper
	log      *slog.Logger
	machine  *machine
	platform *Platform
	send     func(now engine.Time, c *engine.Call)

	turn   turn
	stored int64 // inputs in the store
	every  int64 // inputs that a snapshot takes the place of
	err    error // the first thing that could not be kept

	now    engine.Time
	again  []flight // calls that a start has still to make
	post   post
	beatAt engine.Time
	asking bool // a status page is being read
	quiet  quiet
	gate   chan struct{} // one re-authorization at a time
}

// beat is how often the status pages are read and the instant is kept.
const beat = time.Minute

// keeper is what a Service needs of its Store.
type keeper interface {
	claim(fingerprint string, at engine.Time) (fresh bool, err error)
	At() (at engine.Time, ok bool, err error)
	append(first int64, t *turn, snapshot []byte) error
	snapshot() ([]byte, error)
	inputs() ([]input, error)
	entries(take func(entry) error) error
	markSent(mail int64, to []string) error
	sent() (map[int64][]string, error)
	failed(err error) error
}

// NewService makes a platform of what its store holds, or a new one.
func NewService(cfg ServiceConfig) (*Service, error) { return newService(cfg, cfg.Store) }

func newService(cfg ServiceConfig, store keeper) (*Service, error) {
	if len(cfg.StatusPages) != len(cfg.Engine.Applications) {
		return nil, fmt.Errorf("%d status pages (want one for each of %d applications, or \"\")",
			len(cfg.StatusPages), len(cfg.Engine.Applications))
	}
	for _, page := range cfg.StatusPages {
		if _, err := url.Parse(page); err != nil {
			return nil, fmt.Errorf("status page: %w", err)
		}
	}
	cfg.Engine.ListRoutine = true
	fresh, err := store.claim(fingerprint(&cfg.Engine), cfg.Engine.Start)
	if err != nil {
		return nil, err
	}
	s := &Service{cfg: cfg, store: store, log: cfg.Log, every: snapshotEvery, gate: make(chan struct{}, 1)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.quiet.changed = make(chan struct{})
	var inputs int
	if s.machine, inputs, err = restore(&s.cfg.Engine, store); err != nil {
		return nil, err
	}
	taken, err := store.sent()
	if err != nil {
		return nil, err
	}
	at, _, err := store.At()
	if err != nil {
		return nil, err
	}
	s.stored, s.now, s.again = int64(inputs), at, append(s.again, s.machine.book.Calls...)
	s.beatAt = at
	s.post = newPost(at, taken)
	pc := Config{
		Host: s, Clock: cfg.Clock, Client: cfg.Client, Caller: cfg.Caller, Time: cfg.Time,
		Unseal: cfg.Unseal, Grace: cfg.Grace,
	}
	if _, manual := cfg.Clock.(*clock.Mock); manual {
		pc.Quiet = s.quiet.tell
	}
	s.platform = New(pc)
	if !fresh {
		s.log.Info("the platform goes on", "at", stamp(at), "calls_again", len(s.again),
			"inputs", inputs, "mails_waiting", len(s.machine.engine.Outbox()))
	}
	return s, nil
}

// Run runs the platform until ctx ends, or until what happens cannot be kept. It must be called once. An end
// of ctx is no error: what is under way may land within the grace, and all is kept for the next start.
func (s *Service) Run(ctx context.Context) error {
	err := s.platform.Run(ctx)
	if ctx.Err() == nil || s.err != nil {
		return err
	}
	s.touch(s.cfg.Time.now(s.cfg.Clock))
	s.turn.at, s.turn.touched = s.now, true
	if err := s.keep(true); err != nil {
		return err
	}
	s.log.Info("the platform stops", "at", stamp(s.now), "calls_under_way", len(s.machine.book.Calls),
		"mails_waiting", len(s.machine.engine.Outbox()))
	return nil
}

// stepsAtOnce is how many steps one happening may take. More means that time stands still: nothing finite
// that a timeline can say comes near.
const stepsAtOnce = 1_000_000

// tell tells the engine one happening and carries out what it wants.
func (s *Service) tell(now engine.Time, ev engine.Event) (first engine.Entry) {
	first = s.tellOnce(now, &ev)
	for n := 0; s.machine.engine.Unfinished() && s.err == nil; n++ {
		if n == stepsAtOnce {
			s.err = fmt.Errorf("time stands still at %s: what happens there causes itself again without end",
				stamp(now))
		}
		s.tellOnce(now, &engine.Event{Kind: engine.TimeReached})
	}
	return first
}

// tellOnce returns the first entry that came of it, if any did.
func (s *Service) tellOnce(now engine.Time, ev *engine.Event) (first engine.Entry) {
	fx := s.machine.step(now, ev, func(seq engine.Seq, en *engine.Entry) {
		s.turn.entries = append(s.turn.entries, entry{seq, now, packed(storedEntry(*en))})
		s.report(now, en)
	})
	s.turn.inputs = append(s.turn.inputs, input{now, packed(storedEvent(*ev))})
	s.now, s.turn.at = now, now
	if len(fx.Entries) > 0 {
		first = fx.Entries[0]
	}
	if len(fx.Mails) > 0 {
		s.post.wake(now)
	}
	if fx.HasCall {
		s.send(now, &fx.Call)
	}
	return first
}

// touch makes the next commit keep the instant, if it is a later one.
func (s *Service) touch(now engine.Time) {
	if now > s.now {
		s.now, s.turn.at, s.turn.touched = now, now, true
	}
}

// Commit keeps what happened since the last one.
func (s *Service) Commit() error { return s.keep(false) }

// keep writes the turn, with a snapshot when it is time for one or when it must be.
func (s *Service) keep(shot bool) error {
	if s.err != nil || s.turn.empty() {
		return s.err
	}
	var state []byte
	total := s.stored + int64(len(s.turn.inputs))
	if shot || total >= s.every {
		if state, s.err = s.machine.snapshot(); s.err != nil {
			return s.err
		}
		total = 0
	}
	if s.err = s.store.append(s.stored, &s.turn, state); s.err != nil {
		return s.err
	}
	s.stored = total
	s.turn = turn{
		inputs: s.turn.inputs[:0], entries: s.turn.entries[:0], delivered: s.turn.delivered[:0],
	}
	return nil
}

// report logs what an operator of the lab would like to see.
func (s *Service) report(now engine.Time, en *engine.Entry) {
	switch en.Kind {
	case engine.JobDisabledEntry, engine.JobEnabledEntry, engine.ConnectionOfflineEntry,
		engine.ConnectionOnlineEntry, engine.AdviceReauthorizeEntry, engine.AdviceSupportEntry,
		engine.NotificationDeliveredEntry:
		s.log.Info(en.Kind.String(), append([]any{"at", stamp(now)}, s.about(en)...)...)
	}
}

func (s *Service) about(en *engine.Entry) []any {
	var list []any
	if en.Job >= 0 {
		list = append(list, "job", s.cfg.Engine.Jobs[en.Job].Name)
	}
	if en.Connection >= 0 {
		list = append(list, "connection", s.cfg.Engine.Connections[en.Connection].Name)
	}
	if en.Mail != nil {
		list = append(list, "notification", en.Mail.ID, "subject", en.Mail.Subject)
	}
	return list
}
