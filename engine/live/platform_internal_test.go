package live

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

// diary is a host without an engine, which writes down what is done when.
type diary struct {
	due   []engine.Time // instants at which the host does something
	lines []string
	wants engine.Time // at which an engine wants to act
	do    func(now engine.Time)
}

func (d *diary) write(what string, now engine.Time) {
	d.lines = append(d.lines, fmt.Sprintf("%s %s", time.Duration(now-at(0)), what))
}

func (d *diary) Next() engine.Time {
	if len(d.due) == 0 {
		return engine.Never
	}
	return d.due[0]
}

func (d *diary) Do(now engine.Time) bool {
	d.due = d.due[1:]
	d.write("due", now)
	if d.do != nil {
		d.do(now)
	}
	return true
}

func (d *diary) Wants() engine.Time { return d.wants }

func (d *diary) Act(now engine.Time) {
	d.wants = engine.Never
	d.write("engine", now)
}

func (d *diary) OnSend(func(engine.Time, *engine.Call))                       {}
func (d *diary) Answered(engine.Time, *engine.Call, Truth) (cause engine.Seq) { return 0 }
func (d *diary) Finished(engine.Time, *engine.Call, *engine.Result)           {}
func (d *diary) Last(engine.Time) bool                                        { return false }
func (d *diary) NextLast() engine.Time                                        { return engine.Never }

func (d *diary) End() engine.Time { return engine.Never }

func newDiary(cfg Config, due ...time.Duration) (*diary, *Platform) {
	d := &diary{wants: engine.Never}
	for _, after := range due {
		d.due = append(d.due, at(after))
	}
	clk := clock.NewMock()
	clk.Set(began.Add(2 * time.Second))
	cfg.Host, cfg.Clock, cfg.Client = d, clk, &http.Client{}
	p := New(cfg)
	p.ctx = context.Background()
	return d, p
}

// TestCommandsComeFirst: a command comes after all that was due before its instant, each thing at its own, and
// before what is due at it (T-03).
func TestCommandsComeFirst(t *testing.T) {
	d, p := newDiary(Config{}, time.Second, 2*time.Second, 3*time.Second)
	done := make(chan error, 1)
	p.obey(command{func(now engine.Time) { d.write("command", now) }, done})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1s due", "2s command", "2s due"}, d.lines); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestInstantWaits: where the clock waits, what the host begins beside the platform lands before anything else
// of its instant; a command does not wait. Where the clock runs, nothing waits.
func TestInstantWaits(t *testing.T) {
	for _, tt := range []struct {
		quiet func(engine.Time)
		want  []string
	}{
		{func(engine.Time) {}, []string{"2s due", "2s command", "2s landed", "2s engine"}},
		{nil, []string{"2s due", "2s engine", "2s command", "2s landed"}},
	} {
		d, p := newDiary(Config{Quiet: tt.quiet}, 2*time.Second)
		d.wants = at(2 * time.Second)
		d.do = func(engine.Time) {
			p.Go(func(context.Context) func(engine.Time) {
				return func(now engine.Time) { d.write("landed", now) }
			})
		}
		p.catchUp(p.wall())
		p.obey(command{func(now engine.Time) { d.write("command", now) }, make(chan error, 1)})
		p.land(<-p.landed)
		p.catchUp(p.wall())
		if diff := cmp.Diff(tt.want, d.lines); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

// TestClockWaits: a clock that stands still does not move while an operator's command is under way.
func TestClockWaits(t *testing.T) {
	w := newWorld(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	w.asked = func(req *http.Request) error {
		if req.URL.Path == "/c/authorize" {
			close(asked)
			<-answer
		}
		return nil
	}
	l := w.start(w.store)
	defer l.end(t)
	w.reach(l, time.Minute)
	operated := make(chan error, 1)
	go func() {
		_, err := l.Operate(context.Background(), &api.Command{
			Kind: engine.Reauthorize, Fields: map[string]string{"key": "new"},
		})
		operated <- err
	}()
	<-asked
	impatient, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.advance(impatient, w.clk, at(time.Hour)); !errors.Is(err, context.Canceled) {
		t.Errorf("the clock moved (%v)", err)
	}
	if now := instantOf(w.clk); now != at(time.Minute) {
		t.Errorf("it is %s", stamp(now))
	}
	close(answer)
	if err := <-operated; err != nil {
		t.Error(err)
	}
	w.reach(l, time.Hour)
}
