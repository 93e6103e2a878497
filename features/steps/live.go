// Package steps is the library of Gherkin steps and the drivers on which scenarios run.
package steps

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/fakevendor/mock"
	"github.com/outagedrill/outagedrill/fakevendor/server"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Tamper stands between the platform and the vendors and may change what passes; nil: nothing does. It is
// for tests that break a driver on purpose.
type Tamper func(vendor http.RoundTripper) http.RoundTripper

// OverMock is the live driver on a mock clock, over HTTP in memory and SMTP through a pipe. It makes every
// decision itself; only the script and the machines are the simulator's.
func OverMock(t Tamper) Driver {
	build := func(w *sim.World, clk clock.Clock) (*road, error) {
		v := &mock.Vendor{
			Machine: w.Vendor, Now: clk.Now, Connections: w.Config().Connections,
			Apps: w.Config().Applications, Patience: w.CallTimeout(),
		}
		return &road{
			transport: v.Transport(), baseURL: v.BaseURL, post: newPipe(),
			close: func() error { return nil },
		}, nil
	}
	return Driver{
		Name: "mock", Clock: "mock",
		open: func(
			ctx context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
		) (player, error) {
			return openLive(ctx, tl, opt, sink, build, t)
		},
	}
}

// OverTCP is the live driver on a mock clock, over real sockets to a fake vendor's server, and over TCP to a
// mail server.
func OverTCP(t Tamper) Driver {
	return Driver{
		Name: "tcp", Clock: "mock",
		open: func(
			ctx context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
		) (player, error) {
			return openLive(ctx, tl, opt, sink, openTCP, t)
		},
	}
}

// openTCP opens the way to the vendors over TCP. The platform's goroutine and the server's take turns with
// the vendor: the one holds the lock but while it waits for an answer.
func openTCP(w *sim.World, clk clock.Clock) (*road, error) {
	turn := new(sync.Mutex)
	s, err := server.Start(server.Config{Tell: true}, &wire.Vendor{
		Machine: w.Vendor, Now: clk.Now, Connections: w.Config().Connections, Apps: w.Config().Applications,
		Faults: w.Config().Faults, Patience: w.CallTimeout(), Lock: turn,
	})
	if err != nil {
		return nil, err
	}
	n, err := newNetwork()
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	turn.Lock()
	return &road{
		transport: inTurn{n, turn}, baseURL: s.BaseURL, post: loopback{},
		close: func() error {
			turn.Unlock()
			return errors.Join(n.Close(), s.Close())
		},
	}, nil
}

// inTurn gives the lock away while a request is under way.
type inTurn struct {
	http.RoundTripper
	turn *sync.Mutex
}

func (i inTurn) RoundTrip(r *http.Request) (*http.Response, error) {
	i.turn.Unlock()
	defer i.turn.Lock()
	return i.RoundTripper.RoundTrip(r)
}

// road is how a live driver reaches the vendors and the mail server.
type road struct {
	transport http.RoundTripper
	baseURL   func(connection int) string
	post      postalRoute
	close     func() error
}

// livePlayer drives a live.Platform on a mock clock, which moves only when the platform is quiet.
type livePlayer struct {
	w      *sim.World
	clk    *clock.Mock
	p      *live.Platform
	road   *road
	office *post
	next   engine.Time // when the platform wants to go on
	quiet  chan engine.Time
	done   chan error // Run's result
	begun  bool
	over   bool
	ctx    context.Context
	cancel context.CancelFunc
}

func openLive(
	ctx context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
	build func(w *sim.World, clk clock.Clock) (*road, error), t Tamper,
) (player, error) {
	clk := clock.NewMock()
	clk.Set(tl.Start.UTC())
	office := newPost(tl, func() engine.Time { return engine.Time(clk.Now().UnixNano()) })
	w, err := sim.NewWorld(tl, opt, office.reading(sink))
	if err != nil {
		return nil, err
	}
	r, err := build(w, clk)
	if err != nil {
		return nil, err
	}
	if err := office.open(r.post); err != nil {
		return nil, errors.Join(err, r.close())
	}
	w.OnMail(office.send)
	transport := r.transport
	if t != nil {
		transport = t(transport)
	}
	l := &livePlayer{
		w: w, clk: clk, road: r, office: office,
		quiet: make(chan engine.Time), done: make(chan error, 1),
	}
	l.ctx, l.cancel = context.WithCancel(ctx)
	l.p = live.New(live.Config{
		Host: host{w}, Clock: clk, Client: &http.Client{Transport: transport},
		Caller: live.Caller{Endpoints: endpoints(w, tl, r)}, Unseal: unseal,
		Quiet: func(next engine.Time) {
			select {
			case l.quiet <- next:
			case <-l.ctx.Done():
			}
		},
	})
	return l, nil
}

