package steps

import (
	"context"
	"net/http"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Driver carries out what the platform wants: on virtual time, over HTTP in memory, over TCP. One timeline
// gives the same journal on every driver, byte for byte (T-02).
type Driver struct {
	Name  string // sim, mock, tcp or target
	Clock string // how time passes: virtual, mock, or real and how it is scaled
	open  func(
		ctx context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
	) (player, error)

	// tells is why the driver cannot judge a step with this text; nil: it can judge all.
	tells func(step *Step, text string) error

	api      string        // URL of the platform's API; "": ours is asked in process
	client   *http.Client  // that carries calls of the API
	patience time.Duration // after which such a call is given up
}

// Target is the URL of the platform under test, "" where the platform is ours.
func (d Driver) Target() string { return d.api }

// player plays one timeline. Not safe for concurrent use.
type player interface {
	// End is when the run ends; what falls on it does not happen (T-04).
	End() engine.Time
	// PlayTo plays everything up to and including an instant that the run reaches.
	PlayTo(ctx context.Context, at engine.Time) error
	// Do runs f at the instant that was played to, and what that causes at once.
	Do(ctx context.Context, f func()) error
	// Close plays to the end.
	Close(ctx context.Context) (*journal.Summary, error)
	// Discard ends a run that nobody wants to see to its end.
	Discard()
}

// worlded is a player whose platform is our model. Between two calls of the player its world may be looked
// at, but only Do may change it.
type worlded interface{ World() *sim.World }

// Drivers are the drivers, the simulator first.
func Drivers() []Driver {
	return []Driver{Simulator(), OverMock(nil), OverTCP(nil)}
}

// Simulator is the driver on virtual time. It calls the vendor directly.
func Simulator() Driver {
	return Driver{
		Name: "sim", Clock: "virtual",
		open: func(
			_ context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
		) (player, error) {
			p, err := sim.NewPlayer(tl, opt, sink)
			if err != nil {
				return nil, err
			}
			return &simulated{p, engine.Time(tl.Start.UnixNano())}, nil
		},
	}
}

// Play plays a timeline from beginning to end.
func (d Driver) Play(
	ctx context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
) (*journal.Summary, error) {
	p, err := d.open(ctx, tl, opt, sink)
	if err != nil {
		return nil, err
	}
	defer p.Discard()
	return p.Close(ctx)
}

// simulated is the simulator's player.
type simulated struct {
	*sim.Player
	now engine.Time
}

func (s *simulated) End() engine.Time { return s.World().End() }

func (s *simulated) PlayTo(ctx context.Context, at engine.Time) error {
	s.now = at
	return s.Player.PlayTo(ctx, at)
}

func (s *simulated) Do(ctx context.Context, f func()) error {
	f()
	return s.Player.PlayTo(ctx, s.now)
}

func (s *simulated) Close(ctx context.Context) (*journal.Summary, error) {
	w := s.World()
	if err := s.PlayTo(ctx, w.End()); err != nil {
		return nil, err
	}
	return w.Close(w.End())
}

func (s *simulated) Discard() {}
