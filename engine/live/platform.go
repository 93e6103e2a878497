package live

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/engine"
)

// Host is what a platform lives in: it owns the engine and the journal and knows what happens by itself.
type Host interface {
	// OnSend sets the function that is called for each call that a step wants made.
	OnSend(send func(now engine.Time, c *engine.Call))
	// Next is the next instant at which Do has something to do; engine.Never when none.
	Next() engine.Time
	// Do does the first happening of the host that is due at now; false when nothing is.
	Do(now engine.Time) bool
	// Wants is the next instant at which the engine wants to act; engine.Never when none.
	Wants() engine.Time
	// Act lets the engine do the first thing that is due at now.
	Act(now engine.Time)
	// Answered notes the truth behind an answer and returns what the result names as its cause.
	Answered(now engine.Time, c *engine.Call, truth Truth) engine.Seq
	// Finished hands in the end of a call.
	Finished(now engine.Time, c *engine.Call, r *engine.Result)
	// Last does what comes after everything else at an instant; false when there is nothing.
	Last(now engine.Time) bool
	// NextLast is the next instant at which Last has something to do.
	NextLast() engine.Time
	// End is the instant at which the run ends; engine.Never when it does not.
	End() engine.Time
}

// Committer is a Host that keeps what happened. Its calls go out, and its commands are acknowledged, only
// after Commit.
type Committer interface{ Commit() error }

// Truth is what a fake vendor of a test knows behind an answer. The reader never sees it.
type Truth struct {
	Latency    time.Duration
	NoAnswer   bool  // the latency is endless: the caller's time-out ends the call
	Fault      int   // the fault that answered, -1 = none
	Slowed     int   // the slow fault that set the latency, -1 = none
	Mended     int   // the fault that the call ended, -1 = none
	Duplicated int64 // records that the call stored a second time
}

// Config is what a Platform needs.
type Config struct {
	Host   Host
	Clock  clock.Clock
	Client *http.Client // its Timeout must be 0: time-outs are the engine's
	// Caller turns calls into requests and answers into results.
	Caller Caller
	// Time relates the clock to the platform's time; the zero value: they are the same.
	Time Timebase
	// Unseal takes the truth off an answer, or off the error that came in its place, before the reader
	// sees it; then latency is virtual. nil: there is none, calls take the time that they take.
	Unseal func(resp *http.Response, err error) Truth
	// Quiet is called when nothing is left to do before the given instant and the timer for it is armed,
	// so that a mock clock moves only in a quiet world. With it, what begins to run beside the platform
	// lands before anything else is done that is due at the same instant; nil on a clock that does not wait.
	Quiet func(next engine.Time)
	// Grace is how long, by the clock, a platform that is stopped waits for what is under way, before it
	// hangs up. 0: not at all.
	Grace time.Duration
}

// Platform is a running engine. It lives in the one goroutine that calls Run; Do may be called from others.
type Platform struct {
	cfg      Config
	ctx      context.Context // of Run
	keeper   Committer       // nil: nothing is kept
	last     engine.Time
	held     []sent   // calls that wait for the commit
	inFlight []ending // with virtual latency: by (at, order of sending)

	beside   int             // works under way in goroutines of their own
	works    context.Context // of those works; it ends when nobody waits for them any more
	hangUp   context.CancelFunc
	running  sync.WaitGroup // their goroutines
	stopping bool
	landed   chan func(now engine.Time)
	commands chan command
	over     chan struct{} // closed when Run is over
	err      error         // of the last Commit
}

// command is something that is to be done in the platform's goroutine.
type command struct {
	do   func(now engine.Time)
	done chan error
}

// sent is a call that the engine wants made.
type sent struct {
	now  engine.Time
	call engine.Call
}

// New makes a platform. It panics on a client with a Timeout: that is wall time, and would end calls
// behind the engine's back.
func New(cfg Config) *Platform {
	if cfg.Client.Timeout != 0 {
		panic("live: the client must have no Timeout")
	}
	p := &Platform{
		cfg: cfg, last: engine.Time(-1 << 63), landed: make(chan func(engine.Time)),
		commands: make(chan command), over: make(chan struct{}),
	}
	p.works, p.hangUp = context.WithCancel(context.Background())
	p.keeper, _ = cfg.Host.(Committer)
	cfg.Host.OnSend(p.send)
	return p
}

// ErrStopped says that the platform runs no more.
var ErrStopped = errors.New("the platform is stopped")

// Do runs f in the platform's goroutine, between two happenings, and returns once what it caused at that
// instant is kept, and done unless it waits for what runs beside the platform. It must not be called from
// that goroutine.
func (p *Platform) Do(ctx context.Context, f func(now engine.Time)) error {
	c := command{f, make(chan error, 1)}
	select {
	case p.commands <- c:
	case <-ctx.Done():
		return ctx.Err()
	case <-p.over:
		return ErrStopped
	}
	select {
	case err := <-c.done:
		return err
	case <-p.over:
	}
	select { // it may have been the platform's last deed
	case err := <-c.done:
		return err
	default:
		return ErrStopped
	}
}