func (l *livePlayer) World() *sim.World { return l.w }

func (l *livePlayer) End() engine.Time { return l.w.End() }

// begin lets the platform run, once.
func (l *livePlayer) begin(ctx context.Context) error {
	if l.begun {
		return nil
	}
	l.begun = true
	go func() { l.done <- l.p.Run(l.ctx) }()
	return l.settle(ctx)
}

// settle waits until the platform is quiet, or over.
func (l *livePlayer) settle(ctx context.Context) error {
	select {
	case l.next = <-l.quiet:
		return nil
	case err := <-l.done:
		l.over = true
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *livePlayer) PlayTo(ctx context.Context, at engine.Time) error {
	if err := l.begin(ctx); err != nil {
		return err
	}
	for !l.over && l.next <= at {
		l.clk.Set(time.Unix(0, int64(l.next)).UTC())
		if err := l.settle(ctx); err != nil {
			return err
		}
	}
	if t := time.Unix(0, int64(at)).UTC(); l.clk.Now().Before(t) {
		l.clk.Set(t) // nothing is due up to there: no timer goes off
	}
	return nil
}

func (l *livePlayer) Do(ctx context.Context, f func()) error {
	if err := l.begin(ctx); err != nil {
		return err
	}
	if err := l.p.Do(ctx, func(engine.Time) { f() }); err != nil {
		return err
	}
	return l.settle(ctx)
}

func (l *livePlayer) Close(ctx context.Context) (*journal.Summary, error) {
	if err := l.PlayTo(ctx, l.w.End()); err != nil {
		return nil, err
	}
	s, err := l.w.Close(l.w.End())
	return s, errors.Join(err, l.office.differs())
}

func (l *livePlayer) Discard() {
	l.cancel()
	if l.begun && !l.over {
		<-l.done //nolint:errcheck // nobody wants to see how it ends
		l.over = true
	}
	l.office.close()
	l.road.close() //nolint:errcheck // what it carried is known already
}

// host makes a World a live.Host.
type host struct{ *sim.World }

func (h host) Answered(now engine.Time, c *engine.Call, t live.Truth) engine.Seq {
	return h.World.Answered(now, c, t.Fault, t.Mended, t.Duplicated)
}

func (h host) Last(now engine.Time) bool { return h.Expect(now) }

func (h host) NextLast() engine.Time { return h.NextExpectation() }

func endpoints(w *sim.World, tl *timeline.Timeline, r *road) []live.Endpoint {
	var list []live.Endpoint
	for i, c := range w.Config().Connections {
		app := &w.Config().Applications[c.Application]
		e := live.Endpoint{
			Name: c.Name, BaseURL: r.baseURL(i), Auth: tl.Connections[i].Auth, Dialect: app.Dialect,
		}
		for _, r := range app.Resources {
			e.Resources = append(e.Resources, r.Name)
		}
		list = append(list, e)
	}
	return list
}

// unseal takes the truth off an answer, so that the reader sees only what a vendor would send.
func unseal(resp *http.Response, err error) live.Truth {
	var h http.Header
	var failed *wire.Failure
	switch {
	case resp != nil:
		h = resp.Header
	case errors.As(err, &failed):
		h = failed.Truth
	default:
		return live.Truth{Fault: -1, Slowed: -1, Mended: -1}
	}
	number := func(name string) int64 {
		n, err := strconv.ParseInt(h.Get(name), 10, 64)
		h.Del(name)
		if err != nil {
			return -1
		}
		return n
	}
	t := live.Truth{NoAnswer: h.Get(wire.LatencyHeader) == wire.NeverValue}
	if latency := number(wire.LatencyHeader); latency > 0 {
		t.Latency = time.Duration(latency)
	}
	t.Fault, t.Slowed = int(number(wire.FaultHeader)), int(number(wire.SlowedHeader))
	t.Mended, t.Duplicated = int(number(wire.MendedHeader)), max(number(wire.DuplicatedHeader), 0)
	return t
}
