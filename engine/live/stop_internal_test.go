package live

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
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