// Go runs work beside the platform and then, in the platform's goroutine, what it returns. Until then the
// platform is not quiet. When the platform does not wait for the work any more its ctx ends, and what it
// returns is not run. Go must be called from the platform's goroutine.
func (p *Platform) Go(work func(ctx context.Context) (then func(now engine.Time))) {
	p.beside++
	p.running.Go(func() {
		then := work(p.works)
		select {
		case p.landed <- then:
		case <-p.over:
		}
	})
}

// Run runs until the host's end, until what happened cannot be kept, or until ctx ends; then it waits for
// what is under way, as long as the Grace lasts, and hangs up. When it returns nothing runs beside it.
func (p *Platform) Run(ctx context.Context) error {
	defer p.running.Wait()
	defer close(p.over)
	defer p.hangUp()
	p.ctx = ctx
	for {
		p.catchUp(p.wall())
		if err := ctx.Err(); err != nil {
			return errors.Join(p.wait(), err)
		}
		if err := p.commit(); err != nil {
			return err
		}
		next := p.next()
		if end := p.cfg.Host.End(); end != engine.Never && next >= end && p.beside == 0 {
			return nil
		}
		p.sleep(ctx, next)
	}
}

// sleep waits for the next instant, or for something that comes from outside.
func (p *Platform) sleep(ctx context.Context, next engine.Time) {
	if p.waits() {
		next = engine.Never
	}
	timer := p.cfg.Clock.Timer(p.cfg.Time.until(p.cfg.Clock, next))
	defer timer.Stop()
	if p.cfg.Quiet != nil && p.beside == 0 {
		p.cfg.Quiet(next)
	}
	select {
	case <-timer.C:
	case then := <-p.landed:
		p.land(then)
	case c := <-p.commands:
		p.obey(c)
	case <-ctx.Done():
	}
}

// obey carries out a command and all that is due at its instant.
func (p *Platform) obey(c command) {
	now := p.passed()
	c.do(now)
	p.release()
	p.catchUp(now)
	c.done <- p.commit()
}

func (p *Platform) land(then func(now engine.Time)) {
	p.beside--
	if then != nil {
		then(p.passed())
		p.release()
	}
}

// wait lets what is under way end before the platform stops. What it wants done next is kept, not begun.
func (p *Platform) wait() error {
	p.stopping = true
	over := p.cfg.Clock.Timer(p.cfg.Grace)
	defer over.Stop()
	for p.beside > 0 && p.cfg.Grace > 0 {
		select {
		case then := <-p.landed:
			p.land(then)
		case <-over.C:
			return p.commit()
		}
	}
	return p.commit()
}

// wall is the instant that the clock shows, in the platform's time; it never goes back.
func (p *Platform) wall() engine.Time { return max(p.last, p.cfg.Time.now(p.cfg.Clock)) }

// waits tells whether the instant goes on only when what runs beside the platform has landed.
func (p *Platform) waits() bool { return p.cfg.Quiet != nil && p.beside > 0 }

// passed does everything that was due before the present instant, and tells that instant. Where something of
// it stays undone, since the platform is being stopped or waits, its time stands still: were it to run on,
// the next start would find what is due in its past.
func (p *Platform) passed() engine.Time {
	now := p.wall()
	if p.catchUp(now - 1) {
		p.last = now
	}
	return p.last
}

// catchUp does everything that is due up to and including to, each thing at its own instant: a clock that
// is read late moves nothing. It tells whether all is done. It panics when a host says that something is due
// and does nothing.
func (p *Platform) catchUp(to engine.Time) (done bool) {
	for p.err == nil && p.ctx.Err() == nil && !p.waits() {
		at := p.next()
		if at > to || at >= p.cfg.Host.End() {
			p.last = max(p.last, to)
			return true
		}
		p.last = max(p.last, at)
		if !p.one(p.last) {
			panic("live: what is due is not done")
		}
		p.release()
	}
	return false
}

// one does the first thing that is due at now; false when the instant is over.
func (p *Platform) one(now engine.Time) bool {
	h := p.cfg.Host
	if h.Next() <= now && h.Do(now) {
		return true
	}
	if len(p.inFlight) > 0 && p.inFlight[0].at <= now {
		e := p.inFlight[0]
		p.inFlight = p.inFlight[1:]
		h.Finished(now, &e.call, &e.result)
		return true
	}
	if h.Wants() <= now {
		h.Act(now)
		return true
	}
	return h.Last(now)
}

func (p *Platform) next() engine.Time {
	h := p.cfg.Host
	next := min(h.Next(), h.Wants(), h.NextLast())
	if len(p.inFlight) > 0 {
		next = min(next, p.inFlight[0].at)
	}
	return next
}

// commit keeps what happened. After a failure nothing more happens.
func (p *Platform) commit() error {
	if p.keeper != nil && p.err == nil {
		p.err = p.keeper.Commit()
	}
	return p.err
}

// release makes the calls that waited for the commit. A platform that stops keeps them for its next start.
func (p *Platform) release() {
	if len(p.held) == 0 || p.commit() != nil || p.stopping {
		return
	}
	held := p.held
	p.held = nil
	for i := range held {
		p.call(held[i].now, &held[i].call)
	}
}

// send is told each call that the engine wants made.
func (p *Platform) send(now engine.Time, c *engine.Call) {
	if p.keeper != nil {
		p.held = append(p.held, sent{now, *c})
		return
	}
	p.call(now, c)
}
