package live

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
)

// runs gives the world a clock that runs by itself as far as its platform knows: the test moves it as it likes,
// also while calls are under way, which take the time that they take. A platform that is started after
// it goes on at the instant in the store, scale times as fast as the clock.
func (w *world) runs(scale float64) {
	w.t.Helper()
	stood, known, err := w.store.At()
	if err != nil {
		w.t.Fatal(err)
	}
	if !known {
		stood = at(0)
	}
	w.cfg.Clock = struct{ clock.Clock }{w.clk}
	w.cfg.Time = Timebase{Began: w.clk.Now(), At: stood, Scale: scale}
	w.cfg.Unseal = nil
}

// holds makes the vendor hold every call until the test lets it answer, or until the platform hangs up. asked
// gets one value for each call.
func (w *world) holds() (asked <-chan string, answer chan<- struct{}) {
	calls, let := make(chan string, 100), make(chan struct{})
	w.asked = func(req *http.Request) error {
		if !strings.HasPrefix(req.URL.Path, "/c/") {
			return nil
		}
		w.holding.Add(1)
		defer w.holding.Add(-1)
		calls <- req.Method + " " + req.URL.Path
		select {
		case <-let:
			return nil
		case <-req.Context().Done():
			return context.Cause(req.Context())
		}
	}
	return calls, let
}

// callsAtStart are those of two jobs and a flow.
const callsAtStart = 3

// TestStopInFlight stops a platform while calls are under way, lets polls come due, and then lets the calls
// land within the grace. What was due stays undone, and the next start on the same file does it at its instant.
func TestStopInFlight(t *testing.T) {
	w := newWorld(t)
	const scale = 20
	w.cfg.Engine.Jobs[0].Every, w.cfg.Engine.Jobs[1].Every = 7*time.Second, 11*time.Second
	w.cfg.Grace = time.Minute
	w.runs(scale)
	asked, answer := w.holds()
	l := w.start(w.store)
	for range callsAtStart {
		<-asked
	}
	l.stop()
	w.clk.Add(15 * time.Second / scale) // no call has timed out yet
	close(answer)
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	if stood, _, err := w.store.At(); err != nil || stood != at(15*time.Second) {
		t.Errorf("it stood at %s (%v)", stamp(stood), err)
	}
	w.runs(scale)
	l = w.start(w.store)
	if err := l.do(context.Background(), l.touch); err != nil {
		t.Fatal(err, <-l.done)
	}
	inputs, err := w.store.inputs()
	if err != nil {
		t.Fatal(err)
	}
	for _, due := range []time.Duration{7 * time.Second, 11 * time.Second} {
		if !slices.ContainsFunc(inputs, func(in input) bool { return in.at == at(due) }) {
			t.Errorf("what was due after %s is not done at that instant", due)
		}
	}
	l.end(t)
}

// TestGrace stops a platform while calls are under way and lets them land within the grace: they are kept, and
// what they cause goes out at the next start.
func TestGrace(t *testing.T) {
	w := newWorld(t)
	w.cfg.Grace = time.Minute
	w.runs(1)
	asked, answer := w.holds()
	l := w.start(w.store)
	for range callsAtStart {
		<-asked
	}
	before := l.underWay(t)
	l.stop()
	close(answer)
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	after := l.machine.book.Calls
	for _, f := range after {
		if slices.ContainsFunc(before, func(b flight) bool { return b.Call.ID == f.Call.ID }) {
			t.Errorf("call %d did not land", f.Call.ID)
		}
	}
	if len(after) == 0 || len(asked) != 0 {
		t.Errorf("%d calls are wanted next, %d went out (want some, and none)", len(after), len(asked))
	}
	w.runs(1)
	l = w.start(w.store)
	for range after {
		<-asked
	}
	l.end(t)
}

// TestHangUp stops a platform whose vendor does not answer: once the grace is over it hangs up, nothing runs on
// beside it, and the next start makes the calls again.
func TestHangUp(t *testing.T) {
	for _, grace := range []time.Duration{0, time.Minute} {
		w := newWorld(t)
		w.cfg.Engine.Flows.CallTimeout, w.cfg.Engine.PollingJobs.CallTimeout = 1000*time.Hour, 1000*time.Hour
		w.cfg.Grace = grace
		w.runs(1)
		asked, _ := w.holds()
		l := w.start(w.store)
		for range callsAtStart {
			<-asked
		}
		before := l.underWay(t)
		l.stop()
		if err := w.ticks(l, grace); err != nil {
			t.Fatal(err)
		}
		if n := w.holding.Load(); n != 0 {
			t.Errorf("%d calls are still made", n)
		}
		if diff := cmp.Diff(before, l.machine.book.Calls); diff != "" {
			t.Errorf("calls under way (-before +after):\n%s", diff)
		}
		w.runs(1)
		l = w.start(w.store)
		for range callsAtStart {
			<-asked
		}
		l.stop()
		if err := w.ticks(l, grace); err != nil {
			t.Fatal(err)
		}
	}
}

// ticks lets the clock run until a platform has ended.
func (w *world) ticks(l *life, d time.Duration) error {
	for {
		select {
		case err := <-l.done:
			return err
		default:
			w.clk.Add(d)
		}
	}
}

// underWay are the calls under way.
func (l *life) underWay(t *testing.T) (list []flight) {
	t.Helper()
	if err := l.do(context.Background(), func(engine.Time) {
		list = slices.Clone(l.machine.book.Calls)
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestTakenLate: a mail server that takes an e-mail when the platform has hung up already is heard all the same,
// while the store is still open.
func TestTakenLate(t *testing.T) {
	w := newWorld(t)
	w.down = func(time.Duration) bool { return true }
	sending := make(chan struct{}, 1)
	w.cfg.Mailer = lateSender(func(ctx context.Context) {
		sending <- struct{}{}
		<-ctx.Done()
		for range 1000 { // it takes its time
			if _, _, err := w.store.At(); err != nil {
				t.Error(err)
			}
		}
	})
	l := w.start(w.store)
	ctx, cancel := context.WithCancel(context.Background())
	moved := make(chan error, 1)
	go func() { moved <- l.SetClock(ctx, at(time.Hour)) }()
	<-sending
	l.stop()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-moved; err == nil {
		t.Error("the clock moved while an e-mail was on its way")
	}
	if taken, err := w.store.sent(); err != nil || len(taken[1]) != 1 {
		t.Errorf("the store knows of %v (%v)", taken, err)
	}
}

// lateSender is a mail server that takes what it is given in its own time.
type lateSender func(ctx context.Context)

func (s lateSender) Send(
	ctx context.Context, _ engine.Time, _ *engine.Mail, to []string,
) (taken []string, err error) {
	s(ctx)
	return to, nil
}
